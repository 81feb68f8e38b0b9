// api_client: one call of the daemon's HTTP interface. Plain HTTP to a loopback address only: nothing here protects a
// connection that leaves the machine.
#pragma once

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/base/endpoint.hpp"

namespace p2pns::cli {

/// One line for a person.
struct ClientError {
  std::string message;
};
template <class T>
using ClientResult = boost::system::result<T, ClientError>;

/// A registration and a resolution give up by themselves, well before this.
inline constexpr std::chrono::seconds answer_time_out{90};
inline constexpr std::chrono::seconds connect_time_out{5};
/// A trace of a lookup has about 200 bytes a hop.
inline constexpr std::size_t answer_maximum_bytes = 4 * 1024 * 1024;

struct ApiAnswer {
  unsigned status = 0;
  boost::json::value body;
};

struct ApiCall {
  std::string method = "GET";
  std::string target;  ///< "/v1/status"
  std::string body{};
};

/// "http://127.0.0.1:8053", "http://localhost:8053", "http://[::1]:8053". Anything else is refused with a sentence.
ClientResult<Endpoint> parse_api_url(std::string_view url);
/// Waits for the answer. Errors: no daemon there, no answer in time, no JSON.
ClientResult<ApiAnswer> call_api(const Endpoint& daemon, const ApiCall& call);
/// Percent-encodes all but unreserved characters.
std::string encode_parameter(std::string_view text);

}  // namespace p2pns::cli

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::cli::ClientError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
