#include "core/dht/record_parts.hpp"

namespace p2pns::dht {

using wire::Reader;
using wire::Writer;

Errc check_zone(std::string_view zone) noexcept {
  if (zone.size() > zone_maximum_bytes) return Errc::too_large;
  return is_canonical_zone(zone) ? Errc::ok : Errc::malformed;
}

Errc check_label(std::string_view label) noexcept {
  if (label.size() > label_maximum_bytes) return Errc::too_large;
  return is_canonical_label(label) ? Errc::ok : Errc::malformed;
}

std::string read_text(Reader& in, Errc (*check)(std::string_view)) {
  const std::string_view text = as_text(in.short_bytes());
  if (in.failed()) return {};
  if (const Errc error = check(text); error != Errc::ok) in.fail(error);
  return std::string{text};
}

// A number beyond the signed range would turn negative, and so mean another time than it says.
UnixTime read_time(Reader& in) {
  const std::uint64_t milliseconds = in.u64();
  if (milliseconds > INT64_MAX) in.fail();
  return UnixTime{std::chrono::milliseconds{static_cast<std::int64_t>(milliseconds)}};
}

std::uint64_t read_sequence(Reader& in) {
  const std::uint64_t sequence = in.u64();
  if (sequence == 0) in.fail();
  return sequence;
}

void write_time(Writer& out, UnixTime time) { out.u64(static_cast<std::uint64_t>(time.time_since_epoch().count())); }

void write_start(Writer& out, RecordType type, std::string_view zone, std::string_view label) {
  out.u8(static_cast<std::uint8_t>(type)).short_bytes(as_bytes(zone)).short_bytes(as_bytes(label));
}

}  // namespace p2pns::dht
