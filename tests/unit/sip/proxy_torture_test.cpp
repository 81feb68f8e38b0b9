// The messages of RFC 4475 against a whole node: none may crash it, hang it, or leave anything behind.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "tests/unit/sip/proxy_node.hpp"

namespace p2pns::sip {
namespace {

using test::phone_at;
using test::SipNode;
using namespace std::chrono_literals;

std::map<std::string, std::string> torture_messages() {
  std::map<std::string, std::string> messages;
  for (const auto& entry : std::filesystem::directory_iterator{P2PNS_TEST_DATA "/rfc4475"}) {
    if (entry.path().extension() != ".dat") continue;
    std::ifstream file{entry.path(), std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    messages[entry.path().stem()] = text.str();
  }
  return messages;
}

/// All users of the examples exist here, and have a phone.
struct Torture : testing::Test {
  SipNode node{1, {"alice"}};
  Torture() { node.names.zones_served.names = {"p2p", "example.com"}; }
  int status_for(const std::string& text, const Hop& from) {
    node.in(text, from);
    for (const auto& message : node.sent())
      if (message.to == from && !message.text.starts_with("SIP/2.0 100")) return message.parsed().status();
    return 0;
  }
};

TEST_F(Torture, LeavesTheNodeAlive) {
  const auto messages = torture_messages();
  ASSERT_EQ(messages.size(), 49U);
  for (const auto& [name, text] : messages) {
    for (const Hop& from : {Hop{phone_at(6001)}, Hop{phone_at(6001, TransportKind::tcp)}, Hop{test::node_id(2)}}) {
      SCOPED_TRACE(name);
      node.in(text, from);
      node.sent();
    }
  }
  node.pass(300s);
  EXPECT_EQ(node.core->table().finished() + node.core->table().active_servers(), 0U);
  EXPECT_EQ(node.core->table().active_clients(), 0U);
  EXPECT_EQ(node.timers.size(), 0U);
}

TEST_F(Torture, EveryPrefixLeavesTheNodeAlive) {
  for (const auto& [name, text] : torture_messages())
    for (std::size_t size = 0; size < text.size(); size += 7) node.in(text.substr(0, size), phone_at(6001));
  node.pass(300s);
  EXPECT_EQ(node.timers.size(), 0U);
}

TEST_F(Torture, IsRefusedAsItShould) {
  const auto messages = torture_messages();
  const std::map<std::string, int> wanted{{"badvers", 505}, {"unkscm", 416},  {"novelsc", 416},    {"bext01", 420},
                                          {"zeromf", 483},  {"clerr", 400},   {"mismatch01", 400}, {"mismatch02", 400},
                                          {"ncl", 400},     {"multi01", 400}, {"insuf", 400},      {"badinv01", 400},
                                          {"trws", 400},    {"ltgtruri", 400}};
  for (const auto& [name, status] : wanted) EXPECT_EQ(status_for(messages.at(name), phone_at(6001)), status) << name;
}

}  // namespace
}  // namespace p2pns::sip
