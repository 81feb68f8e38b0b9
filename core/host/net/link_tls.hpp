// LinkTls: TLS 1.3 between nodes. Each end shows a self-signed certificate of its node key and must prove the other's:
// an Ed25519 key whose static puzzle is solved. Nothing else of a certificate counts, so nothing else of it is read:
// OpenSSL's own verification of chains, names and dates does not run. The network is in ALPN. No sessions are resumed.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <optional>
#include <string>

#include "core/crypto/identity.hpp"
#include "core/crypto/network.hpp"
#include "core/link/link_counters.hpp"

namespace p2pns::host {

/// A certificate of an Ed25519 key has 300 bytes; more than this is not read.
inline constexpr long certificate_maximum_bytes = 4096;

/// What one handshake is to prove, and has proven.
struct PeerProof {
  std::optional<NodeId> wanted;  ///< none: any node may call
  std::optional<NodeId> proven;
  std::optional<link::EndReason> fault;  ///< why the key was refused
};

class LinkTls {
 public:
  LinkTls(const crypto::Identity&, const crypto::NetworkParameters&);
  LinkTls(const LinkTls&) = delete;
  LinkTls& operator=(const LinkTls&) = delete;

  boost::asio::ssl::context& context() noexcept { return context_; }
  /// Before the handshake. `proof` outlives it.
  void prepare(SSL*, PeerProof& proof) const;
  /// After a handshake that succeeded: the fault that is left to find, or none, and then `proof.proven` is set.
  std::optional<link::EndReason> fault_of(SSL*, const PeerProof& proof) const;
  /// After one that failed.
  static link::EndReason fault_of(boost::system::error_code, const PeerProof& proof);
  /// "p2pns/1/" and the network's fingerprint in hexadecimal: the version of the frames, and which overlay.
  const std::string& protocol() const noexcept { return protocol_; }

 private:
  int check_certificate(X509_STORE_CTX*) const;
  std::optional<link::EndReason> check_key(X509*, PeerProof&) const;
  void show(const crypto::KeyPair&);

  boost::asio::ssl::context context_;
  crypto::KeyPair keys_;
  NodeId self_;
  int static_puzzle_bits_;
  std::string protocol_;
  std::string offer_;  // the same, as ALPN writes a list of one
};

}  // namespace p2pns::host
