#include "plugins/api/async_names.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

#include "tests/support/scripted_names.hpp"

namespace p2pns::plugins {
namespace {

namespace asio = boost::asio;

const names::P2PName alice{names::NameKind::label, "p2p", "alice"};

asio::awaitable<void> resolve_alice(names::NameService& service, std::shared_ptr<const names::NameAnswer>& answer) {
  names::NameQuery query;
  query.name = alice;
  answer = co_await resolve(service, std::move(query));
}

asio::awaitable<void> register_alice(names::NameService& service, Result<names::Receipt>& outcome) {
  names::Registration registration;
  registration.name = alice;
  registration.records.push_back({"www", 1, 300, ByteVector(4)});
  outcome = co_await register_name(service, std::move(registration));
}

asio::awaitable<void> release_alice(names::NameService& service, Result<void>& outcome) {
  names::P2PName name = alice;
  outcome = co_await release_name(service, std::move(name));
}

TEST(AsyncNames, ResumesWithTheAnswerThroughTheExecutor) {
  asio::io_context context;
  test::ScriptedNames service;
  std::shared_ptr<const names::NameAnswer> answer;
  asio::co_spawn(context, resolve_alice(service, answer), asio::detached);
  context.poll();
  ASSERT_EQ(service.resolutions.size(), 1U);
  EXPECT_EQ(service.resolutions.front().request.name, alice);

  auto call = test::ScriptedNames::take(service.resolutions);
  const auto expected = std::make_shared<const names::NameAnswer>();
  call.complete(expected);
  EXPECT_EQ(answer, nullptr) << "the coroutine must not go on inside the node's call";
  context.poll();
  EXPECT_EQ(answer, expected);
}

TEST(AsyncNames, HandsRecordsAndErrorsThroughUnchanged) {
  asio::io_context context;
  test::ScriptedNames service;
  Result<names::Receipt> registered = Errc::ok;
  Result<void> released = Errc::ok;
  asio::co_spawn(context, register_alice(service, registered), asio::detached);
  asio::co_spawn(context, release_alice(service, released), asio::detached);
  context.poll();
  auto registration = test::ScriptedNames::take(service.registrations);
  ASSERT_EQ(registration.request.records.size(), 1U);
  EXPECT_EQ(registration.request.records[0].owner, "www");
  registration.complete(Errc::name_taken);
  test::ScriptedNames::take(service.releases).complete(Errc::not_owner);
  context.poll();
  EXPECT_EQ(registered.error(), Errc::name_taken);
  EXPECT_EQ(released.error(), Errc::not_owner);
}

TEST(AsyncNames, DestroyingTheCoroutineCancelsTheCall) {
  test::ScriptedNames service;
  std::shared_ptr<const names::NameAnswer> answer;
  {
    asio::io_context context;
    asio::co_spawn(context, resolve_alice(service, answer), asio::detached);
    context.poll();
    ASSERT_TRUE(service.resolutions.front().complete.wanted());
  }
  EXPECT_FALSE(service.resolutions.front().complete.wanted());
  service.resolutions.front().complete(std::make_shared<const names::NameAnswer>());
  EXPECT_EQ(answer, nullptr);
}

TEST(AsyncNames, CoroutineOutlivesANodeThatDropsItsCalls) {
  asio::io_context context;
  std::shared_ptr<const names::NameAnswer> answer;
  bool cleaned_up = false;
  auto service = std::make_unique<test::ScriptedNames>();
  asio::co_spawn(context, resolve_alice(*service, answer), asio::detached);
  context.poll();
  service->resolutions.front().complete.on_cancel([&] { cleaned_up = true; });
  service.reset();
  context.poll();
  EXPECT_EQ(answer, nullptr);
  EXPECT_FALSE(cleaned_up) << "a dead node must not be reached any more";
}

TEST(AsyncNames, CancellationThroughAsioCancelsTheCallAndThrows) {
  asio::io_context context;
  test::ScriptedNames service;
  std::shared_ptr<const names::NameAnswer> answer;
  asio::cancellation_signal signal;
  boost::system::error_code seen;
  asio::co_spawn(context, resolve_alice(service, answer),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) {
                   try {
                     if (error) std::rethrow_exception(error);
                   } catch (const boost::system::system_error& thrown) {
                     seen = thrown.code();
                   }
                 }));
  context.poll();
  signal.emit(asio::cancellation_type::terminal);
  context.poll();
  EXPECT_EQ(seen, asio::error::operation_aborted);
  EXPECT_FALSE(service.resolutions.front().complete.wanted());
}

}  // namespace
}  // namespace p2pns::plugins
