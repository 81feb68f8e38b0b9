// hits_api: GET and PUT /v1/hits/{hit}, as pure translation. Whoever asks gets the signed bytes too, and can check them
// himself; whoever writes brings a statement that its host has signed: this node only passes it on.
#pragma once

#include "core/names/name_service.hpp"
#include "frontends/http/request_target.hpp"

namespace p2pns::http {

/// The last segment of the path: IPv6 text, or 32 hexadecimal digits.
ApiResult<crypto::Hit> parse_hit_target(const RequestTarget&);
/// 200; 404 nobody has one, 410 revoked, 503 / 504 overlay not available.
HttpResponse hit_response(const names::HitAnswer&, TimePoint now);

/// Body: {"signed": "<base64>"}, and the statement is of this HIT.
ApiResult<ByteVector> parse_hit_body(const crypto::Hit&, std::string_view body);
/// 200; 409 a newer statement is stored, 400 what no replica would take, 503 / 504.
HttpResponse hit_receipt_response(const crypto::Hit&, const Result<names::HitReceipt>&);

}  // namespace p2pns::http
