// Intake: where the sockets put what they read, and what they tell the proxy. It keeps them free of all SIP.
#pragma once

#include <string_view>

#include "core/base/result.hpp"
#include "frontends/sip/hop.hpp"
#include "frontends/sip/own_via.hpp"

namespace p2pns::sip {

class Intake {
 public:
  /// False: this address sends too much; do not read on for now.
  virtual bool admit(const IpAddress& source) = 0;
  virtual void on_message(std::string_view text, const Flow& from) = 0;
  /// A request could not be sent.
  virtual void on_send_failed(ClientId client, boost::system::error_code error) = 0;

 protected:
  ~Intake() = default;
};

}  // namespace p2pns::sip
