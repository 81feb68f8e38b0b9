// A node that answers GET, STORE and WITHDRAW as a test tells it to, whatever is true.
#pragma once

#include <functional>

#include "tests/unit/dht/dht_overlay.hpp"

namespace p2pns::dht {

struct Lies {
  ByteVector shows;  ///< to GET; empty: no such name
  wire::StoreVerdict verdict = wire::StoreVerdict::stored;
  ByteVector existing;  ///< to STORE, for taken and stale
  bool silent = false;  ///< to STORE and WITHDRAW: no answer at all
};

/// `node` was made as a liar of its overlay; `lies` outlives it.
inline void tell_lies(DhtNode& node, const Lies& lies) {
  node.channel.serve(wire::MessageType::get,
                     [&node, &lies](const rpc::Request& request, const rpc::Responder& respond) {
                       const auto get = wire::decode_get(request.body);
                       const wire::Value value{lies.shows, node.routing.local_lookup(get->key, 16)};
                       respond(wire::MessageType::value, wire::encode(value, request.answer_maximum_bytes));
                     });
  node.channel.serve(wire::MessageType::store, [&lies](const rpc::Request&, const rpc::Responder& respond) {
    if (!lies.silent) respond(wire::MessageType::stored, wire::encode(wire::Stored{lies.verdict, lies.existing}));
  });
  node.channel.serve(wire::MessageType::withdraw, [&lies](const rpc::Request&, const rpc::Responder& respond) {
    if (!lies.silent) respond(wire::MessageType::withdrawn, wire::encode(wire::Withdrawn{}));
  });
}

}  // namespace p2pns::dht
