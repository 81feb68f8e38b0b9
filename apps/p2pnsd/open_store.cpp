#include "apps/p2pnsd/open_store.hpp"

namespace p2pns::daemon {

store::StoreResult<std::unique_ptr<store::DurableStore>> open_store(const config::DaemonConfig& config,
                                                                    const crypto::Identity& identity, Log& log) {
  if (!config.store) return std::unique_ptr<store::DurableStore>{};
  store::StoreOptions options;
  options.path = config.store->path;
  options.maximum_bytes = config.store->maximum_mib << 20U;
  options.owner = {identity.node_id(), config.node.network.network_id};
  return store::DurableStore::open(options, log);
}

std::string describe_store(const config::DaemonConfig& config, store::DurableStore* store) {
  if (!store) return "no section store: this node keeps nothing but its key over a restart";
  return "store " + config.store->path + " has " + std::to_string(store->records().size()) + " records";
}

store::StoreResult<void> check_unowned(const config::DaemonConfig& config) {
  if (!config.store) return {};
  const auto stamp = store::read_stamp(config.store->path);
  if (!stamp) return stamp.error();
  if (!*stamp) return {};
  return store::StoreError{config.store->path + ": belongs to node " + to_hex((*stamp)->node.view()) +
                           ", whose key is not in " + config.key_file + "; bring the key back, or move the store away"};
}

}  // namespace p2pns::daemon
