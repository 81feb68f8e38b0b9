// The test vectors that docs/protocol.md quotes: tests/data/link-vectors.txt.
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>

#include "core/crypto/network.hpp"
#include "core/link/frame.hpp"

namespace p2pns::link {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::map<std::string, std::string> read_vectors() {
  std::ifstream file{P2PNS_TEST_DATA "/link-vectors.txt"};
  std::map<std::string, std::string> vectors;
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find(" = ");
    if (line[0] != '#' && equals != std::string::npos) vectors[line.substr(0, equals)] = line.substr(equals + 3);
  }
  return vectors;
}

ByteVector bytes_of(const Frame& frame) {
  ByteVector out;
  append_frame(out, frame);
  return out;
}

TEST(LinkVectors, AreWhatTheCodeWrites) {
  const auto vectors = read_vectors();
  Hello hello;
  hello.puzzle = *crypto::PuzzleSolution::from(*from_hex("00000000000002fa"));
  hello.run = *RunId::from(*from_hex("0102030405060708"));
  const std::map<std::string, ByteVector> written{
      {"hello", bytes_of(hello)},
      {"message", bytes_of(MessageStart{1, 5, "sip", as_bytes("hello")})},
      {"message-begun", bytes_of(MessageStart{2, 7, "xmpp", as_bytes("<a>")})},
      {"part", bytes_of(MessagePart{2, as_bytes("</a>")})},
      {"done", bytes_of(Done{1, Errc::ok})},
      {"done-no-such-name", bytes_of(Done{2, Errc::no_such_name})},
      {"ping", bytes_of(Ping{7})},
      {"pong", bytes_of(Pong{7})},
      {"bye", bytes_of(Bye{})},
  };
  for (const auto& [name, bytes] : written) EXPECT_EQ(vectors.at(name), to_hex(bytes)) << name;
  EXPECT_EQ(vectors.at("alpn"), to_hex(as_bytes("p2pns/1/" + to_hex(crypto::fingerprint_of("p2pns").view()))));
  EXPECT_EQ(vectors.size(), written.size() + 1);
}

TEST(LinkVectors, StandInTheProtocolDocument) {
  const std::string document = content_of(P2PNS_TEST_DATA "/../../docs/protocol.md");
  EXPECT_NE(document.find(content_of(P2PNS_TEST_DATA "/link-vectors.txt")), std::string::npos);
}

}  // namespace
}  // namespace p2pns::link
