#include "frontends/http/access_problem.hpp"

#include <gmock/gmock.h>

#include "tests/unit/web/access_rules.hpp"

namespace p2pns::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using web::Verdict;

TEST(AccessProblem, OnlyThoseOfThisMachineLearnWhereTheTokenLies) {
  const web::AccessRules rules = web::rules_in_tests();
  for (const auto verdict : {Verdict::remote, Verdict::foreign_host, Verdict::foreign_origin}) {
    const auto response = to_response(problem_of(verdict, rules));
    EXPECT_EQ(response.status, 403U);
    EXPECT_THAT(response.body, Not(HasSubstr(rules.token_file)));
  }
  for (const auto verdict : {Verdict::no_token, Verdict::wrong_token}) {
    const auto response = to_response(problem_of(verdict, rules));
    EXPECT_EQ(response.status, 401U);
    EXPECT_THAT(response.body, HasSubstr(rules.token_file));
    EXPECT_THAT(response.body, Not(HasSubstr(rules.token)));
  }
}

}  // namespace
}  // namespace p2pns::http
