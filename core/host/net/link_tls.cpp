#include "core/host/net/link_tls.hpp"

#include <boost/asio/ssl/error.hpp>
#include <memory>
#include <openssl/err.h>
#include <openssl/x509.h>

#include "core/base/assert.hpp"
#include "core/crypto/seal.hpp"
#include "core/crypto/wipe.hpp"

namespace p2pns::host {

using link::EndReason;

namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;

const unsigned char* octets(Bytes bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
const unsigned char* octets(const std::string& text) { return octets(as_bytes(text)); }

/// Where a handshake keeps its PeerProof.
int proof_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}
PeerProof* proof_of(const SSL* ssl) { return static_cast<PeerProof*>(SSL_get_ex_data(ssl, proof_index())); }

KeyHandle private_key(const crypto::KeyPair& keys) {
  crypto::Seed seed = keys.seed();
  const crypto::WipeGuard guard{seed.mutable_view()};
  return KeyHandle{EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed.view()), seed.value.size())};
}

/// The least that is a certificate: everybody looks at its key only.
CertificateHandle certificate_of(EVP_PKEY* key) {
  CertificateHandle certificate{X509_new()};
  X509* const x509 = certificate.get();
  const std::string name = "p2pns";
  const bool made =
      x509 && X509_set_version(x509, X509_VERSION_3) && ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) &&
      ASN1_TIME_set_string(X509_getm_notBefore(x509), "19700101000000Z") &&
      ASN1_TIME_set_string(X509_getm_notAfter(x509), "99991231235959Z") &&
      X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC, octets(name), -1, -1, 0) &&
      X509_set_issuer_name(x509, X509_get_subject_name(x509)) && X509_set_pubkey(x509, key) &&
      X509_sign(x509, key, nullptr) != 0;
  P2PNS_ASSERT(made);
  return certificate;
}

/// Server's side: only our own protocol will do.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned int offered_length, void* own) {
  const auto& protocol = *static_cast<const std::string*>(own);
  for (unsigned int at = 0; at < offered_length; at += 1U + offered[at]) {
    if (offered_length - at - 1 < offered[at]) break;
    if (as_text(std::as_bytes(std::span{offered + at + 1, offered[at]})) != protocol) continue;
    *out = offered + at + 1;
    *out_length = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

LinkTls::LinkTls(const crypto::Identity& identity, const crypto::NetworkParameters& network)
    : context_(boost::asio::ssl::context::tlsv13),
      keys_(identity.keys()),
      self_(identity.node_id()),
      static_puzzle_bits_(network.puzzles.static_bits),
      protocol_("p2pns/1/" + to_hex(crypto::fingerprint_of(network.network_id).view())),
      offer_(std::string(1, static_cast<char>(protocol_.size())) + protocol_) {
  SSL_CTX* const tls = context_.native_handle();
  const bool restricted = SSL_CTX_set1_sigalgs_list(tls, "ed25519") && SSL_CTX_set1_groups_list(tls, "X25519") &&
                          SSL_CTX_set_ciphersuites(tls, "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256");
  P2PNS_ASSERT(restricted);
  SSL_CTX_set_options(tls, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(tls, 0);
  SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(tls, certificate_maximum_bytes);
  SSL_CTX_set_verify(tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(
      tls,
      [](X509_STORE_CTX* store, void* self) { return static_cast<const LinkTls*>(self)->check_certificate(store); },
      this);
  SSL_CTX_set_alpn_select_cb(tls, select_protocol, &protocol_);
  show(identity.keys());
}

void LinkTls::show(const crypto::KeyPair& keys) {
  const KeyHandle key = private_key(keys);
  P2PNS_ASSERT(key != nullptr);
  const CertificateHandle certificate = certificate_of(key.get());
  const bool shown = SSL_CTX_use_certificate(context_.native_handle(), certificate.get()) == 1 &&
                     SSL_CTX_use_PrivateKey(context_.native_handle(), key.get()) == 1;
  P2PNS_ASSERT(shown);
}

void LinkTls::prepare(SSL* ssl, PeerProof& proof) const {
  const bool prepared =
      SSL_set_ex_data(ssl, proof_index(), &proof) == 1 &&
      SSL_set_alpn_protos(ssl, octets(offer_), static_cast<unsigned int>(offer_.size())) == 0;  // 0: it worked
  P2PNS_ASSERT(prepared);
}

int LinkTls::check_certificate(X509_STORE_CTX* store) const {
  const auto* const ssl =
      static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  PeerProof& proof = *proof_of(ssl);
  // What the peer sends beside its own certificate means nothing here, so an honest one sends nothing.
  const bool alone = sk_X509_num(X509_STORE_CTX_get0_untrusted(store)) == 1;
  proof.fault = alone ? check_key(X509_STORE_CTX_get0_cert(store), proof) : EndReason::wrong_key;
  if (!proof.fault) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
  return 0;
}

std::optional<EndReason> LinkTls::check_key(X509* certificate, PeerProof& proof) const {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  crypto::PublicKey peer;
  std::size_t size = peer.value.size();
  auto* const out = reinterpret_cast<unsigned char*>(peer.value.data());
  if (!key || EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(key, out, &size) != 1 ||
      size != peer.value.size())
    return EndReason::wrong_key;
  if (crypto::static_puzzle_bits(peer) < static_puzzle_bits_) return EndReason::puzzle_unsolved;
  const NodeId id = crypto::node_id_of(peer);
  if (id == self_) return EndReason::itself;
  if (proof.wanted && id != *proof.wanted) return EndReason::wrong_node;
  // The overlay talks to no key of small order, or in a second encoding: a link does neither.
  if (!crypto::SodiumSealer{}.agree(keys_, peer)) return EndReason::wrong_key;
  proof.proven = id;
  return std::nullopt;
}

std::optional<EndReason> LinkTls::fault_of(SSL* ssl, const PeerProof& proof) const {
  const unsigned char* selected = nullptr;
  unsigned int length = 0;
  SSL_get0_alpn_selected(ssl, &selected, &length);
  if (as_text(std::as_bytes(std::span{selected, length})) != protocol_) return EndReason::wrong_network;
  if (SSL_version(ssl) != TLS1_3_VERSION) return EndReason::bad_handshake;
  if (!proof.proven) return EndReason::wrong_key;
  return std::nullopt;
}

EndReason LinkTls::fault_of(boost::system::error_code error, const PeerProof& proof) {
  if (proof.fault) return *proof.fault;
  if (error.category() != boost::asio::error::get_ssl_category()) return EndReason::bad_handshake;
  const int reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
  const bool network = reason == SSL_R_NO_APPLICATION_PROTOCOL || reason == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL;
  return network ? EndReason::wrong_network : EndReason::bad_handshake;
}

}  // namespace p2pns::host
