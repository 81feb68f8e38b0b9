// XML-RPC as values and text (the specification of 1999 by Dave Winer), without sockets: a call is read strictly and
// with bounds, a response is written without any white space between its tags, as OpenHIP reads it. libexpat reads the
// XML; a document type, and with it every entity of the sender's own, is refused.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"

namespace p2pns::hip {

/// Values inside of values. The calls of this server have none; clients in other languages wrap once or twice.
inline constexpr std::size_t xml_rpc_depth_maximum = 8;
/// Of one call, at whatever depth. The longest call here has six.
inline constexpr std::size_t xml_rpc_values_maximum = 64;
/// Of a method's and of a member's name.
inline constexpr std::size_t xml_rpc_name_maximum_bytes = 64;

/// dateTime.iso8601: read and kept as text, because no call here uses it.
struct XmlRpcTime {
  std::string text;
  friend bool operator==(const XmlRpcTime&, const XmlRpcTime&) = default;
};

struct XmlRpcValue;
struct XmlRpcMember;
using XmlRpcArray = std::vector<XmlRpcValue>;
using XmlRpcStruct = std::vector<XmlRpcMember>;

struct XmlRpcValue {
  std::variant<std::int32_t, bool, double, std::string, ByteVector, XmlRpcTime, XmlRpcArray, XmlRpcStruct> content;
  friend bool operator==(const XmlRpcValue&, const XmlRpcValue&);
};

/// Not a std::pair, which looks into its parts before they are complete.
struct XmlRpcMember {
  std::string name;
  XmlRpcValue value;
  friend bool operator==(const XmlRpcMember&, const XmlRpcMember&) = default;
};
inline bool operator==(const XmlRpcValue& a, const XmlRpcValue& b) { return a.content == b.content; }

struct XmlRpcCall {
  std::string method;
  XmlRpcArray parameters;
};

/// Codes for which there is an agreement (Specification for Fault Code Interoperability, 2001).
enum class FaultCode : std::int32_t {
  not_well_formed = -32700,
  invalid_call = -32600,
  no_such_method = -32601,
  invalid_parameters = -32602,
  application = -32500,
};

struct Fault {
  FaultCode code = FaultCode::application;
  std::string message;  ///< a sentence
};
template <class T>
using FaultOr = boost::system::result<T, Fault>;

/// Reads a methodCall, in whatever encoding it says of those that libexpat knows; texts come out in UTF-8. Faults:
/// not_well_formed; invalid_call
/// (well-formed, but no methodCall: another element, an attribute, a document type, a value out of its type's range,
/// too many or too deep values).
FaultOr<XmlRpcCall> parse_call(std::string_view text);

/// Texts hold what XML allows: no control characters but tab and line ends.
std::string to_xml(const XmlRpcValue&);
/// Whole documents.
std::string write_call(const XmlRpcCall&);
std::string write_response(const XmlRpcValue&);
std::string write_fault(const Fault&);

}  // namespace p2pns::hip

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::hip::Fault& fault, const boost::source_location&) {
  throw std::runtime_error(fault.message);
}
}  // namespace boost::system
