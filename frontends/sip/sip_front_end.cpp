#include "frontends/sip/sip_front_end.hpp"

namespace p2pns::sip {

namespace asio = boost::asio;

SipFrontEnd::~SipFrontEnd() {
  if (engine_) engine_->stop();
}

asio::awaitable<plugins::StartError> SipFrontEnd::start() {
  plugins::StartError error;
  const UserRules rules{settings_.digest.realm, settings_.digest.offer, host_.names().zones()};
  auto users = open_users_file(settings_.users_file, rules);
  if (!users) {
    error.message = users.error().message;
    co_return error;
  }
  const std::size_t count = users->size();
  engine_ = std::make_shared<SipEngine>(host_, settings_, std::move(*users));
  if (const auto opened = engine_->open(); !opened) {
    engine_->stop();
    error.message = "cannot listen on " + to_string(settings_.listen) + ": " + opened.error().message();
    co_return error;
  }
  engine_->run();
  host_.log().write(Severity::info, "sip: listening on " + to_string(engine_->local_endpoint()) + " (UDP and TCP), " +
                                        std::to_string(count) + " users in " + settings_.users_file);
  if (!engine_->has_links())
    host_.log().write(Severity::warning,
                      "sip: this process has no links to other nodes, so only its own phones can "
                      "call each other");
  co_return error;
}

asio::awaitable<void> SipFrontEnd::stop() {
  if (engine_) engine_->stop();
  co_return;
}

void SipFrontEnd::collect(plugins::MetricSink& sink) const {
  if (engine_) engine_->collect(sink);
}

}  // namespace p2pns::sip
