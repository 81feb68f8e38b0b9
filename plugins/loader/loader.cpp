#include "plugins/loader/loader.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "plugins/api/build_id.hpp"

namespace p2pns::plugins {

namespace asio = boost::asio;

namespace {

class HostOfOne final : public PluginHost {
 public:
  HostOfOne(const FrontEndSet& all, const HostFace& face, const ConfigNode& section)
      : all_(all), face_(face), section_(section) {}
  asio::any_io_executor executor() override { return face_.executor; }
  names::NameService& names() override { return face_.names; }
  PeerLinks& links() override { return *face_.links; }
  TimePoint now() const override { return face_.now(); }
  const ConfigNode& config() const override { return section_; }
  Log& log() override { return face_.log; }
  const std::string& state_folder() const override { return face_.state_folder; }
  void collect(MetricSink& sink) const override { all_.collect(sink); }

 private:
  const FrontEndSet& all_;
  const HostFace& face_;
  const ConfigNode& section_;
};

/// Exceptions of libraries end here: a plug-in that throws has failed to start, and nothing else has.
asio::awaitable<StartError> start_guarded(FrontEnd& front_end) {
  StartError error;
  try {
    error = co_await front_end.start();
  } catch (const std::exception& exception) {
    error.message = exception.what();
    if (error.message.empty()) error.message = "failed without a reason";
  }
  co_return error;
}

}  // namespace

struct FrontEndSet::Member {
  Member(const PluginDescriptor& d, const FrontEndSet& all, const HostFace& face, const ConfigNode& section)
      : descriptor(d), host(all, face, section) {}
  const PluginDescriptor& descriptor;
  HostOfOne host;
  std::unique_ptr<FrontEnd> front_end;
  bool running = false;
};

const PluginDescriptor* find_plugin(Plugins plugins, std::string_view name) {
  const auto found = std::ranges::find_if(plugins, [&](const PluginDescriptor* each) { return each->name == name; });
  return found == plugins.end() ? nullptr : *found;
}

std::string misfit_of(const PluginDescriptor& plugin) {
  if (plugin.abi_version != abi_version)
    return "plug-in interface version " + std::to_string(plugin.abi_version) + ", this program has " +
           std::to_string(abi_version);
  const std::string built_by = plugin.build_id ? plugin.build_id : "";
  if (built_by != build_id) return "built by '" + built_by + "', this program by '" + build_id + "'";
  return {};
}

FrontEndSet::FrontEndSet(HostFace face) : face_(std::move(face)), no_links_(face_.executor) {
  if (!face_.links) face_.links = &no_links_;
}
FrontEndSet::~FrontEndSet() = default;

ConfigResult<void> FrontEndSet::add(const PluginDescriptor& plugin, const ConfigNode& section) {
  const std::string name = plugin.name;
  if (const std::string misfit = misfit_of(plugin); !misfit.empty())
    return ConfigError{"plug-in " + name + ": " + misfit};
  if (members_.size() == front_ends_maximum)
    return ConfigError{"plug-in " + name + ": more than " + std::to_string(front_ends_maximum) + " front ends"};
  auto member = std::make_unique<Member>(plugin, *this, face_, section);
  auto created = plugin.create_front_end(member->host);
  if (!created) return created.error();
  member->front_end = std::move(*created);
  if (!member->front_end) return ConfigError{"plug-in " + name + ": is no front end"};
  members_.push_back(std::move(member));
  return {};
}

asio::awaitable<std::vector<std::string>> FrontEndSet::start() {
  std::vector<std::string> failures;
  for (const auto& member : members_) {
    const StartError error = co_await start_guarded(*member->front_end);
    member->running = error.message.empty();
    if (!member->running) failures.push_back(std::string{member->descriptor.name} + ": " + error.message);
  }
  co_return failures;
}

asio::awaitable<void> FrontEndSet::stop() {
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (!std::exchange((*member)->running, false)) continue;
    try {
      co_await (*member)->front_end->stop();
    } catch (const std::exception& exception) {
      face_.log.write(Severity::warning, std::string{(*member)->descriptor.name} + ": stop: " + exception.what());
    }
  }
}

std::size_t FrontEndSet::running() const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(members_, [](const auto& each) { return each->running; }));
}

void FrontEndSet::collect(MetricSink& sink) const {
  for (const auto& member : members_)
    if (member->running) member->front_end->collect(sink);
  if (face_.collect) face_.collect(sink);
}

}  // namespace p2pns::plugins
