// ApiAddress: where a daemon's HTTP interface is: a loopback address or a unix socket, never another machine.
#pragma once

#include <boost/system/result.hpp>
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

struct ApiAddress {
  std::optional<Endpoint> tcp;  ///< none: the unix socket
  std::string unix_path{};
};

/// "http://127.0.0.1:8053", "http://localhost:8053", "http://[::1]:8053", "unix:/run/p2pns/http.sock". Anything else is
/// refused with a sentence.
ClientResult<ApiAddress> parse_api_address(std::string_view text);
/// As parse_api_address reads it.
std::string to_string(const ApiAddress&);

}  // namespace p2pns::cli

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::cli::ClientError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
