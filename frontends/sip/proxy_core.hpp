// ProxyCore: the SIP registrar and proxy of a node (RFC 3261, 10 and 16), without sockets and without a clock. Messages
// go in with the hop they came from, and leave through the Outlet. It decides who may send what and where it goes:
//
//   from a phone   REGISTER -> registrar; everything else -> who are you (digest), is From yours, whose name is the
//                  Request-URI -> that name's node, or this node's phones
//   from a node    is From a name of that node -> this node's phones, and nowhere else
//   in a dialog    back and forth between the two hops that its route tokens name, from where they are
#pragma once

#include "frontends/sip/digest_auth.hpp"
#include "frontends/sip/forwarder.hpp"
#include "frontends/sip/route_rule.hpp"
#include "frontends/sip/sip_registrar.hpp"

namespace p2pns::sip {

struct ProxyPolicy {
  /// Calls whose From is not of the node they come from: put through with a mark, or refused with 403.
  bool accept_unverified = true;
  /// Requests from these addresses need no digest; From must be a user all the same.
  std::vector<IpAddress> trusted{};
};

class ProxyCore {
 public:
  /// All references outlive it.
  struct Environment {
    TimerQueue& timers;
    Random& random;
    Outlet& outlet;
    names::NameService& names;
    const UserStore& users;
    DigestAuth& digest;
    SipRegistrar& registrar;
    SipCounters& counters;
    OwnAddress own;
    ProxyPolicy policy{};
    Callback<bool(const Endpoint&)> may_dial;
    /// Runs what another part of the process completes: moves the time on before it and arms the timer after it.
    Callback<void(Callback<void()>)> in_turn;
    TransactionTimers times{};
    TransactionLimits limits{};
  };
  explicit ProxyCore(Environment environment);
  ~ProxyCore();
  ProxyCore(const ProxyCore&) = delete;
  ProxyCore& operator=(const ProxyCore&) = delete;

  /// One message of any origin; what is none is counted.
  void on_message(std::string_view text, const Hop& from);
  /// The request of this client transaction did not arrive.
  void on_send_failed(ClientId client, boost::system::error_code error) { table_.on_send_failed(client, error); }
  const TransactionTable& table() const noexcept { return table_; }

 private:
  using Context = std::shared_ptr<ResponseContext>;
  struct Heading {
    Via via;
    CSeq cseq;
  };
  static Result<Heading> read_heading(const SipMessage& request);

  void on_response(SipMessage response, const Hop& from);
  void on_request(SipMessage request, const Hop& from);
  void on_new_request(SipMessage request, const Heading&, std::string key, const Hop& from);
  void on_ack(SipMessage request, const Heading&, const Hop& from);
  void on_cancel(const SipMessage& request, const Heading&, const Hop& from);
  void reply(const SipMessage& request, const Refusal&, const Hop& to);
  void refuse(const Context&, const Refusal&);
  /// Answers one who may be anybody: once, and nothing is kept of it. Sent again and again, as answers to an INVITE
  /// over UDP are, it would hit whoever's address was forged (RFC 3261, 26.3.2.4).
  void turn_away(const Context&, const Refusal&);
  void turn_away(const Context&, const SipMessage& response);
  std::string new_tag();

  void from_phone(const Context&, const Flow&);
  void from_node(const Context&, const NodeId&);
  void in_dialog(const Context&, const OwnHops&);
  static bool may_pass(const OwnHops&, const DialogMarks&);
  /// True: the request is from a user of ours, and From is his. Otherwise it was answered.
  bool admit_caller(const Context&, const Flow&);
  const SipUser* authenticate(const Context&, const Flow&, Challenger);
  bool lives_here(const Aor&) const;
  bool is_trusted(const Flow&) const;
  void register_phone(const Context&, const Flow&);
  void answer_options(const Context&);
  bool is_about_us(const SipMessage& request, const SipUri&) const;

  using OnAnswer = void (ProxyCore::*)(const Context&, const Aor&, const names::NameAnswer&);
  /// `found` comes at once when the name is known.
  void look_up(const Context&, const Aor&, OnAnswer found);
  void on_callee(const Context&, const Aor& callee, const names::NameAnswer&);
  void on_caller(const Context&, const Aor& caller, const names::NameAnswer&);
  void mark_caller(const Context&, const std::optional<Aor>& verified);
  void deliver(const Context&, const Aor& callee);
  void say_trying(const Context&);

  Environment environment_;
  NodeId self_;
  std::uint64_t loop_salt_;
  RouteTokens tokens_;
  TransactionTable table_;
  Forwarder forwarder_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // the registrar may outlive us
};

}  // namespace p2pns::sip
