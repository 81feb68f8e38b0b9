#include "frontends/sip/sip_settings.hpp"

#include <algorithm>
#include <filesystem>

namespace p2pns::sip {

using plugins::ConfigResult;

namespace {

constexpr std::size_t realm_maximum_bytes = 253;

std::int64_t seconds_of(Duration duration) { return duration / std::chrono::seconds{1}; }

/// Reads the section key by key; the first error stays, and nothing after it counts.
class Reader {
 public:
  Reader(const plugins::ConfigNode& section, const std::string& state_folder, const names::Zones& zones)
      : section_(section), state_folder_(state_folder), zones_(zones) {}

  ConfigResult<SipSettings> read() {
    for (const auto step : {&Reader::read_address, &Reader::read_users, &Reader::read_digest, &Reader::read_limits,
                            &Reader::read_advertised, &Reader::read_policy})
      if (auto done = (this->*step)(); !done) return done.error();
    if (auto rest = section_.finish(); !rest) return rest.error();
    return {boost::system::in_place_value, std::move(settings_)};
  }

 private:
  ConfigResult<void> read_address() {
    const auto listen = section_.endpoint("listen", *parse_endpoint("127.0.0.1:5060"));
    if (!listen) return listen.error();
    const auto remote = section_.boolean("allow_remote", false);
    if (!remote) return remote.error();
    if (!*remote && !listen->address.is_loopback())
      return section_.error_at("listen", to_string(*listen) +
                                             " can be reached from other machines; add 'allow_remote: true' if that "
                                             "is meant, or listen on 127.0.0.1");
    settings_.listen = *listen;
    settings_.allow_remote = *remote;
    return {};
  }

  ConfigResult<void> read_users() {
    const auto file = section_.text("users_file", "sip.users");
    if (!file) return file.error();
    if (file->empty()) return section_.error_at("users_file", "expected the path of a file");
    settings_.users_file = (std::filesystem::path{state_folder_} / *file).string();
    const auto realm = section_.text("realm", zones_.names.front());
    if (!realm) return realm.error();
    const bool fits =
        !realm->empty() && realm->size() <= realm_maximum_bytes &&
        std::ranges::all_of(*realm, [](char c) { return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != ':'; });
    if (!fits) return section_.error_at("realm", "expected a word without quotes, colons and spaces, like p2p");
    settings_.digest.realm = *realm;
    return {};
  }

  ConfigResult<void> read_digest() {
    const auto offer = section_.text("digest", "both");
    if (!offer) return offer.error();
    DigestSettings& digest = settings_.digest;
    if (*offer == "md5") {
      digest.offer = DigestOffer::md5;
    } else if (*offer == "sha256") {
      digest.offer = DigestOffer::sha256;
    } else if (*offer != "both") {
      return section_.error_at("digest", "expected both, sha256 or md5");
    }
    if (auto read = read_seconds("nonce_life_s", digest.nonce_life, 10, 3600); !read) return read;
    if (auto read = read_number("wrong_digests_per_minute", digest.wrong.per_minute, 1, 1000); !read) return read;
    return read_seconds("silence_s", digest.wrong.silence, 1, 86'400);
  }

  ConfigResult<void> read_limits() {
    RegistrarSettings& registrar = settings_.registrar;
    if (auto read = read_number("minimum_expires_s", registrar.expiry.minimum_s, 10, 3600); !read) return read;
    if (auto read = read_number("maximum_expires_s", registrar.expiry.maximum_s, registrar.expiry.minimum_s, 86'400);
        !read)
      return read;
    registrar.expiry.default_s =
        std::clamp(registrar.expiry.default_s, registrar.expiry.minimum_s, registrar.expiry.maximum_s);
    if (auto read = read_number("contacts", registrar.locations.contacts_per_address, 1, 64); !read) return read;
    return read_number("addresses", registrar.locations.addresses, 1, 1'000'000);
  }

  ConfigResult<void> read_advertised() {
    const auto text = section_.text("advertise", "");
    if (!text) return text.error();
    if (text->empty()) {
      if (!settings_.listen.address.is_unspecified()) return {};
      return section_.error_at("listen", to_string(settings_.listen) +
                                             " is no address that phones can send to; say in 'advertise' which one "
                                             "they reach this node at");
    }
    const auto address = parse_ip_address(*text);
    if (!address || address->is_unspecified() || address->is_multicast())
      return section_.error_at("advertise", "expected an address like 192.0.2.1");
    settings_.advertise = *address;
    return {};
  }

  ConfigResult<void> read_policy() {
    const auto unverified = section_.text("unverified", "accept");
    if (!unverified) return unverified.error();
    if (*unverified != "accept" && *unverified != "refuse")
      return section_.error_at("unverified", "expected accept or refuse");
    settings_.policy.accept_unverified = *unverified == "accept";
    const auto trusted = section_.texts("trusted");
    if (!trusted) return trusted.error();
    if (trusted->size() > trusted_maximum)
      return section_.error_at("trusted", "has more than " + std::to_string(trusted_maximum) + " items");
    for (const std::string& text : *trusted) {
      const auto address = parse_ip_address(text);
      if (!address || address->is_unspecified())
        return section_.error_at("trusted", "expected addresses like 192.0.2.1, found '" + text.substr(0, 60) + "'");
      settings_.policy.trusted.push_back(*address);
    }
    std::int64_t messages = static_cast<std::int64_t>(settings_.sources.per_second);
    if (auto read = read_number("messages_per_second", messages, 1, 1'000'000); !read) return read;
    settings_.sources = {static_cast<double>(messages), static_cast<double>(2 * messages)};
    return read_number("transactions", settings_.transactions.active, 16, 1'000'000);
  }

  template <class T>
  ConfigResult<void> read_number(std::string_view key, T& value, std::int64_t minimum, std::int64_t maximum) {
    const auto number = section_.integer(key, static_cast<std::int64_t>(value), minimum, maximum);
    if (!number) return number.error();
    value = static_cast<T>(*number);
    return {};
  }
  ConfigResult<void> read_seconds(std::string_view key, Duration& value, std::int64_t minimum, std::int64_t maximum) {
    std::int64_t seconds = seconds_of(value);
    if (auto read = read_number(key, seconds, minimum, maximum); !read) return read;
    value = std::chrono::seconds{seconds};
    return {};
  }

  const plugins::ConfigNode& section_;
  const std::string& state_folder_;
  const names::Zones& zones_;
  SipSettings settings_;
};

}  // namespace

ConfigResult<SipSettings> read_sip_settings(const plugins::ConfigNode& section, const std::string& state_folder,
                                            const names::Zones& zones) {
  return Reader(section, state_folder, zones).read();
}

}  // namespace p2pns::sip
