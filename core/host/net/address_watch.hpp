// AddressWatch: hears from the kernel that this machine's addresses changed, and says so a moment later, once for a
// burst. What the new address is does not matter here: other nodes see it.
#pragma once

#include <memory>

#include "core/base/callback.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace boost::asio {
class io_context;
}

namespace p2pns::host {

/// A machine that changes networks loses and gains several addresses one after the other. The pause begins with the
/// first, so a machine whose addresses never rest is heard five times a second at most.
inline constexpr Duration address_change_pause = std::chrono::milliseconds{200};

class AddressWatch {
 public:
  /// `context` outlives the watch. `on_change` runs from it, never inside a call of this class.
  AddressWatch(boost::asio::io_context& context, Callback<void()> on_change);
  ~AddressWatch();
  AddressWatch(const AddressWatch&) = delete;
  AddressWatch& operator=(const AddressWatch&) = delete;

  /// Begins to listen; nothing happens when it does already. Errors: the operating system's, which may forbid it.
  Result<void> start();
  /// `on_change` does not run afterwards, until it is started again.
  void stop();

 private:
  class Implementation;
  std::shared_ptr<Implementation> implementation_;  // shared: handlers in flight keep it alive after stop()
};

}  // namespace p2pns::host
