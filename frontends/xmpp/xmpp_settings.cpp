#include "frontends/xmpp/xmpp_settings.hpp"

#include <filesystem>

namespace p2pns::xmpp {

using plugins::ConfigResult;

namespace {

constexpr IpAddress loopback{IpFamily::v4, {std::byte{127}, std::byte{0}, std::byte{0}, std::byte{1}}};
constexpr Endpoint server_by_default{loopback, 5347};
constexpr std::int64_t accounts_limit = 10'000;
constexpr std::int64_t rate_limit = 100'000;

/// True for a domain that servers elsewhere may find in DNS: not for p2p, nor for p2p.alt (RFC 9476).
bool may_be_federated(std::string_view domain) {
  return domain.find('.') != std::string_view::npos && !domain.ends_with(".alt");
}

/// Reads the section key by key; the first error stays, and nothing after it counts.
class Reader {
 public:
  Reader(const plugins::ConfigNode& section, const std::string& state_folder)
      : section_(section), state_folder_(state_folder) {}

  ConfigResult<XmppSettings> read() {
    if (auto read = read_server(); !read) return read.error();
    if (auto read = read_domains(); !read) return read.error();
    if (auto read = read_files(); !read) return read.error();
    if (auto read = read_limits(); !read) return read.error();
    if (auto read = read_assigned(); !read) return read.error();
    if (auto rest = section_.finish(); !rest) return rest.error();
    return {boost::system::in_place_value, std::move(settings_)};
  }

 private:
  ConfigResult<void> read_server() {
    const auto server = section_.endpoint("server", server_by_default);
    if (!server) return server.error();
    const auto remote = section_.boolean("allow_remote", false);
    if (!remote) return remote.error();
    if (server->port == 0 || server->address.is_unspecified() || server->address.is_multicast())
      return section_.error_at("server", to_string(*server) + " is not the address of a server");
    if (!*remote && !server->address.is_loopback())
      return section_.error_at("server", to_string(*server) +
                                             " is another machine, and components speak in clear text; add "
                                             "'allow_remote: true' if the way there is safe, or use a tunnel");
    settings_.server = *server;
    settings_.allow_remote = *remote;
    return {};
  }

  ConfigResult<void> read_domains() {
    const auto domain = section_.text("domain", "p2p");
    if (!domain) return domain.error();
    const auto parsed = parse_jid(*domain);
    if (!parsed || !parsed->local.empty() || !parsed->resource.empty())
      return section_.error_at("domain", "expected a domain like p2p or p2p.example.org");
    settings_.gateway.domain = parsed->domain;
    const auto users = section_.texts("user_domains");
    if (!users) return users.error();
    if (users->size() > listed_maximum) return too_many("user_domains");
    for (const std::string& text : *users) {
      const auto user_domain = parse_jid(text);
      if (!user_domain || !user_domain->local.empty() || !user_domain->resource.empty())
        return section_.error_at("user_domains",
                                 "expected domains like example.org, found '" + text.substr(0, 60) + "'");
      settings_.gateway.user_domains.push_back(user_domain->domain);
    }
    if (users->empty() && may_be_federated(parsed->domain))
      return section_.error_at("user_domains", "users of all other servers can reach '" + parsed->domain +
                                                   "' and would get names of this node; list your own domains");
    return {};
  }

  ConfigResult<void> read_files() {
    const auto secret = section_.text("secret_file", "xmpp.secret");
    if (!secret) return secret.error();
    if (secret->empty()) return section_.error_at("secret_file", "expected the path of a file");
    settings_.secret_file = placed(*secret);
    const auto accounts = section_.text("accounts_file", "xmpp.accounts");
    if (!accounts) return accounts.error();
    if (accounts->empty()) return section_.error_at("accounts_file", "expected the path of a file");
    settings_.accounts_file = placed(*accounts);
    return {};
  }

  ConfigResult<void> read_limits() {
    GatewaySettings& gateway = settings_.gateway;
    const auto accounts =
        section_.integer("accounts", static_cast<std::int64_t>(settings_.accounts_maximum), 1, accounts_limit);
    if (!accounts) return accounts.error();
    settings_.accounts_maximum = static_cast<std::size_t>(*accounts);
    const auto rate = section_.integer("stanzas_per_second", gateway.stanzas_per_second, 1, rate_limit);
    if (!rate) return rate.error();
    gateway.stanzas_per_second = static_cast<std::uint32_t>(*rate);
    const auto burst = section_.integer("stanzas_burst", gateway.stanzas_burst, 1, rate_limit);
    if (!burst) return burst.error();
    gateway.stanzas_burst = static_cast<std::uint32_t>(*burst);
    const auto time_out = section_.integer("request_time_out_s", gateway.request_time_out.count(), 1, 300);
    if (!time_out) return time_out.error();
    gateway.request_time_out = std::chrono::seconds{*time_out};
    return {};
  }

  ConfigResult<void> read_assigned() {
    const auto texts = section_.texts("assigned");
    if (!texts) return texts.error();
    if (texts->size() > listed_maximum) return too_many("assigned");
    for (const std::string& text : *texts) {
      const auto equals = text.find('=');
      const auto user =
          parse_jid(std::string_view{text}.substr(equals == std::string::npos ? text.size() : equals + 1));
      if (equals == 0 || equals == std::string::npos || !user || user->local.empty() || !user->resource.empty())
        return section_.error_at("assigned",
                                 "expected items like alice=juliet@example.org, found '" + text.substr(0, 60) + "'");
      settings_.assigned.push_back({text.substr(0, equals), to_string(*user)});
    }
    return {};
  }

  plugins::ConfigError too_many(std::string_view key) const {
    return section_.error_at(key, "has more than " + std::to_string(listed_maximum) + " items");
  }
  /// An absolute path stays; a relative one starts where the key lies.
  std::string placed(const std::string& path) const { return (std::filesystem::path{state_folder_} / path).string(); }

  const plugins::ConfigNode& section_;
  const std::string& state_folder_;
  XmppSettings settings_;
};

}  // namespace

ConfigResult<XmppSettings> read_xmpp_settings(const plugins::ConfigNode& section, const std::string& state_folder) {
  return Reader(section, state_folder).read();
}

}  // namespace p2pns::xmpp
