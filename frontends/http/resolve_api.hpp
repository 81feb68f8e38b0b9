// resolve_api: GET /v1/resolve and GET /v1/names/{name}, as pure translation: request -> query, answer -> response.
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/http/request_target.hpp"

namespace p2pns::http {

struct ResolveCall {
  names::ParsedName parsed;
  std::optional<std::uint16_t> type;  ///< none: all types
  bool whole_set = false;             ///< records of all owners below the name
  bool trace = false;
};

/// `?name=www.demo.p2p&type=A&trace=1`; type and trace may be missing.
ApiResult<ResolveCall> parse_resolve(const RequestTarget&, const names::Zones&);
/// `/v1/names/demo.p2p?trace=1`: the whole record set of a registered name.
ApiResult<ResolveCall> parse_show(const RequestTarget&, const names::Zones&);
/// 200 when found, otherwise a problem: 404 no such name (or nothing of that name in front of one that exists), 409
/// contested, 503 overlay not reachable, 504 timed out, 502 owner offline; each with the draft's result code.
HttpResponse resolve_response(const ResolveCall&, const names::NameAnswer&, TimePoint now);

}  // namespace p2pns::http
