// Small texts: addresses, host names with a port, resolv.conf, hexadecimal, base32.
#include "core/base/endpoint.hpp"

#include "apps/p2pnsd/bootstrap_resolvers.hpp"
#include "config/seed_name.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

/// What can be read is read again as the same value from its own text.
template <class Value>
void check(const Result<Value>& value, Result<Value> (*parse)(std::string_view)) {
  if (!value) return;
  const auto again = parse(to_string(*value));
  require(again && *again == *value, "a value is read as it was written");
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = as_text(input);
  check(parse_endpoint(text), parse_endpoint);
  check(parse_ip_address(text), parse_ip_address);
  check(config::parse_seed_name(text), config::parse_seed_name);
  require(daemon::nameservers_of(text).size() <= daemon::resolv_conf_servers_maximum, "few resolvers are enough");
  if (const auto bytes = from_hex(text)) require(from_hex(to_hex(*bytes)).value() == *bytes, "hexadecimal goes back");
  if (const auto bytes = from_base32(text)) {
    require(from_base32(to_base32(*bytes)).value() == *bytes, "base32 goes back");
    require(to_base32(*bytes).size() == text.size(), "base32 has one text, but for its case");
  }
  require(*from_hex(to_hex(input)) == copy_of(input), "any bytes have a hexadecimal form");
  require(*from_base32(to_base32(input)) == copy_of(input), "any bytes have a base32 form");
}

}  // namespace p2pns::fuzz
