// HostKey: the private key of a HIP host, read from PEM, for the command line: it signs HIT statements. Nodes never
// hold one. OpenSSL keeps the secret and wipes it when the object dies.
#pragma once

#include <memory>

#include "core/crypto/host_identity.hpp"

namespace p2pns::crypto {

class HostKey {
 public:
  /// From a PEM text (PKCS #8 or the traditional forms) without a passphrase. RSA, ECDSA P-256 and P-384, Ed25519.
  /// Errors: malformed (no private key in it, or it is encrypted), unsupported (another kind of key), and those of
  /// signature_form.
  static Result<HostKey> from_pem(std::string_view pem);
  HostKey(HostKey&&) noexcept;
  HostKey& operator=(HostKey&&) noexcept;
  ~HostKey();

  const HostIdentity& identity() const noexcept { return identity_; }
  /// In the form that identity() asks for (signature_form). Errors: io_error (the library refused).
  Result<ByteVector> sign(Bytes message) const;

 private:
  struct Secret;
  HostKey(std::unique_ptr<Secret>, HostIdentity);
  std::unique_ptr<Secret> secret_;  // keeps OpenSSL out of this header
  HostIdentity identity_;
};

}  // namespace p2pns::crypto
