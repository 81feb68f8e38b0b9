// RequestTarget: path and query of a request, percent-decoded and strict: every parameter is known and stands once.
#pragma once

#include <map>
#include <optional>
#include <string_view>

#include "frontends/http/problem.hpp"

namespace p2pns::http {

struct RequestTarget {
  std::vector<std::string> path;  ///< segments: {"v1", "names", "demo.p2p"}
  std::map<std::string, std::string, std::less<>> query;
};

/// Problems: the target is no path, a parameter stands twice.
ApiResult<RequestTarget> parse_target(std::string_view target);
/// The problem of the first parameter that is none of `known`.
std::optional<Problem> unknown_parameter(const RequestTarget&, std::initializer_list<std::string_view> known);

}  // namespace p2pns::http
