#include "frontends/xmpp/request_table.hpp"

namespace p2pns::xmpp {

RequestTable::Added RequestTable::add(const StanzaHead& request, const std::string& asked, TimePoint deadline) {
  Key key{request.from, asked, request.id};
  if (requests_.contains(key)) return Added::waits_already;
  if (requests_.size() >= requests_maximum) return Added::too_many;
  requests_.emplace(std::move(key), Request{request, deadline});
  return Added::yes;
}

std::optional<RequestTable::Request> RequestTable::take(const std::string& asker, const std::string& asked,
                                                        const std::string& id) {
  const auto found = requests_.find(Key{asker, asked, id});
  if (found == requests_.end()) return std::nullopt;
  auto request = std::move(found->second);
  requests_.erase(found);
  return request;
}

void RequestTable::put_back(Request request, const std::string& asked) {
  Key key{request.head.from, asked, request.head.id};
  requests_.emplace(std::move(key), std::move(request));
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
