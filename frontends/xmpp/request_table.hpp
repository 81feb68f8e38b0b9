// RequestTable: requests (iq of type get or set) of local users that wait for their answer, so that each gets exactly
// one: the other's, or an error after a time. Time is an argument.
#pragma once

#include <map>
#include <tuple>
#include <vector>

#include "core/base/time.hpp"
#include "frontends/xmpp/stanza.hpp"

namespace p2pns::xmpp {

/// Under way at a time; clients have a few each.
inline constexpr std::size_t requests_maximum = 8192;
/// Of one user, at all devices: one who asks without end leaves the others room.
inline constexpr std::size_t requests_per_user_maximum = 512;

class RequestTable {
 public:
  enum class Added : std::uint8_t { yes, waits_already, too_many };

  /// The request as its sender's server stamped it. `asked`: whom it asks, as the answer's `from` will have it.
  Added add(const StanzaHead& request, const std::string& asked, TimePoint deadline);
  struct Request {
    StanzaHead head;
    TimePoint deadline;
  };
  /// The request that this answers; `asker` as it stood in it, `asked` as for add(). None when nobody asked.
  std::optional<Request> take(const std::string& asker, const std::string& asked, const std::string& id);
  /// Its answer was lost on the way to the asker: it waits again, until its old deadline and beyond the maxima.
  void put_back(Request request, const std::string& asked);
  /// Removes and returns those whose deadline is over.
  std::vector<StanzaHead> expire(TimePoint now);
  std::size_t size() const noexcept { return requests_.size(); }

 private:
  using Key = std::tuple<std::string, std::string, std::string>;  // asker, asked, id
  void count_out(const std::string& asker);

  std::map<Key, Request> requests_;
  std::map<std::string, std::size_t> of_user_;  // how many of each; by bare address
};

}  // namespace p2pns::xmpp
