#include "frontends/sip/sip_registrar.hpp"

#include <deque>

#include "tests/support/fake_name_service.hpp"
#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

names::P2PName name(std::string label) { return {names::NameKind::label, "p2p", std::move(label)}; }

struct SipRegistrarTest : testing::Test {
  /// The answer, now or later; `run` first when it comes later.
  void send(std::string_view address, std::initializer_list<std::string_view> lines, const SipUser* user) {
    RegisterRequest request{read(register_text(address, lines, ++cseq)), flow, user, "t"};
    auto answer =
        registrar->handle(std::move(request), now, [this](SipMessage late) { answers.push_back(std::move(late)); });
    if (answer) answers.push_back(std::move(*answer));
  }
  void run() {
    while (!queue.empty()) {
      auto next = std::move(queue.front());
      queue.pop_front();
      next();
    }
  }
  std::string answer_to(std::string_view address, std::initializer_list<std::string_view> lines, const SipUser* user) {
    answers.clear();
    send(address, lines, user);
    run();
    EXPECT_EQ(answers.size(), 1U);
    return answers.empty() ? "none" : std::to_string(answers[0].status()) + " " + std::string{answers[0].reason()};
  }
  std::string register_alice() { return answer_to("alice@p2p", {"Contact: <sip:a@h>"}, &alice); }

  std::deque<Callback<void()>> queue;
  test::FakeNameService names{[this](Callback<void()> job) { queue.push_back(std::move(job)); }};
  std::optional<SipRegistrar> registrar{std::in_place, RegistrarSettings{}, names, [this] { return now; }};
  const SipUser alice{{name("alice"), {}}, {}, {}};
  const SipUser desk{{name("alice"), "desk"}, {}, {}};
  Flow flow{TransportKind::udp, *parse_endpoint("127.0.0.1:5070"), 0};
  TimePoint now{std::chrono::hours{1}};
  unsigned cseq = 0;
  std::vector<SipMessage> answers;
};

TEST_F(SipRegistrarTest, ClaimsTheNameBeforeItAnswers) {
  send("alice@p2p", {"Contact: <sip:a@h>;expires=600"}, &alice);
  EXPECT_THAT(answers, IsEmpty());
  EXPECT_THAT(registrar->find(alice.aor, now), IsEmpty());
  run();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status(), 200);
  EXPECT_EQ(answers[0].find(HeaderName::contact), "<sip:a@h>;expires=600");
  EXPECT_EQ(answers[0].find(HeaderName::to), "<sip:alice@p2p>;tag=t");
  ASSERT_EQ(names.registrations.size(), 1U);
  EXPECT_EQ(names.registrations[0].name, name("alice"));
  EXPECT_THAT(names.registrations[0].records, IsEmpty());
  EXPECT_FALSE(names.registrations[0].publish);
  EXPECT_EQ(registrar->find(alice.aor, now).size(), 1U);
}

TEST_F(SipRegistrarTest, ARefreshAsksTheOverlayNothing) {
  EXPECT_EQ(register_alice(), "200 OK");
  names.registrations.clear();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(register_alice(), "200 OK");
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: <sip:other@h>"}, &alice), "200 OK");
  EXPECT_EQ(answer_to("alice@p2p", {}, &alice), "200 OK");
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: *", "Expires: 0"}, &alice), "200 OK");
  EXPECT_THAT(names.registrations, IsEmpty());
  EXPECT_THAT(names.queries, IsEmpty());
}

TEST_F(SipRegistrarTest, LeavesTheRecordsOfAnOwnNameAlone) {
  for (const char* label : {"alic", "alicd", "alice", "alice0", "alicf"}) {
    names::Registration registration;
    registration.name = name(label);
    registration.records.resize(1);
    names.register_name(std::move(registration), [](const Result<names::Receipt>&) {}).detach();
  }
  run();
  names.registrations.clear();
  EXPECT_EQ(register_alice(), "200 OK");
  EXPECT_THAT(names.registrations, IsEmpty());
  const SipUser ali{{name("ali"), {}}, {}, {}};
  EXPECT_EQ(answer_to("ali@p2p", {"Contact: <sip:a@h>"}, &ali), "200 OK");
  ASSERT_EQ(names.registrations.size(), 1U) << "names near it are other names";
  EXPECT_EQ(names.registrations[0].name, name("ali"));
}

