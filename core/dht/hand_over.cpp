#include "core/dht/hand_over.hpp"

namespace p2pns::dht {

void HandOver::start() {
  walk_.start([this](const std::vector<VerifiedRecord>& records) { visit(records); },
              [this] { offers_.when_idle(std::move(done_)); });
}

// One node becomes one of those that are asked, another one of those that store. The first should have the record
// already; where it has not, the offer is the last chance.
void HandOver::visit(const std::vector<VerifiedRecord>& records) {
  const Neighbourhood around{context_.routing};
  for (const VerifiedRecord& record : records) {
    if (!around.stores(around.self(), record.key())) continue;
    const auto nearest = around.nearest_others(record.key(), storing_nodes);
    for (const std::size_t count : {kbr::siblings_per_key, storing_nodes})
      if (nearest.size() >= count) offers_.add(*nearest[count - 1], place_of(record));
  }
}

}  // namespace p2pns::dht
