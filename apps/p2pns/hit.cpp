#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>

#include "apps/p2pns/api_options.hpp"
#include "apps/p2pns/hit_text.hpp"
#include "apps/p2pns/host_key_file.hpp"
#include "apps/p2pns/verb.hpp"
#include "core/base/base64.hpp"
#include "core/dht/host_identity.hpp"
#include "core/host/net/system.hpp"

namespace p2pns::cli {

namespace json = boost::json;

namespace {

constexpr int hours_default = 24;
constexpr int hours_maximum = 7 * 24;

struct Options {
  std::string hit;
  std::string key_file;
  std::vector<std::string> locators;
  std::string det;
  int hours = hours_default;
  bool node = false;
  bool revoke = false;
  ApiOptions api;
};

using crypto::HostKey;

ClientResult<crypto::DetRegistries> parse_registries(const std::string& text) {
  std::istringstream stream{text};
  unsigned raa = 0;
  unsigned hda = 0;
  char comma = 0;
  const bool read = static_cast<bool>(stream >> raa >> comma >> hda) && comma == ',' && stream.eof();
  if (!read || raa > crypto::registry_maximum || hda > crypto::registry_maximum)
    return ClientError{"--det: expected RAA,HDA: two numbers from 0 to 16383"};
  return crypto::DetRegistries{static_cast<std::uint16_t>(raa), static_cast<std::uint16_t>(hda)};
}

ClientResult<crypto::Hit> hit_of(const HostKey& key, const std::string& det) {
  const auto& [algorithm, bytes] = key.identity();
  if (det.empty()) return *crypto::hit_of(algorithm, bytes);  // from_pem has looked at the key
  const auto registries = parse_registries(det);
  if (!registries) return registries.error();
  const auto tag = crypto::det_of(algorithm, bytes, *registries);
  if (!tag) return ClientError{"--det: a DRIP entity tag has an Ed25519 key"};
  return *tag;
}

/// What the daemon knows and a statement needs.
struct Daemon {
  crypto::NetworkParameters network;
  NodeId node;
};

int ask_status(const ApiOptions& api, Daemon& daemon) {
  ApiAnswer answer;
  const int code = ask_daemon(api, {"GET", "/v1/status"}, answer);
  if (code != exit_ok) return code;
  const auto* const object = answer.body.if_object();
  const auto* const network = object ? object->if_contains("network_id") : nullptr;
  const auto* const node = object ? object->if_contains("node_id") : nullptr;
  if (!network || !network->is_string() || !node || !node->is_string())
    return fail("the daemon does not say its network and its NodeID");
  daemon.network.network_id = network->get_string().c_str();
  const auto bytes = from_hex(std::string_view{node->get_string()});
  const auto id = bytes ? NodeId::from(*bytes) : Result<NodeId>{bytes.error()};
  if (!id) return fail("the daemon does not say its NodeID");
  daemon.node = *id;
  return exit_ok;
}

ClientResult<dht::HitStatement> statement_of(const Options& options, const HostKey& key, const Daemon& daemon) {
  const auto hit = hit_of(key, options.det);
  if (!hit) return hit.error();
  const UnixTime now = host::wall_now();
  dht::HitStatement statement;
  statement.hit = *hit;
  statement.identity = key.identity();
  statement.not_after = now + std::chrono::hours{options.revoke ? hours_maximum : options.hours};
  // Milliseconds: a host that registers again has a higher one, whatever machine it does it from.
  statement.sequence =
      options.revoke ? dht::revoking_sequence : static_cast<std::uint64_t>(now.time_since_epoch().count());
  for (const std::string& text : options.locators) {
    const auto address = parse_ip_address(text);
    if (!address) return ClientError{"--locator " + text + ": expected an IPv4 or IPv6 address"};
    statement.locators.push_back(*address);
  }
  if (!options.revoke && (options.node || options.locators.empty())) statement.node = daemon.node;
  switch (dht::check_form(statement)) {
    case Errc::ok:
      return statement;
    case Errc::too_large:
      return ClientError{"--locator: at most 8"};
    default:
      return ClientError{"--locator: no broadcast or multicast address, and no HIT: an address the host has"};
  }
}

int publish(const Options& options) {
  const auto key = read_host_key(options.key_file);
  if (!key) return fail(key.error().message);
  Daemon daemon;
  if (const int code = ask_status(options.api, daemon); code != exit_ok) return code;
  const auto statement = statement_of(options, *key, daemon);
  if (!statement) return fail(statement.error().message);
  if (crypto::rsa_bits(key->identity()) != 0 && crypto::rsa_bits(key->identity()) < crypto::rsa_new_bits_minimum)
    std::cerr << "p2pns: " << options.key_file << ": an RSA key of fewer than 2,048 bits; make a new one soon\n";
  const ByteVector content = dht::hit_content(*statement);
  const auto signature = key->sign(dht::hit_signing_input(content, daemon.network));
  if (!signature) return fail(options.key_file + ": cannot sign");
  json::object body;
  body["signed"] = to_base64(dht::hit_record(content, *signature).bytes);
  const std::string target = "/v1/hits/" + encode_parameter(crypto::to_text(statement->hit));
  return show_answer(options.api, {"PUT", target, json::serialize(body)}, hit_receipt_text);
}

int look_up(const Options& options) {
  const auto hit = crypto::parse_hit(options.hit);
  if (!hit)
    return fail(options.hit +
                ": is no Host Identity Tag: an IPv6 address in 2001:10::/28, 2001:20::/28 or 2001:30::/28, or its 32 "
                "hexadecimal digits");
  ApiAnswer answer;
  const int code = ask_daemon(options.api, {"GET", "/v1/hits/" + encode_parameter(crypto::to_text(*hit))}, answer);
  if (code != exit_ok) return code;
  Daemon daemon;
  if (const int status_code = ask_status(options.api, daemon); status_code != exit_ok) return status_code;
  daemon.network.exempt_private_blocks = true;  // loopback locators: the daemon knows whether its overlay allows them
  // The daemon may run elsewhere, so what it says is not believed: the HIT is recomputed, and the signature checked.
  if (const auto wrong = why_not_believed(*hit, answer.body, daemon.network)) return fail(*wrong);
  if (options.api.json)
    print_json(answer.body);
  else
    std::cout << hit_text(answer.body);
  return exit_ok;
}

int show(const Options& options) {
  const auto key = read_host_key(options.key_file);
  if (!key) return fail(key.error().message);
  const auto hit = hit_of(*key, options.det);
  if (!hit) return fail(hit.error().message);
  if (!options.api.json) {
    std::cout << crypto::to_text(*hit) << "\n" << crypto::to_nibbles(*hit) << ".hit-to-ip.p2p\n";
    return exit_ok;
  }
  json::object body;
  body["hit"] = crypto::to_text(*hit);
  body["nibbles"] = crypto::to_nibbles(*hit);
  body["identity"] = to_base64(key->identity().bytes);
  print_json(body);
  return exit_ok;
}

void add_key_options(CLI::App& verb, Options& options) {
  verb.add_option("--key", options.key_file, "The host's private key, PEM without a passphrase")->required();
  verb.add_option("--det", options.det, "A DRIP entity tag under these registries: RAA,HDA");
}

void add_publishing(CLI::App& hit, const std::shared_ptr<Options>& options, int& exit_code) {
  CLI::App* verb = hit.add_subcommand("register", "Say where a HIP host is reached, signed by its key");
  add_key_options(*verb, *options);
  auto* locators = verb->add_option("--locator", options->locators,
                                    "An address of the host, once for each; without "
                                    "one, the host is where this daemon's node is");
  locators->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->allow_extra_args(false);
  verb->add_flag("--node", options->node, "Name this daemon's node too, beside the locators");
  verb->add_option("--hours", options->hours, "How long it is good for; register again before")
      ->check(CLI::Range(1, hours_maximum))
      ->capture_default_str();
  add_api_options(*verb, options->api, VerbKind::changes);
  verb->callback([options, &exit_code] { exit_code = publish(*options); });
  CLI::App* revoke = hit.add_subcommand("revoke", "Make nobody believe anything of this key, for 7 days");
  add_key_options(*revoke, *options);
  add_api_options(*revoke, options->api, VerbKind::changes);
  revoke->callback([options, &exit_code] {
    options->revoke = true;
    exit_code = publish(*options);
  });
}

}  // namespace

void add_hit(CLI::App& program, int& exit_code) {
  auto options = std::make_shared<Options>();  // shared: CLI11 copies callbacks
  CLI::App* hit = program.add_subcommand("hit", "Host Identity Tags of HIP: register, look up, show, revoke");
  hit->require_subcommand(1);
  add_publishing(*hit, options, exit_code);
  CLI::App* lookup = hit->add_subcommand("lookup", "Find a HIT's host, and check what it says");
  lookup->add_option("HIT", options->hit, "For example 2001:21:f45d:f33d:25fc:d9c3:9588:6e3")->required();
  add_api_options(*lookup, options->api, VerbKind::reads);
  lookup->callback([options, &exit_code] { exit_code = look_up(*options); });
  CLI::App* show_verb = hit->add_subcommand("show", "The HIT of a key; asks nobody");
  add_key_options(*show_verb, *options);
  show_verb->add_flag("--json", options->api.json, "Print it as one line of JSON");
  show_verb->callback([options, &exit_code] { exit_code = show(*options); });
}

}  // namespace p2pns::cli
