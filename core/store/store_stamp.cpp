#include "core/store/store_stamp.hpp"

#include "core/crypto/network.hpp"
#include "core/wire/reader.hpp"
#include "core/wire/writer.hpp"

namespace p2pns::store {

namespace {
constexpr std::string_view magic = "p2pns store";
}

ByteVector encode(const StoreStamp& stamp, std::uint16_t schema) {
  wire::Writer out;
  out.bytes(as_bytes(magic)).u16(schema).fixed(stamp.node).short_bytes(as_bytes(stamp.network));
  return std::move(out).take();
}

StoreResult<StoreStamp> decode_stamp(Bytes bytes) {
  wire::Reader in{bytes};
  if (as_text(in.bytes(magic.size())) != magic) return StoreError{"is no store of p2pns"};
  const std::uint16_t schema = in.u16();
  if (!in.failed() && schema != schema_version)
    return StoreError{"was written by another version of p2pns (store format " + std::to_string(schema) +
                      ", this one reads " + std::to_string(schema_version) + ")"};
  StoreStamp stamp;
  stamp.node = in.fixed<NodeId>();
  stamp.network = as_text(in.short_bytes());
  if (in.finish() != Errc::ok || !crypto::is_network_id(stamp.network))
    return StoreError{"is damaged: its stamp cannot be read"};
  return stamp;
}

StoreResult<void> check_owner(const StoreStamp& found, const StoreStamp& wanted) {
  if (found.network != wanted.network)
    return StoreError{"belongs to the network " + found.network + ", this node is of " + wanted.network};
  if (found.node != wanted.node)
    return StoreError{"belongs to node " + to_hex(found.node.view()) + ", this node is " + to_hex(wanted.node.view())};
  return {};
}

}  // namespace p2pns::store
