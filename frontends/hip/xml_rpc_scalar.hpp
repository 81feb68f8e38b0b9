// The text of one scalar element as a value. Used by xml_rpc_read.cpp only.
#pragma once

#include <optional>

#include "frontends/hip/xml_rpc.hpp"
#include "frontends/hip/xml_rpc_elements.hpp"

namespace p2pns::hip {

/// None: the text is none of this type, or out of its range.
std::optional<XmlRpcValue> scalar_of(Element, std::string_view text);

}  // namespace p2pns::hip
