#include "core/names/owned_names.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "tests/support/hex.hpp"
#include "tests/support/scripted_state.hpp"

namespace p2pns::names {
namespace {

using namespace std::chrono_literals;

const crypto::NetworkParameters network{"test", {0, 0}, true};
constexpr UnixTime start{1'780'000'000'000ms};
constexpr std::size_t maximum = 40;

crypto::KeyPairSigner signer_of(std::uint8_t number) {
  crypto::Seed seed;
  seed.value.fill(std::byte{number});
  return crypto::KeyPairSigner{crypto::KeyPair::from_seed(seed)};
}

class LineLog final : public Log {
 public:
  void write(Severity, std::string_view line) override { lines.emplace_back(line); }
  bool enabled(Severity) const override { return true; }
  std::vector<std::string> lines;
};

class OwnedNamesTest : public ::testing::Test {
 protected:
  P2PName name(const std::string& label) const { return {NameKind::label, "p2p", label}; }
  OwnedName owned(const std::string& label, int last_octet = 1, std::uint64_t sequence = 9) const {
    OwnedName result;
    result.binding = {"p2p", label, owner.public_key(), {}, 0, 3, start + std::chrono::days{30}};
    result.records = {{"", 1, 300, {std::byte{192}, std::byte{0}, std::byte{2}, static_cast<std::byte>(last_octet)}}};
    result.record_sequence = sequence;
    return result;
  }
  OwnedNames open(const crypto::Signer& signer, const crypto::NetworkParameters& of) {
    return OwnedNames{{signer, of, wall_clock, verifier, state, log}, maximum};
  }
  void put(OwnedNames& names, const OwnedName& value) {
    names.put(name_of(value), value, [this](const Result<void>& result) { written.push_back(result); });
  }
  void remove(OwnedNames& names, const std::string& label) {
    names.remove(name(label), [this](const Result<void>& result) { written.push_back(result); });
  }
  void run() { timers.advance_to(timers.now()); }
  ByteVector& stored(const std::string& label) {
    return state.entries.at({StateTable::owned_names, state_key_of(name(label))});
  }

