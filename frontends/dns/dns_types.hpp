// Numbers of the DNS that this front end uses (IANA "Domain Name System Parameters").
#pragma once

#include <cstddef>
#include <cstdint>

namespace p2pns::dns {

enum RecordType : std::uint16_t {
  type_a = 1,
  type_ns = 2,
  type_cname = 5,
  type_soa = 6,
  type_ptr = 12,
  type_aaaa = 28,
  type_srv = 33,
  type_opt = 41,
  type_hip = 55,
  type_nxname = 128,
  type_tkey = 249,
  type_tsig = 250,
  type_ixfr = 251,
  type_axfr = 252,
  type_mailb = 253,
  type_maila = 254,
  type_any = 255,
};

inline constexpr std::uint16_t class_in = 1;
inline constexpr std::uint8_t opcode_query = 0;

/// Second field of the header, RFC 1035 section 4.1.1 and RFC 4035.
inline constexpr unsigned flag_answer = 0x8000;
inline constexpr unsigned opcode_bits = 0x7800;
inline constexpr unsigned flag_authoritative = 0x0400;
inline constexpr unsigned flag_truncated = 0x0200;
inline constexpr unsigned flag_recursion_desired = 0x0100;
inline constexpr unsigned flag_recursion_available = 0x0080;
inline constexpr unsigned flag_authentic_data = 0x0020;
inline constexpr unsigned flag_checking_disabled = 0x0010;
inline constexpr unsigned rcode_bits = 0x000f;
/// Of OPT's TTL, RFC 3225.
inline constexpr unsigned edns_flag_dnssec_ok = 0x8000;
inline constexpr unsigned option_extended_error = 15;

enum class Rcode : std::uint16_t {
  no_error = 0,
  format_error = 1,
  server_failure = 2,
  no_such_name = 3,
  not_implemented = 4,
  refused = 5,
  bad_version = 16,  ///< needs EDNS
};
inline constexpr std::size_t rcodes_counted = 17;

/// Extended DNS Errors, RFC 8914.
enum class ExtendedCode : std::uint16_t {
  other = 0,
  stale_answer = 3,
  not_ready = 14,
  not_authoritative = 20,
  no_reachable_authority = 22,
  network_error = 23,
};

inline constexpr std::uint16_t dns_port = 53;
inline constexpr std::size_t header_bytes = 12;
/// RFC 1035: what a client takes that says nothing.
inline constexpr std::size_t plain_payload_bytes = 512;
/// Largest UDP answer, and what we say we take (DNS flag day 2020): no fragments on any usual path.
inline constexpr std::size_t edns_payload_bytes = 1232;
inline constexpr std::size_t tcp_message_maximum_bytes = 65535;
/// Larger queries have no use here; a longer datagram is cut, a longer TCP message ends its connection.
inline constexpr std::size_t query_maximum_bytes = 4096;

}  // namespace p2pns::dns
