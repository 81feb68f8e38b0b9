// How HITs and host keys are called in what people and programs read: HTTP answers, the command line.
#pragma once

#include <string_view>

#include "core/crypto/hit.hpp"
#include "core/crypto/host_identity.hpp"

namespace p2pns::crypto {

/// "HIPv1", "HIPv2" or "DET"; also "HIPv2" for what is no HIT.
std::string_view kind_word(const Hit&) noexcept;
/// "RSA", "ECDSA" or "EdDSA"; "unknown" for others.
std::string_view word_of(HostAlgorithm) noexcept;

}  // namespace p2pns::crypto
