#include "frontends/hip/transport_records.hpp"

#include <algorithm>
#include <array>

#include "frontends/rdata/rdata.hpp"

namespace p2pns::hip {

namespace {

using names::ResourceRecord;

constexpr std::uint16_t type_a = 1;
constexpr std::uint16_t type_aaaa = 28;
constexpr std::uint16_t type_srv = 33;
constexpr std::array<std::string_view, 2> services{"*._tcp", "*._udp"};
constexpr std::size_t srv_port_offset = 4;  // behind priority and weight (RFC 2782)

bool is_address(const ResourceRecord& record) {
  return record.owner.empty() && (record.type == type_a || record.type == type_aaaa);
}

/// Of every service, on the host of this name.
ByteVector service_data(const names::P2PName& name, std::uint16_t port) {
  auto typed = rdata::parse("SRV", "0 0 " + std::to_string(port) + " " + names::to_string(name) + ".");
  return typed ? std::move(typed->data) : ByteVector{};
}

std::optional<std::uint16_t> service_port(const names::P2PName& name, const ResourceRecord& record) {
  if (record.type != type_srv || std::ranges::find(services, record.owner) == services.end()) return std::nullopt;
  if (record.data.size() < srv_port_offset + 2) return std::nullopt;
  const auto port = static_cast<std::uint16_t>((std::to_integer<unsigned>(record.data[srv_port_offset]) << 8U) |
                                               std::to_integer<unsigned>(record.data[srv_port_offset + 1]));
  return record.data == service_data(name, port) ? std::optional{port} : std::nullopt;
}

/// What the records say, when they say both.
std::optional<Endpoint> registered_address(const names::P2PName& name, const std::vector<ResourceRecord>& records) {
  const auto host = std::ranges::find_if(records, is_address);
  if (host == records.end()) return std::nullopt;
  const auto address = ip_address_from(host->data);
  if (!address) return std::nullopt;
  for (const ResourceRecord& record : records)
    if (const auto port = service_port(name, record)) return Endpoint{*address, *port};
  return std::nullopt;
}

}  // namespace

std::vector<ResourceRecord> with_transport_address(std::vector<ResourceRecord> records, const names::P2PName& name,
                                                   const std::optional<Endpoint>& address, std::uint32_t ttl_s) {
  const bool had_one = registered_address(name, records).has_value();
  if (had_one || address)
    std::erase_if(records,
                  [&](const ResourceRecord& record) { return is_address(record) || service_port(name, record); });
  if (!address) return records;
  const std::uint16_t type = address->address.family == IpFamily::v4 ? type_a : type_aaaa;
  records.push_back({"", type, ttl_s, copy_of(address->address.view())});
  for (const std::string_view service : services)
    records.push_back({std::string{service}, type_srv, ttl_s, service_data(name, address->port)});
  return records;
}

std::optional<Endpoint> transport_address(const names::NameAnswer& answer) {
  if (answer.record_set)
    if (const auto registered = registered_address(answer.name, answer.record_set->records)) return registered;
  if (!answer.node || answer.node->endpoints.empty()) return std::nullopt;
  return answer.node->endpoints.front();
}

}  // namespace p2pns::hip
