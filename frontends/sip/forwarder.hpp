// Forwarder: sends a request to its targets, all at once, and sees what comes back to the one who asked: provisional
// responses and every 2xx at once, otherwise the best final response when all branches are done (RFC 3261, 16.6
// to 16.8, 16.10; RFC 5393 for Max-Breadth).
#pragma once

#include "frontends/sip/own_address.hpp"
#include "frontends/sip/response_context.hpp"
#include "frontends/sip/route_token.hpp"

namespace p2pns::sip {

/// RFC 3261, 16.6 step 11: more than three minutes for a phone that rings.
inline constexpr Duration timer_c = std::chrono::seconds{185};
/// RFC 5393: branches that a request, with all its copies further on, may have.
inline constexpr std::uint32_t max_breadth_default = 60;
/// RFC 3261, 18.1.1: larger requests go over a stream when they can.
inline constexpr std::size_t datagram_request_maximum_bytes = 1300;

class Forwarder final : public TransactionUser {
 public:
  struct Environment {
    TimerQueue& timers;
    TransactionTable& table;
    const OwnAddress& own;
    const RouteTokens& tokens;
    SipCounters& counters;
    /// Whether a stream to this address is worth trying.
    Callback<bool(const Endpoint&)> may_dial;
  };
  explicit Forwarder(Environment environment) : environment_(std::move(environment)) {}

  using Context = std::shared_ptr<ResponseContext>;
  /// At least one target. The transaction of the request knows the context already.
  void start(const Context&, std::vector<Target>);
  /// The caller hung up before an answer. Harmless after it.
  void cancel(const Context&);
  /// A response of our own; final ones end the context.
  void answer(const Context&, int status, std::string_view reason = {});
  /// The same with whatever headers it has.
  void answer(const Context&, const SipMessage& response);
  /// Without a transaction: the ACK of a 2xx.
  void send_ack(SipMessage request, const Hop& to, std::string_view mark, Outlet& outlet);

  void on_response(const Context&, ClientId, SipMessage response) override;
  void on_no_response(const Context&, ClientId, boost::system::error_code error) override;

 private:
  void start_branch(const Context&, std::size_t index);
  SipMessage message_for(const ResponseContext&, const Target&) const;
  void add_record_routes(SipMessage&, const ResponseContext&, const Hop& callee) const;
  void add_identity(SipMessage&, const ResponseContext&) const;
  /// Over a stream instead, when it is too large for a datagram.
  void choose_transport(SipMessage&, Branch&) const;
  void arm_limit(const Context&, Branch&, Duration limit);
  void on_limit(const Context&, ClientId);
  void pass_provisional(const Context&, Branch&, SipMessage response);
  void pass_success(const Context&, Branch&, const SipMessage& response);
  void take_own(const Context&, Branch&, int status);
  void take_final(const Context&, Branch&, SipMessage response, bool own = false);
  void cancel_branch(const Context&, Branch&);
  void finish_if_done(const Context&);

  Environment environment_;
};

}  // namespace p2pns::sip
