#include "core/names/owner_desk.hpp"

namespace p2pns::names {

Result<std::optional<P2PName>> decode_question(Bytes body) {
  const auto question = wire::decode_ask_owner(body);
  if (!question) return question.error();
  const std::string& text = question->name;
  if (text.empty()) return std::optional<P2PName>{};
  const auto dot = text.find('.');
  if (dot == std::string::npos) return Errc::bad_name;
  P2PName name{NameKind::label, text.substr(dot + 1), text.substr(0, dot)};
  if (!is_canonical(name)) return Errc::bad_name;
  return std::optional{std::move(name)};
}

void OwnerDesk::on_question(const rpc::Request& request, const std::optional<P2PName>& name,
                            const rpc::Responder& respond) {
  wire::OwnerSays says;
  if (name) {
    auto statement = names_.statement(*name);
    if (statement) says.record_set = std::move(*statement);
    if (!statement && statement.error() != Errc::no_such_name) return;
  }
  ByteVector body = encode(says);
  if (body.size() > request.answer_maximum_bytes) return;
  respond(wire::MessageType::owner_says, std::move(body));
}

}  // namespace p2pns::names
