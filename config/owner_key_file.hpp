// Owner key file: the key that signs for names, when it is another one than the node's. It needs no puzzle: it is no
// place in the overlay, only a signature.
//
//   p2pns-owner-key: 1
//   network: p2pns
//   public_key: <64 hex>
//   seed: <64 hex>
#pragma once

#include "config/key_file.hpp"

namespace p2pns::config {

struct OwnerKey {
  std::string network;
  crypto::KeyPair keys;
};

/// Errors, each one sentence with the path: as load_key_file, and no such file: an owner key is never made unasked.
ConfigResult<crypto::KeyPair> load_owner_key_file(const std::string& path, const crypto::NetworkParameters&,
                                                  const Passphrase& = {});
/// The text form; pure.
SecretText encode_owner_key(const crypto::KeyPair&, std::string_view network_id);
/// Errors: a sentence without the path.
ConfigResult<OwnerKey> parse_owner_key(std::string_view text);

}  // namespace p2pns::config
