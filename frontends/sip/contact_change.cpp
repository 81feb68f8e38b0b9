#include "frontends/sip/contact_change.hpp"

#include <algorithm>

#include "frontends/sip/list_split.hpp"

namespace p2pns::sip {
namespace {

using Read = std::variant<ContactChanges, Refusal>;

/// "0.5", "1", "1.000" in thousandths (RFC 3261, 25.1: qvalue).
std::optional<unsigned> thousandths(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  unsigned value = text[0] == '1' ? 1000U : 0U;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  unsigned weight = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    value += weight * static_cast<unsigned>(c - '0');
    weight /= 10;
  }
  return value <= 1000 ? std::optional{value} : std::nullopt;
}

/// What stands between quotes; empty: it is not quoted, so it is no instance (RFC 5626, 11), and could open a quote in
/// the answers for others.
std::string quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return {};
  return std::string{text.substr(1, text.size() - 2)};
}

std::optional<Refusal> check_require(const SipMessage& request) {
  const auto wanted = request.values(HeaderName::require);
  if (!wanted) return Refusal{400, "Bad Require"};
  std::string unsupported;
  for (const std::string& option : *wanted)
    if (option != "path") unsupported += (unsupported.empty() ? "" : ", ") + option;
  if (unsupported.empty()) return std::nullopt;
  return Refusal{420, {}, HeaderName::unsupported, unsupported};
}

class ContactReader {
 public:
  ContactReader(const SipMessage& request, const ExpiryLimits& limits) : request_(request), limits_(limits) {}

  Read read() {
    if (auto refusal = check_require(request_)) return *refusal;
    changes_.call_id = unfolded(request_.find(HeaderName::call_id).value_or(""));
    if (const auto cseq = parse_cseq(unfolded(request_.find(HeaderName::cseq).value_or(""))))
      changes_.cseq = cseq->number;
    if (const auto value = request_.find(HeaderName::expires)) header_expires_ = number_or_default(unfolded(*value));
    for (const auto step : {&ContactReader::read_path, &ContactReader::read_contacts})
      if (auto refusal = (this->*step)()) return *refusal;
    return std::move(changes_);
  }

 private:
  using Verdict = std::optional<Refusal>;

  /// RFC 3261, 20.19: what cannot be read counts as an hour.
  std::uint32_t number_or_default(std::string_view text) const {
    const auto number = parse_number(text);
    return number ? *number : limits_.default_s;
  }

  Verdict read_path() {
    auto path = request_.values(HeaderName::path);
    if (!path || path->size() > path_values_maximum) return Refusal{400, "Bad Path"};
    for (const std::string& value : *path)
      if (value.size() > contact_maximum_bytes) return Refusal{400, "Path Too Long"};
    changes_.path = std::move(*path);
    return std::nullopt;
  }

  Verdict read_contacts() {
    const auto values = request_.values(HeaderName::contact);
    if (!values) return Refusal{400, "Bad Contact"};
    if (std::ranges::find(*values, "*") != values->end()) {
      if (values->size() != 1 || header_expires_ != 0U) return Refusal{400, "Bad Wildcard Contact"};
      changes_.remove_all = true;
      return std::nullopt;
    }
    for (const std::string& value : *values)
      if (auto refusal = read_contact(value)) return refusal;
    return std::nullopt;
  }

  Verdict read_contact(const std::string& value) {
    if (value.size() > contact_maximum_bytes) return Refusal{400, "Contact Too Long"};
    auto address = parse_name_address(value);
    if (!address) return Refusal{400, "Bad Contact"};
    if (!address->uri.is_sip()) return Refusal{400, "Contact Is No SIP URI"};
    ContactChange change;
    const Parameters& parameters = address->parameters;
    if (parameters.has("q")) {
      const auto q = thousandths(parameters.value("q"));
      if (!q) return Refusal{400, "Bad Contact"};
      change.q_thousandths = *q;
    }
    change.instance = quoted(parameters.value("+sip.instance"));
    if (const auto reg_id = parse_number(parameters.value("reg-id"))) change.reg_id = *reg_id;
    change.expires_s = header_expires_.value_or(limits_.default_s);
    if (parameters.has("expires")) change.expires_s = number_or_default(parameters.value("expires"));
    if (change.expires_s != 0 && change.expires_s < limits_.minimum_s)
      return Refusal{423, {}, HeaderName::min_expires, std::to_string(limits_.minimum_s)};
    change.expires_s = std::min(change.expires_s, limits_.maximum_s);
    change.address = std::move(*address);
    changes_.contacts.push_back(std::move(change));
    return std::nullopt;
  }

  const SipMessage& request_;
  const ExpiryLimits& limits_;
  std::optional<std::uint32_t> header_expires_;
  ContactChanges changes_;
};

}  // namespace

std::variant<ContactChanges, Refusal> read_contact_changes(const SipMessage& request, const ExpiryLimits& limits) {
  return ContactReader{request, limits}.read();
}

}  // namespace p2pns::sip
