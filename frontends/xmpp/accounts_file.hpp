// accounts_file: the accounts of a gateway as lines of text, in a file that only the daemon's user can read: it says
// whose real address stands behind a name. Replaced whole or not at all.
//
//   p2pns-xmpp-accounts 1
//   account alice.p2p alice@example.test claimed
//   contact bob.p2p both
#pragma once

#include <string>

#include "frontends/xmpp/accounts.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::xmpp {

/// Room for the largest number of accounts (10,000) and of contacts.
inline constexpr std::size_t accounts_file_maximum_bytes = 64 * 1024 * 1024;

std::string encode_accounts(const Accounts&);
/// Errors: a sentence with the line that is wrong, or that there are more accounts than `maximum`.
plugins::ConfigResult<Accounts> decode_accounts(std::string_view text, std::size_t maximum);

/// No file: no accounts. Errors, each one sentence with the path: others can read it, it is no file or too large, it
/// cannot be read, a line is wrong.
plugins::ConfigResult<Accounts> load_accounts(const std::string& path, std::size_t maximum);
/// On disk when it returns. Errors: io_error.
Result<void> save_accounts(const std::string& path, const Accounts&);

}  // namespace p2pns::xmpp
