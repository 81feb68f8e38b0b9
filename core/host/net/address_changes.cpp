#include "core/host/net/address_changes.hpp"

#include <cstring>
#include <linux/rtnetlink.h>
#include <optional>

namespace p2pns::host {
namespace {

constexpr std::size_t aligned(std::size_t size) { return (size + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO; }
constexpr std::size_t message_header_bytes = aligned(sizeof(nlmsghdr));
constexpr std::size_t attribute_header_bytes = aligned(sizeof(rtattr));

/// Copied: nothing promises that a span of bytes is aligned for the kernel's structures.
template <class T>
std::optional<T> read(Bytes bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

Bytes after(Bytes bytes, std::size_t size) { return bytes.subspan(std::min(size, bytes.size())); }

struct Attributes {
  std::optional<IpAddress> address;
  std::uint32_t flags = 0;
};

Attributes read_attributes(Bytes bytes, std::uint32_t flags) {
  Attributes found{std::nullopt, flags};
  bool local = false;
  for (auto header = read<rtattr>(bytes); header; header = read<rtattr>(bytes)) {
    if (header->rta_len < attribute_header_bytes || header->rta_len > bytes.size()) break;
    const Bytes value = bytes.first(header->rta_len).subspan(attribute_header_bytes);
    // On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL, if there is one, is always ours.
    if (header->rta_type == IFA_LOCAL || (header->rta_type == IFA_ADDRESS && !local)) {
      if (const auto address = ip_address_from(value)) found.address = *address;
      local = header->rta_type == IFA_LOCAL;
    } else if (header->rta_type == IFA_FLAGS) {
      if (const auto wide = read<std::uint32_t>(value)) found.flags = *wide;
    }
    bytes = after(bytes, aligned(header->rta_len));
  }
  return found;
}

}  // namespace

bool AddressChanges::apply(Bytes messages) {
  bool changed = false;
  for (auto header = read<nlmsghdr>(messages); header; header = read<nlmsghdr>(messages)) {
    if (header->nlmsg_len < message_header_bytes || header->nlmsg_len > messages.size()) break;
    if (header->nlmsg_type == RTM_NEWADDR || header->nlmsg_type == RTM_DELADDR) {
      const Bytes payload = messages.first(header->nlmsg_len).subspan(message_header_bytes);
      changed = apply_one(header->nlmsg_type == RTM_NEWADDR, payload) || changed;
    }
    messages = after(messages, aligned(header->nlmsg_len));
  }
  return changed;
}

bool AddressChanges::apply_one(bool gained, Bytes payload) {
  const auto about = read<ifaddrmsg>(payload);
  if (!about || about->ifa_scope >= RT_SCOPE_LINK) return false;
  const Attributes attributes = read_attributes(after(payload, aligned(sizeof(ifaddrmsg))), about->ifa_flags);
  if (!attributes.address || attributes.address->is_loopback()) return false;
  const Place place{about->ifa_index, *attributes.address};
  if (!gained) {
    known_.erase(place);
    return true;  // it may be one from before we listened
  }
  constexpr std::uint32_t not_usable = IFA_F_TENTATIVE | IFA_F_DADFAILED;
  if ((attributes.flags & not_usable) != 0 || known_.contains(place)) return false;
  if (known_.size() >= machine_addresses_maximum) known_.clear();
  known_.insert(place);
  return true;
}

}  // namespace p2pns::host
