// What RFC 9460 demands of the data of SVCB and HTTPS and ldns 1.8.3 does not check: keys strictly ascending (so none
// twice), lengths inside of the data, values of the form their key prescribes, no-default-alpn only with alpn,
// mandatory naming keys that are there.
#pragma once

#include <string_view>

#include "core/base/bytes.hpp"

namespace p2pns::rdata {

/// What is wrong with the data of an SVCB or HTTPS record, as a sentence; empty when nothing is.
std::string_view fault_of_svcb(Bytes data);

}  // namespace p2pns::rdata
