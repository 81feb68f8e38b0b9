#include "frontends/hip/authorization.hpp"

#include <gtest/gtest.h>

namespace p2pns::hip {
namespace {

TEST(Authorization, APasswordIsAToken) {
  EXPECT_EQ(as_bearer("Basic OnNlY3JldA=="), "Bearer secret");       // ":secret"
  EXPECT_EQ(as_bearer("Basic dXNlcjpzZWM6cmV0"), "Bearer sec:ret");  // "user:sec:ret"
}

TEST(Authorization, EverythingElseStays) {
  for (const char* const other : {"", "Bearer secret", "Basic", "Basic !", "Basic c2VjcmV0", "Digest x"})
    EXPECT_EQ(as_bearer(other), other);
}

}  // namespace
}  // namespace p2pns::hip