TEST_F(SipRegistrarTest, TellsWhyANameCannotBeHad) {
  const auto with = [&](Errc error) {
    names.registration_error = error;
    return register_alice();
  };
  EXPECT_EQ(with(Errc::name_taken), "403 Name Belongs To Another Owner");
  EXPECT_THAT(answers[0].find(HeaderName::retry_after), testing::Eq(std::nullopt));
  EXPECT_EQ(with(Errc::bad_name), "403 Name Cannot Be Registered");
  for (const Errc error : {Errc::not_reachable, Errc::timed_out, Errc::no_peers}) {
    EXPECT_EQ(with(error), "503 Overlay Not Reachable");
    EXPECT_EQ(answers[0].find(HeaderName::retry_after), "10");
  }
  EXPECT_EQ(with(Errc::contested), "503 Name Contested");
  EXPECT_EQ(with(Errc::overloaded), "503 Too Many Registrations");
  EXPECT_EQ(with(Errc::io_error), "500 Server Internal Error");
  EXPECT_THAT(registrar->find(alice.aor, now), IsEmpty()) << "nothing was stored";
  EXPECT_EQ(registrar->counters().claims_failed, registrar->counters().claims);
}

TEST_F(SipRegistrarTest, PhonesOfOneNameShareItsClaim) {
  send("alice@p2p", {"Contact: <sip:a@h>"}, &alice);
  send("desk@alice.p2p", {"Contact: <sip:d@h>"}, &desk);
  EXPECT_EQ(names.registrations.size(), 1U);
  run();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].find(HeaderName::contact), "<sip:a@h>;expires=3600");
  EXPECT_EQ(answers[1].find(HeaderName::contact), "<sip:d@h>;expires=3600");
}

TEST_F(SipRegistrarTest, ClaimsHaveAMaximum) {
  for (std::size_t i = 0; i < claim_waiters_maximum; ++i) send("alice@p2p", {"Contact: <sip:a@h>"}, &alice);
  EXPECT_THAT(answers, IsEmpty());
  send("alice@p2p", {"Contact: <sip:a@h>"}, &alice);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].status(), 503);
  answers.clear();
  for (std::size_t i = 1; i <= claims_maximum; ++i) {
    const SipUser user{{name("user" + std::to_string(i)), {}}, {}, {}};
    send("user" + std::to_string(i) + "@p2p", {"Contact: <sip:a@h>"}, &user);
    EXPECT_EQ(answers.size(), i < claims_maximum ? 0U : 1U);
  }
  EXPECT_EQ(answers[0].reason(), "Too Many Registrations");
}

TEST_F(SipRegistrarTest, ChangesOfANameHappenInTheOrderTheyCameIn) {
  send("alice@p2p", {"Contact: <sip:a@h>"}, &alice);
  send("alice@p2p", {"Contact: *", "Expires: 0"}, &alice);
  EXPECT_THAT(answers, IsEmpty()) << "it must not overtake the registration that waits for the claim";
  send("alice@p2p", {}, &alice);
  EXPECT_EQ(answers.size(), 1U) << "who only asks need not wait";
  run();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_EQ(answers[2].status(), 200);
  EXPECT_THAT(registrar->find(alice.aor, now), IsEmpty());
}

TEST_F(SipRegistrarTest, RemovalsNeedNoName) {
  names.registration_error = Errc::not_reachable;
  send("alice@p2p", {"Contact: <sip:a@h>"}, &alice);
  send("alice@p2p", {"Contact: *", "Expires: 0"}, &alice);
  run();
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_EQ(answers[0].status(), 503);
  EXPECT_EQ(answers[1].status(), 200);
}

