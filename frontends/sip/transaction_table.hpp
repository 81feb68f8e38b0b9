// TransactionTable: all transactions of a node, found by hashing. It runs their machines, keeps the one message each
// may have to send again, and tells the core what is new. It decides nothing about where a request goes.
//
// Memory is bounded: transactions under way by a number, beyond which new requests are refused; finished ones, which
// only wait for retransmissions, by number and bytes, beyond which the oldest are forgotten.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "core/base/random.hpp"
#include "core/base/timer_queue.hpp"
#include "frontends/sip/hop.hpp"
#include "frontends/sip/message.hpp"
#include "frontends/sip/own_via.hpp"
#include "frontends/sip/sip_counters.hpp"
#include "frontends/sip/transaction_machines.hpp"

namespace p2pns::sip {

class ResponseContext;

/// Shared by the transaction, which may send it again, and queues of sockets.
using Text = std::shared_ptr<const std::string>;
using ServerId = std::uint64_t;  ///< never 0

/// Where messages leave.
class Outlet {
 public:
  /// May drop it; never calls back. `client` is not 0 for requests of a client transaction: TransactionTable's
  /// on_send_failed is called later when it is known that the message did not arrive.
  virtual void send(const Hop& to, Text text, ClientId client) = 0;

 protected:
  ~Outlet() = default;
};

/// The core. Each call may call the table again.
class TransactionUser {
 public:
  virtual void on_response(const std::shared_ptr<ResponseContext>&, ClientId, SipMessage response) = 0;
  /// No response came (408), or the request could not be delivered (error says why).
  virtual void on_no_response(const std::shared_ptr<ResponseContext>&, ClientId, boost::system::error_code error) = 0;

 protected:
  ~TransactionUser() = default;
};

struct TransactionLimits {
  /// Requests and branches under way, each. A call that rings is one of each; with 4 kB each at most 130 MB.
  std::size_t active = 16'384;
  /// Of the requests under way, one node or one address may have this share: nobody fills the table alone. Loopback
  /// may.
  std::size_t shares = 8;
  /// A call at 500 calls/s leaves some 100 finished transactions a second and call set-up, kept for 32 s.
  std::size_t finished = 65'536;
  std::size_t finished_bytes = std::size_t{64} * 1024 * 1024;
};

class TransactionTable {
 public:
  struct Environment {
    TimerQueue& timers;
    Random& random;
    Outlet& outlet;
    TransactionUser& user;
    SipCounters& counters;
    TransactionTimers times{};
    TransactionLimits limits{};
  };
  explicit TransactionTable(const Environment&);
  ~TransactionTable();
  TransactionTable(const TransactionTable&) = delete;
  TransactionTable& operator=(const TransactionTable&) = delete;

  /// 0: no such transaction.
  ServerId find_server(const std::string& key) const;
  /// A request came again.
  void on_retransmission(ServerId);
  /// True: the ACK belongs to a 2xx and is the core's business.
  bool on_ack(ServerId);
  /// None: too many are under way, in all or of this one. `key` as transaction_key.hpp makes it, and new.
  std::optional<ServerId> open_server(std::string key, bool invite, const Hop& from);
  /// What a CANCEL of this request ends; null once a final response was sent.
  void attach(ServerId, std::shared_ptr<ResponseContext>);
  std::shared_ptr<ResponseContext> context_of(ServerId) const;
  /// Sends the response, as far as the machine lets it pass.
  void respond(ServerId, const SipMessage& response);

  /// Forgets a request that gets no answer.
  void drop_server(ServerId id) { erase_server(id); }

  /// A number for a branch: begin() takes it, or nobody does.
  ClientId new_client_id();
  /// False: too many are under way. An INVITE is kept, to make an ACK or a CANCEL from it.
  bool begin(ClientId, SipMessage sent, const Hop& to, std::shared_ptr<ResponseContext>);
  /// For the CANCEL of `invite`; it has the same branch.
  void begin_cancel(ClientId invite);
  /// Forgets an INVITE that was cancelled and is still not answered (RFC 3261, 9.1): it has no deadline of its own.
  void abandon(ClientId invite) { erase_client(invite); }
  /// True when the request is still unanswered or rings.
  bool is_active(ClientId) const;

  /// False: it belongs to nothing we sent there.
  bool on_response(SipMessage response, const Hop& from);
  void on_send_failed(ClientId, boost::system::error_code);

  std::size_t active_servers() const noexcept { return servers_.size() - finished_servers_; }
  std::size_t active_clients() const noexcept { return clients_.size() - finished_clients_; }
  std::size_t finished() const noexcept { return finished_servers_ + finished_clients_; }

 private:
  struct Transaction {
    Hop peer;
    Text last{};  ///< what is sent again
    bool finished = false;
    std::size_t finished_bytes = 0;  ///< of `last`, once finished
    Timer timer{};
    TimePoint armed_for{};
    std::shared_ptr<ResponseContext> context{};  // shared: with its other transactions
  };
  /// Whose it is; none: of this machine.
  using Share = std::optional<std::variant<IpAddress, NodeId>>;
  static Share share_of(const Hop&);
  struct Server : Transaction {
    std::string key;
    Share share;
    std::variant<InviteServerMachine, ServerMachine> machine;
  };
  struct Client : Transaction {
    bool invite = false;
    std::optional<SipMessage> sent;
    std::variant<InviteClientMachine, ClientMachine> machine;
  };
  struct Finished {
    std::uint64_t id = 0;
    bool server = false;
  };

  void send_now(Hop to, Text text, ClientId client);
  void arm_server(ServerId);
  void arm_client(ClientId);
  bool has_room(const Share&) const;
  void give_back(Server&);
  void settle_server(ServerId, Server&);
  void settle_client(ClientId, Client&);
  void on_server_time(ServerId);
  void on_client_time(ClientId);
  void erase_server(ServerId);
  void erase_client(ClientId);
  void remember_finished(Transaction&, Finished);
  bool start(ClientId, SipMessage sent, const Hop& to, std::shared_ptr<ResponseContext>, bool invite);

  Environment environment_;
  std::uint64_t next_server_ = 1;
  std::unordered_map<ServerId, Server> servers_;
  std::unordered_map<std::string, ServerId> server_of_key_;
  std::unordered_map<ClientId, Client> clients_;  // of a CANCEL: that of its INVITE, with the lowest bit set
  std::map<Share, std::size_t> active_of_;        // servers that are not finished; none is 0
  std::size_t finished_servers_ = 0;
  std::size_t finished_clients_ = 0;
  std::deque<Finished> finished_order_;  // the oldest first; some may be gone already
  std::size_t finished_bytes_ = 0;       // sum over finished transactions
};

}  // namespace p2pns::sip
