// What a link between two nodes of one process gives over loopback, beside a TLS stream that carries the same bytes
// without frames, windows and answers: small messages a second, and MB a second. Prints figures; fails nothing.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <fmt/format.h>
#include <iostream>

#include "core/host/net/link_host.hpp"
#include "core/host/net/link_tls.hpp"
#include "core/host/net/system.hpp"
#include "tests/support/fake_name_service.hpp"

namespace p2pns {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::size_t small_bytes = 500;  // a SIP request
constexpr std::size_t small_count = 100'000;
constexpr std::size_t large_count = 4'000;
constexpr std::size_t under_way_maximum = 64;

struct Load {
  const char* what;
  std::size_t bytes;
  std::size_t count;
};

double cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Runs it and prints what it took, both ends together.
template <class Run>
void measure(const char* how, const Load& load, const Run& run) {
  const auto start = std::chrono::steady_clock::now();
  const double start_cpu = cpu_seconds();
  run();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double cpu = cpu_seconds() - start_cpu;
  const auto count = static_cast<double>(load.count);
  fmt::print("{:<10} {:<22} {:>9.0f} messages/s {:>8.1f} MB/s {:>8.2f} us CPU a message\n", how, load.what,
             count / wall, count * static_cast<double>(load.bytes) / wall / 1e6, cpu / count * 1e6);
}

crypto::NetworkParameters network() {
  crypto::NetworkParameters result;
  result.puzzles = {0, 0};
  return result;
}

struct Node {
  Node(asio::io_context& context, Random& random)
      : identity(*crypto::Identity::generate(random, {0, 0})),
        names([&context](Callback<void()> task) { asio::post(context, [task = std::move(task)] { task(); }); }),
        links(context, names, identity, network()) {
    (void)links.open(*parse_endpoint("127.0.0.1:0"));
    links.start();
  }
  crypto::Identity identity;
  test::FakeNameService names;
  host::LinkHost links;
};

/// As many messages are under way as a sender may have unanswered.
class Sender {
 public:
  Sender(asio::io_context& context, Node& from, const NodeId& to, const Load& load)
      : context_(context), from_(from), to_(to), load_(load) {}
  void run() {
    const std::size_t window = load_.bytes == small_bytes ? under_way_maximum : 2;
    for (std::size_t i = 0; i < window; ++i) send();
    while (done_ < load_.count) context_.run_one();
  }

 private:
  void send() {
    if (sent_ == load_.count) return;
    ++sent_;
    from_.links
        .send(to_, "bench", ByteVector(load_.bytes),
              [this](Result<void> outcome) {
                if (!outcome) std::cerr << outcome.error().message() << '\n';
                ++done_;
                send();
              })
        .detach();
  }
  asio::io_context& context_;
  Node& from_;
  NodeId to_;
  Load load_;
  std::size_t sent_ = 0;
  std::size_t done_ = 0;
};

void run_links(const Load& load) {
  asio::io_context context{1};
  host::SystemRandom random;
  Node alice(context, random);
  Node bob(context, random);
  alice.names.nodes[bob.identity.node_id()] =
      wire::make_node_handle(bob.identity.public_key(), bob.identity.puzzle(), bob.links.local_endpoint());
  (void)bob.links.listen("bench", [](const NodeId&, ByteVector, link::AnswerTo done) { done({}); });
  Sender(context, alice, bob.identity.node_id(), {"", 1, 1}).run();  // the link is up
  measure("link", load, [&] { Sender(context, alice, bob.identity.node_id(), load).run(); });
  alice.links.stop();
  bob.links.stop();
  context.run_for(std::chrono::milliseconds{100});
}

/// The same keys and ciphers, one write for each message.
class PlainStream {
 public:
  PlainStream(asio::io_context& context, const crypto::Identity& client, const crypto::Identity& server)
      : context_(context), client_tls_(client, network()), server_tls_(server, network()) {
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
    client_.next_layer().connect(acceptor.local_endpoint());
    acceptor.accept(server_.next_layer());
    client_tls_.prepare(client_.native_handle(), client_proof_);
    server_tls_.prepare(server_.native_handle(), server_proof_);
    int shaken = 0;
    client_.async_handshake(asio::ssl::stream_base::client, [&](boost::system::error_code) { ++shaken; });
    server_.async_handshake(asio::ssl::stream_base::server, [&](boost::system::error_code) { ++shaken; });
    while (shaken < 2) context_.run_one();
  }
  void run(const Load& load) {
    left_ = load.count;
    expected_ = load.count * load.bytes;
    message_ = ByteVector(load.bytes);
    write();
    read();
    while (expected_ > 0) context_.run_one();
  }

 private:
  void write() {
    if (left_-- == 0) return;
    asio::async_write(client_, asio::buffer(message_), [this](boost::system::error_code, std::size_t) { write(); });
  }
  void read() {
    server_.async_read_some(asio::buffer(input_), [this](boost::system::error_code, std::size_t size) {
      expected_ -= size;
      if (expected_ > 0) read();
    });
  }
  asio::io_context& context_;
  host::LinkTls client_tls_;
  host::LinkTls server_tls_;
  host::PeerProof client_proof_;
  host::PeerProof server_proof_;
  asio::ssl::stream<tcp::socket> client_{context_, client_tls_.context()};
  asio::ssl::stream<tcp::socket> server_{context_, server_tls_.context()};
  std::size_t left_ = 0;
  std::size_t expected_ = 0;
  ByteVector message_;
  std::array<std::byte, 16 * 1024> input_{};
};

void run_plain(const Load& load) {
  asio::io_context context{1};
  host::SystemRandom random;
  const auto client = *crypto::Identity::generate(random, {0, 0});
  const auto server = *crypto::Identity::generate(random, {0, 0});
  PlainStream stream(context, client, server);
  measure("plain TLS", load, [&] { stream.run(load); });
}

}  // namespace
}  // namespace p2pns

int main() {
  const p2pns::Load small{"500 bytes", p2pns::small_bytes, p2pns::small_count};
  const p2pns::Load large{"256 KiB", p2pns::link::message_maximum_bytes, p2pns::large_count};
  for (const p2pns::Load& load : {small, large}) {
    p2pns::run_links(load);
    p2pns::run_plain(load);
  }
}
