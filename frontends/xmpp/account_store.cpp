#include "frontends/xmpp/account_store.hpp"

namespace p2pns::xmpp {

Result<void> AccountStore::save() {
  const auto saved = save_accounts(path_, accounts_);
  dirty_ = !saved;
  if (!saved && !told_) log_.write(Severity::error, "xmpp: " + path_ + ": cannot be written; accounts are not saved");
  told_ = !saved;
  return saved;
}

}  // namespace p2pns::xmpp
