// access_problem: what a client is told that may not do what it asks for.
#pragma once

#include "frontends/http/problem.hpp"
#include "frontends/web/access.hpp"

namespace p2pns::http {

/// 403, or 401 with the place of the token (to programs of this machine only). `verdict` is not allowed.
Problem problem_of(web::Verdict verdict, const web::AccessRules&);

}  // namespace p2pns::http
