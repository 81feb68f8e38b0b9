// ContactChanges: what a REGISTER asks for, read and checked as a whole before anything is stored (RFC 3261, 10.3), so
// that one bad Contact never gets into the answers for the others.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/base/time.hpp"
#include "frontends/sip/fields.hpp"
#include "frontends/sip/flow.hpp"
#include "frontends/sip/message_build.hpp"

namespace p2pns::sip {

/// Of one Contact value, and of one Path value: what stays in memory for each phone.
inline constexpr std::size_t contact_maximum_bytes = 1024;
inline constexpr std::size_t path_values_maximum = 8;

struct ExpiryLimits {
  std::uint32_t minimum_s = 60;
  std::uint32_t maximum_s = 7200;
  std::uint32_t default_s = 3600;
};

/// One Contact of a request.
struct ContactChange {
  NameAddress address;
  std::uint32_t expires_s = 0;  ///< 0: remove it
  unsigned q_thousandths = 1000;
  std::string instance;  ///< of +sip.instance, with its angle brackets; empty: none
  std::uint32_t reg_id = 0;
};

struct ContactChanges {
  std::vector<ContactChange> contacts;  ///< empty and not remove_all: a question
  bool remove_all = false;              ///< "Contact: *"
  std::vector<std::string> path;        ///< Path values (RFC 3327), the first is nearest to us
  std::string call_id;
  std::uint32_t cseq = 0;
};

/// Of a request that passed check_request(). Refusals: 400, 420 (Require), 423.
std::variant<ContactChanges, Refusal> read_contact_changes(const SipMessage& request, const ExpiryLimits&);

}  // namespace p2pns::sip
