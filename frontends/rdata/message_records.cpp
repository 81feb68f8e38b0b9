#include "frontends/rdata/message_records.hpp"

#include <stdbool.h>  // before ldns, which otherwise defines bool, true and false as macros

#include <ldns/ldns.h>
#include <memory>

namespace p2pns::rdata {
namespace {

Bytes bytes_of(const ldns_rdf* field) {
  return {reinterpret_cast<const std::byte*>(ldns_rdf_data(field)), ldns_rdf_size(field)};
}

std::vector<MessageRecord> records_of(const ldns_rr_list* list) {
  std::vector<MessageRecord> records;
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(list); ++i) {
    const ldns_rr* const rr = ldns_rr_list_rr(list, i);
    if (ldns_rr_get_class(rr) != LDNS_RR_CLASS_IN) continue;
    MessageRecord record{
        copy_of(bytes_of(ldns_rr_owner(rr))), static_cast<std::uint16_t>(ldns_rr_get_type(rr)), ldns_rr_ttl(rr), {}};
    for (std::size_t field = 0; field < ldns_rr_rd_count(rr); ++field) {
      const Bytes data = bytes_of(ldns_rr_rdf(rr, field));
      record.data.insert(record.data.end(), data.begin(), data.end());
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

Result<MessageRecords> records_of_message(Bytes message) {
  ldns_pkt* parsed = nullptr;
  if (ldns_wire2pkt(&parsed, reinterpret_cast<const std::uint8_t*>(message.data()), message.size()) != LDNS_STATUS_OK)
    return Errc::malformed;
  const std::unique_ptr<ldns_pkt, void (*)(ldns_pkt*)> packet{parsed, ldns_pkt_free};
  return MessageRecords{records_of(ldns_pkt_answer(parsed)), records_of(ldns_pkt_authority(parsed))};
}

}  // namespace p2pns::rdata
