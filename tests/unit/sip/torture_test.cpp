// The messages of RFC 4475, each with what becomes of it here. tests/data/rfc4475/SOURCE.txt says where they come from.
#include <filesystem>
#include <fstream>

#include "frontends/sip/message_build.hpp"
#include "frontends/sip/request_check.hpp"
#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

enum Fate { passed, answered, dropped };

struct Torture {
  const char* name;
  Fate fate;
  int status = 0;           ///< of the answer, or of a response that is passed on
  const char* reason = "";  ///< of a 400
};

constexpr Torture torture[] = {
    // 3.1.1: valid
    {"wsinv", passed},
    {"intmeth", passed},
    {"esc01", passed},
    {"escnull", passed},
    {"esc02", passed},
    {"lwsdisp", passed},
    {"longreq", passed},
    {"dblreq", passed},
    {"semiuri", passed},
    {"transports", passed},
    {"mpart01", passed},
    {"unreason", passed, 200},
    {"noreason", passed, 100},
    // 3.1.2: invalid
    {"badinv01", answered, 400, "Bad Via"},
    {"clerr", answered, 400, "Bad Content-Length"},
    {"ncl", answered, 400, "Bad Content-Length"},
    {"scalar02", answered, 400, "Bad CSeq"},
    {"scalarlg", dropped},
    {"quotbal", answered, 400, "Bad To"},
    {"ltgtruri", answered, 400, "Bad Request-URI"},
    {"lwsruri", answered, 400, "Bad Request-Line"},
    {"lwsstart", answered, 400, "Bad Request-Line"},
    {"trws", answered, 400, "Bad Request-Line"},
    {"escruri", answered, 400, "Bad Request-URI"},
    {"baddate", answered, 400, "Bad Date"},
    {"regbadct", answered, 400, "Bad Contact"},
    {"badaspec", answered, 400, "Bad To"},
    {"baddn", answered, 400, "Header Without End"},
    {"badvers", answered, 505},
    {"mismatch01", answered, 400, "CSeq Has Another Method"},
    {"mismatch02", answered, 400, "CSeq Has Another Method"},
    {"bigcode", dropped},
    // 3.2 to 3.4: transactions, applications, old versions
    {"badbranch", passed},
    {"insuf", answered, 400, "No From"},
    {"unkscm", answered, 416},
    {"novelsc", answered, 416},
    {"unksm2", passed},
    {"bext01", answered, 420},
    {"invut", passed},
    {"regaut01", passed},
    {"multi01", answered, 400, "More Than One Max-Forwards"},
    {"mcl01", answered, 400, "Bad Content-Length"},
    {"bcast", passed, 200},
    {"zeromf", answered, 483},
    {"cparam01", passed},
    {"cparam02", passed},
    {"regescrt", passed},
    {"sdp01", passed},
    {"inv2543", passed},
};

