#include "core/dht/record.hpp"

#include <algorithm>
#include <tuple>

#include "core/dht/binding.hpp"
#include "core/dht/record_form.hpp"
#include "core/dht/weak_record.hpp"

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
    {RecordType::host_identity, read_hit_form},
    {weak_type(0), read_weak_form},
    {weak_type(1), read_weak_form},
    {weak_type(2), read_weak_form},
    {weak_type(3), read_weak_form},
};
static_assert(weak_places == 4);

Result<RecordForm> read_form(const SignedRecord& record) {
  const auto* const reader = std::ranges::find(record_readers, record.type, &RecordReader::type);
  if (reader == std::end(record_readers)) return Errc::unknown_type;
  auto form = reader->read(record.bytes);
  // A record begins with its type: one reader for several types cannot see which of them was asked for.
  if (form && static_cast<RecordType>(record.bytes.front()) != record.type) return Errc::malformed;
  return form;
}

Key position_of(const RecordForm& form) {
  return form.hip_key ? hip_position(*form.hip_key) : name_position(form.zone, form.label, 0);
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

Result<Key> claimed_position(const SignedRecord& record) {
  const auto form = read_form(record);
  if (!form) return form.error();
  return position_of(*form);
}

std::chrono::days lease_maximum_of(RecordType type) noexcept {
  return type == RecordType::host_identity || is_weak(type) ? hip_lease_maximum : lease_maximum;
}

Errc check_lease(UnixTime not_after, UnixTime now, std::chrono::days maximum) noexcept {
  // Only `now` is added to: not_after is a stranger's number and could overflow.
  if (not_after < now - clock_tolerance) return Errc::expired;
  if (not_after > now + maximum + clock_tolerance) return Errc::too_large;
  return Errc::ok;
}

bool newer(const VerifiedRecord& left, const VerifiedRecord& right) noexcept {
  return std::tuple{left.generation(), left.sequence()} > std::tuple{right.generation(), right.sequence()};
}

Result<VerifiedRecord> verify(SignedRecord record, const crypto::Verifier& verifier,
                              const crypto::NetworkParameters& network, UnixTime now) {
  const auto form = read_form(record);
  if (!form) return form.error();
  if (const Errc error = check_lease(form->not_after, now, lease_maximum_of(record.type)); error != Errc::ok)
    return error;
  const ByteVector input = crypto::signing_input(form->purpose, network.network_id, form->content);
  if (!verifier.check(form->algorithm, form->signer, input, form->signature)) return Errc::bad_signature;
  if (form->check_further != nullptr)
    if (const Errc error = form->check_further(record.bytes, verifier, network, now); error != Errc::ok) return error;
  const Key position = position_of(*form);
  return VerifiedRecord{position, std::move(record), *form};
}

Result<VerifiedRecord> restore(RestorePass /*pass*/, const Key& key, SignedRecord record) {
  const auto form = read_form(record);
  if (!form) return form.error();
  return VerifiedRecord{key, std::move(record), *form};
}

}  // namespace p2pns::dht
