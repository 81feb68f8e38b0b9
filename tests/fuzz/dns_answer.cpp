// What a stranger published, on its way into a DNS answer. The input is: type asked for (2 bytes), flags (1: 0x01
// stale, 0x02 with EDNS), EDNS size (2), labels in front of alice.p2p (u8 length, text with dots), and then records as
// they stand in a record set: owner (u8 length), type (2), TTL (4), data (u16 length).
#include "core/wire/reader.hpp"
#include "tests/fuzz/dns_check.hpp"

namespace p2pns::fuzz {
namespace {

using names::ResourceRecord;

const names::P2PName alice{names::NameKind::label, "p2p", "alice"};

/// Only what a verified record set may hold.
std::vector<ResourceRecord> read_records(wire::Reader& in) {
  std::vector<ResourceRecord> records;
  while (!in.failed() && !in.at_end()) {
    ResourceRecord record;
    record.owner = as_text(in.short_bytes());
    record.type = in.u16();
    record.ttl_s = in.u32();
    record.data = copy_of(in.long_bytes());
    records.push_back(std::move(record));
    if (in.failed() || !names::check_records(records, alice)) records.pop_back();
  }
  names::sort_records(records);
  return records;
}

std::vector<std::string> labels_in_front_of_alice(std::string_view text) {
  std::vector<std::string> labels;
  while (!text.empty()) {
    const auto dot = text.find('.');
    labels.emplace_back(text.substr(0, dot));
    text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  }
  labels.insert(labels.end(), {"alice", "p2p"});
  return labels;
}

}  // namespace

void run(Bytes input) {
  constexpr unsigned stale_flag = 1;
  constexpr unsigned edns_flag = 2;
  if (input.size() > 1100) return;  // a record set has at most 1,000 bytes
  wire::Reader in{input};
  dns::Query query;
  const std::uint16_t type = in.u16();
  const unsigned flags = in.u8();
  const std::uint16_t payload_bytes = in.u16();
  const auto name = dns::name_of_labels(labels_in_front_of_alice(as_text(in.short_bytes())));
  if (in.failed() || !name) return;
  query.question = {*name, type, dns::class_in};
  if ((flags & edns_flag) != 0) query.edns = dns::Edns{payload_bytes, 0, false};

  names::NameAnswer answer;
  answer.outcome = names::Outcome::found;
  answer.name = alice;
  answer.stale = (flags & stale_flag) != 0;
  answer.node = wire::make_node_handle({}, {}, *parse_endpoint("198.51.100.1:4222"));
  answer.record_set.emplace();
  answer.record_set->name = alice;
  answer.record_set->records = read_records(in);
  // Every name has these records: an alias to another name, or to itself, finds them again.
  check_translation(
      query, names::Zones{}, [&answer](const names::P2PName&) -> const auto& { return answer; });
}

}  // namespace p2pns::fuzz
