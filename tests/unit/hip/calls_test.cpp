#include "frontends/hip/calls.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace p2pns::hip {
namespace {

using testing::HasSubstr;

const names::P2PName alice{names::NameKind::label, "p2p", "alice"};
const names::Zones zones;

XmlRpcValue text(std::string value) { return {std::move(value)}; }
XmlRpcValue base64(std::string_view value) { return {copy_of(as_bytes(value))}; }
XmlRpcValue bytes(std::size_t count, int filling = 7) { return {ByteVector(count, std::byte(filling))}; }

XmlRpcCall register_call(XmlRpcValue name, XmlRpcValue address, std::int32_t type = 0, std::int32_t ttl = 60) {
  return {"register", {std::move(name), std::move(address), {type}, {ttl}}};
}
template <class T>
std::string complaint(const FaultOr<T>& result) {
  if (result) return "accepted";
  EXPECT_EQ(result.error().code, FaultCode::invalid_parameters);
  return result.error().message;
}

TEST(Calls, ANameIsRegisteredAsTheDraftHasIt) {
  const auto call = parse_register(register_call(base64("Alice.p2p"), base64("192.0.2.1:5060")), zones);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->name, alice);
  EXPECT_EQ(call->address, *parse_endpoint("192.0.2.1:5060"));
  EXPECT_EQ(call->ttl_s, 60U);
}

TEST(Calls, TextsMayComeAsStrings) {
  const auto call = parse_register(register_call(text("alice.p2p"), text("")), zones);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->name, alice);
  EXPECT_EQ(call->address, std::nullopt);
  const auto name = parse_resolve({"resolve", {text("alice.p2p"), {0}}}, zones);
  ASSERT_TRUE(name);
  EXPECT_EQ(*name, alice);
}

TEST(Calls, ATtlIsCutToWhatARecordMayHave) {
  EXPECT_EQ(parse_register(register_call(text("alice.p2p"), text(""), 0, 2147483647), zones)->ttl_s,
            names::record_ttl_maximum_s);
  EXPECT_EQ(parse_register(register_call(text("alice.p2p"), text(""), 0, 0), zones)->ttl_s, 0U);
  EXPECT_THAT(complaint(parse_register(register_call(text("alice.p2p"), text(""), 0, -1), zones)), HasSubstr("ttl"));
}

TEST(Calls, ARegistrationThatCannotBeIsRefusedInASentence) {
  EXPECT_THAT(complaint(parse_register(register_call(text("no_name"), text("")), zones)), HasSubstr("register(name"));
  EXPECT_THAT(complaint(parse_register(register_call({5}, text("")), zones)), HasSubstr("base64 or a string"));
  EXPECT_THAT(complaint(parse_register(register_call(text("alice.p2p"), text(""), 1), zones)), HasSubstr("services"));
  for (const char* const address : {"192.0.2.1", "192.0.2.1:0", "0.0.0.0:1", "224.0.0.1:1", "host:1", ":1"})
    EXPECT_THAT(complaint(parse_register(register_call(text("alice.p2p"), text(address)), zones)),
                HasSubstr("transport address"))
        << address;
  EXPECT_THAT(complaint(parse_register({"register", {}}, zones)), HasSubstr("4 parameters"));
  EXPECT_THAT(complaint(parse_resolve({"resolve", {text("alice.p2p")}}, zones)), HasSubstr("2 parameters"));
}

TEST(Calls, EveryOutcomeOfARegistrationHasItsCode) {
  EXPECT_EQ(*register_result(names::Receipt{}), XmlRpcValue{0});
  for (const Errc taken : {Errc::name_taken, Errc::contested, Errc::not_owner})
    EXPECT_EQ(*register_result(taken), XmlRpcValue{1}) << name_of(taken);
  for (const Errc away : {Errc::no_peers, Errc::not_reachable, Errc::timed_out, Errc::overloaded})
    EXPECT_EQ(*register_result(away), XmlRpcValue{2}) << name_of(away);
  for (const Errc other : {Errc::too_large, Errc::io_error})
    EXPECT_EQ(register_result(other).error().code, FaultCode::application) << name_of(other);
}

