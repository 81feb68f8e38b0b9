// A SIP node without sockets for tests: the real core, registrar and digests, a fake name service, and an outbox in
// place of the network. SipNetwork carries messages between several of them as peer links do.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "frontends/sip/list_split.hpp"
#include "frontends/sip/proxy_core.hpp"
#include "tests/support/fake_name_service.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::test {

using namespace std::chrono_literals;

inline NodeId node_id(int number) {
  NodeId id;
  id.value[0] = static_cast<std::byte>(number);
  return id;
}
inline names::P2PName name_of(const std::string& label) { return {names::NameKind::label, "p2p", label}; }
inline sip::Flow phone_at(std::uint16_t port, sip::TransportKind transport = sip::TransportKind::udp) {
  return {transport, {*parse_ip_address("127.0.0.1"), port}, transport == sip::TransportKind::tcp ? port : 0U};
}

struct SentMessage {
  sip::Hop to;
  std::string text;
  sip::ClientId client = 0;
  sip::SipMessage parsed() const { return *sip::SipMessage::parse(text); }
};

class SipNode final : public sip::Outlet {
 public:
  /// Users `labels` exist here; all of loopback is trusted unless a test says otherwise.
  explicit SipNode(int number, std::vector<std::string> labels, sip::ProxyPolicy policy = trusting(true),
                   sip::TransactionLimits limits = {})
      : id(node_id(number)), random(static_cast<std::uint64_t>(number)), users(users_of(labels)) {
    names.status_now.node_id = id;
    core.emplace(sip::ProxyCore::Environment{timers,
                                             random,
                                             *this,
                                             names,
                                             users,
                                             digest,
                                             registrar,
                                             counters,
                                             sip::OwnAddress{*parse_endpoint("127.0.0.1:5060"), id},
                                             std::move(policy),
                                             [this](const Endpoint&) { return dial; },
                                             [](Callback<void()> action) { action(); },
                                             {},
                                             limits});
  }
  static sip::ProxyPolicy trusting(bool accept_unverified) {
    return {accept_unverified, {*parse_ip_address("127.0.0.1")}};
  }

  void send(const sip::Hop& to, sip::Text text, sip::ClientId client) override {
    outbox.push_back({to, *text, client});
    if (on_send) on_send(SentMessage{outbox.back()});
  }
  void in(std::string_view text, const sip::Hop& from) {
    core->on_message(text, from);
    settle();
  }
  /// Lets queued completions run.
  void settle() {
    while (!posted.empty()) {
      auto action = std::move(posted.front());
      posted.pop_front();
      action();
    }
  }
  void pass(Duration time) {
    const TimePoint end = timers.now() + time;
    while (timers.next_deadline() && *timers.next_deadline() <= end) timers.advance_to(*timers.next_deadline());
    timers.advance_to(end);
    settle();
  }
  /// What was sent since the last call.
  std::vector<SentMessage> sent() { return std::exchange(outbox, {}); }
  /// The only message sent since the last call that is not a 100.
  SentMessage only() {
    auto all = sent();
    std::erase_if(all, [](const SentMessage& message) { return message.text.starts_with("SIP/2.0 100"); });
    return all.size() == 1
               ? all[0]
               : SentMessage{sip::Flow{}, "OPTIONS sip:none@" + std::to_string(all.size()) + " SIP/2.0\r\n\r\n"};
  }
  /// The name lives on this node.
  void name_at(const std::string& label, const NodeId& node) {
    auto answer = FakeNameService::found(name_of(label), {}, {}, TimePoint::max());
    answer.binding.emplace();
    answer.binding->node = node;
    names.set(std::move(answer));
  }

  NodeId id;
  TimerQueue timers{TimePoint{1h}};
  SeededRandom random;
  std::deque<Callback<void()>> posted;
  FakeNameService names{[this](Callback<void()> action) { posted.push_back(std::move(action)); }};
  sip::UserStore users;
  sip::DigestAuth digest{{"p2p", sip::DigestOffer::both, 5min, {}}, users, random};
  sip::SipRegistrar registrar{{}, names, [this] { return timers.now(); }};
  sip::SipCounters counters;
  std::vector<SentMessage> outbox;
  std::function<void(const SentMessage&)> on_send;  ///< breaks what an Outlet promises
  bool dial = false;
  std::optional<sip::ProxyCore> core;

