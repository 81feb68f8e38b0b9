// record_text: records as people type them on a command line: "[OWNER] [TTL] TYPE DATA". Whether the data fits its type
// is for the daemon to say.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "apps/p2pns/api_client.hpp"

namespace p2pns::cli {

/// "A 192.0.2.80", "www CNAME demo.p2p.", "www 60 A 192.0.2.80", "@ TXT "a b"". Without OWNER the record belongs to the
/// name itself. Gives the member of "records" of a registration. Errors: a sentence.
ClientResult<boost::json::object> parse_record_text(std::string_view text);
/// The body of a registration; `publish`: with a copy at the replicas.
ClientResult<std::string> registration_body(const std::vector<std::string>& records, bool publish);

}  // namespace p2pns::cli
