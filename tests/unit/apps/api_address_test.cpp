#include "apps/p2pns/api_address.hpp"

#include <gmock/gmock.h>

#include "apps/p2pns/api_client.hpp"

namespace p2pns::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string parsed(std::string_view text) {
  const auto address = parse_api_address(text);
  return address ? to_string(*address) : "refused: " + address.error().message;
}

TEST(ApiAddress, OnlyThisMachineIsSpokenTo) {
  EXPECT_EQ(parsed("http://127.0.0.1:8053"), "http://127.0.0.1:8053");
  EXPECT_EQ(parsed("http://127.77.0.9:8053/"), "http://127.77.0.9:8053");
  EXPECT_EQ(parsed("http://localhost:1"), "http://127.0.0.1:1");
  EXPECT_EQ(parsed("http://[::1]:8053"), "http://[::1]:8053");
  EXPECT_EQ(parsed("http://127.0.0.1"), "http://127.0.0.1:80");
  EXPECT_THAT(parsed("http://192.0.2.1:8053"), HasSubstr("192.0.2.1 is not this machine"));
  EXPECT_THAT(parsed("https://127.0.0.1:8053"), HasSubstr("only http://"));
  for (const std::string_view url : {"127.0.0.1:8053", "http://user@127.0.0.1/", "http://127.0.0.1/v1", "",
                                     "http://example.org:8053", "http://127.0.0.1:99999"})
    EXPECT_THAT(parsed(url), StartsWith("refused: ")) << url;
}

TEST(ApiAddress, AUnixSocketIsAnAbsolutePath) {
  EXPECT_EQ(parsed("unix:/run/p2pns/http.sock"), "unix:/run/p2pns/http.sock");
  EXPECT_EQ(parsed("unix:/" + std::string(106, 'x')), "unix:/" + std::string(106, 'x'));
  for (const std::string& text :
       {std::string{"unix:"}, std::string{"unix:http.sock"}, "unix:/" + std::string(107, 'x')})
    EXPECT_THAT(parsed(text), StartsWith("refused: --api: expected the absolute path")) << text;
}

TEST(ApiAddress, ParametersCannotSmuggleOthers) {
  EXPECT_EQ(encode_parameter("a&type=A b/\r\n"), "a%26type%3DA%20b%2F%0D%0A");
}

}  // namespace
}  // namespace p2pns::cli
