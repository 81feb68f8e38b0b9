// spoken_label: a canonical label the way back, as text for people. Which texts are safe to show is the front end's
// matter.
#pragma once

#include <string>
#include <string_view>

namespace p2pns::names {

/// A canonical label as people write it, in UTF-8: "münchen" of "xn--mnchen-3ya". Read again it is the same name; the
/// label itself when there is no such text.
std::string spoken_label(std::string_view canonical);

}  // namespace p2pns::names
