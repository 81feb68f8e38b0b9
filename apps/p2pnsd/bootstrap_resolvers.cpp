#include "apps/p2pnsd/bootstrap_resolvers.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <fstream>
#include <sstream>

#include "core/host/net/asio_address.hpp"
#include "frontends/dns/dns_settings.hpp"

namespace p2pns::daemon {

namespace asio = boost::asio;

namespace {

/// An address can be bound exactly when it is one of this machine's.
bool is_of_this_machine(const IpAddress& address) {
  asio::io_context context;
  asio::ip::udp::socket socket(context);
  const asio::ip::udp::endpoint endpoint{host::to_asio(address), 0};
  boost::system::error_code error;
  if (socket.open(endpoint.protocol(), error)) return false;
  socket.bind(endpoint, error);
  return !error;
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(resolv_conf_bytes_maximum, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

/// None when the front end is not configured.
std::optional<dns::DnsSettings> dns_settings(const config::DaemonConfig& config) {
  const auto section = std::ranges::find(config.front_ends, "dns", &config::FrontEndSection::name);
  if (section == config.front_ends.end()) return {};
  const auto settings = dns::read_dns_settings(*section->keys);
  return settings ? std::optional{*settings} : std::nullopt;
}

}  // namespace

std::vector<Endpoint> nameservers_of(std::string_view resolv_conf) {
  std::vector<Endpoint> servers;
  std::istringstream lines{std::string{resolv_conf}};
  for (std::string line; std::getline(lines, line) && servers.size() < resolv_conf_servers_maximum;) {
    std::istringstream words{line};
    std::string keyword, address;
    words >> keyword >> address;
    if (keyword != "nameserver") continue;
    address = address.substr(0, address.find('%'));  // a scope, which addresses do not have here
    if (const auto parsed = parse_ip_address(address)) servers.push_back({*parsed, dns::dns_port});
  }
  return servers;
}

bool reaches_us(const Endpoint& target, const Endpoint& listen) {
  if (target.port != listen.port) return false;
  if (target.address == listen.address) return true;
  return listen.address.is_unspecified() && (target.address.is_unspecified() || is_of_this_machine(target.address));
}

BootstrapResolvers find_bootstrap_resolvers(const config::DaemonConfig& config, const std::string& resolv_conf_file) {
  if (!config.bootstrap_resolvers.empty()) return {config.bootstrap_resolvers, {}};
  const auto settings = dns_settings(config);
  if (settings && !settings->upstreams.empty()) return {settings->upstreams, {}};
  BootstrapResolvers found{nameservers_of(text_of(resolv_conf_file)), {}};
  const bool any = !found.endpoints.empty();
  if (settings)
    std::erase_if(found.endpoints, [&](const Endpoint& each) { return reaches_us(each, settings->listen); });
  if (found.endpoints.empty())
    found.why_none = resolv_conf_file + (any ? " names only this node" : " names no resolver") +
                     ", so seeds given by name cannot be found; set node.bootstrap_resolvers or "
                     "frontends.dns.upstreams";
  return found;
}

}  // namespace p2pns::daemon
