#include "frontends/http/health_api.hpp"

#include "frontends/http/json_text.hpp"
#include "frontends/http/problem.hpp"

namespace p2pns::http {

namespace {

HttpResponse well(const char* state) {
  boost::json::object body;
  body["status"] = state;
  HttpResponse response;
  response.body = to_text(body);
  return response;
}

}  // namespace

HttpResponse health_response() { return well("ok"); }

HttpResponse readiness_response(const names::NodeStatus& status) {
  if (status.joined) return well("ready");
  Problem problem;
  problem.status = 503;
  problem.kind = "not-ready";
  problem.title = "This node has not joined its overlay";
  problem.detail = status.known_nodes == 0
                       ? "no other node has answered yet; look at node.seeds and at the way to them (UDP)"
                       : std::to_string(status.known_nodes) + " nodes are known, and the neighbours are being found";
  problem.more["known_nodes"] = status.known_nodes;
  problem.fields.push_back({"Retry-After", "1"});
  return to_response(problem);
}

}  // namespace p2pns::http
