// FakePluginHost: what a front end sees of the process, for tests: an executor, a FakeNameService, a section of
// configuration made of text, and a log that is kept.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <map>
#include <set>

#include "plugins/api/plugin_host.hpp"
#include "tests/support/fake_name_service.hpp"

namespace p2pns::test {

/// A flat section: every value is a text; `lists` holds those that are lists.
class FakeConfig final : public plugins::ConfigNode {
 public:
  std::map<std::string, std::string, std::less<>> values;
  std::map<std::string, std::vector<std::string>, std::less<>> lists;

  bool has(std::string_view key) const override { return values.contains(key) || lists.contains(key); }
  plugins::ConfigResult<std::string> text(std::string_view key, std::string_view fallback) const override {
    const auto* value = find(key);
    // In place: both std::string and ConfigError can be made of a text.
    return {boost::system::in_place_value, value ? *value : std::string{fallback}};
  }
  plugins::ConfigResult<std::int64_t> integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                                              std::int64_t maximum) const override {
    const auto* value = find(key);
    if (!value) return fallback;
    char* end = nullptr;
    const std::int64_t number = std::strtoll(value->c_str(), &end, 10);
    if (*end != 0 || number < minimum || number > maximum) return wrong(key, "expected a number in range");
    return number;
  }
  plugins::ConfigResult<bool> boolean(std::string_view key, bool fallback) const override {
    const auto* value = find(key);
    if (!value) return fallback;
    if (*value != "true" && *value != "false") return wrong(key, "expected true or false");
    return *value == "true";
  }
  plugins::ConfigResult<Endpoint> endpoint(std::string_view key, const Endpoint& fallback) const override {
    const auto* value = find(key);
    if (!value) return fallback;
    const auto endpoint = parse_endpoint(*value);
    if (!endpoint) return wrong(key, "expected an address like 127.0.0.1:5300");
    return *endpoint;
  }
  plugins::ConfigResult<std::vector<std::string>> texts(std::string_view key) const override {
    asked_.insert(std::string{key});
    const auto found = lists.find(key);
    return found == lists.end() ? std::vector<std::string>{} : found->second;
  }
  plugins::ConfigResult<void> finish() const override {
    for (const auto& [key, value] : values)
      if (!asked_.contains(key)) return wrong(key, "unknown key");
    for (const auto& [key, value] : lists)
      if (!asked_.contains(key)) return wrong(key, "unknown key");
    return {};
  }

 private:
  const std::string* find(std::string_view key) const {
    asked_.insert(std::string{key});
    const auto found = values.find(key);
    return found == values.end() ? nullptr : &found->second;
  }
  static plugins::ConfigError wrong(std::string_view key, std::string_view sentence) {
    return {"test.yaml:1:1: " + std::string{key} + ": " + std::string{sentence}};
  }
  mutable std::set<std::string> asked_;
};

class KeptLog final : public Log {
 public:
  std::vector<std::string> lines;
  void write(Severity, std::string_view line) override { lines.emplace_back(line); }
  bool enabled(Severity) const override { return true; }
};

class FakePluginHost final : public plugins::PluginHost {
 public:
  explicit FakePluginHost(boost::asio::any_io_executor executor)
      : service{[executor](Callback<void()> action) { boost::asio::post(executor, std::move(action)); }},
        executor_(executor),
        no_links_(std::move(executor)) {}

  FakeNameService service;
  plugins::PeerLinks* peer_links = &no_links_;  ///< FakePeerLinks, for a front end that has peers
  FakeConfig section;
  KeptLog kept_log;
  std::optional<TimePoint> fixed_now{};  ///< none: the time of this machine
  std::string state;                     ///< the folder of the process's files

  boost::asio::any_io_executor executor() override { return executor_; }
  names::NameService& names() override { return service; }
  plugins::PeerLinks& links() override { return *peer_links; }
  TimePoint now() const override {
    if (fixed_now) return *fixed_now;
    return TimePoint{std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch())};
  }
  const plugins::ConfigNode& config() const override { return section; }
  Log& log() override { return kept_log; }
  const std::string& state_folder() const override { return state; }
  void collect(plugins::MetricSink&) const override {}

 private:
  boost::asio::any_io_executor executor_;
  plugins::NoPeerLinks no_links_;
};

}  // namespace p2pns::test
