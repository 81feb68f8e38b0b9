// Answers about HITs: as text for people, and checked.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "core/crypto/hit.hpp"
#include "core/crypto/network.hpp"

namespace p2pns::cli {

/// "registered 2001:21:...: sequence ..., until ..." and where it is stored; "revoked ..." of a revocation.
std::string hit_receipt_text(const boost::json::value& body);
/// The addresses, a line each, and what the host says of itself. The body has been believed (why_not_believed).
std::string hit_text(const boost::json::value& body);
/// Why the answer does not prove what it says about this HIT: a sentence. None: every member that the host's statement
/// has is as signed; not signed are the addresses of a host that names no locators, "outcome", "result", "expires_in_s"
/// and "took_ms".
std::optional<std::string> why_not_believed(const crypto::Hit&, const boost::json::value& body,
                                            const crypto::NetworkParameters&);

}  // namespace p2pns::cli
