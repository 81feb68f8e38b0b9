// SipSettings: the section `frontends.sip` of the configuration as typed values, and its strict reader.
#pragma once

#include "frontends/sip/digest_auth.hpp"
#include "frontends/sip/proxy_core.hpp"
#include "frontends/sip/sip_registrar.hpp"
#include "frontends/sip/source_limiter.hpp"
#include "plugins/api/config_node.hpp"

namespace p2pns::sip {

struct SipSettings {
  Endpoint listen;  ///< UDP and TCP
  bool allow_remote = false;
  std::string users_file;
  DigestSettings digest;
  RegistrarSettings registrar;
  std::optional<IpAddress> advertise;  ///< how phones reach `listen`; none: as it is
  ProxyPolicy policy;
  Rate sources = source_rate;
  TransactionLimits transactions;
};
/// Of `trusted`.
inline constexpr std::size_t trusted_maximum = 64;

/// Relative paths start at `state_folder`. The realm is the first zone unless the section says another. Opens no file.
plugins::ConfigResult<SipSettings> read_sip_settings(const plugins::ConfigNode&, const std::string& state_folder,
                                                     const names::Zones&);

}  // namespace p2pns::sip
