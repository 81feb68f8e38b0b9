// A call of XML-RPC, and its parameters for each method: what is read is bounded, means the same when it is written
// again, and every complaint is one line.
#include <cmath>

#include "frontends/hip/calls.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

using namespace hip;

template <class T>
void check_result(const FaultOr<T>& result) {
  if (!result) require(!result.error().message.empty() && is_one_line(result.error().message), "a fault is one line");
}

std::size_t count_of(const XmlRpcArray& values, std::size_t depth) {
  require(depth <= xml_rpc_depth_maximum, "values do not stand deep");
  std::size_t count = values.size();
  for (const XmlRpcValue& value : values) {
    if (const auto* items = std::get_if<XmlRpcArray>(&value.content)) count += count_of(*items, depth + 1);
    if (const auto* members = std::get_if<XmlRpcStruct>(&value.content))
      for (const auto& [name, member] : *members) count += count_of({member}, depth + 1);
  }
  return count;
}

void check_methods(XmlRpcCall call) {
  const names::Zones zones;
  check_result(parse_register(call, zones));
  check_result(parse_resolve(call, zones));
  check_result(parse_rm(call));
  check_result(parse_get(call));
  for (const char* const method : {"put", "put_removable"}) {
    call.method = method;
    check_result(parse_put(call));
  }
}

}  // namespace

void run(Bytes input) {
  const auto call = parse_call(as_text(input));
  if (!call) return check_result(call);
  require(count_of(call->parameters, 0) <= xml_rpc_values_maximum, "there are not too many values");
  const auto again = parse_call(write_call(*call));
  require(again && again->method == call->method && again->parameters == call->parameters,
          "a call is read as it was written");
  check_methods(*call);
}

}  // namespace p2pns::fuzz
