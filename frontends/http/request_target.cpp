#include "frontends/http/request_target.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace p2pns::http {

ApiResult<RequestTarget> parse_target(std::string_view target) {
  const auto parsed = boost::urls::parse_origin_form(target);
  if (!parsed) return bad_field("target", "the request target is not a valid path");
  RequestTarget result;
  for (const auto& segment : parsed->segments()) result.path.push_back(segment);
  for (const auto& parameter : parsed->params())
    if (!result.query.emplace(parameter.key, parameter.value).second)
      return bad_field(parameter.key, "the parameter stands twice");
  return result;
}

std::optional<Problem> unknown_parameter(const RequestTarget& target, std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : target.query)
    if (std::ranges::find(known, key) == known.end()) return bad_field(key, "there is no such parameter");
  return std::nullopt;
}

}  // namespace p2pns::http
