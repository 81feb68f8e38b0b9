#include "frontends/xmpp/accounts.hpp"

namespace p2pns::xmpp {

const Account* Accounts::find_user(const std::string& user) const {
  const auto found = by_user_.find(user);
  return found == by_user_.end() ? nullptr : &found->second;
}

const Account* Accounts::find_name(const names::P2PName& name) const {
  const auto found = user_of_.find(name);
  return found == user_of_.end() ? nullptr : find_user(found->second);
}

Result<void> Accounts::add(Account account) {
  if (by_user_.contains(account.user) || user_of_.contains(account.name)) return Errc::name_taken;
  if (by_user_.size() >= maximum_ || account.contacts.size() > contacts_per_account_maximum ||
      contacts_ + account.contacts.size() > contacts_maximum)
    return Errc::overloaded;
  contacts_ += account.contacts.size();
  user_of_[account.name] = account.user;
  std::string user = account.user;
  by_user_.emplace(std::move(user), std::move(account));
  return {};
}

void Accounts::set_origin(const std::string& user, Origin origin) {
  if (const auto found = by_user_.find(user); found != by_user_.end()) found->second.origin = origin;
}

void Accounts::remove(const std::string& user) {
  const auto found = by_user_.find(user);
  if (found == by_user_.end()) return;
  contacts_ -= found->second.contacts.size();
  user_of_.erase(found->second.name);
  by_user_.erase(found);
}

bool Accounts::set_subscription(const std::string& user, const names::P2PName& contact, Subscription subscription) {
  const auto found = by_user_.find(user);
  if (found == by_user_.end()) return false;
  auto& contacts = found->second.contacts;
  const auto known = contacts.find(contact);
  if (subscription == Subscription{}) {
    if (known == contacts.end()) return false;
    contacts.erase(known);
    --contacts_;
    return true;
  }
  if (known != contacts.end()) {
    if (known->second == subscription) return false;
    known->second = subscription;
    return true;
  }
  if (contacts.size() >= contacts_per_account_maximum || contacts_ >= contacts_maximum) return false;
  contacts.emplace(contact, subscription);
  ++contacts_;
  return true;
}

Subscription Accounts::subscription(const std::string& user, const names::P2PName& contact) const {
  const Account* account = find_user(user);
  if (account == nullptr) return {};
  const auto known = account->contacts.find(contact);
  return known == account->contacts.end() ? Subscription{} : known->second;
}

}  // namespace p2pns::xmpp
