// Two readers, one meaning: what this front end lets through means the same to libosip2's own reader of whole messages.
// Random changes of good messages look for a text that the two take apart differently.
#include <filesystem>
#include <fstream>
#include <memory>
#include <osipparser2/osip_parser.h>

#include "frontends/sip/fields.hpp"
#include "frontends/sip/list_split.hpp"
#include "frontends/sip/request_check.hpp"
#include "tests/support/seeded_random.hpp"
#include "tests/unit/sip/sample_messages.hpp"

namespace p2pns::sip {
namespace {

constexpr int rounds = 20'000;

struct FreeMessage {
  void operator()(osip_message_t* message) const noexcept { osip_message_free(message); }
};
using Other = std::unique_ptr<osip_message_t, FreeMessage>;

Other read_other(const std::string& text) {
  osip_message_t* message = nullptr;
  EXPECT_EQ(osip_message_init(&message), OSIP_SUCCESS);
  Other owner{message};
  if (osip_message_parse(message, text.data(), text.size()) != OSIP_SUCCESS) return nullptr;
  return owner;
}

std::string text_of(const char* text) { return text ? text : ""; }

std::string tag_of(osip_from_t* address) {
  osip_generic_param_t* tag = nullptr;
  if (osip_from_get_tag(address, &tag) != OSIP_SUCCESS || !tag) return {};
  return text_of(tag->gvalue);
}

std::string call_id_of(const osip_message_t& other) {
  const char* host = other.call_id->host;
  return text_of(other.call_id->number) + (host ? "@" + std::string{host} : "");
}

void expect_same(const SipMessage& message, const osip_message_t& other) {
  EXPECT_EQ(message.method(), text_of(other.sip_method));
  ASSERT_TRUE(other.call_id && other.cseq && other.from && other.to && other.req_uri);
  EXPECT_EQ(unfolded(*message.find(HeaderName::call_id)), call_id_of(other));
  const auto cseq = parse_cseq(unfolded(*message.find(HeaderName::cseq)));
  EXPECT_EQ(cseq->number, std::stoul(other.cseq->number));
  EXPECT_EQ(parse_name_address(unfolded(*message.find(HeaderName::from)))->tag(), tag_of(other.from));
  EXPECT_EQ(parse_name_address(unfolded(*message.find(HeaderName::to)))->tag(), tag_of(other.to));
  EXPECT_EQ(parse_uri(message.request_uri())->host, lower_case(text_of(other.req_uri->host)));
  const auto vias = message.values(HeaderName::via);
  ASSERT_EQ(vias->size(), static_cast<std::size_t>(osip_list_size(&other.vias)));
  for (std::size_t i = 0; i < vias->size(); ++i) {
    const auto* via = static_cast<const osip_via_t*>(osip_list_get(&other.vias, static_cast<int>(i)));
    EXPECT_EQ(parse_via((*vias)[i])->host, lower_case(text_of(via->host)));
  }
  EXPECT_EQ(message.values(HeaderName::contact)->size(), static_cast<std::size_t>(osip_list_size(&other.contacts)));
  EXPECT_EQ(message.values(HeaderName::route)->size(), static_cast<std::size_t>(osip_list_size(&other.routes)));
}

std::vector<std::string> samples() {
  std::vector<std::string> texts{invite_text,
                                 register_text("alice@p2p", {"Contact: <sip:a@192.0.2.1>, <sip:b@[2001:db8::1]:5062>",
                                                             "Route: <sip:p1.p2p;lr>, <sip:p2.p2p;lr>"})};
  for (const char* name : {"wsinv", "longreq", "esc01", "dblreq", "semiuri", "transports", "lwsdisp", "inv2543"}) {
    std::ifstream stream(std::string{P2PNS_TEST_DATA} + "/rfc4475/" + name + ".dat", std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return texts;
}

/// One to three bytes, or pieces, at random places.
std::string changed(std::string text, test::SeededRandom& random) {
  static constexpr std::string_view pieces[] = {
      "\r\n", "\r\n ", ",", ";",  "\"", "<", ">", ":", "@", " ",
      "\t",   "=",     "%", "\\", "?",  "[", "]", "0", "z", "Via: SIP/2.0/UDP x.p2p\r\n",
      "\r",   "\n",    "*", "/"};
  for (std::uint64_t i = 0; i <= random.below(3); ++i) {
    const std::size_t at = random.below(text.size());
    const std::string_view piece = pieces[random.below(std::size(pieces))];
    text.replace(at, random.below(2) * random.below(4), piece);
  }
  return text;
}

TEST(OsipMessage, ReadsWhatPassesHereTheSameWay) {
  ASSERT_EQ(parser_init(), OSIP_SUCCESS);
  test::SeededRandom random{test::announced_seed()};
  const std::vector<std::string> good = samples();
  int compared = 0;
  for (int i = 0; i < rounds && !testing::Test::HasFailure(); ++i) {
    const std::string text = i < static_cast<int>(good.size()) ? good[static_cast<std::size_t>(i)]
                                                               : changed(good[random.below(good.size())], random);
    const auto message = SipMessage::parse(text);
    if (!message || !message->is_request() || check_request(*message)) continue;
    const Other other = read_other(text);
    if (!other) continue;
    ++compared;
    expect_same(*message, *other);
    if (testing::Test::HasFailure()) ADD_FAILURE() << "message " << i << ":\n" << text;
  }
  EXPECT_GT(compared, rounds / 10) << "or it compared nothing";
}

}  // namespace
}  // namespace p2pns::sip
