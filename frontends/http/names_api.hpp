// names_api: GET /v1/names, the own names page by page, as pure translation.
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/http/request_target.hpp"

namespace p2pns::http {

inline constexpr std::size_t page_default = 100;
/// A name has about 150 bytes of text, so a page of the largest size has about as much as a trace.
inline constexpr std::size_t page_maximum = 1000;

struct NamesCall {
  std::optional<names::P2PName> after;  ///< none: from the first on
  std::size_t limit = page_default;
};

/// `?after=demo.p2p&limit=100`, both may be missing. The name need not exist.
ApiResult<NamesCall> parse_names(const RequestTarget&, const names::Zones&);
/// `found`: the names after call.after, one more than call.limit when there are more. `total`: all own names.
HttpResponse names_response(const NamesCall&, std::vector<names::OwnName> found, std::size_t total);

}  // namespace p2pns::http
