// Problem: an error as RFC 9457 writes it (application/problem+json). Every error of this interface is one.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>

#include "frontends/http/http_message.hpp"

namespace p2pns::http {

struct Problem {
  Problem() = default;  // no aggregate: a number would otherwise convert to a Problem as well as to a result's value

  unsigned status = 500;
  std::string kind;                 ///< "no-such-name": last part of the type
  std::string title;                ///< the same for every occurrence
  std::string detail;               ///< this occurrence, a sentence for a person
  std::string field;                ///< what in the request is wrong: "name", "records[2].data", "path"; may be empty
  boost::json::object more;         ///< further members, e.g. "result"
  std::vector<HttpField> fields{};  ///< header fields, e.g. Allow
};
template <class T>
using ApiResult = boost::system::result<T, Problem>;

/// 400, a field of the request cannot be used.
Problem bad_field(std::string field, std::string detail);
HttpResponse to_response(const Problem&);

}  // namespace p2pns::http

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::http::Problem& problem,
                                                    const boost::source_location&) {
  throw std::runtime_error(problem.detail);
}
}  // namespace boost::system