TEST(Calls, EveryOutcomeOfAResolutionHasItsCode) {
  names::NameAnswer answer;
  answer.name = alice;
  const auto result_of = [&](names::Outcome outcome) {
    answer.outcome = outcome;
    return resolve_result(answer);
  };
  const auto failed = [](std::int32_t code) { return XmlRpcValue{XmlRpcArray{{ByteVector{}}, {code}}}; };
  EXPECT_EQ(result_of(names::Outcome::no_such_name), failed(1));
  for (const auto outcome : {names::Outcome::contested, names::Outcome::not_reachable, names::Outcome::timed_out,
                             names::Outcome::owner_offline})
    EXPECT_EQ(result_of(outcome), failed(2));
  EXPECT_EQ(result_of(names::Outcome::found), failed(2)) << "a copy that does not say where the node is";
  answer.node.emplace();
  answer.node->endpoints.push_back(*parse_endpoint("192.0.2.9:4222"));
  EXPECT_EQ(result_of(names::Outcome::found), (XmlRpcValue{XmlRpcArray{base64("192.0.2.9:4222"), {0}}}));
}

TEST(Calls, AValueIsPutAsOpenHipDoes) {
  const auto put =
      parse_put({"put_removable", {bytes(20), bytes(376, 9), text("SHA"), bytes(20, 5), {604800}, text("hip-addr")}});
  ASSERT_TRUE(put);
  EXPECT_EQ(put->key.value[0], std::byte{7});
  EXPECT_EQ(put->value, ByteVector(376, std::byte{9}));
  EXPECT_EQ(put->life, std::chrono::hours{7 * 24});
  ASSERT_TRUE(put->secret_hash);
  EXPECT_EQ(put->secret_hash->value[0], std::byte{5});
  const auto plain = parse_put({"put", {bytes(20), bytes(1), {1}, text("HIPL")}});
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->secret_hash, std::nullopt);
}

TEST(Calls, WhatIsPutHasTheTypesOfTheInterface) {
  EXPECT_THAT(complaint(parse_put({"put", {bytes(32), bytes(1), {1}, text("")}})), HasSubstr("key has 20 bytes"));
  EXPECT_THAT(complaint(parse_put({"put", {bytes(20), text("v"), {1}, text("")}})), HasSubstr("value is base64"));
  EXPECT_THAT(complaint(parse_put({"put", {bytes(20), bytes(1), text("1"), text("")}})), HasSubstr("ttl is an int"));
  EXPECT_THAT(complaint(parse_put({"put", {bytes(20), bytes(1), {1}, {1}}})), HasSubstr("application is a string"));
  EXPECT_THAT(complaint(parse_put({"put_removable", {bytes(20), bytes(1), text("MD5"), bytes(20), {1}, text("")}})),
              HasSubstr("SHA"));
  EXPECT_THAT(complaint(parse_put({"put_removable", {bytes(20), bytes(1), text("SHA"), bytes(19), {1}, text("")}})),
              HasSubstr("secret has 20 bytes"));
}

TEST(Calls, AValueIsTakenBackAndLookedFor) {
  const auto rm = parse_rm({"rm", {bytes(20), bytes(20, 0), text("SHA"), bytes(40, 3), {1}, text("hip-addr")}});
  ASSERT_TRUE(rm);
  EXPECT_EQ(rm->secret, ByteVector(40, std::byte{3}));
  EXPECT_THAT(complaint(parse_rm({"rm", {bytes(20), bytes(20), text("SHA"), text("s"), {1}, text("")}})),
              HasSubstr("secret is base64"));
  const auto get = parse_get({"get", {bytes(20), {10}, bytes(0), text("hip-addr")}});
  ASSERT_TRUE(get);
  EXPECT_EQ(get->maximum, 10);
  EXPECT_THAT(complaint(parse_get({"get", {bytes(20), {10}, text(""), text("")}})), HasSubstr("placemark is base64"));
}

TEST(Calls, CodesOfPutsTellWhetherToTryAgain) {
  EXPECT_EQ(put_code({}), PutCode::ok);
  EXPECT_EQ(put_code(Errc::overloaded), PutCode::over_capacity);
  for (const Errc later : {Errc::no_peers, Errc::not_reachable, Errc::timed_out})
    EXPECT_EQ(put_code(later), PutCode::try_again);
  for (const Errc never : {Errc::malformed, Errc::too_large, Errc::bad_signature, Errc::refused, Errc::no_such_name})
    EXPECT_EQ(put_code(never), PutCode::failure);
}

TEST(Calls, AMissIsAnEmptyInnerList) {
  EXPECT_EQ(get_result(std::nullopt), (XmlRpcValue{XmlRpcArray{{XmlRpcArray{}}, {ByteVector{}}}}));
  EXPECT_EQ(get_result(ByteVector(1)), (XmlRpcValue{XmlRpcArray{{XmlRpcArray{{ByteVector(1)}}}, {ByteVector{}}}}));
}

}  // namespace
}  // namespace p2pns::hip