  const crypto::KeyPairSigner owner = signer_of(1);
  const crypto::SodiumVerifier verifier;
  TimerQueue timers{TimePoint{1h}};
  WallClock wall_clock{timers, start};
  test::ScriptedState state{timers};
  LineLog log;
  std::vector<Result<void>> written;
};

TEST_F(OwnedNamesTest, SurviveARestart) {
  OwnedName alice = owned("alice");
  alice.copy = Copy::published;
  {
    OwnedNames names = open(owner, network);
    put(names, alice);
    put(names, owned("bob"));
    put(names, owned("carol"));
    remove(names, "bob");
    run();
    EXPECT_EQ(written.size(), 4U);
  }
  OwnedNames again = open(owner, network);
  EXPECT_EQ(again.size(), 2U);
  EXPECT_EQ(again.find(name("bob")), nullptr);
  const OwnedName* found = again.find(name("alice"));
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(again.find_newest(name("alice")), found);
  EXPECT_EQ(found->records, alice.records);
  EXPECT_EQ(found->record_sequence, 9U);
  EXPECT_EQ(found->copy, Copy::published);
  EXPECT_EQ(found->binding.sequence, 3U);
  EXPECT_EQ(found->binding.not_after, alice.binding.not_after);
  const auto set = verify_record_set(*again.statement(name("alice")), verifier, network, start);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->sequence, 9U);
  EXPECT_TRUE(log.lines.empty());
}

TEST_F(OwnedNamesTest, ShowAChangeToOthersOnlyAfterItsCommit) {
  OwnedNames names = open(owner, network);
  state.hold = true;
  put(names, owned("alice", 1, 9));
  EXPECT_EQ(names.find(name("alice")), nullptr);
  EXPECT_EQ(names.statement(name("alice")).error(), Errc::no_such_name);
  ASSERT_NE(names.find_newest(name("alice")), nullptr);
  EXPECT_EQ(names.size(), 1U);
  EXPECT_TRUE(written.empty());
  put(names, owned("alice", 2, 10));
  state.commit();
  EXPECT_EQ(written.size(), 1U);
  EXPECT_EQ(names.find(name("alice"))->record_sequence, 9U);
  EXPECT_EQ(names.find_newest(name("alice"))->record_sequence, 10U);
  state.commit();
  EXPECT_EQ(names.find(name("alice"))->record_sequence, 10U);
  remove(names, "alice");
  EXPECT_EQ(names.find_newest(name("alice")), nullptr);
  EXPECT_TRUE(names.statement(name("alice")));  // until it is gone for good
  EXPECT_EQ(names.size(), 0U);
  EXPECT_TRUE(names.names().empty());
  state.commit();
  EXPECT_EQ(names.find(name("alice")), nullptr);
}

TEST_F(OwnedNamesTest, UndoWhatCouldNotBeWritten) {
  OwnedNames names = open(owner, network);
  state.hold = true;
  put(names, owned("new"));
  state.commit(Errc::io_error);
  EXPECT_EQ(written.back().error(), Errc::io_error);
  EXPECT_EQ(names.find_newest(name("new")), nullptr);
  EXPECT_EQ(names.size(), 0U);
  put(names, owned("alice", 1, 9));
  state.commit();
  put(names, owned("alice", 2, 10));
  state.commit(Errc::overloaded);
  EXPECT_EQ(names.find_newest(name("alice"))->record_sequence, 9U);
  remove(names, "alice");
  state.commit(Errc::io_error);
  EXPECT_EQ(names.find_newest(name("alice"))->record_sequence, 9U);
  EXPECT_EQ(names.size(), 1U);
  // A failure behind which a newer value waits undoes nothing.
  put(names, owned("alice", 3, 11));
  put(names, owned("alice", 4, 12));
  state.commit(Errc::io_error);
  EXPECT_EQ(names.find_newest(name("alice"))->record_sequence, 12U);
  state.commit();
  EXPECT_EQ(names.find(name("alice"))->record_sequence, 12U);
}

TEST_F(OwnedNamesTest, TellNobodyAfterTheirEnd) {
  state.hold = true;
  {
    OwnedNames names = open(owner, network);
    put(names, owned("alice"));
  }
  state.commit();
  EXPECT_TRUE(written.empty());
}

TEST_F(OwnedNamesTest, KeepTheOthersWhenOneIsDamaged) {
  {
    OwnedNames names = open(owner, network);
    for (const char* label : {"alice", "bob", "carol"}) put(names, owned(label));
    run();
  }
  const ByteVector good = stored("bob");
  for (std::size_t byte = 0; byte < good.size(); ++byte) {
    stored("bob") = good;
    stored("bob")[byte] ^= std::byte{1};
    log.lines.clear();
    const OwnedNames again = open(owner, network);
    ASSERT_EQ(again.size(), 2U) << byte;
    ASSERT_EQ(log.lines.size(), 1U) << byte;
    EXPECT_TRUE(log.lines[0].starts_with("stored name bob.p2p is not used: ")) << log.lines[0];
    ASSERT_EQ(state.entries.size(), 3U) << "it is not ours to delete";
  }
  for (std::size_t size = 0; size < good.size(); ++size) {
    stored("bob") = ByteVector(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(open(owner, network).size(), 2U) << size;
  }
  stored("bob") = good;
  stored("bob").push_back({});
  EXPECT_EQ(open(owner, network).size(), 2U);
}

TEST_F(OwnedNamesTest, SayWhyAStoredNameIsOfNoUse) {
  {
    OwnedNames names = open(owner, network);
    put(names, owned("alice"));
    run();
  }
  const auto complaint = [&](const crypto::Signer& signer, const crypto::NetworkParameters& of) {
    log.lines.clear();
    EXPECT_EQ(open(signer, of).size(), 0U);
    return log.lines.size() == 1 ? log.lines[0] : "";
  };
  EXPECT_EQ(complaint(signer_of(2), network),
            "stored name alice.p2p is not used: it was registered with another owner key; it stays stored, and "
            "registering the name here replaces it");
  EXPECT_NE(complaint(owner, {"other", {0, 0}, true}).find("registered in another network"), std::string::npos);
  stored("alice")[0] = std::byte{2};
  EXPECT_NE(complaint(owner, network).find("a newer version of this program wrote it"), std::string::npos);
  stored("alice")[0] = std::byte{1};
  // The value of one name under the key of another, and a key that would move a terminal's cursor.
  state.entries[{StateTable::owned_names, copy_of(as_bytes("\x1b[2Jevil.p2p"))}] = stored("alice");
  state.entries.erase({StateTable::owned_names, state_key_of(name("alice"))});
  EXPECT_TRUE(complaint(owner, network).starts_with("stored name ?[2Jevil.p2p is not used: it is damaged"));
}

TEST_F(OwnedNamesTest, ComplainABoundedNumberOfTimes) {
  for (std::size_t i = 0; i < unusable_names_told_maximum; ++i)
    state.entries[{StateTable::owned_names, {static_cast<std::byte>('a' + i)}}] = {};
  EXPECT_EQ(open(owner, network).size(), 0U);
  EXPECT_EQ(log.lines.size(), unusable_names_told_maximum);
  state.entries[{StateTable::owned_names, {std::byte{'z'}}}] = {};
  log.lines.clear();
  EXPECT_EQ(open(owner, network).size(), 0U);
  ASSERT_EQ(log.lines.size(), unusable_names_told_maximum + 1);
  EXPECT_EQ(log.lines.back(), "1 more stored names are not used, for reasons like these");
}

TEST_F(OwnedNamesTest, LoadNoMoreThanTheirMaximum) {
  {
    OwnedNames names = open(owner, network);
    for (std::size_t i = 0; i < maximum; ++i) put(names, owned("name" + std::to_string(i)));
    run();
  }
  EXPECT_EQ(open(owner, network).size(), maximum);
  EXPECT_TRUE(log.lines.empty());
  state.entries[{StateTable::owned_names, state_key_of(name("zoe"))}] = encode_owned_name(owned("zoe"), owner, network);
  EXPECT_EQ(open(owner, network).size(), maximum);
  EXPECT_EQ(log.lines.size(), 1U);
}

TEST_F(OwnedNamesTest, PublishWhatTheOwnerWantsPublished) {
  OwnedNames names = open(owner, network);
  OwnedName alice = owned("alice");
  put(names, alice);
  run();
  EXPECT_EQ(names.published_set(name("alice")).error(), Errc::no_such_name);
  alice.copy = Copy::published;
  put(names, alice);
  run();
  const auto copy = names.published_set(name("alice"));
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->type, dht::RecordType::record_set);
  const auto set = verify_published(copy->bytes, verifier, network, start);
  ASSERT_TRUE(set);
  EXPECT_EQ(set->records, alice.records);
  EXPECT_EQ(set->sequence, alice.record_sequence);
  EXPECT_EQ(set->not_after, alice.binding.not_after) << "as long as the lease";
  alice.copy = Copy::taken_back;
  put(names, alice);
  run();
  EXPECT_TRUE(verify_published(names.published_set(name("alice"))->bytes, verifier, network, start)->records.empty());
}

TEST_F(OwnedNamesTest, HandOutNothingThatCouldBePublishedAndTheOtherWayRound) {
  OwnedNames names = open(owner, network);
  OwnedName alice = owned("alice");
  alice.copy = Copy::published;
  put(names, alice);
  run();
  const ByteVector statement = *names.statement(name("alice"));
  const ByteVector copy = names.published_set(name("alice"))->bytes;
  EXPECT_EQ(verify_published(statement, verifier, network, start).error(), Errc::bad_signature);
  EXPECT_EQ(verify_record_set(copy, verifier, network, start).error(), Errc::bad_signature);
  EXPECT_FALSE(dht::verify({dht::RecordType::record_set, statement}, verifier, network, start));
  EXPECT_TRUE(dht::verify({dht::RecordType::record_set, copy}, verifier, network, start));
}

std::map<std::string, std::string> vectors() {
  std::ifstream file{P2PNS_TEST_DATA "/state-vectors.txt"};
  std::map<std::string, std::string> found;
  std::string line;
  std::string last;
  while (std::getline(file, line)) {
    if (line.empty() || line.front() == '#') continue;
    const auto equals = line.find(" = ");
    if (line.front() != ' ') last = line.substr(0, equals);
    found[last] += line.front() == ' ' ? line.substr(2) : line.substr(equals + 3);
  }
  return found;
}

TEST_F(OwnedNamesTest, AreStoredAsTheReferenceSays) {
  const crypto::KeyPairSigner documented{crypto::KeyPair::from_seed(
      test::fixed<crypto::Seed>("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))};
  const auto expected = vectors();
  OwnedName alice;
  alice.binding = {"p2p", "alice", documented.public_key(), test::fixed<NodeId>(expected.at("peer-key")), 2, 5, start};
  alice.records = {{"", 1, 300, test::hex("c0000201")},
                   {"_sip._udp", 33, 3600, test::hex("000a001413c405616c6963650370327000")},
                   {"www", 28, 60, test::hex("20010db8000000000000000000000001")}};
  alice.record_sequence = 7;
  alice.copy = Copy::published;
  EXPECT_EQ(to_hex(state_key_of(name_of(alice))), expected.at("owned-name-key"));
  EXPECT_EQ(to_hex(encode_owned_name(alice, documented, {})), expected.at("owned-name"));
  const auto read = decode_owned_name(test::hex(expected.at("owned-name-key")), test::hex(expected.at("owned-name")),
                                      documented.public_key(), verifier, {});
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->records, alice.records);
  EXPECT_EQ(read->binding.node, alice.binding.node);
}

TEST_F(OwnedNamesTest, AreQuotedInTheReference) {
  const auto content_of = [](const std::string& path) {
    std::ifstream file{path};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
  };
  const std::string quoted = content_of(P2PNS_TEST_DATA "/state-vectors.txt");
  ASSERT_FALSE(quoted.empty());
  EXPECT_NE(content_of(P2PNS_TEST_DATA "/../../docs/protocol.md").find("```\n" + quoted + "```\n"), std::string::npos);
}

}  // namespace
}  // namespace p2pns::names