std::string text_of(const std::string& name) {
  std::ifstream stream(std::string{P2PNS_TEST_DATA} + "/rfc4475/" + name + ".dat", std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

struct TortureTest : testing::TestWithParam<Torture> {
  void expect_request(const SipMessage& request, const std::string& text) const {
    const auto refusal = check_request(request);
    ASSERT_EQ(refusal.has_value(), GetParam().fate == answered);
    if (refusal) {
      EXPECT_EQ(refusal->status, GetParam().status);
      EXPECT_EQ(refusal->reason, GetParam().reason);
      EXPECT_TRUE(SipMessage::parse(make_response(request, *refusal, "t").to_text()));
    } else {
      expect_forwarded(request, text);
    }
  }
  /// As a proxy sends it on, but for what it owns: its own Via and Max-Forwards.
  static void expect_forwarded(SipMessage request, const std::string& text) {
    const std::string before = request.to_text();
    EXPECT_TRUE(text.starts_with(before)) << "all but what follows the body";
    request.prepend(HeaderName::via, "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKx");
    const SipMessage forwarded = read(request.to_text());
    EXPECT_FALSE(check_request(forwarded));
    SipMessage back = forwarded;
    EXPECT_TRUE(back.remove_first_value(HeaderName::via));
    EXPECT_EQ(back.to_text(), before);
  }
};

TEST_P(TortureTest, GetsWhatTheRfcAsksFor) {
  const std::string text = text_of(GetParam().name);
  ASSERT_FALSE(text.empty());
  const auto message = SipMessage::parse(text);
  if (!message) {
    EXPECT_EQ(GetParam().fate, dropped);
  } else if (message->is_request()) {
    expect_request(*message, text);
  } else {
    EXPECT_EQ(check_response(*message), GetParam().fate == passed);
    if (GetParam().fate == passed) {
      EXPECT_EQ(message->status(), GetParam().status);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rfc4475, TortureTest, testing::ValuesIn(torture),
                         [](const auto& instance) { return std::string{instance.param.name}; });

TEST(Torture, TableHasEveryFile) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string{P2PNS_TEST_DATA} + "/rfc4475"))
    files += entry.path().extension() == ".dat" ? 1U : 0U;
  EXPECT_EQ(files, std::size(torture));
}

TEST(RequestCheck, WantsEveryHeaderOfARequest) {
  EXPECT_FALSE(check_request(read(invite_text)));
  for (const HeaderName name :
       {HeaderName::via, HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq}) {
    SipMessage message = read(invite_text);
    message.remove_all(name);
    EXPECT_EQ(check_request(message)->reason, "No " + std::string{to_string(name)});
  }
}

TEST(RequestCheck, ReadsWhatAProxyActsOn) {
  const auto reason_with = [](HeaderName name, std::string_view value) {
    SipMessage message = read(invite_text);
    message.replace(name, value);
    const auto refusal = check_request(message);
    return refusal ? std::to_string(refusal->status) + " " + refusal->reason : "fine";
  };
  EXPECT_EQ(reason_with(HeaderName::max_forwards, "255"), "fine");
  EXPECT_EQ(reason_with(HeaderName::max_forwards, "256"), "400 Bad Max-Forwards");
  EXPECT_EQ(reason_with(HeaderName::max_forwards, "x"), "400 Bad Max-Forwards");
  EXPECT_EQ(reason_with(HeaderName::route, "<sip:p1.p2p;lr>, <sip:p2p>"), "fine");
  EXPECT_EQ(reason_with(HeaderName::route, "<sip:a"), "400 Bad Route");
  EXPECT_EQ(reason_with(HeaderName::contact, "*"), "fine");
  EXPECT_EQ(reason_with(HeaderName::call_id, "a@b@c"), "400 Bad Call-ID");
  EXPECT_EQ(reason_with(HeaderName::call_id, "a b"), "400 Bad Call-ID");
  EXPECT_EQ(reason_with(HeaderName::cseq, "2147483647 INVITE"), "fine");
  EXPECT_EQ(reason_with(HeaderName::cseq, "2147483648 INVITE"), "400 Bad CSeq");
  EXPECT_EQ(reason_with(HeaderName::date, "Sat, 13 Nov 2010 23:29:00 GMT"), "fine");
  EXPECT_EQ(reason_with(HeaderName::date, "Sat"), "400 Bad Date");
  EXPECT_EQ(reason_with(HeaderName::via, "SIP/2.0/UDP h"), "fine") << "RFC 2543 had no branch";
  EXPECT_EQ(reason_with(HeaderName::via, ""), "400 Bad Via");
}

TEST(RequestCheck, NamesTheExtensionsItDoesNotHave) {
  SipMessage message = read(invite_text);
  message.append(HeaderName::proxy_require, "a, b");
  message.append(HeaderName::proxy_require, "c");
  const SipMessage response = make_response(message, *check_request(message), "t");
  EXPECT_EQ(response.status(), 420);
  EXPECT_EQ(response.reason(), "Bad Extension");
  EXPECT_EQ(response.find(HeaderName::unsupported), "a, b, c");
}

}  // namespace
}  // namespace p2pns::sip
