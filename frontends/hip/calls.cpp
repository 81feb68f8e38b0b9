#include "frontends/hip/calls.hpp"

#include "frontends/hip/parameters.hpp"
#include "frontends/hip/transport_records.hpp"

namespace p2pns::hip {

namespace {

constexpr std::string_view register_signature = "register(name, transport address, type, ttl)";
constexpr std::string_view resolve_signature = "resolve(name, type)";
constexpr std::string_view put_signature = "put(key, value, ttl, application)";
constexpr std::string_view put_removable_signature =
    "put_removable(key, value, \"SHA\", hash of the secret, ttl, application)";
constexpr std::string_view rm_signature = "rm(key, hash of the value, \"SHA\", secret, ttl, application)";
constexpr std::string_view get_signature = "get(key, maximum, placemark, application)";

/// The draft's types. A service would be a set of nodes under one name, which this version does not keep.
constexpr std::int32_t type_of_names = 0;

names::P2PName read_name(Parameters& in, const names::Zones& zones) {
  const std::string text = in.text("the name");
  if (in.fault()) return {};
  auto name = names::parse_registrable_name(text, zones);
  if (name) return std::move(*name);
  in.complain(name.error().message);
  return {};
}

void read_type(Parameters& in) {
  if (in.integer("the type") != type_of_names)
    in.complain("only type 0 is offered, names; services (1) cannot be registered here");
}

void read_hash_type(Parameters& in) {
  if (in.string("the kind of the hash") != "SHA") in.complain("the only kind of hash is \"SHA\"");
}

}  // namespace

FaultOr<RegisterCall> parse_register(const XmlRpcCall& call, const names::Zones& zones) {
  Parameters in(call, register_signature, 4);
  RegisterCall result;
  result.name = read_name(in, zones);
  if (const std::string address = in.text("the transport address"); !address.empty()) {
    const auto endpoint = parse_endpoint(address);
    if (endpoint && endpoint->port != 0 && !endpoint->address.is_unspecified() && !endpoint->address.is_multicast())
      result.address = *endpoint;
    else
      in.complain("the transport address is empty, or one host's like 192.0.2.1:5060 or [2001:db8::1]:5060");
  }
  read_type(in);
  const std::int32_t ttl_s = in.integer("the ttl");
  if (ttl_s < 0) in.complain("the ttl is not negative");
  if (in.fault()) return *in.fault();
  result.ttl_s = std::min(static_cast<std::uint32_t>(ttl_s), names::record_ttl_maximum_s);
  return result;
}

FaultOr<names::P2PName> parse_resolve(const XmlRpcCall& call, const names::Zones& zones) {
  Parameters in(call, resolve_signature, 2);
  names::P2PName name = read_name(in, zones);
  read_type(in);
  if (in.fault()) return *in.fault();
  return name;
}

FaultOr<XmlRpcValue> register_result(const Result<names::Receipt>& result) {
  const auto code_of = [](names::ResultCode code) { return XmlRpcValue{static_cast<std::int32_t>(code)}; };
  if (result) return code_of(names::ResultCode::ok);
  const boost::system::error_code error = result.error();
  const names::ResultCode code = names::result_code(error);
  const bool taken = error == Errc::name_taken || error == Errc::contested || error == Errc::not_owner;
  // The draft's 1 says that another node has the name; what else was refused needs words.
  if (code == names::ResultCode::refused && !taken) return Fault{FaultCode::application, error.message()};
  return code_of(code);
}

XmlRpcValue resolve_result(const names::NameAnswer& answer) {
  names::ResultCode code = names::result_code(answer.outcome);
  ByteVector address;
  if (code == names::ResultCode::ok) {
    if (const auto endpoint = transport_address(answer))
      address = copy_of(as_bytes(to_string(*endpoint)));
    else
      code = names::ResultCode::overlay_unavailable;  // only a copy, which does not say where the node is
  }
  return {XmlRpcArray{{std::move(address)}, {static_cast<std::int32_t>(code)}}};
}

FaultOr<names::WeakPut> parse_put(const XmlRpcCall& call) {
  const bool removable = call.method == "put_removable";
  Parameters in(call, removable ? put_removable_signature : put_signature, removable ? 6 : 4);
  names::WeakPut put;
  put.key = in.fixed<Key>("the key");
  put.value = in.bytes("the value");
  if (removable) {
    read_hash_type(in);
    put.secret_hash = in.fixed<crypto::Sha1Digest>("the hash of the secret");
  }
  put.life = std::chrono::seconds{in.integer("the ttl")};
  in.string("the application");
  if (in.fault()) return *in.fault();
  return put;
}

FaultOr<names::WeakRemoval> parse_rm(const XmlRpcCall& call) {
  Parameters in(call, rm_signature, 6);
  names::WeakRemoval removal;
  removal.key = in.fixed<Key>("the key");
  removal.value_hash = in.fixed<crypto::Sha1Digest>("the hash of the value");
  read_hash_type(in);
  removal.secret = in.bytes("the secret");
  in.integer("the ttl");
  in.string("the application");
  if (in.fault()) return *in.fault();
  return removal;
}

FaultOr<GetCall> parse_get(const XmlRpcCall& call) {
  Parameters in(call, get_signature, 4);
  GetCall result;
  result.key = in.fixed<Key>("the key");
  result.maximum = in.integer("the maximum");
  in.bytes("the placemark");
  in.string("the application");
  if (in.fault()) return *in.fault();
  return result;
}

PutCode put_code(boost::system::error_code error) noexcept {
  if (!error) return PutCode::ok;
  if (error == Errc::overloaded) return PutCode::over_capacity;
  if (error == Errc::no_peers || error == Errc::not_reachable || error == Errc::timed_out || error == Errc::cancelled)
    return PutCode::try_again;
  return PutCode::failure;
}

XmlRpcValue get_result(const std::optional<ByteVector>& value) {
  XmlRpcArray values;
  if (value) values.push_back({*value});
  return {XmlRpcArray{{std::move(values)}, {ByteVector{}}}};
}

}  // namespace p2pns::hip
