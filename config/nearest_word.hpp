// nearest_word: the "did you mean" of configuration errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace p2pns::config {

/// The known word that a typing error most likely meant (at most a third of its letters wrong); empty when none is
/// near.
std::string nearest_word(std::string_view word, const std::vector<std::string>& known);

}  // namespace p2pns::config
