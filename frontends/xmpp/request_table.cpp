#include "frontends/xmpp/request_table.hpp"

namespace p2pns::xmpp {

bool RequestTable::add(const StanzaHead& request, TimePoint deadline) {
  if (requests_.size() >= requests_maximum) return false;
  return requests_.try_emplace(Key{request.from, request.to, request.id}, Request{request, deadline}).second;
}

std::optional<StanzaHead> RequestTable::take(const std::string& asker, const std::string& asked,
                                             const std::string& id) {
  const auto found = requests_.find(Key{asker, asked, id});
  if (found == requests_.end()) return std::nullopt;
  auto head = std::move(found->second.head);
  requests_.erase(found);
  return head;
}

std::vector<StanzaHead> RequestTable::expire(TimePoint now) {
  std::vector<StanzaHead> late;
  std::erase_if(requests_, [&](auto& entry) {
    if (entry.second.deadline > now) return false;
    late.push_back(std::move(entry.second.head));
    return true;
  });
  return late;
}

}  // namespace p2pns::xmpp
