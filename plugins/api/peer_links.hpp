// PeerLinks: messages between front ends of two nodes, which are too large, or too private, for the overlay's own
// datagrams. A link is one encrypted connection between two nodes that have proven their keys to each other; all front
// ends share it. What a message means is up to the front ends at both ends; `protocol` says which ones ("sip", "xmpp").
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/callback.hpp"
#include "core/base/key.hpp"
#include "core/base/operation.hpp"
#include "core/base/result.hpp"

namespace p2pns::plugins {

/// Of one message. A stanza that stock XMPP servers take from their users (Prosody: 256 KiB) fits, and so does any SIP
/// message (64 KiB).
inline constexpr std::size_t peer_message_maximum_bytes = 256 * 1024;
/// Of a protocol's name: lower-case letters, digits, hyphens.
inline constexpr std::size_t peer_protocol_maximum_bytes = 16;

/// What came over a link: the node `from` has proven its key.
struct PeerMessage {
  NodeId from;
  ByteVector bytes;
};

/// Takes one message. The sender is told what this returns, and the next message of the same node and protocol comes
/// only after it: whoever is slow here slows its peer down. Errors that travel: refused, not_owner, no_such_name,
/// overloaded, malformed, unsupported, timed_out; any other arrives as refused.
using PeerReceiver = std::function<boost::asio::awaitable<Result<void>>(PeerMessage)>;

/// Ends the receiver when it is destroyed.
class PeerListener {
 public:
  virtual ~PeerListener() = default;
};

class PeerLinks {
 public:
  /// From now on `receiver` takes what other nodes send under this protocol. Errors: malformed (no name of a
  /// protocol), overloaded (it has a receiver already, or too many protocols), unsupported (this process has no links).
  virtual Result<std::unique_ptr<PeerListener>> listen(std::string_view protocol, PeerReceiver receiver) = 0;

  /// Completes when the other end's receiver has taken the message, or never will. Nothing completes or arrives inside
  /// this call. What one process sends to one node under one protocol arrives in the order of these calls. Cancelled,
  /// it may arrive. A failed message may have arrived too, unless the error is the receiver's own. Errors:
  /// not_reachable (no link, or it broke before the answer), timed_out, overloaded (too much waits for this node
  /// already), too_large, malformed (no name of a protocol), unsupported (nobody takes this protocol there), refused,
  /// and those of the receiver. A message to this node itself goes to its receiver without a connection.
  virtual Operation send(const NodeId& to, std::string_view protocol, ByteVector message,
                         Callback<void(Result<void>)> done) = 0;

 protected:
  ~PeerLinks() = default;
};

/// Of a process without links: nothing can be sent, nothing arrives.
class NoPeerLinks final : public PeerLinks {
 public:
  explicit NoPeerLinks(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  Result<std::unique_ptr<PeerListener>> listen(std::string_view protocol, PeerReceiver receiver) override;
  Operation send(const NodeId& to, std::string_view protocol, ByteVector message,
                 Callback<void(Result<void>)> done) override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace p2pns::plugins
