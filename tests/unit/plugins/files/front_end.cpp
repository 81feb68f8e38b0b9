// Fits, and reports what this file sees of the state that it shares with the program.
#include "core/base/result.hpp"
#include "plugins/api/build_id.hpp"
#include "plugins/api/plugin.hpp"

namespace p2pns::plugins {
namespace {

/// Starts, or says what its section asks for.
class LoadedFrontEnd final : public FrontEnd {
 public:
  boost::asio::awaitable<StartError> start() override {
    StartError error;
    error.message = make_error_code(Errc::name_taken).message();
    co_return error;
  }
  boost::asio::awaitable<void> stop() override { co_return; }
};

ConfigResult<std::unique_ptr<FrontEnd>> create(PluginHost&) {
  return std::unique_ptr<FrontEnd>{std::make_unique<LoadedFrontEnd>()};
}

constexpr PluginDescriptor descriptor{abi_version, build_id, "loaded", "for tests", &create};

}  // namespace
}  // namespace p2pns::plugins

const p2pns::plugins::PluginDescriptor* p2pns_plugin() noexcept { return &p2pns::plugins::descriptor; }

/// The error of this file, made by whatever category it got.
extern "C" void loaded_error(boost::system::error_code* error) noexcept;
extern "C" void loaded_error(boost::system::error_code* error) noexcept {
  *error = p2pns::make_error_code(p2pns::Errc::name_taken);
}
