#include "frontends/xmpp/request_table.hpp"

namespace p2pns::xmpp {

RequestTable::Added RequestTable::add(const StanzaHead& request, const std::string& asked, TimePoint deadline) {
  Key key{request.from, asked, request.id};
  if (requests_.contains(key)) return Added::waits_already;
  if (requests_.size() >= requests_maximum) return Added::too_many;
  const auto count = of_user_.find(user_part(request.from));
  if (count != of_user_.end() && count->second >= requests_per_user_maximum) return Added::too_many;
  put_back({request, deadline}, asked);
  return Added::yes;
}

std::optional<RequestTable::Request> RequestTable::take(const std::string& asker, const std::string& asked,
                                                        const std::string& id) {
  const auto found = requests_.find(Key{asker, asked, id});
  if (found == requests_.end()) return std::nullopt;
  auto request = std::move(found->second);
  requests_.erase(found);
  count_out(asker);
  return request;
}

void RequestTable::put_back(Request request, const std::string& asked) {
  Key key{request.head.from, asked, request.head.id};
  std::string user = user_part(request.head.from);
  if (requests_.emplace(std::move(key), std::move(request)).second) ++of_user_[std::move(user)];
}

void RequestTable::count_out(const std::string& asker) {
  const auto count = of_user_.find(user_part(asker));
  if (--count->second == 0) of_user_.erase(count);
}

std::vector<StanzaHead> RequestTable::expire(TimePoint now) {
  std::vector<StanzaHead> late;
  std::erase_if(requests_, [&](auto& entry) {
    if (entry.second.deadline > now) return false;
    count_out(entry.second.head.from);
    late.push_back(std::move(entry.second.head));
    return true;
  });
  return late;
}

}  // namespace p2pns::xmpp
