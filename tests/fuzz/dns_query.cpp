// One DNS message from a stranger: parser, translation against a small name service, answer, and the question as it
// would go to an upstream resolver.
#include "frontends/dns/forward_question.hpp"
#include "frontends/dns/special_names.hpp"
#include "tests/fuzz/dns_check.hpp"

namespace p2pns::fuzz {
namespace {

using namespace dns;
using names::ResourceRecord;

ByteVector wire_data(std::initializer_list<std::string> labels) {
  return copy_of(name_of_labels(std::vector<std::string>{labels})->view());
}

ByteVector text_data(std::size_t octets) {
  ByteVector data(octets + 1, std::byte{'x'});
  data[0] = static_cast<std::byte>(octets);
  return data;
}

/// Addresses, an alias inside and one outside, a service below an empty branch, a wildcard, and too much for UDP.
const std::vector<ResourceRecord>& sample_records() {
  static const std::vector<ResourceRecord> records{
      {"", type_a, 300, {std::byte{192}, std::byte{0}, std::byte{2}, std::byte{1}}},
      {"", 16, 60, text_data(255)},
      {"", 16, 60, text_data(254)},
      {"", 16, 60, text_data(253)},
      {"*", type_aaaa, 300, ByteVector(16, std::byte{0x20})},
      {"_sip._udp", type_srv, 300, ByteVector(7)},
      {"away", type_cname, 300, wire_data({"www", "bob", "p2p"})},
      {"www", type_cname, 300, wire_data({"alice", "P2P"})},
  };
  return records;
}

names::NodeHandle sample_node() {
  names::NodeHandle node = wire::make_node_handle({}, {}, *parse_endpoint("198.51.100.1:4222"));
  node.endpoints.push_back(*parse_endpoint("[2001:db8::1]:4222"));
  return node;
}

/// alice has records, bob is an alias of alice, carol has none but her node; every other name meets another outcome.
names::NameAnswer answer_of(const names::P2PName& name) {
  names::NameAnswer answer;
  answer.name = name;
  answer.outcome = static_cast<names::Outcome>(name.label.size() % 6);
  answer.stale = name.label.size() % 2 == 1;
  if (name.label == "alice" || name.label == "bob" || name.label == "carol") answer.outcome = names::Outcome::found;
  if (answer.outcome != names::Outcome::found) return answer;
  answer.node = sample_node();
  answer.record_set.emplace();
  answer.record_set->name = name;
  if (name.label == "alice") answer.record_set->records = sample_records();
  if (name.label == "bob") answer.record_set->records = {{"", type_cname, 300, wire_data({"away", "alice", "p2p"})}};
  return answer;
}

void check_forwarded(const Query& query) {
  const auto forward = forward_question(query, query.question->name);
  const ByteVector message = encode_question(forward, query.id);
  require(message.size() <= plain_payload_bytes, "a question fits into the smallest datagram");
  const ParsedQuery again = parse_query(message);
  require(!again.drop && again.rcode == Rcode::no_error, "a forwarded question is a good query");
  require(again.query.question->name == lower_case(query.question->name) &&
              again.query.question->type == query.question->type && again.query.id == query.id,
          "the question that was asked is forwarded");
  require(equal(encode_question(forward_question(again.query, again.query.question->name), query.id), message),
          "a question that is forwarded twice stays the same");
}

}  // namespace

void run(Bytes input) {
  if (input.size() > query_maximum_bytes) return;  // the listeners cut or refuse it
  const ParsedQuery parsed = parse_query(input);
  if (parsed.drop) return;
  require(parsed.query.id == dns::number_at(input, 0), "a query keeps its id");
  if (parsed.rcode != Rcode::no_error) {
    Response response;
    response.rcode = parsed.rcode;
    return check_response(parsed.query, response);
  }
  require(parsed.query.question.has_value(), "a good query has a question");
  if (const auto special = special_answer(*parsed.query.question)) check_response(parsed.query, *special);
  check_forwarded(parsed.query);
  check_translation(parsed.query, names::Zones{{"p2p", "lab.example"}}, answer_of);
}

}  // namespace p2pns::fuzz
