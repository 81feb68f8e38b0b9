#include "frontends/http/access_problem.hpp"

namespace p2pns::http {

using web::Verdict;

namespace {

Problem unauthorized(const web::AccessRules& rules, std::string challenge) {
  Problem problem;
  problem.status = 401;
  problem.kind = "unauthorized";
  problem.title = "This needs the node's token";
  problem.more["token_file"] = rules.token_file;
  problem.fields.push_back({"WWW-Authenticate", std::move(challenge)});
  return problem;
}

Problem forbidden() {
  Problem problem;
  problem.status = 403;
  problem.kind = "forbidden";
  problem.title = "This is not allowed from there";
  return problem;
}

}  // namespace

Problem problem_of(Verdict verdict, const web::AccessRules& rules) {
  Problem problem = verdict == Verdict::no_token ? unauthorized(rules, "Bearer realm=\"p2pns\"")
                    : verdict == Verdict::wrong_token
                        ? unauthorized(rules, "Bearer realm=\"p2pns\", error=\"invalid_token\"")
                        : forbidden();
  problem.detail = web::sentence_of(verdict, rules);
  return problem;
}

}  // namespace p2pns::http
