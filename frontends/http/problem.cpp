#include "frontends/http/problem.hpp"

#include "frontends/http/json_text.hpp"

namespace p2pns::http {

Problem bad_field(std::string field, std::string detail) {
  Problem problem;
  problem.status = 400;
  problem.kind = "bad-request";
  problem.title = "The request cannot be understood";
  problem.detail = std::move(detail);
  problem.field = std::move(field);
  return problem;
}

HttpResponse to_response(const Problem& problem) {
  boost::json::object body;
  body["type"] = "urn:p2pns:problem:" + problem.kind;
  body["title"] = problem.title;
  body["status"] = problem.status;
  body["detail"] = problem.detail;
  if (!problem.field.empty()) body["field"] = problem.field;
  for (const auto& [key, value] : problem.more) body[key] = value;
  HttpResponse response;
  response.status = problem.status;
  response.content_type = "application/problem+json";
  response.fields = problem.fields;
  response.body = to_text(body);
  return response;
}

}  // namespace p2pns::http
