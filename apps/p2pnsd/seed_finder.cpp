#include "apps/p2pnsd/seed_finder.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "frontends/dns/upstream_answer.hpp"

namespace p2pns::daemon {

namespace asio = boost::asio;

namespace {

/// None when the name is too long to be one.
std::optional<dns::ForwardQuestion> question_for(const std::string& host, std::uint16_t type) {
  std::vector<std::string> labels;
  for (std::string_view rest = host; !rest.empty();) {
    labels.emplace_back(rest.substr(0, rest.find('.')));
    rest.remove_prefix(std::min(rest.size(), labels.back().size() + 1));
  }
  const auto name = dns::name_of_labels(labels);
  if (!name) return {};
  dns::ForwardQuestion question;
  question.question = {*name, type, dns::class_in};
  return question;
}

/// A resolver has followed the aliases; what stands at their end is the answer.
std::vector<Endpoint> addresses_in(Bytes message, std::uint16_t port) {
  std::vector<Endpoint> found;
  const auto answer = dns::read_foreign_answer(message);
  if (!answer) return found;
  for (const dns::Record& record : answer->answer) {
    if (record.type != dns::type_a && record.type != dns::type_aaaa) continue;
    const auto address = ip_address_from(record.data);
    if (address && !address->is_unspecified() && !address->is_multicast()) found.push_back({*address, port});
  }
  return found;
}

std::string list_of(const std::vector<Endpoint>& endpoints) {
  std::string text;
  for (const Endpoint& each : endpoints) text += (text.empty() ? "" : ", ") + to_string(each);
  return text;
}

}  // namespace

SeedFinder::SeedFinder(const asio::any_io_executor& executor, std::vector<config::SeedName> names,
                       SeedFinderEvents events, Log& log)
    : executor_(executor), names_(std::move(names)), events_(std::move(events)), log_(log), timer_(executor) {}

void SeedFinder::start() {
  if (names_.empty()) return;
  alive_ = std::make_shared<SeedFinder*>(this);
  begin_round();
}

void SeedFinder::stop() {
  alive_.reset();
  timer_.cancel();
  forwarder_.reset();
}

void SeedFinder::begin_round() {
  if (!events_.wanted()) return pause(seed_refresh_pause);
  const BootstrapResolvers resolvers = events_.resolvers();
  if (resolvers.endpoints.empty()) {
    say(Severity::warning, resolvers.why_none);
    return end_round();
  }
  forwarder_ = std::make_unique<dns::Forwarder>(executor_, resolvers.endpoints, seed_answer_within, quiet_, counters_);
  under_way_ = 2 * names_.size();
  for (const config::SeedName& name : names_)
    for (const std::uint16_t type : {dns::type_a, dns::type_aaaa}) ask(name, type);
}

void SeedFinder::ask(const config::SeedName& name, std::uint16_t type) {
  const auto question = question_for(name.host, type);
  const auto done = [this, name](const dns::ForwardOutcome& outcome) { on_outcome(name, outcome); };
  const bool asked = question && !forwarder_->ask(*question, dns::UpstreamTransport::udp_then_tcp, done);
  if (asked) return;
  asio::post(executor_, [weak = std::weak_ptr{alive_}, name] {
    if (const auto alive = weak.lock()) (*alive)->on_outcome(name, {});
  });
}

void SeedFinder::on_outcome(const config::SeedName& name, const dns::ForwardOutcome& outcome) {
  std::vector<Endpoint>& found = round_[name];
  if (outcome.message)
    for (const Endpoint& each : addresses_in(*outcome.message, name.port))
      if (found.size() < addresses_per_name_maximum && std::ranges::find(found, each) == found.end())
        found.push_back(each);
  if (--under_way_ > 0) return;
  asio::post(executor_, [weak = std::weak_ptr{alive_}] {  // outside of the forwarder, which end_round lets go
    if (const auto alive = weak.lock()) (*alive)->end_round();
  });
}

void SeedFinder::end_round() {
  forwarder_.reset();
  std::vector<Endpoint> all;
  std::string missing;
  for (const config::SeedName& name : names_) {
    std::vector<Endpoint>& known = known_[name];
    if (auto& found = round_[name]; !found.empty()) {
      known = std::move(found);
    } else {
      missing += (missing.empty() ? "" : ", ") + to_string(name);
    }
    all.insert(all.end(), known.begin(), known.end());
  }
  round_.clear();
  if (!all.empty()) events_.found(all);
  if (missing.empty()) {
    say(Severity::info, "seeds found by name: " + list_of(all));
    retry_ = seed_search_pause_first;
    return pause(seed_refresh_pause);
  }
  if (!events_.resolvers().endpoints.empty())
    say(Severity::warning, "no address found for these seeds, asking again: " + missing);
  pause(std::exchange(retry_, std::min(2 * retry_, seed_search_pause_last)));
}

void SeedFinder::pause(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([weak = std::weak_ptr{alive_}, pause = ++pauses_](boost::system::error_code error) {
    const auto alive = weak.lock();
    if (!error && alive && (*alive)->pauses_ == pause) (*alive)->begin_round();
  });
}

void SeedFinder::say(Severity severity, const std::string& line) {
  if (line == last_line_) return;
  last_line_ = line;
  log_.write(severity, line);
}

}  // namespace p2pns::daemon
