// A peer of a test that speaks TLS and frames by hand, on the loop of the nodes: whatever it should not do, it can.
#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/x509.h>

#include "core/crypto/identity.hpp"
#include "core/host/net/asio_address.hpp"
#include "core/link/frame.hpp"

namespace p2pns::test {

using OpensslKey = std::shared_ptr<EVP_PKEY>;

/// An Ed25519 key of this pair, as OpenSSL wants it.
inline OpensslKey openssl_key(const crypto::KeyPair& keys) {
  const crypto::Seed seed = keys.seed();
  const auto* const bytes = reinterpret_cast<const unsigned char*>(seed.value.data());
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes, seed.value.size()), EVP_PKEY_free};
}
inline OpensslKey p256_key() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

/// What it shows of itself.
struct HostileConfig {
  OpensslKey key{};    ///< null: no certificate
  std::string alpn{};  ///< empty: none is offered
  int version_maximum = TLS1_3_VERSION;
  int receive_buffer_bytes = 0;  ///< of the kernel; 0: as it likes
  bool reads = true;             ///< what is said to it
};

/// What the loop works on. It lives as long as an operation of it is under way, which may be longer than its
/// HostilePeer.
class HostileWire : public std::enable_shared_from_this<HostileWire> {
 public:
  HostileWire(boost::asio::io_context& loop, const HostileConfig& config)
      : config_(config), context_(boost::asio::ssl::context::tls), stream_(loop, prepared_context()) {}

  /// Connects, and shakes hands when the loop runs.
  void start(const Endpoint& to) {
    const std::string list = std::string(1, static_cast<char>(config_.alpn.size())) + config_.alpn;
    if (!config_.alpn.empty())
      SSL_set_alpn_protos(stream_.native_handle(), reinterpret_cast<const unsigned char*>(list.data()),
                          static_cast<unsigned int>(list.size()));
    auto& socket = stream_.next_layer();
    socket.open(boost::asio::ip::tcp::v4());
    if (config_.receive_buffer_bytes > 0)
      socket.set_option(boost::asio::socket_base::receive_buffer_size{config_.receive_buffer_bytes});
    socket.connect(host::to_tcp(to));
    stream_.async_handshake(boost::asio::ssl::stream_base::client,
                            [self = shared_from_this()](boost::system::error_code error) {
                              self->ended = static_cast<bool>(error);
                              self->shaken_ = !error;
                              if (self->shaken_ && self->config_.reads) self->read();
                              if (self->shaken_ && !self->waiting_.empty()) self->write();
                            });
  }
  void say(ByteVector bytes) {
    waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
    if (shaken_ && !writing_) write();
  }
  void close() {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }
  bool quiet() const noexcept { return !writing_ && waiting_.empty(); }

  bool ended = false;

 private:
  boost::asio::ssl::context& prepared_context() {
    SSL_CTX* const tls = context_.native_handle();
    SSL_CTX_set_max_proto_version(tls, config_.version_maximum);
    SSL_CTX_set_verify(tls, SSL_VERIFY_NONE, nullptr);
    if (config_.key) show(tls, config_.key.get());
    return context_;
  }
  static void show(SSL_CTX* tls, EVP_PKEY* key) {
    const std::shared_ptr<X509> certificate{X509_new(), X509_free};
    X509_set_version(certificate.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    X509_sign(certificate.get(), key, EVP_PKEY_get_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256());
    SSL_CTX_use_certificate(tls, certificate.get());
    SSL_CTX_use_PrivateKey(tls, key);
  }
  void read() {
    stream_.async_read_some(boost::asio::buffer(input_),
                            [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                              self->ended = static_cast<bool>(error);
                              if (!error) self->read();
                            });
  }
  void write() {
    writing_ = true;
    output_ = std::exchange(waiting_, {});
    boost::asio::async_write(stream_, boost::asio::buffer(output_),
                             [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                               self->writing_ = false;
                               if (!error && !self->waiting_.empty()) self->write();
                             });
  }

  HostileConfig config_;
  boost::asio::ssl::context context_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  bool shaken_ = false;
  bool writing_ = false;
  ByteVector waiting_;
  ByteVector output_;
  std::array<std::byte, 16 * 1024> input_{};
};

class HostilePeer {
 public:
  /// Connects, and shakes hands when the loop runs.
  HostilePeer(boost::asio::io_context& loop, const HostileConfig& config, const Endpoint& to)
      : wire_(std::make_shared<HostileWire>(loop, config)) {
    wire_->start(to);
  }
  ~HostilePeer() { wire_->close(); }
  HostilePeer(const HostilePeer&) = delete;
  HostilePeer& operator=(const HostilePeer&) = delete;

  /// Says it after what it said before.
  void say(ByteVector bytes) { wire_->say(std::move(bytes)); }
  void say(const link::Frame& frame) {
    ByteVector bytes;
    link::append_frame(bytes, frame);
    say(std::move(bytes));
  }

  /// By the other side.
  bool ended() const noexcept { return wire_->ended; }
  /// All it said is with the kernel.
  bool quiet() const noexcept { return wire_->quiet(); }

 private:
  std::shared_ptr<HostileWire> wire_;
};

}  // namespace p2pns::test
