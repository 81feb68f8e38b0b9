#include "frontends/sip/user_store.hpp"

#include "core/base/printable.hpp"
#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

using plugins::ConfigError;
using plugins::ConfigResult;

constexpr std::size_t md5_digits = 2 * crypto::Md5Digest::size_bytes;
constexpr std::size_t sha256_digits = 2 * crypto::Digest::size_bytes;
constexpr std::size_t shown_maximum_bytes = 64;

std::string shown(std::string_view text) {
  return "'" + printable(std::string{text.substr(0, shown_maximum_bytes)}) + "'";
}

bool needs_sha256(DigestOffer offer) { return offer != DigestOffer::md5; }
bool needs_md5(DigestOffer offer) { return offer != DigestOffer::sha256; }

class UsersParser {
 public:
  UsersParser(const UserRules& rules, const std::string& path) : rules_(rules), path_(path) {}

  ConfigResult<UserStore> parse(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (trimmed(line).empty() || line.starts_with('#')) continue;
      if (auto read = read_line(line); !read) return read.error();
    }
    return store();
  }

 private:
  struct Entry {
    std::size_t line = 0;
    SipUser user;
  };

  ConfigError error_at(std::size_t line, const std::string& sentence) const {
    return {path_ + ":" + std::to_string(line) + ": " + sentence};
  }
  ConfigError error(const std::string& sentence) const { return error_at(line_, sentence); }

  ConfigResult<void> read_line(std::string_view line) {
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) return error("expected user::password or user:realm:digest");
    const std::string_view user = line.substr(0, first);
    const std::string_view realm = line.substr(first + 1, second - first - 1);
    const std::string_view secret = line.substr(second + 1);
    if (user.size() > credential_maximum_bytes) return error("the user has more than 256 bytes");
    const auto entry = entry_of(user);
    if (!entry) return entry.error();
    if (realm.empty()) return add_password(user, secret, **entry);
    if (realm != rules_.realm)
      return error("the digest is for the realm " + shown(realm) + ", but this front end's is '" + rules_.realm + "'");
    return add_digest(user, secret, **entry);
  }

  ConfigResult<Entry*> entry_of(std::string_view user) {
    if (const auto found = entries_.find(user); found != entries_.end()) return &found->second;
    if (entries_.size() == users_maximum)
      return error("more than " + std::to_string(users_maximum) + " users are in this file");
    const bool whole = user.find('@') != std::string_view::npos;
    const auto uri = parse_uri("sip:" + std::string{user} + (whole ? "" : "@" + rules_.zones.names.front()));
    if (!uri) return error(shown(user) + " is no user: expected a name like alice, alice@p2p or phone@alice.p2p");
    auto aor = aor_of(*uri, rules_.zones);
    if (!aor) return error(shown(user) + " is no user: " + printable(aor.error().message));
    return &entries_.emplace(user, Entry{line_, {std::move(*aor), {}, {}}}).first->second;
  }

  ConfigResult<void> add_password(std::string_view user, std::string_view password, Entry& entry) {
    if (password.empty()) return error("the password of " + shown(user) + " is empty");
    if (password.size() > credential_maximum_bytes) return error("the password has more than 256 bytes");
    if (entry.user.md5 || entry.user.sha256) return error(shown(user) + " stands here a second time");
    const std::string front = std::string{user} + ":" + rules_.realm + ":";
    entry.user.md5 = crypto::md5({as_bytes(front), as_bytes(password)});
    entry.user.sha256 = crypto::sha256({as_bytes(front), as_bytes(password)});
    return {};
  }

  ConfigResult<void> add_digest(std::string_view user, std::string_view digits, Entry& entry) {
    const auto bytes = from_hex(digits);
    if (!bytes || (digits.size() != md5_digits && digits.size() != sha256_digits))
      return error("expected 32 (MD5) or 64 (SHA-256) hexadecimal digits behind the realm of " + shown(user));
    const bool again = digits.size() == md5_digits ? entry.user.md5.has_value() : entry.user.sha256.has_value();
    if (again) return error(shown(user) + " stands here a second time");
    if (digits.size() == md5_digits) {
      entry.user.md5 = *crypto::Md5Digest::from(*bytes);
    } else {
      entry.user.sha256 = *crypto::Digest::from(*bytes);
    }
    return {};
  }

  /// Challenges are made before a phone says who it is, so every user needs what they ask for.
  ConfigResult<UserStore> store() {
    UserStore users;
    for (auto& [user, entry] : entries_) {
      const bool no_md5 = needs_md5(rules_.offer) && !entry.user.md5;
      if (no_md5 || (needs_sha256(rules_.offer) && !entry.user.sha256))
        return error_at(entry.line, shown(user) + " has no " + (no_md5 ? "MD5" : "SHA-256") +
                                        " digest, which frontends.sip.digest asks phones for; add its line, or "
                                        "write the password");
      users.insert(user, std::move(entry.user));
    }
    return {boost::system::in_place_value, std::move(users)};
  }

  const UserRules& rules_;
  const std::string& path_;
  std::size_t line_ = 0;
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace

const SipUser* UserStore::find(std::string_view user) const {
  const auto found = users_.find(user);
  return found == users_.end() ? nullptr : &found->second;
}

ConfigResult<UserStore> parse_users(std::string_view text, const UserRules& rules, const std::string& path) {
  if (text.size() > users_file_maximum_bytes)
    return ConfigError{path + ": is larger than the " + std::to_string(users_file_maximum_bytes) +
                       " bytes it may have"};
  return UsersParser{rules, path}.parse(text);
}

}  // namespace p2pns::sip
