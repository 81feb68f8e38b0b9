#include "frontends/hip/parameters.hpp"

namespace p2pns::hip {

Parameters::Parameters(const XmlRpcCall& call, std::string_view signature, std::size_t count)
    : call_(call), signature_(signature) {
  if (call.parameters.size() != count) complain("it has " + std::to_string(count) + " parameters");
}

void Parameters::complain(std::string_view sentence) {
  if (fault_) return;
  fault_ = Fault{FaultCode::invalid_parameters, std::string{signature_} + ": " + std::string{sentence}};
}

const XmlRpcValue* Parameters::next() {
  const std::size_t index = next_++;
  return fault_ ? nullptr : &call_.parameters[index];
}

std::int32_t Parameters::integer(std::string_view what) {
  const auto* value = next();
  if (!value) return 0;
  if (const auto* number = std::get_if<std::int32_t>(&value->content)) return *number;
  complain(std::string{what} + " is an int");
  return 0;
}

std::string Parameters::string(std::string_view what) {
  const auto* value = next();
  if (!value) return {};
  if (const auto* text = std::get_if<std::string>(&value->content)) return *text;
  complain(std::string{what} + " is a string");
  return {};
}

ByteVector Parameters::bytes(std::string_view what) {
  const auto* value = next();
  if (!value) return {};
  if (const auto* bytes = std::get_if<ByteVector>(&value->content)) return *bytes;
  complain(std::string{what} + " is base64");
  return {};
}

std::string Parameters::text(std::string_view what) {
  const auto* value = next();
  if (!value) return {};
  if (const auto* text = std::get_if<std::string>(&value->content)) return *text;
  if (const auto* bytes = std::get_if<ByteVector>(&value->content)) return std::string{as_text(*bytes)};
  complain(std::string{what} + " is base64 or a string");
  return {};
}

}  // namespace p2pns::hip
