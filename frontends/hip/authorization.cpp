#include "frontends/hip/authorization.hpp"

#include "core/base/base64.hpp"

namespace p2pns::hip {

std::string as_bearer(std::string_view authorization) {
  constexpr std::string_view scheme = "Basic ";  // RFC 7617; libraries write it so
  if (!authorization.starts_with(scheme)) return std::string{authorization};
  const auto credentials = from_base64(authorization.substr(scheme.size()));
  if (!credentials) return std::string{authorization};
  const std::string_view text = as_text(*credentials);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::string{authorization};
  return "Bearer " + std::string{text.substr(colon + 1)};
}

}  // namespace p2pns::hip
