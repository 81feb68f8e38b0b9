// answer_text: what the daemon answered, as lines for a person. Pure functions of the JSON; a member that is missing or
// of another type is shown as "?".
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "apps/p2pns/api_client.hpp"

namespace p2pns::cli {

/// "registered demo.p2p: ..." and where it is stored.
std::string registration_text(const boost::json::value& body);
/// "released demo.p2p"
std::string release_text(const boost::json::value& body);
/// The own names, a line each.
std::string names_text(const boost::json::value& body);
/// The records as a zone file writes them, and where the name lives.
std::string resolution_text(const boost::json::value& body);
/// The stages of a resolution hop by hop, like dig +trace; empty when the answer has none.
std::string trace_text(const boost::json::value& body);
std::string status_text(const boost::json::value& body);
/// One line about an answer that is a problem.
std::string problem_text(const ApiAnswer&);
/// Exit code of an answer: 0, or the draft's result code, or 3.
int exit_code_of(const ApiAnswer&);

}  // namespace p2pns::cli
