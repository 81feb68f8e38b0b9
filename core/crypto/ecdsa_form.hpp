// One form of each ECDSA signature. With (r, s) also (r, order - s) is valid, and anybody can make it without the key;
// the smaller of both s is the one that counts where a record must have one encoding. HIP packets are not so strict.
#pragma once

#include "core/base/bytes.hpp"

namespace p2pns::crypto {

/// `signature`: r ‖ s of full length, 64 bytes on P-256 or 96 on P-384; false for any other length.
bool has_low_s(Bytes signature);
/// Takes order - s for s when that is smaller. Nothing changes in what is no signature by its length.
void make_s_low(MutableBytes signature);

}  // namespace p2pns::crypto
