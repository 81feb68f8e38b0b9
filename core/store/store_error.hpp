// StoreError: why a store cannot be used, as one line for a person: which path, what is wrong, what to do.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>

namespace p2pns::store {

struct StoreError {
  std::string message;
};
template <class T>
using StoreResult = boost::system::result<T, StoreError>;

}  // namespace p2pns::store

namespace boost::system {
// result<T, E>::value() needs this for a foreign error type; we never call value().
[[noreturn]] inline void throw_exception_from_error(const p2pns::store::StoreError& error,
                                                    const boost::source_location&) {
  throw std::runtime_error(error.message);
}
}  // namespace boost::system
