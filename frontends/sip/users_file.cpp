// The file around user_store.cpp.
#include "frontends/sip/user_store.hpp"
#include "plugins/api/private_file.hpp"

namespace p2pns::sip {
namespace {

using plugins::ConfigResult;

constexpr std::string_view new_file =
    "# Phones that may register here, one a line: user::password, or user:realm:digest (frontends/sip/README.md).\n"
    "# alice::correct horse battery\n";

}  // namespace

ConfigResult<UserStore> open_users_file(const std::string& path, const UserRules& rules) {
  const auto file = plugins::read_private_file(path, users_file_maximum_bytes);
  if (!file) return file.error();
  if (*file) return parse_users((*file)->text.view(), rules, path);
  if (const auto made = plugins::create_private_file(path, new_file); !made) return made.error();
  return {boost::system::in_place_value, UserStore{}};
}

}  // namespace p2pns::sip
