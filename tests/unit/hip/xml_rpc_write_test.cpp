#include <gtest/gtest.h>

#include "frontends/hip/xml_rpc.hpp"

namespace p2pns::hip {
namespace {

// What OpenHIP reads: it looks for each tag right behind the one before.
TEST(XmlRpcWrite, AResponseHasNoWhiteSpace) {
  const XmlRpcArray values{{ByteVector{std::byte{1}}}};
  EXPECT_EQ(
      write_response({XmlRpcArray{{values}, {ByteVector{}}}}),
      "<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data><value><array><data><value>"
      "<base64>AQ==</base64></value></data></array></value><value><base64></base64></value></data></array></value>"
      "</param></params></methodResponse>");
}

TEST(XmlRpcWrite, AFaultHasItsCodeAndASentence) {
  EXPECT_EQ(write_fault({FaultCode::no_such_method, "no <m> & no more"}),
            "<?xml version=\"1.0\"?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>"
            "-32601</int></value></member><member><name>faultString</name><value><string>no &lt;m&gt; &amp; no "
            "more</string></value></member></struct></value></fault></methodResponse>");
}

TEST(XmlRpcWrite, AFaultQuotesNothingThatIsNoText) {
  EXPECT_NE(write_fault({FaultCode::application, "a\nb\xc3"}).find("<string>a?b?</string>"), std::string::npos);
}

TEST(XmlRpcWrite, EveryValueIsReadAsItWasWritten) {
  const XmlRpcArray values{{-5},
                           {true},
                           {false},
                           {1.5e300},
                           {5e-324},
                           {std::string{"a\r\n\t<&>\"' \xc3\xbc"}},
                           {std::string{}},
                           {ByteVector(100, std::byte{7})},
                           {XmlRpcTime{"20261125T00:00:00"}},
                           {XmlRpcArray{}},
                           {XmlRpcStruct{}},
                           {XmlRpcStruct{{"a", {XmlRpcArray{{1}, {2}}}}, {"", {std::string{"b"}}}}}};
  const auto again = parse_call(write_call({"m", values}));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->parameters, values);
}

}  // namespace
}  // namespace p2pns::hip
