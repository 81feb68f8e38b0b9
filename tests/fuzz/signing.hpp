// Gets fuzz targets past signatures, which no mutation would make: a verifier that believes everything, a signer that
// repeats the signature it was given, and a key to sign with in earnest.
#pragma once

#include "core/base/time.hpp"
#include "core/crypto/network.hpp"

namespace p2pns::fuzz {

/// Between the records of tests/data being signed and running out.
inline constexpr UnixTime test_now{std::chrono::seconds{1'774'180'800}};
inline const crypto::NetworkParameters test_network{"p2pns", {0, 0}, false};

class BelievingVerifier final : public crypto::Verifier {
 public:
  bool check(crypto::Algorithm, Bytes, Bytes, Bytes) const override { return true; }
};

/// "Signs" as `owner` with the last bytes of a signed record, so that writing it again can give the same bytes.
class RepeatingSigner final : public crypto::Signer {
 public:
  RepeatingSigner(const crypto::PublicKey& owner, Bytes signed_record)
      : owner_(owner), signature_(*crypto::Signature::from(signed_record.last(crypto::Signature::size_bytes))) {}
  const crypto::PublicKey& public_key() const override { return owner_; }
  crypto::Signature sign(Bytes) const override { return signature_; }

 private:
  crypto::PublicKey owner_;
  crypto::Signature signature_;
};

/// The same key in every run.
inline const crypto::KeyPairSigner& test_signer() {
  static const crypto::KeyPairSigner signer{crypto::KeyPair::from_seed({})};
  return signer;
}

}  // namespace p2pns::fuzz
