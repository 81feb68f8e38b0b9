#include "core/base/result.hpp"

#include <array>
#include <string>

namespace p2pns {
namespace {

struct Entry {
  Errc code;
  std::string_view name;
  std::string_view sentence;
};

constexpr std::array entries{
    Entry{Errc::ok, "ok", "success"},
    Entry{Errc::truncated, "truncated", "the input ends too early"},
    Entry{Errc::trailing_bytes, "trailing_bytes", "the input has bytes after its end"},
    Entry{Errc::malformed, "malformed", "the input breaks its format"},
    Entry{Errc::too_large, "too_large", "the input is larger than allowed"},
    Entry{Errc::wrong_network, "wrong_network", "this belongs to another overlay (network id differs)"},
    Entry{Errc::wrong_version, "wrong_version", "this format version is not supported"},
    Entry{Errc::unknown_type, "unknown_type", "this message or record type is not known"},
    Entry{Errc::not_for_us, "not_for_us", "this is addressed to another node"},
    Entry{Errc::bad_key, "bad_key", "the public key is not usable"},
    Entry{Errc::bad_seal, "bad_seal", "the message is not authentic"},
    Entry{Errc::bad_signature, "bad_signature", "the signature does not match"},
    Entry{Errc::puzzle_unsolved, "puzzle_unsolved", "the crypto puzzle is not solved"},
    Entry{Errc::replayed, "replayed", "the message was seen before"},
    Entry{Errc::clock_skew, "clock_skew", "the clocks of the two nodes differ too much"},
    Entry{Errc::expired, "expired", "the record has expired"},
    Entry{Errc::timed_out, "timed_out", "no answer came in time"},
    Entry{Errc::no_peers, "no_peers", "no other node of the overlay is known"},
    Entry{Errc::cancelled, "cancelled", "the operation was cancelled"},
    Entry{Errc::overloaded, "overloaded", "this node is too busy, try again later"},
    Entry{Errc::bad_name, "bad_name", "this is not a valid name"},
    Entry{Errc::name_taken, "name_taken", "the name is taken by another owner"},
    Entry{Errc::not_owner, "not_owner", "only the owner of the name may do this"},
    Entry{Errc::stale_sequence, "stale_sequence", "a newer version is already stored"},
    Entry{Errc::contested, "contested", "the replicas disagree about the owner of the name"},
    Entry{Errc::no_such_name, "no_such_name", "the name is not registered"},
    Entry{Errc::not_reachable, "not_reachable", "the overlay cannot be reached"},
    Entry{Errc::owner_offline, "owner_offline", "the owner of the name is offline"},
    Entry{Errc::refused, "refused", "the other side refuses"},
    Entry{Errc::unsupported, "unsupported", "this is not supported by this version"},
    Entry{Errc::io_error, "io_error", "the operating system refused"},
    Entry{Errc::bad_config, "bad_config", "the configuration cannot be used"},
    Entry{Errc::permission_too_open, "permission_too_open", "the key file can be read by other users"},
};

const Entry* find_entry(Errc code) noexcept {
  for (const Entry& entry : entries)
    if (entry.code == code) return &entry;
  return nullptr;
}

/// Any number that nobody else uses. Categories with equal ids are equal wherever they live: a plug-in from a file may
/// hold one of its own.
constexpr boost::ulong_long_type category_id = 0x7032706e73457272;  // "p2pnsErr"

class Category final : public boost::system::error_category {
 public:
  constexpr Category() noexcept : error_category(category_id) {}
  const char* name() const noexcept override { return "p2pns"; }
  std::string message(int value) const override {
    const Entry* entry = find_entry(static_cast<Errc>(value));
    return std::string{entry ? entry->sentence : "unknown error"};
  }
};

}  // namespace

const boost::system::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

boost::system::error_code make_error_code(Errc code) noexcept { return {static_cast<int>(code), error_category()}; }

std::string_view name_of(Errc code) noexcept {
  const Entry* entry = find_entry(code);
  return entry ? entry->name : "unknown";
}

}  // namespace p2pns
