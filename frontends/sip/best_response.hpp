// Which of several final responses a forked request is answered with (RFC 3261, 16.7 step 6).
#pragma once

namespace p2pns::sip {

/// True when a response with status `candidate` is to be preferred to one with `current`. Both are 300 to 699.
bool is_better_response(int candidate, int current) noexcept;
/// The status that goes on: a 503 of one target is no 503 of ours.
int forwarded_status(int status) noexcept;

}  // namespace p2pns::sip