TEST_F(SipRegistrarTest, TimeOfARegistrationBeginsWithItsAnswer) {
  send("alice@p2p", {"Contact: <sip:a@h>;expires=60"}, &alice);
  now += std::chrono::seconds{5};
  run();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].find(HeaderName::contact), "<sip:a@h>;expires=60");
  EXPECT_THAT(registrar->find(alice.aor, now + std::chrono::seconds{59}), testing::SizeIs(1));
}

TEST_F(SipRegistrarTest, ClaimsNoNameForWhatDoesNotFit) {
  RegistrarSettings settings;
  settings.locations.contacts_per_address = 1;
  registrar.emplace(settings, names, [this] { return now; });
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: <sip:a@h>, <sip:b@h>"}, &alice), "403 Too Many Contacts");
  EXPECT_THAT(names.registrations, IsEmpty());
}

TEST_F(SipRegistrarTest, DyingWhileAClaimRunsIsHarmless) {
  send("alice@p2p", {"Contact: <sip:a@h>"}, &alice);
  registrar.reset();
  run();
  EXPECT_THAT(answers, IsEmpty());
}

TEST_F(SipRegistrarTest, AUserHasHisOwnAddressesOnly) {
  EXPECT_EQ(answer_to("bob@p2p", {"Contact: <sip:a@h>"}, &alice), "403 Not Your Address");
  EXPECT_EQ(answer_to("desk@alice.p2p", {"Contact: <sip:a@h>"}, &alice), "200 OK") << "his name's";
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: <sip:a@h>"}, &desk), "403 Not Your Address");
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: <sip:a@h>"}, nullptr), "403 Not Your Address");
  EXPECT_EQ(answer_to("alice@example.com", {}, &alice), "404 Not Our Domain");
  EXPECT_EQ(answer_to("a.b@p2p", {}, &alice), "404 No Such Address");
}

TEST_F(SipRegistrarTest, AnAnswerShowsEveryPhoneAsItIsStored) {
  register_alice();
  now += std::chrono::seconds{100};
  EXPECT_EQ(answer_to("alice@p2p",
                      {"Contact: \"x\" <sip:b@h>;q=0.05;+sip.instance=\"<urn:uuid:2>\";reg-id=1;expires=60;odd=1",
                       "Supported: 100rel, path", "Path: <sip:p;lr>"},
                      &alice),
            "200 OK");
  EXPECT_THAT(
      *answers[0].values(HeaderName::contact),
      ElementsAre("<sip:a@h>;expires=3500", "<sip:b@h>;expires=60;q=0.050;+sip.instance=\"<urn:uuid:2>\";reg-id=1"));
  EXPECT_EQ(answers[0].find(HeaderName::path), "<sip:p;lr>");
}

TEST_F(SipRegistrarTest, OneBadContactLeavesTheOthersAlone) {
  register_alice();
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: <sip:b@h>", "Contact: sip:c@h?x=y"}, &alice), "400 Bad Contact");
  EXPECT_EQ(answer_to("alice@p2p", {"Contact: <sip:b@h>;expires=5"}, &alice), "423 Interval Too Brief");
  EXPECT_EQ(answers[0].find(HeaderName::min_expires), "60");
  EXPECT_EQ(answer_to("alice@p2p", {}, &alice), "200 OK");
  EXPECT_THAT(*answers[0].values(HeaderName::contact), ElementsAre("<sip:a@h>;expires=3600"));
}

TEST_F(SipRegistrarTest, AKeysOwnNameNeedsNoClaim) {
  names.status_now.owner_key.value.fill(std::byte{7});
  const SipUser own{{names::name_of_key(names.status_now.owner_key, "p2p"), {}}, {}, {}};
  EXPECT_EQ(answer_to(names::to_string(own.aor.name), {"Contact: <sip:a@h>"}, &own), "200 OK");
  const SipUser foreign{{names::name_of_key(crypto::PublicKey{}, "p2p"), {}}, {}, {}};
  EXPECT_THAT(answer_to(names::to_string(foreign.aor.name), {"Contact: <sip:a@h>"}, &foreign), HasSubstr("403"));
  EXPECT_THAT(names.registrations, IsEmpty());
}

}  // namespace
}  // namespace p2pns::sip
