// Accounts: whose name is whose at this gateway: a user of the local server (a bare address) and the one name that
// stands for him, with the contacts at other names that his presence has to do with. Values only; accounts_file.hpp
// keeps them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/names/p2p_name.hpp"

namespace p2pns::xmpp {

/// Contacts of one account. Large rosters have a few hundred.
inline constexpr std::size_t contacts_per_account_maximum = 2000;
/// Of all accounts together: 15 MB in the file.
inline constexpr std::size_t contacts_maximum = 100'000;

enum class Origin : std::uint8_t {
  pending,   ///< being registered by its user, or was when the process ended
  claimed,   ///< registered by its user: he may release it
  assigned,  ///< given by the operator (configuration): the name is not the user's to release
};

/// Who sees whose presence.
struct Subscription {
  bool to = false;     ///< the account's user sees the contact
  bool from = false;   ///< the contact sees the account's user
  bool asked = false;  ///< the account's user has asked for `to`, and has no answer yet
  friend bool operator==(const Subscription&, const Subscription&) = default;
};

struct Account {
  std::string user;  ///< bare address at the local server
  names::P2PName name;
  Origin origin = Origin::pending;
  std::map<names::P2PName, Subscription> contacts{};
  friend bool operator==(const Account&, const Account&) = default;
};

class Accounts {
 public:
  explicit Accounts(std::size_t maximum) : maximum_(maximum) {}

  /// Null when there is none; good until the next change.
  const Account* find_user(const std::string& user) const;
  const Account* find_name(const names::P2PName& name) const;
  /// Errors: name_taken (the name or the user has an account), overloaded (as many as there may be).
  Result<void> add(Account);
  void set_origin(const std::string& user, Origin);
  void remove(const std::string& user);
  /// All false forgets the contact. False when nothing changed, or there is no room for one more.
  bool set_subscription(const std::string& user, const names::P2PName& contact, Subscription);
  Subscription subscription(const std::string& user, const names::P2PName& contact) const;

  /// By user.
  const std::map<std::string, Account>& all() const noexcept { return by_user_; }
  std::size_t size() const noexcept { return by_user_.size(); }
  std::size_t contacts() const noexcept { return contacts_; }

 private:
  std::size_t maximum_;
  std::map<std::string, Account> by_user_;
  std::map<names::P2PName, std::string> user_of_;
  std::size_t contacts_ = 0;
};

}  // namespace p2pns::xmpp
