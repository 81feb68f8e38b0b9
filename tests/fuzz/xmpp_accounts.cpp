// The file that says whose name is whose.
#include "frontends/xmpp/accounts_file.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {

using namespace xmpp;

void run(Bytes input) {
  constexpr std::size_t accounts_maximum = 8;
  const auto accounts = decode_accounts(as_text(input), accounts_maximum);
  if (!accounts) return require(is_one_line(accounts.error().message), "what is wrong is one line");
  require(accounts->size() <= accounts_maximum, "the maximum holds");
  const auto again = decode_accounts(encode_accounts(*accounts), accounts_maximum);
  require(again && again->all() == accounts->all(), "what is written is the same");
  for (const auto& [user, account] : accounts->all())
    require(accounts->find_name(account.name) == &account, "a name has one user");
}

}  // namespace p2pns::fuzz
