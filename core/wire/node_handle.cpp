#include "core/wire/node_handle.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace p2pns::wire {
namespace {

constexpr std::uint8_t form_v4 = 4;
constexpr std::uint8_t form_v6 = 6;
constexpr std::uint8_t form_both = 10;
constexpr std::size_t port_bytes = 2;

bool is_v4_in_v6(const IpAddress& address) noexcept {
  constexpr std::array<std::byte, 12> prefix{
      {{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, std::byte{0xff}, std::byte{0xff}}};
  return address.family == IpFamily::v6 && std::equal(prefix.begin(), prefix.end(), address.octets.begin());
}

bool is_this_network_or_broadcast(const IpAddress& address) noexcept {
  if (address.family == IpFamily::v6) return false;
  const Bytes octets = address.view();
  return octets[0] == std::byte{0} || std::ranges::all_of(octets, [](std::byte b) { return b == std::byte{0xff}; });
}

const Endpoint* first_usable(const NodeHandle& node, IpFamily family) noexcept {
  const auto found = std::ranges::find_if(node.endpoints, [family](const Endpoint& endpoint) {
    return endpoint.address.family == family && usable_on_wire(endpoint);
  });
  return found == node.endpoints.end() ? nullptr : &*found;
}

std::size_t endpoint_size_bytes(IpFamily family) noexcept { return (family == IpFamily::v4 ? 4 : 16) + port_bytes; }

}  // namespace

NodeHandle make_node_handle(const crypto::PublicKey& key, const crypto::PuzzleSolution& puzzle,
                            const Endpoint& endpoint) {
  NodeHandle node{crypto::node_id_of(key), key, puzzle, {}};
  node.endpoints.push_back(endpoint);
  return node;
}

void prefer_endpoint(NodeHandle& node, const Endpoint& endpoint) {
  const Endpoint preferred = endpoint;  // it may be one of the elements moved below
  const auto known = std::ranges::find(node.endpoints, preferred);
  if (known != node.endpoints.end())
    node.endpoints.erase(known);
  else if (node.endpoints.size() == endpoints_per_node_maximum)
    node.endpoints.pop_back();
  node.endpoints.insert(node.endpoints.begin(), preferred);
}

bool usable_on_wire(const Endpoint& endpoint) noexcept {
  const IpAddress& address = endpoint.address;
  return endpoint.port != 0 && !address.is_unspecified() && !address.is_multicast() && !is_v4_in_v6(address) &&
         !is_this_network_or_broadcast(address);
}

void write_endpoint(Writer& out, const Endpoint& endpoint) {
  P2PNS_ASSERT(usable_on_wire(endpoint));
  out.bytes(endpoint.address.view()).u16(endpoint.port);
}

Endpoint read_endpoint(Reader& in, IpFamily family) {
  Endpoint endpoint;
  endpoint.address.family = family;
  std::ranges::copy(in.bytes(endpoint_size_bytes(family) - port_bytes), endpoint.address.octets.begin());
  endpoint.port = in.u16();
  if (!in.failed() && !usable_on_wire(endpoint)) in.fail();
  return endpoint;
}

bool has_contact_form(const NodeHandle& node) noexcept {
  return first_usable(node, IpFamily::v4) || first_usable(node, IpFamily::v6);
}

void write_contact(Writer& out, const NodeHandle& node) {
  const Endpoint* const v4 = first_usable(node, IpFamily::v4);
  const Endpoint* const v6 = first_usable(node, IpFamily::v6);
  P2PNS_ASSERT(v4 || v6);
  out.fixed(node.key).fixed(node.puzzle).u8(v4 && v6 ? form_both : v4 ? form_v4 : form_v6);
  if (v4) write_endpoint(out, *v4);
  if (v6) write_endpoint(out, *v6);
}

std::size_t contact_size_bytes(const NodeHandle& node) noexcept {
  std::size_t addresses_bytes = 0;
  for (const IpFamily family : {IpFamily::v4, IpFamily::v6})
    if (first_usable(node, family)) addresses_bytes += endpoint_size_bytes(family);
  if (addresses_bytes == 0) return 0;
  return crypto::PublicKey::size_bytes + crypto::PuzzleSolution::size_bytes + 1 + addresses_bytes;
}

NodeHandle read_contact(Reader& in, const crypto::PuzzleDifficulty& difficulty) {
  NodeHandle node;
  node.key = in.fixed<crypto::PublicKey>();
  node.puzzle = in.fixed<crypto::PuzzleSolution>();
  const std::uint8_t form = in.u8();
  if (form != form_v4 && form != form_v6 && form != form_both) in.fail();
  if (form == form_v4 || form == form_both) node.endpoints.push_back(read_endpoint(in, IpFamily::v4));
  if (form == form_v6 || form == form_both) node.endpoints.push_back(read_endpoint(in, IpFamily::v6));
  if (in.failed()) return node;
  if (!crypto::puzzles_solved(node.key, node.puzzle, difficulty)) in.fail(Errc::puzzle_unsolved);
  node.id = crypto::node_id_of(node.key);
  return node;
}

}  // namespace p2pns::wire
