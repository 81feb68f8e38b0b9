// UserStore: who may register here, and with what. Read once from a text file that only its owner can read. A line is
//   alice::correct horse battery           a password
//   bob:p2p:0123...                        H("bob:p2p:password") in hexadecimal digits, as htdigest writes it: 32
//   digits
//                                          are MD5, 64 are SHA-256; one line for each
// and a line that begins with # is a comment. Users are names: `alice` is alice.<first zone>, `alice@lab` is alice.lab,
// `phone@alice.p2p` is one more user of alice.p2p.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/crypto/digest.hpp"
#include "frontends/sip/aor.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::sip {

/// More belong into a server of another kind.
inline constexpr std::size_t users_maximum = 10'000;
inline constexpr std::size_t users_file_maximum_bytes = std::size_t{4} * 1024 * 1024;
/// Of a user's name as phones send it, and of a password.
inline constexpr std::size_t credential_maximum_bytes = 256;

/// Which challenges phones get; SHA-256 stands first when both do (RFC 8760, 2.4).
enum class DigestOffer : std::uint8_t { both, sha256, md5 };

struct SipUser {
  Aor aor;
  std::optional<crypto::Md5Digest> md5;  ///< H(user:realm:password)
  std::optional<crypto::Digest> sha256;  ///< the same
  /// This address is the user's own, or belongs to his name.
  bool owns(const Aor& other) const { return other == aor || (aor.user.empty() && other.name == aor.name); }
};

class UserStore {
 public:
  /// By the name the phone says. Null: nobody.
  const SipUser* find(std::string_view user) const;
  /// True when one of the users is this address.
  bool knows(const Aor& aor) const { return addresses_.contains(aor); }
  std::size_t size() const noexcept { return users_.size(); }
  void insert(std::string user, SipUser value) {
    addresses_.insert(value.aor);
    users_.insert_or_assign(std::move(user), std::move(value));
  }

 private:
  std::map<std::string, SipUser, std::less<>> users_;
  std::set<Aor> addresses_;  // of users_: asked for each request from a node
};

struct UserRules {
  std::string realm;
  DigestOffer offer = DigestOffer::both;
  names::Zones zones;
};

/// The file's text; `path` is for errors, each of which names path and line and never a secret.
plugins::ConfigResult<UserStore> parse_users(std::string_view text, const UserRules&, const std::string& path);
/// Reads the file; makes one without users, mode 0600, when there is none. Errors: also when others can read it.
plugins::ConfigResult<UserStore> open_users_file(const std::string& path, const UserRules&);

}  // namespace p2pns::sip
