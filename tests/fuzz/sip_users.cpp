// The file of users: each error is one line with its place, and who is accepted is a name with what phones are asked
// for.
#include "frontends/sip/user_store.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace sip;

void check_with(std::string_view text, DigestOffer offer) {
  const auto users = parse_users(text, {"p2p", offer, {}}, "sip.users");
  if (!users) {
    require(users.error().message.starts_with("sip.users:"), "an error begins with its place");
    require(is_one_line(users.error().message), "an error is one line");
    return;
  }
  require(users->size() <= users_maximum, "there are not too many users");
  const SipUser* const alice = users->find("alice");
  if (!alice) return;
  require(names::is_canonical(alice->aor.name) && users->knows(alice->aor), "a user is a name");
  require(offer == DigestOffer::md5 || alice->sha256, "phones are asked for SHA-256");
  require(offer == DigestOffer::sha256 || alice->md5, "phones are asked for MD5");
}

}  // namespace

void run(Bytes input) {
  for (const DigestOffer offer : {DigestOffer::both, DigestOffer::sha256, DigestOffer::md5})
    check_with(as_text(input), offer);
}

}  // namespace p2pns::fuzz
