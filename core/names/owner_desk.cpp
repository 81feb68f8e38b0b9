#include "core/names/owner_desk.hpp"

namespace p2pns::names {

Result<P2PName> name_in_question(std::string_view text) {
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return Errc::bad_name;
  P2PName name{NameKind::label, std::string{text.substr(dot + 1)}, std::string{text.substr(0, dot)}};
  if (!is_canonical(name)) return Errc::bad_name;
  return name;
}

void OwnerDesk::on_question(const rpc::Request& request, rpc::Responder respond) {
  const auto refuse = [&] {
    respond(wire::MessageType::refused, encode(wire::Refused{wire::RefusalReason::malformed}));
  };
  const auto question = wire::decode_ask_owner(request.body);
  if (!question) return refuse();
  wire::OwnerSays says;
  if (!question->name.empty()) {
    const auto name = name_in_question(question->name);
    if (!name) return refuse();
    auto statement = names_.statement(*name);
    if (statement) says.record_set = std::move(*statement);
    if (!statement && statement.error() != Errc::no_such_name) return;
  }
  ByteVector body = encode(says);
  if (body.size() > request.answer_maximum_bytes) return;
  respond(wire::MessageType::owner_says, std::move(body));
}

}  // namespace p2pns::names
