// The calls of this server between XML-RPC and the name service's values: pure, without sockets. `register` and
// `resolve` are section 7 of draft-baumgart-p2psip-p2pns-00; `put`, `put_removable`, `get` and `rm` are RFC 6537 (which
// took them from OpenDHT) as OpenHIP and HIPL speak it.
#pragma once

#include <optional>

#include "core/names/name_service.hpp"
#include "frontends/hip/xml_rpc.hpp"

namespace p2pns::hip {

struct RegisterCall {
  names::P2PName name;
  std::optional<Endpoint> address;  ///< none: wherever this node is
  std::uint32_t ttl_s = 0;          ///< of the records; cut to names::record_ttl_maximum_s
};

/// register(name, transport address, type, ttl). Texts come as base64, which is the draft's, or as string.
FaultOr<RegisterCall> parse_register(const XmlRpcCall&, const names::Zones&);
/// resolve(name, type)
FaultOr<names::P2PName> parse_resolve(const XmlRpcCall&, const names::Zones&);
/// register's code. Faults: what is neither the name's nor the overlay's fault, in a sentence.
FaultOr<XmlRpcValue> register_result(const Result<names::Receipt>&);
/// [transport address, code]; the address is empty unless the code is 0.
XmlRpcValue resolve_result(const names::NameAnswer&);

/// put(key, value, ttl, application) and put_removable(key, value, "SHA", SHA-1 of the secret, ttl, application)
FaultOr<names::WeakPut> parse_put(const XmlRpcCall&);
/// rm(key, SHA-1 of the value, "SHA", secret, ttl, application)
FaultOr<names::WeakRemoval> parse_rm(const XmlRpcCall&);
struct GetCall {
  Key key;
  std::int32_t maximum = 0;  ///< of values; less than 1: none are wanted
};
/// get(key, maximum, placemark, application)
FaultOr<GetCall> parse_get(const XmlRpcCall&);

/// Codes of put and rm.
enum class PutCode : std::int32_t { ok = 0, over_capacity = 1, try_again = 2, failure = 3 };
PutCode put_code(boost::system::error_code) noexcept;
/// [[value], placemark]. One value at most: clients that read a list take its last.
XmlRpcValue get_result(const std::optional<ByteVector>& value);

}  // namespace p2pns::hip
