#include <fstream>
#include <gmock/gmock.h>

#include "frontends/hip/xml_rpc.hpp"

namespace p2pns::hip {
namespace {

using testing::HasSubstr;

std::string call_with(std::string_view values) {
  std::string text = "<?xml version=\"1.0\"?><methodCall><methodName>m</methodName><params>";
  text.append(values).append("</params></methodCall>");
  return text;
}
std::string param(std::string_view value) { return "<param><value>" + std::string{value} + "</value></param>"; }

/// The only parameter; the test fails without one.
XmlRpcValue value_of(std::string_view value) {
  const auto call = parse_call(call_with(param(value)));
  EXPECT_TRUE(call) << value << ": " << (call ? "" : call.error().message);
  if (!call || call->parameters.size() != 1) return {};
  return call->parameters.front();
}
FaultCode code_of(std::string_view text) {
  const auto call = parse_call(text);
  EXPECT_FALSE(call) << text;
  if (call) return FaultCode::application;
  EXPECT_EQ(call.error().message.find('\n'), std::string::npos);
  return call.error().code;
}
FaultCode value_code(std::string_view value) { return code_of(call_with(param(value))); }

TEST(XmlRpcRead, KnowsEveryType) {
  EXPECT_EQ(value_of("<int>-7</int>"), XmlRpcValue{-7});
  EXPECT_EQ(value_of("<i4>+7</i4>"), XmlRpcValue{7});
  EXPECT_EQ(value_of("<boolean>1</boolean>"), XmlRpcValue{true});
  EXPECT_EQ(value_of("<double>-12.5</double>"), XmlRpcValue{-12.5});
  EXPECT_EQ(value_of("<string> a &amp; b </string>"), XmlRpcValue{std::string{" a & b "}});
  EXPECT_EQ(value_of("untyped"), XmlRpcValue{std::string{"untyped"}});
  EXPECT_EQ(value_of(""), XmlRpcValue{std::string{}});
  EXPECT_EQ(value_of("<base64/>"), XmlRpcValue{ByteVector{}});
  EXPECT_EQ(value_of("<base64>AP8=\n</base64>"), (XmlRpcValue{ByteVector{std::byte{0}, std::byte{255}}}));
  EXPECT_EQ(value_of("<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>"),
            XmlRpcValue{XmlRpcTime{"19980717T14:08:55"}});
  EXPECT_EQ(value_of("<array><data><value><int>1</int></value><value>b</value></data></array>"),
            (XmlRpcValue{XmlRpcArray{{1}, {std::string{"b"}}}}));
  EXPECT_EQ(value_of("<struct><member><name>n</name><value><int>1</int></value></member></struct>"),
            (XmlRpcValue{XmlRpcStruct{{"n", {1}}}}));
}

TEST(XmlRpcRead, WhiteSpaceBetweenElementsDoesNotMatter) {
  const auto call = parse_call(
      "<?xml version='1.0'?>\n<methodCall>\n<methodName>a.b:c/d_9</methodName>\n<params>\n<param>\n<value> <int> 4 "
      "</int>\n</value>\n</param>\n</params>\n</methodCall>\n");
  ASSERT_TRUE(call);
  EXPECT_EQ(call->method, "a.b:c/d_9");
  EXPECT_EQ(call->parameters, XmlRpcArray{{4}});
}

TEST(XmlRpcRead, ParametersMayBeMissing) {
  const auto call = parse_call("<methodCall><methodName>m</methodName></methodCall>");
  ASSERT_TRUE(call);
  EXPECT_TRUE(call->parameters.empty());
}

TEST(XmlRpcRead, NumbersStayInTheirRange) {
  EXPECT_EQ(value_of("<int>2147483647</int>"), XmlRpcValue{2147483647});
  EXPECT_EQ(value_of("<int>-2147483648</int>"), XmlRpcValue{-2147483647 - 1});
  for (const char* const none :
       {"<int>2147483648</int>", "<int/>", "<int>1.0</int>", "<int>+-1</int>", "<int>0x1</int>", "<boolean>2</boolean>",
        "<boolean>true</boolean>", "<double>nan</double>", "<double>1e999</double>", "<double>inf</double>",
        "<base64>A</base64>"})
    EXPECT_EQ(value_code(none), FaultCode::invalid_call) << none;
}

TEST(XmlRpcRead, NothingOfTheSendersOwnIsExpanded) {
  EXPECT_EQ(code_of("<?xml version=\"1.0\"?><!DOCTYPE methodCall [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
                    "\"&a;&a;&a;&a;&a;&a;&a;&a;\">]><methodCall><methodName>&b;</methodName></methodCall>"),
            FaultCode::invalid_call);
  EXPECT_EQ(code_of("<!DOCTYPE m SYSTEM \"file:///etc/passwd\"><methodCall><methodName>m</methodName></methodCall>"),
            FaultCode::invalid_call);
  EXPECT_EQ(value_code("&unknown;"), FaultCode::not_well_formed);
}

TEST(XmlRpcRead, RefusesWhatIsNoXml) {
  for (const std::string& text :
       {std::string{}, std::string{"no"}, std::string{"<methodCall>"}, std::string{"<methodCall></b>"},
        std::string{"<methodCall><methodName>m</methodName></methodCall><more/>"}, call_with("<param>"),
        std::string{"<methodCall><methodName>\0</methodName></methodCall>", 47}, call_with(param("\xff"))})
    EXPECT_EQ(code_of(text), FaultCode::not_well_formed) << text;
}

TEST(XmlRpcRead, RefusesElementsWhereTheyHaveNoPlace) {
  for (const char* const text :
       {"<methodResponse/>", "<methodCall/>", "<methodCall><params/></methodCall>",
        "<methodCall><methodName/></methodCall>", "<methodCall><methodName>a b</methodName></methodCall>",
        "<methodCall><methodName>a</methodName><methodName>a</methodName></methodCall>",
        "<methodCall><methodName>a</methodName><params/><params/></methodCall>",
        "<methodCall a='1'><methodName>a</methodName></methodCall>",
        "<methodCall>text<methodName>a</methodName></methodCall>",
        "<methodCall><methodName>a<b/></methodName></methodCall>"})
    EXPECT_EQ(code_of(text), FaultCode::invalid_call) << text;
  for (const char* const value : {"<int>1</int><int>2</int>", "text<int>1</int>", "<int>1</int>text", "<nil/>",
                                  "<array/>", "<array><data/><data/></array>", "<struct><member/></struct>",
                                  "<struct><member><value/><name>n</name></member></struct>",
                                  "<struct><member><name>n</name></member></struct>", "<int><int>1</int></int>"})
    EXPECT_EQ(value_code(value), FaultCode::invalid_call) << value;
  EXPECT_EQ(code_of(call_with("<param/>")), FaultCode::invalid_call);
  EXPECT_EQ(code_of(call_with("<param><value/><value/></param>")), FaultCode::invalid_call);
}

std::string nested(std::size_t depth) {
  std::string text = "<int>1</int>";
  for (std::size_t i = 1; i < depth; ++i) text = "<array><data><value>" + text + "</value></data></array>";
  return text;
}

TEST(XmlRpcRead, ValuesStandInFewOthers) {
  value_of(nested(xml_rpc_depth_maximum));
  EXPECT_EQ(value_code(nested(xml_rpc_depth_maximum + 1)), FaultCode::invalid_call);
}

TEST(XmlRpcRead, ThereAreFewValues) {
  std::string most;
  for (std::size_t i = 0; i < xml_rpc_values_maximum; ++i) most += param("");
  EXPECT_TRUE(parse_call(call_with(most)));
  EXPECT_EQ(code_of(call_with(most + param(""))), FaultCode::invalid_call);
}

TEST(XmlRpcRead, NamesAreShort) {
  const auto named = [](std::size_t size) {
    return "<methodCall><methodName>" + std::string(size, 'm') + "</methodName></methodCall>";
  };
  EXPECT_TRUE(parse_call(named(xml_rpc_name_maximum_bytes)));
  EXPECT_EQ(code_of(named(xml_rpc_name_maximum_bytes + 1)), FaultCode::invalid_call);
  const auto member = [](std::size_t size) {
    return "<struct><member><name>" + std::string(size, 'm') + "</name><value/></member></struct>";
  };
  value_of(member(xml_rpc_name_maximum_bytes));
  EXPECT_EQ(value_code(member(xml_rpc_name_maximum_bytes + 1)), FaultCode::invalid_call);
}

TEST(XmlRpcRead, AComplaintNamesTheLineOrTheElement) {
  EXPECT_THAT(parse_call("<methodCall>\n<x/></methodCall>").error().message, HasSubstr("'x'"));
  EXPECT_THAT(parse_call("<methodCall>\n<x></methodCall>").error().message, HasSubstr("'x'"));
  EXPECT_THAT(parse_call("<methodCall>\n\n").error().message, HasSubstr("line 3"));
}

}  // namespace
}  // namespace p2pns::hip
