// ResponseContext: one request on its way through the proxy, with its branches (RFC 3261, 16.2). Plain state; the rules
// are in forwarder.hpp, and proxy_core.hpp decides where it goes. It lives as long as one of its transactions, or a
// look-up for it, needs it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/operation.hpp"
#include "frontends/sip/route_token.hpp"
#include "frontends/sip/transaction_table.hpp"

namespace p2pns::sip {

/// Where a branch goes.
struct Target {
  Hop hop;
  std::string request_uri{};        ///< empty: as it came
  std::vector<std::string> path{};  ///< becomes Route (RFC 3327)
  std::optional<Hop> fallback{};    ///< when `hop` cannot be reached
};

struct Branch {
  enum class State : std::uint8_t {
    calling,  ///< no response yet
    ringing,  ///< a provisional one
    done,     ///< a final one, or given up
  };
  Target target;
  ClientId client = 0;
  State state = State::calling;
  bool cancelled = false;  ///< a CANCEL was sent, or will be with the first provisional response
  Timer limit{};           ///< INVITE: Timer C, or how long a cancelled callee may stay silent
};

class ResponseContext {
 public:
  ResponseContext(ServerId id, SipMessage message, const Hop& hop)
      : server(id), request(std::move(message)), from(hop) {}

  ServerId server;
  SipMessage request;  ///< as it came, after Route preprocessing; each branch gets a copy
  Hop from;
  bool invite = false;
  DialogMarks dialog{};
  std::string loop_mark{};
  std::string to_tag{};         ///< of responses made here
  bool record_route = false;    ///< it may make a dialog
  std::string asserted{};       ///< P-Asserted-Identity for the callee's phone; empty: none
  bool caller_unknown = false;  ///< tell the callee's phone that nobody vouches for From
  std::vector<Branch> branches{};
  std::optional<SipMessage> best{};  ///< of the final responses that came
  bool best_is_own = false;          ///< made here
  bool answered = false;             ///< a final response was sent
  Operation lookup{};                ///< of a name, before there are branches
  Timer trying{};                    ///< until 100 is sent
};

}  // namespace p2pns::sip
