#include "core/dht/published_set.hpp"

#include "core/dht/record_parts.hpp"
#include "core/wire/message.hpp"

namespace p2pns::dht {
namespace {

/// What a replica must know of it.
struct SetHead {
  std::string zone;
  std::string label;
  crypto::PublicKey owner;
  std::uint32_t generation = 0;
  std::uint64_t sequence = 0;
  UnixTime not_after{};
};

/// What they mean is the readers' matter; here they only have to be there, and nothing else.
void skip_records(wire::Reader& in) {
  const std::size_t count = in.u8();
  if (count > records_per_set_maximum) in.fail(Errc::too_large);
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    in.short_bytes();  // owner name
    in.u16();          // type
    in.u32();          // TTL
    in.long_bytes();   // data
  }
}

}  // namespace

Result<RecordForm> read_record_set_form(Bytes bytes) {
  if (bytes.size() > wire::record_maximum_bytes) return Errc::too_large;
  wire::Reader in{bytes};
  SetHead head;
  read_start(in, RecordType::record_set, head);
  read_versions(in, head);
  skip_records(in);
  in.fixed<crypto::Signature>();
  if (const Errc error = in.finish(); error != Errc::ok) return error;
  return form_of(head, published_set_purpose, bytes);
}

}  // namespace p2pns::dht
