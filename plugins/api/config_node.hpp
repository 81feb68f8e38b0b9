// ConfigNode: a strict view of one plug-in's section of the configuration. It hides the YAML library. Whoever reads a
// section asks for every key it knows and then calls finish(), which reports the first unknown key; every error names
// file:line:column and a sentence.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/endpoint.hpp"
#include "core/base/result.hpp"

namespace p2pns::plugins {

/// "p2pns.yaml:12:3: frontends.dns.listen: expected an address like 127.0.0.1:5300"
struct ConfigError {
  std::string message;
};
template <class T>
using ConfigResult = boost::system::result<T, ConfigError>;

class ConfigNode {
 public:
  virtual ~ConfigNode() = default;
  virtual bool has(std::string_view key) const = 0;
  /// A missing key gives `fallback`.
  virtual ConfigResult<std::string> text(std::string_view key, std::string_view fallback) const = 0;
  virtual ConfigResult<std::int64_t> integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                                             std::int64_t maximum) const = 0;
  virtual ConfigResult<bool> boolean(std::string_view key, bool fallback) const = 0;
  virtual ConfigResult<Endpoint> endpoint(std::string_view key, const Endpoint& fallback) const = 0;
  virtual ConfigResult<std::vector<std::string>> texts(std::string_view key) const = 0;
  /// An error of the reader's own making, at the place of the key (or of the section when the key is missing).
  virtual ConfigError error_at(std::string_view key, std::string_view sentence) const {
    return {std::string{key} + ": " + std::string{sentence}};
  }
  /// Error for the first key that nobody asked for.
  virtual ConfigResult<void> finish() const = 0;
};

}  // namespace p2pns::plugins

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::plugins::ConfigError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
