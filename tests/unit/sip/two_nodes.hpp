// Two nodes with a phone each, alice's and bob's, and the network between them.
#pragma once

#include <gtest/gtest.h>

#include "tests/unit/sip/proxy_node.hpp"

namespace p2pns::test {

inline constexpr std::uint16_t alice_port = 6001, bob_port = 6002, carol_port = 6003;

struct TwoNodes : testing::Test {
  SipNode a{1, {"alice"}};
  SipNode b{2, {"bob"}};
  SipNetwork network;

  void SetUp() override {
    network.add(a);
    network.add(b);
    a.in(register_text("alice", alice_port), phone_at(alice_port));
    b.in(register_text("bob", bob_port), phone_at(bob_port));
    ASSERT_TRUE(a.only().text.starts_with("SIP/2.0 200"));
    ASSERT_TRUE(b.only().text.starts_with("SIP/2.0 200"));
    for (SipNode* node : {&a, &b}) {
      node->name_at("alice", a.id);
      node->name_at("bob", b.id);
    }
  }
  /// From alice's phone, as far as bob's: what that gets.
  sip::SipMessage call(const PhoneRequest& request = {}) {
    a.in(request.text(), phone_at(request.port));
    network.carry();
    return b.only().parsed();
  }
  /// From bob's phone, as far as alice's: what that gets.
  sip::SipMessage answer(const sip::SipMessage& invite, int status) {
    b.in(answer_text(invite, status, bob_port), phone_at(bob_port));
    network.carry();
    return a.only().parsed();
  }
};

}  // namespace p2pns::test
