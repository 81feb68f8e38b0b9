// The store that the configuration asks for.
#pragma once

#include <string>

#include "config/daemon_config.hpp"
#include "core/crypto/identity.hpp"
#include "core/store/durable_store.hpp"

namespace p2pns::daemon {

/// The store of this node; null when the configuration has none. `log` outlives it.
store::StoreResult<std::unique_ptr<store::DurableStore>> open_store(const config::DaemonConfig&,
                                                                    const crypto::Identity&, Log& log);

/// A line for the log: what is kept, and where. Null: nothing.
std::string describe_store(const config::DaemonConfig&, store::DurableStore*);

/// Before a key is made: a store that is there already belongs to another key. Errors: that, and what else would keep
/// it from being opened. Writes nothing.
store::StoreResult<void> check_unowned(const config::DaemonConfig&);

}  // namespace p2pns::daemon
