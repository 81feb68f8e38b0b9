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

}  // namespace p2pns::plugins
