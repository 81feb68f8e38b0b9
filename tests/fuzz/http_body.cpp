// The body of a registration: JSON, and record data as text. What is accepted, written again, means the same records.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "frontends/http/registration_api.hpp"
#include "frontends/rdata/rdata.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace p2pns::fuzz {
namespace {

namespace json = boost::json;
using names::ResourceRecord;

std::string body_of(const names::Registration& registration) {
  json::array list;
  for (const ResourceRecord& record : registration.records) {
    json::object object;
    object["name"] = record.owner;
    object["type"] = rdata::type_to_text(record.type);
    object["ttl"] = record.ttl_s;
    object["data"] = rdata::format(record.type, record.data);
    list.push_back(std::move(object));
  }
  json::object body;
  body["publish"] = registration.publish;
  body["records"] = std::move(list);
  return json::serialize(body);
}

/// What format() promises to write as parse() reads it.
bool can_be_shown(const ResourceRecord& record) { return 2 * record.data.size() + 16 <= rdata::text_maximum_bytes; }

}  // namespace

void run(Bytes input) {
  const names::Zones zones;
  const auto registration = http::parse_registration("alice.p2p", as_text(input), zones);
  if (!registration) {
    const http::Problem& problem = registration.error();
    return require(problem.status == 400 && !problem.detail.empty(), "a refusal says why");
  }
  require(registration->records.size() <= names::records_per_name_maximum, "there are not too many records");
  if (!std::ranges::all_of(registration->records, can_be_shown)) return;
  const auto again = http::parse_registration("alice.p2p", body_of(*registration), zones);
  require(again && again->records == registration->records && again->publish == registration->publish,
          "a registration is read as it was shown");
}

}  // namespace p2pns::fuzz
