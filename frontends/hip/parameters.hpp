// Parameters: the parameters of one call, taken in order, each with the type it must have. The first complaint stays,
// and everything after it is empty.
#pragma once

#include <optional>

#include "frontends/hip/xml_rpc.hpp"

namespace p2pns::hip {

class Parameters {
 public:
  /// `call` outlives this. `signature` is shown in complaints: "resolve(name, type)".
  Parameters(const XmlRpcCall& call, std::string_view signature, std::size_t count);

  std::int32_t integer(std::string_view what);
  std::string string(std::string_view what);
  ByteVector bytes(std::string_view what);
  /// base64, or a string.
  std::string text(std::string_view what);
  template <class Fixed>
  Fixed fixed(std::string_view what) {
    const ByteVector taken = bytes(what);
    if (const auto value = Fixed::from(taken)) return *value;
    complain(std::string{what} + " has " + std::to_string(Fixed::size_bytes) + " bytes");
    return {};
  }
  void complain(std::string_view sentence);
  const std::optional<Fault>& fault() const noexcept { return fault_; }

 private:
  const XmlRpcValue* next();

  const XmlRpcCall& call_;
  std::string_view signature_;
  std::size_t next_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace p2pns::hip
