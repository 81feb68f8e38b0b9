// AccountStore: the accounts and their file. What must be on disk before it is told to anybody is saved at once,
// subscriptions a moment later.
#pragma once

#include <string>

#include "core/base/log.hpp"
#include "frontends/xmpp/accounts_file.hpp"

namespace p2pns::xmpp {

class AccountStore {
 public:
  AccountStore(std::string path, Accounts accounts, Log& log)
      : path_(std::move(path)), accounts_(std::move(accounts)), log_(log) {}

  const Accounts& accounts() const noexcept { return accounts_; }
  /// For changes that save() follows.
  Accounts& change() noexcept {
    dirty_ = true;
    return accounts_;
  }
  /// Errors: io_error; then it is tried again with the next one.
  Result<void> save();
  /// save(), if something changed.
  void save_if_changed() {
    if (dirty_) static_cast<void>(save());
  }

 private:
  std::string path_;
  Accounts accounts_;
  Log& log_;
  bool dirty_ = false;
  bool told_ = false;
};

}  // namespace p2pns::xmpp
