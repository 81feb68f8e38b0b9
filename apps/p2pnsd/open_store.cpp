#include "apps/p2pnsd/open_store.hpp"

namespace p2pns::daemon {

store::StoreResult<std::unique_ptr<store::DurableStore>> open_store(const config::DaemonConfig& config,
                                                                    const crypto::Identity& identity, Log& log) {
  if (!config.store) {
    log.write(Severity::info, "no section store: this node keeps nothing but its key over a restart");
    return std::unique_ptr<store::DurableStore>{};
  }
  store::StoreOptions options;
  options.path = config.store->path;
  options.maximum_bytes = config.store->maximum_mib << 20U;
  options.owner = {identity.node_id(), config.node.network.network_id};
  auto opened = store::DurableStore::open(options, log);
  if (opened)
    log.write(Severity::info,
              "store " + options.path + " has " + std::to_string((*opened)->records().size()) + " records");
  return opened;
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
