// build_id: what a plug-in and its host must have in common besides abi_version. C++ objects cross the border, so the
// compiler and the library's ABI count, not only our version, and so does Boost: Asio's objects are made on one side
// and run on the other.
#pragma once

#include <boost/version.hpp>

#define P2PNS_TEXT_OF_(x) #x
#define P2PNS_TEXT_OF(x) P2PNS_TEXT_OF_(x)

namespace p2pns::plugins {

/// Not `inline`: each module must keep the value it was compiled with, while an inline variable would be merged with
/// the host's when a plug-in is loaded from a file.
constexpr const char* build_id = "p2pns " P2PNS_VERSION ", compiler " __VERSION__ ", boost " BOOST_LIB_VERSION
                                 ", cxx11-abi " P2PNS_TEXT_OF(_GLIBCXX_USE_CXX11_ABI);

}  // namespace p2pns::plugins

#undef P2PNS_TEXT_OF
#undef P2PNS_TEXT_OF_
