// Result<T>: an expected failure is a value. Only what std::expected also offers is used (operator bool, *, ->,
// error()), so that the alias is the one line to change one day. Errc names every failure the core can report; the
// error category turns each into a sentence a person can act on.
#pragma once

#include <boost/system/result.hpp>
#include <string_view>

namespace p2pns {

/// What went wrong, in the words of the protocol. The numbers are ours and may change between versions.
enum class Errc {
  ok = 0,
  truncated,            ///< input ended before the value it promised
  trailing_bytes,       ///< input goes on after the value ended
  malformed,            ///< a field has a value the format forbids
  too_large,            ///< larger than the named maximum
  wrong_network,        ///< belongs to another overlay (network id)
  wrong_version,        ///< format version not spoken here
  unknown_type,         ///< message or record type not known here
  not_for_us,           ///< addressed to another node
  bad_key,              ///< public key of small order, or otherwise unusable
  bad_seal,             ///< AEAD tag does not match
  bad_signature,        ///< signature does not match key and content
  puzzle_unsolved,      ///< static or dynamic crypto puzzle not solved
  replayed,             ///< seen before, or older than the replay window
  clock_skew,           ///< time stamp too far from our clock
  expired,              ///< not-after lies in the past
  timed_out,            ///< no answer in time
  no_peers,             ///< no node of the overlay is known or alive
  cancelled,            ///< the caller gave up
  overloaded,           ///< a named maximum of the local node is reached
  bad_name,             ///< not a P2PName (the message of the parser says why)
  name_taken,           ///< another owner holds the name
  not_owner,            ///< only the owner may do this
  stale_sequence,       ///< a newer generation or sequence is already stored
  contested,            ///< replicas disagree about the owner
  no_such_name,         ///< a majority of the replicas knows no such name
  not_reachable,        ///< the overlay, or the owner's node, cannot be reached
  owner_offline,        ///< the name exists, its node does not answer and published no copy
  refused,              ///< the other side refuses by policy (limit, permission)
  unsupported,          ///< valid, but not implemented by this version
  io_error,             ///< the operating system refused (the log says what)
  bad_config,           ///< configuration cannot be used
  permission_too_open,  ///< a key file can be read by others
};

/// Category of Errc; its message() is one clear sentence without a final full stop.
const boost::system::error_category& error_category() noexcept;
/// Makes Errc usable wherever boost::system::error_code is.
boost::system::error_code make_error_code(Errc) noexcept;
/// The short name of the value ("bad_seal"), for counters and logs.
std::string_view name_of(Errc) noexcept;

template <class T>
using Result = boost::system::result<T>;

}  // namespace p2pns

namespace boost::system {
template <>
struct is_error_code_enum<p2pns::Errc> : std::true_type {};
}  // namespace boost::system
