#include "frontends/xmpp/accounts_file.hpp"

#include <algorithm>
#include <array>

#include "frontends/xmpp/jid.hpp"
#include "plugins/api/private_file.hpp"

namespace p2pns::xmpp {

using plugins::ConfigError;
using plugins::ConfigResult;

namespace {

constexpr std::string_view first_line = "p2pns-xmpp-accounts 1";
constexpr std::array<std::string_view, 3> origins{"pending", "claimed", "assigned"};

struct SubscriptionText {
  std::string_view text;
  Subscription subscription;
};
constexpr std::array<SubscriptionText, 5> subscriptions{{{"both", {true, true, false}},
                                                         {"to", {true, false, false}},
                                                         {"from", {false, true, false}},
                                                         {"asked", {false, false, true}},
                                                         {"from-asked", {false, true, true}}}};

/// Empty for one that after() never makes.
std::string_view text_of(const Subscription& subscription) {
  const auto found = std::ranges::find(subscriptions, subscription, &SubscriptionText::subscription);
  return found == subscriptions.end() ? std::string_view{} : found->text;
}

std::optional<Subscription> subscription_of(std::string_view text) {
  const auto found = std::ranges::find(subscriptions, text, &SubscriptionText::text);
  if (found == subscriptions.end()) return std::nullopt;
  return found->subscription;
}

std::optional<Origin> origin_of(std::string_view text) {
  for (std::size_t i = 0; i < origins.size(); ++i)
    if (origins[i] == text) return static_cast<Origin>(i);
  return std::nullopt;
}

std::string_view take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  const auto part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  return part;
}

/// "alice.p2p": the label holds no dot.
std::optional<names::P2PName> name_of(std::string_view text) {
  names::P2PName name;
  name.label = take_until(text, '.');
  name.zone = text;
  if (!names::is_canonical(name)) return std::nullopt;
  return name;
}

class Decoder {
 public:
  explicit Decoder(std::size_t maximum) : accounts_(maximum) {}

  ConfigResult<Accounts> decode(std::string_view text) {
    if (take_until(text, '\n') != first_line)
      return wrong("it does not begin with \"" + std::string{first_line} + "\"");
    while (!text.empty()) {
      ++line_;
      std::string_view line = take_until(text, '\n');
      const std::string_view what = take_until(line, ' ');
      const bool good = what == "account" ? take_account(line) : what == "contact" && take_contact(line);
      if (!good) return wrong("it is no account or contact of one, or stands there twice");
    }
    if (!finish_account()) return wrong("it is one account more than there may be, or stands there twice");
    return {boost::system::in_place_value, std::move(accounts_)};
  }

 private:
  ConfigError wrong(const std::string& why) const { return {"line " + std::to_string(line_) + ": " + why}; }

  bool take_account(std::string_view line) {
    if (!finish_account()) return false;
    const auto name = name_of(take_until(line, ' '));
    const auto user = parse_jid(take_until(line, ' '));
    const auto origin = origin_of(line);
    if (!name || !user || user->local.empty() || !user->resource.empty() || !origin) return false;
    account_ = Account{to_string(*user), *name, *origin, {}};
    return true;
  }
  bool take_contact(std::string_view line) {
    const auto name = name_of(take_until(line, ' '));
    const auto subscription = subscription_of(line);
    if (!account_ || !name || !subscription) return false;
    return account_->contacts.size() < contacts_per_account_maximum &&
           account_->contacts.emplace(*name, *subscription).second;
  }
  bool finish_account() {
    if (!account_) return true;
    const bool added = accounts_.add(std::move(*account_)).has_value();
    account_.reset();
    return added;
  }

  Accounts accounts_;
  std::optional<Account> account_;
  std::size_t line_ = 1;
};

}  // namespace

std::string encode_accounts(const Accounts& accounts) {
  std::string text{first_line};
  text += '\n';
  for (const auto& [user, account] : accounts.all()) {
    text += "account " + to_string(account.name) + ' ' + user + ' ';
    text += origins[static_cast<std::size_t>(account.origin)];
    text += '\n';
    for (const auto& [contact, subscription] : account.contacts) {
      text += "contact " + to_string(contact) + ' ';
      text += text_of(subscription);
      text += '\n';
    }
  }
  return text;
}

ConfigResult<Accounts> decode_accounts(std::string_view text, std::size_t maximum) {
  return Decoder(maximum).decode(text);
}

ConfigResult<Accounts> load_accounts(const std::string& path, std::size_t maximum) {
  const auto file = plugins::read_private_file(path, accounts_file_maximum_bytes);
  if (!file) return file.error();
  if (!*file) return Accounts(maximum);
  auto accounts = decode_accounts((*file)->text.view(), maximum);
  if (!accounts) return ConfigError{path + ": " + accounts.error().message};
  return accounts;
}

Result<void> save_accounts(const std::string& path, const Accounts& accounts) {
  if (!plugins::replace_private_file(path, encode_accounts(accounts))) return Errc::io_error;
  return {};
}

}  // namespace p2pns::xmpp
