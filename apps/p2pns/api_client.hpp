// api_client: one call of the daemon's HTTP interface. Plain HTTP to a loopback address or a unix socket only: nothing
// here protects a connection that leaves the machine.
#pragma once

#include <boost/json/value.hpp>
#include <chrono>

#include "apps/p2pns/api_address.hpp"

namespace p2pns::cli {

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
  std::string token{};  ///< sent when not empty
};

/// Waits for the answer. Errors: no daemon there, no answer in time, no JSON.
ClientResult<ApiAnswer> call_api(const ApiAddress& daemon, const ApiCall& call);
/// Percent-encodes all but unreserved characters.
std::string encode_parameter(std::string_view text);

}  // namespace p2pns::cli
