#include "plugins/api/async_names.hpp"

#include "plugins/api/completion_of.hpp"

namespace p2pns::plugins {

namespace asio = boost::asio;

asio::awaitable<std::shared_ptr<const names::NameAnswer>> resolve(names::NameService& service, names::NameQuery query) {
  using Answer = std::shared_ptr<const names::NameAnswer>;
  auto start = [&service, query = std::move(query)](Callback<void(Answer)> complete) mutable {
    return service.resolve(std::move(query), std::move(complete));
  };
  return completion_of<Answer>(std::move(start));
}

asio::awaitable<Result<names::Receipt>> register_name(names::NameService& service, names::Registration registration) {
  using Outcome = Result<names::Receipt>;
  auto start = [&service, registration = std::move(registration)](Callback<void(Outcome)> complete) mutable {
    return service.register_name(std::move(registration), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

asio::awaitable<Result<void>> release_name(names::NameService& service, names::P2PName name) {
  using Outcome = Result<void>;
  auto start = [&service, name = std::move(name)](Callback<void(Outcome)> complete) mutable {
    return service.release_name(std::move(name), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

asio::awaitable<Result<names::HitReceipt>> publish_hit(names::NameService& service, ByteVector signed_bytes) {
  using Outcome = Result<names::HitReceipt>;
  auto start = [&service, bytes = std::move(signed_bytes)](Callback<void(Outcome)> complete) mutable {
    return service.publish_hit(std::move(bytes), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

asio::awaitable<std::shared_ptr<const names::HitAnswer>> find_hit(names::NameService& service, crypto::Hit hit) {
  using Answer = std::shared_ptr<const names::HitAnswer>;
  auto start = [&service, hit](Callback<void(Answer)> complete) { return service.find_hit(hit, std::move(complete)); };
  return completion_of<Answer>(std::move(start));
}

asio::awaitable<Result<dht::Tally>> put_weak(names::NameService& service, names::WeakPut put) {
  using Outcome = Result<dht::Tally>;
  auto start = [&service, put = std::move(put)](Callback<void(Outcome)> complete) mutable {
    return service.put_weak(std::move(put), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

asio::awaitable<std::shared_ptr<const names::WeakAnswer>> find_weak(names::NameService& service, Key key) {
  using Answer = std::shared_ptr<const names::WeakAnswer>;
  auto start = [&service, key](Callback<void(Answer)> complete) { return service.find_weak(key, std::move(complete)); };
  return completion_of<Answer>(std::move(start));
}

asio::awaitable<Result<void>> remove_weak(names::NameService& service, names::WeakRemoval removal) {
  using Outcome = Result<void>;
  auto start = [&service, removal = std::move(removal)](Callback<void(Outcome)> complete) mutable {
    return service.remove_weak(std::move(removal), std::move(complete));
  };
  return completion_of<Outcome>(std::move(start));
}

}  // namespace p2pns::plugins
