// Translation: from one question to one response, step by step and without sockets or time of its own. It says which
// name it wants to know next; whoever drives it gives the name service's answer. More than one step happens only when a
// name is an alias of another one.
//
//   Translation t{question, zones, settings};
//   while (t.wanted()) t.on_answer(<what the name service says about *t.wanted()>, now);  // and so with wanted_hit()
//   send(encode(query, t.response(), limit));
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/dns/place.hpp"
#include "frontends/dns/response.hpp"

namespace p2pns::dns {

/// Aliases followed for one question; whoever needs more may ask on from the last one.
inline constexpr std::size_t aliases_maximum = 8;
/// RFC 2308: how long others may remember that there is nothing. As long as our own negative cache.
inline constexpr std::uint32_t negative_ttl_s = 30;
/// RFC 8767: an answer served stale may be used this long.
inline constexpr std::uint32_t stale_ttl_s = 30;
/// Addresses of nodes change without a word to resolvers.
inline constexpr std::uint32_t address_ttl_s = 60;
/// Of what a host says about itself: it may move, and its statement ends.
inline constexpr std::uint32_t hit_ttl_s = 60;
/// Of the zone's own NS and SOA records.
inline constexpr std::uint32_t zone_ttl_s = 3600;

/// What the zones say about this server.
struct ZoneSettings {
  std::vector<IpAddress> server_addresses;  ///< of ns.id.<zone>
};

class Translation {
 public:
  /// `zones` and `settings` outlive the translation.
  Translation(Question question, const names::Zones& zones, const ZoneSettings& settings);

  /// The name to resolve next; null when the response is ready, or a HIT is wanted.
  const names::P2PName* wanted() const noexcept {
    return done_ || placement_.place == Place::hit ? nullptr : &placement_.name;
  }
  /// The HIT to look for next; null when the response is ready, or a name is wanted.
  const crypto::Hit* wanted_hit() const noexcept {
    return done_ || placement_.place != Place::hit ? nullptr : &placement_.hit;
  }
  bool is_done() const noexcept { return done_; }
  /// Only while wanted() is not null.
  void on_answer(const names::NameAnswer&, TimePoint now);
  /// Only while wanted_hit() is not null.
  void on_hit(const names::HitAnswer&, TimePoint now);
  /// No answer can be had: SERVFAIL.
  void fail(ExtendedCode code, std::string text);

  /// Where the response ends at a name outside of our zones, that name: the question's own, or where its aliases led.
  /// Otherwise null.
  const WireName* outside() const noexcept {
    return done_ && placement_.place == Place::outside && response_.rcode != Rcode::server_failure ? &current_
                                                                                                   : nullptr;
  }
  /// True when the question's own name lies in one of our zones.
  bool is_ours() const noexcept { return aliases_ > 0 || placement_.place != Place::outside; }
  /// What somebody else says about outside(), to go behind the aliases that led there.
  void on_foreign_answer(Rcode rcode, std::vector<Record> answer, std::vector<Record> authority);

  const Response& response() const noexcept { return response_; }

 private:
  void look_at_name();
  void use(const names::NameAnswer&);
  void answer_apex();
  void answer_name_server();
  void answer_found(const names::NameAnswer&);
  void answer_from_records(std::span<const names::ResourceRecord>);
  void answer_from_node(const names::NameAnswer&);
  void answer_found_hit(const names::HitAnswer&);
  /// The configured zone that has the names of this server.
  WireName server_zone() const;
  void follow(const names::ResourceRecord& alias);
  /// Nothing but aliases was found for the question.
  bool found_nothing() const;
  void no_data();
  void no_such_name(std::string reason);

  bool asks(std::uint16_t type) const noexcept;
  WireName zone_name() const;
  Record soa(std::uint32_t ttl_s) const;
  void add_address(const IpAddress&, const WireName& owner, std::vector<Record>& section) const;

  const names::Zones& zones_;
  const ZoneSettings& settings_;
  Question question_;
  WireName current_;  // the question's name, or where its aliases led so far
  Placement placement_;
  std::uint32_t ttl_ceiling_s_ = negative_ttl_s;  // rest of the cache life of the answer at hand
  std::size_t aliases_ = 0;
  bool done_ = false;
  Response response_;
};

}  // namespace p2pns::dns
