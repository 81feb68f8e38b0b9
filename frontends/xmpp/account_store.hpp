// AccountStore: the accounts and their file. What must be on disk before it is told to anybody is saved at once,
// subscriptions a while later.
#pragma once

#include <string>

#include "core/base/log.hpp"
#include "core/base/time.hpp"
#include "frontends/xmpp/accounts_file.hpp"

namespace p2pns::xmpp {

/// Changes of subscriptions, which other nodes can cause, are written so often at most: the file may have 15 MB, and
/// the node does nothing else meanwhile. After a crash the contacts of the last seconds are not asked who is there.
inline constexpr std::chrono::seconds save_interval{30};

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
  /// save(), if something changed: at the end.
  void save_if_changed() {
    if (dirty_) static_cast<void>(save());
  }
  /// The same, if the last time is save_interval ago.
  void save_if_due(TimePoint now) {
    if (!dirty_ || now - tried_ < save_interval) return;
    tried_ = now;
    save_if_changed();
  }

 private:
  std::string path_;
  Accounts accounts_;
  Log& log_;
  TimePoint tried_{};
  bool dirty_ = false;
  bool told_ = false;
};

}  // namespace p2pns::xmpp
