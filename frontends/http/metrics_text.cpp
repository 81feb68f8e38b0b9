#include "frontends/http/metrics_text.hpp"

#include <algorithm>

namespace p2pns::http {

namespace {

enum class Place { help, label };

std::string escaped(std::string_view text, Place place) {
  std::string result;
  for (const char c : text) {
    if (c == '\n') {
      result += "\\n";
      continue;
    }
    if (c == '\\' || (c == '"' && place == Place::label)) result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

void MetricsText::counter(std::string_view name, std::string_view help, std::uint64_t value,
                          plugins::MetricLabel label) {
  add("counter", name, help, value, label);
}

void MetricsText::gauge(std::string_view name, std::string_view help, std::uint64_t value, plugins::MetricLabel label) {
  add("gauge", name, help, value, label);
}

void MetricsText::add(std::string_view type, std::string_view name, std::string_view help, std::uint64_t value,
                      plugins::MetricLabel label) {
  const std::string full = "p2pns_" + std::string{name};
  auto family = std::ranges::find(families_, full, &Family::name);
  if (family == families_.end()) {
    const std::string head =
        "# HELP " + full + " " + escaped(help, Place::help) + "\n# TYPE " + full + " " + std::string{type} + "\n";
    family = families_.insert(family, {full, head, {}});
  }
  family->samples += full;
  if (!label.key.empty())
    family->samples += "{" + std::string{label.key} + "=\"" + escaped(label.value, Place::label) + "\"}";
  family->samples += " " + std::to_string(value) + "\n";
}

std::string MetricsText::text() const {
  std::string result;
  for (const Family& family : families_) result += family.head + family.samples;
  return result;
}

}  // namespace p2pns::http