 private:
  static sip::UserStore users_of(const std::vector<std::string>& labels) {
    sip::UserStore store;
    for (const std::string& label : labels) {
      sip::SipUser user{{name_of(label), ""}, {}, {}};
      user.md5 = crypto::md5({as_bytes(label + ":p2p:secret")});
      store.insert(label, std::move(user));
    }
    return store;
  }
};

/// Carries what nodes send to each other; what they send to phones stays in their outboxes.
class SipNetwork {
 public:
  void add(SipNode& node) { nodes_[node.id] = &node; }
  void carry() {
    for (bool moved = true; moved;) {
      moved = false;
      for (const auto& [id, node] : nodes_) moved = carry_from(*node) || moved;
    }
  }

 private:
  bool carry_from(SipNode& node) {
    auto all = node.sent();
    bool moved = false;
    for (SentMessage& message : all) {
      const NodeId* to = std::get_if<NodeId>(&message.to);
      const auto peer = to ? nodes_.find(*to) : nodes_.end();
      if (!to) {
        node.outbox.push_back(std::move(message));
      } else if (peer != nodes_.end()) {
        peer->second->in(message.text, node.id);
        moved = true;
      } else {
        node.core->on_send_failed(message.client, Errc::not_reachable);
        moved = true;
      }
    }
    return moved;
  }
  std::map<NodeId, SipNode*> nodes_;
};

/// Text of a request as a phone sends it. `extra`: whole lines.
struct PhoneRequest {
  std::string method = "INVITE";
  std::string uri = "sip:bob@p2p";
  std::string from = "sip:alice@p2p";
  std::string to = "<sip:bob@p2p>";
  std::string branch = "z9hG4bKphone1";
  std::string call_id = "call1";
  int cseq = 1;
  std::uint16_t port = 6001;
  std::string extra{};
  std::string body{};

  std::string text() const {
    const std::string address = "127.0.0.1:" + std::to_string(port);
    return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP " + address + ";branch=" + branch +
           ";rport\r\nMax-Forwards: 70\r\nFrom: \"A\" <" + from + ">;tag=a1\r\nTo: " + to + "\r\nCall-ID: " + call_id +
           "\r\nCSeq: " + std::to_string(cseq) + " " + method + "\r\nContact: <sip:phone@" + address + ">\r\n" + extra +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
};

inline std::string register_text(const std::string& label, std::uint16_t port) {
  PhoneRequest request{.method = "REGISTER",
                       .uri = "sip:p2p",
                       .from = "sip:" + label + "@p2p",
                       .to = "<sip:" + label + "@p2p>",
                       .branch = "z9hG4bKreg" + label + std::to_string(port),
                       .call_id = "reg" + label + std::to_string(port),
                       .port = port};
  return request.text();
}

/// A response to `request` as a phone makes it, with a tag and all Record-Route lines.
inline std::string answer_text(const sip::SipMessage& request, int status, std::uint16_t port,
                               const std::string& tag = "b1") {
  sip::SipMessage response = sip::make_response(request, status, tag);
  for (std::size_t i = 0; i < request.header_count(); ++i)
    if (request.header(i).name == sip::HeaderName::record_route)
      response.append(sip::HeaderName::record_route, request.header(i).value);
  response.append(sip::HeaderName::contact, "<sip:phone@127.0.0.1:" + std::to_string(port) + ">");
  return response.to_text();
}

/// Lines "Route: ..." that follow from Record-Route: of the callee in order, of the caller in reverse.
inline std::string routes(const sip::SipMessage& message, bool caller) {
  std::vector<std::string> values = *message.values(sip::HeaderName::record_route);
  if (caller) std::reverse(values.begin(), values.end());
  std::string lines;
  for (const std::string& value : values) lines += "Route: " + value + "\r\n";
  return lines;
}

}  // namespace p2pns::test
