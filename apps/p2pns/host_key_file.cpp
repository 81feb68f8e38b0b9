#include "apps/p2pns/host_key_file.hpp"

#include "plugins/api/private_file.hpp"

namespace p2pns::cli {

using crypto::HostKey;

ClientResult<HostKey> read_host_key(const std::string& path) {
  const auto file = plugins::read_private_file(path, host_key_file_maximum_bytes);
  if (!file) return ClientError{file.error().message};
  if (!*file) return ClientError{path + ": does not exist; it should hold the host's private key"};
  auto key = HostKey::from_pem((*file)->text.view());
  if (key) return ClientResult<HostKey>{boost::system::in_place_value, std::move(*key)};
  const auto& error = key.error();
  if (error == Errc::too_large) return ClientError{path + ": RSA keys have at most 3,072 bits here"};
  if (error == Errc::bad_key) return ClientError{path + ": RSA keys have at least 1,024 bits"};
  if (error == Errc::unsupported) return ClientError{path + ": keys are RSA, ECDSA on P-256 or P-384, or Ed25519"};
  return ClientError{path + ": no private key in PEM form without a passphrase"};
}

}  // namespace p2pns::cli
