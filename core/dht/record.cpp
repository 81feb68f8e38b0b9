#include "core/dht/record.hpp"

#include <algorithm>
#include <tuple>

#include "core/dht/binding.hpp"
#include "core/dht/record_form.hpp"

namespace p2pns::dht {
namespace {

struct RecordReader {
  RecordType type;
  Result<RecordForm> (*read)(Bytes);
};

constexpr RecordReader record_readers[] = {
    {RecordType::binding, read_binding_form},
    {RecordType::withdrawal, read_withdrawal_form},
    {RecordType::record_set, read_record_set_form},
};

Result<RecordForm> read_form(const SignedRecord& record) {
  const auto* const reader = std::ranges::find(record_readers, record.type, &RecordReader::type);
  if (reader == std::end(record_readers)) return Errc::unknown_type;
  return reader->read(record.bytes);
}

}  // namespace

VerifiedRecord::VerifiedRecord(const Key& key, SignedRecord record, const RecordForm& form)
    : type_(record.type),
      key_(key),
      owner_(form.owner),
      generation_(form.generation),
      sequence_(form.sequence),
      not_after_(form.not_after) {
  bytes_ = std::move(record.bytes);  // last: the form is a view of them
}

bool operator==(const VerifiedRecord& left, const VerifiedRecord& right) noexcept {
  return left.type_ == right.type_ && left.bytes_ == right.bytes_;
}

Errc check_lease(UnixTime not_after, UnixTime now) noexcept {
  // Only `now` is added to: not_after is a stranger's number and could overflow.
  if (not_after < now - clock_tolerance) return Errc::expired;
  if (not_after > now + lease_maximum + clock_tolerance) return Errc::too_large;
  return Errc::ok;
}

bool newer(const VerifiedRecord& left, const VerifiedRecord& right) noexcept {
  return std::tuple{left.generation(), left.sequence()} > std::tuple{right.generation(), right.sequence()};
}

Result<VerifiedRecord> verify(SignedRecord record, const crypto::Verifier& verifier,
                              const crypto::NetworkParameters& network, UnixTime now) {
  const auto form = read_form(record);
  if (!form) return form.error();
  if (const Errc error = check_lease(form->not_after, now); error != Errc::ok) return error;
  const ByteVector input = crypto::signing_input(form->purpose, network.network_id, form->content);
  if (!verifier.check(form->algorithm, form->signer, input, form->signature)) return Errc::bad_signature;
  return VerifiedRecord{name_position(form->zone, form->label, 0), std::move(record), *form};
}

Result<VerifiedRecord> restore(RestorePass /*pass*/, const Key& key, SignedRecord record) {
  const auto form = read_form(record);
  if (!form) return form.error();
  return VerifiedRecord{key, std::move(record), *form};
}

}  // namespace p2pns::dht
