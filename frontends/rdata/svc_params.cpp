#include "frontends/rdata/svc_params.hpp"

#include <algorithm>
#include <vector>

namespace p2pns::rdata {
namespace {

// Numbers of RFC 9460 section 14.3.2.
enum SvcKey : std::uint16_t {
  key_mandatory = 0,
  key_alpn = 1,
  key_no_default_alpn = 2,
  key_port = 3,
  key_ipv4hint = 4,
  key_ech = 5,
  key_ipv6hint = 6,
  key_invalid = 65535,
};

struct Param {
  std::uint16_t key = 0;
  Bytes value;
};

std::uint16_t number_at(Bytes bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[offset]) << 8U |
                                    std::to_integer<unsigned>(bytes[offset + 1]));
}

/// Octets of the uncompressed name at the beginning; 0 when it is none.
std::size_t name_size(Bytes bytes) {
  std::size_t at = 0;
  while (at < bytes.size() && at < 255) {
    const std::size_t label = std::to_integer<std::size_t>(bytes[at]);
    if (label == 0) return at + 1;
    if (label > 63) return 0;
    at += 1 + label;
  }
  return 0;
}

bool is_list_of_strings(Bytes value) {
  if (value.empty()) return false;
  while (!value.empty()) {
    const std::size_t length = std::to_integer<std::size_t>(value[0]);
    if (length == 0 || length >= value.size()) return false;
    value = value.subspan(1 + length);
  }
  return true;
}

bool has(const std::vector<Param>& params, std::uint16_t key) {
  return std::ranges::any_of(params, [key](const Param& each) { return each.key == key; });
}

std::string_view fault_of_mandatory(Bytes value, const std::vector<Param>& params) {
  if (value.empty() || value.size() % 2 != 0) return "mandatory is not a list of keys";
  int previous = 0;  // "mandatory" itself must not be named
  for (std::size_t at = 0; at < value.size(); at += 2) {
    const int key = number_at(value, at);
    if (key <= previous) return "mandatory names a key twice, itself, or not in order";
    if (!has(params, static_cast<std::uint16_t>(key))) return "mandatory names a key that is not there";
    previous = key;
  }
  return {};
}

std::string_view fault_of(const Param& param, const std::vector<Param>& params) {
  const std::size_t size = param.value.size();
  switch (param.key) {
    case key_mandatory:
      return fault_of_mandatory(param.value, params);
    case key_alpn:
      return is_list_of_strings(param.value) ? "" : "alpn is not a list of protocol names";
    case key_no_default_alpn:
      if (size != 0) return "no-default-alpn takes no value";
      return has(params, key_alpn) ? "" : "no-default-alpn needs alpn";
    case key_port:
      return size == 2 ? "" : "port is not a number of two bytes";
    case key_ipv4hint:
      return size != 0 && size % 4 == 0 ? "" : "ipv4hint is not a list of IPv4 addresses";
    case key_ech:
      return size != 0 ? "" : "ech is empty";
    case key_ipv6hint:
      return size != 0 && size % 16 == 0 ? "" : "ipv6hint is not a list of IPv6 addresses";
    case key_invalid:
      return "key 65535 is reserved";
    default:
      return {};
  }
}

}  // namespace

std::string_view fault_of_svcb(Bytes data) {
  if (data.size() < 3) return "priority and target name are missing";
  data = data.subspan(2);
  const std::size_t target = name_size(data);
  if (target == 0) return "the target is no uncompressed name";
  data = data.subspan(target);
  std::vector<Param> params;
  while (!data.empty()) {
    if (data.size() < 4) return "a service parameter is cut";
    const Param param{number_at(data, 0), {}};
    const std::size_t length = number_at(data, 2);
    if (length > data.size() - 4) return "a service parameter is longer than the record";
    if (!params.empty() && params.back().key >= param.key) return "a service parameter is there twice or not in order";
    params.push_back({param.key, data.subspan(4, length)});
    data = data.subspan(4 + length);
  }
  for (const Param& param : params)
    if (const auto fault = fault_of(param, params); !fault.empty()) return fault;
  return {};
}

}  // namespace p2pns::rdata
