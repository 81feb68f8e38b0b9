#include <memory>

#include "apps/p2pns/verb.hpp"
#include "apps/testnet/testnet_command.hpp"

namespace p2pns::cli {

namespace {

/// CLI11 reads text; endpoints are ours to check.
struct TestnetArguments {
  testnet::TestnetOptions options;
  std::string http;
  std::vector<std::string> join;
};

int run(TestnetArguments& arguments) {
  node::NodeConfig& node = arguments.options.testnet.node;
  node.network.exempt_private_blocks = true;  // all nodes live on loopback
  for (const std::string& text : arguments.join) {
    const auto endpoint = parse_endpoint(text);
    if (!endpoint) return fail("--join " + text + ": expected an address like 127.0.0.1:4222");
    arguments.options.testnet.seeds.push_back(*endpoint);
  }
  if (!arguments.http.empty()) {
    const auto endpoint = parse_endpoint(arguments.http);
    if (!endpoint) return fail("--http " + arguments.http + ": expected an address like 127.0.0.1:8153");
    arguments.options.http = *endpoint;
  }
  return run_testnet(arguments.options);
}

}  // namespace

void add_testnet(CLI::App& program, int& exit_code) {
  auto arguments = std::make_shared<TestnetArguments>();  // shared: CLI11 copies callbacks
  testnet::TestnetConfig& testnet = arguments->options.testnet;
  testnet.node.network.network_id = "p2pns-test";
  testnet.node.network.puzzles = {6, 6};
  CLI::App* verb = program.add_subcommand("testnet", "Run many real nodes on loopback addresses, in this process");
  verb->add_option("--nodes", testnet.nodes, "Nodes, each on its own 127.x.y.z address")
      ->check(CLI::Range(std::size_t{1}, testnet::nodes_maximum))
      ->capture_default_str();
  verb->add_option("--join", arguments->join,
                   "Address of a node whose overlay to join (repeatable); none: a new overlay");
  verb->add_option("--http", arguments->http, "Serve the first node's HTTP interface here");
  verb->add_option("--token-file", arguments->options.token_file,
                   "Its token for changes, made when it is missing; not given: one for this run, printed at the start");
  verb->add_option("--port", testnet.port, "UDP port of all nodes")->capture_default_str();
  verb->add_option("--block", testnet.second_octet, "Second octet of the addresses: 127.BLOCK.y.z")
      ->capture_default_str();
  verb->add_option("--threads", testnet.threads, "Threads that drive the nodes")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  verb->add_option("--network", testnet.node.network.network_id, "Network id")
      ->check(check_network_id)
      ->capture_default_str();
  verb->add_option("--check", arguments->options.checked_names,
                   "Register and resolve so many names, print the figures, and end");
  verb->callback([arguments, &exit_code] { exit_code = run(*arguments); });
}

}  // namespace p2pns::cli
