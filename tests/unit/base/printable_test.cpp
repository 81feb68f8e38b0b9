#include "core/base/printable.hpp"

#include <gtest/gtest.h>

namespace p2pns {
namespace {

TEST(Printable, ReplacesControlCharactersOnly) {
  EXPECT_EQ(printable("a\nb\x1b[2Jc\x7f"), "a?b?[2Jc?");
  EXPECT_EQ(printable(std::string("\0\x1f", 2)), "??");
  EXPECT_EQ(printable("münchen ~ "), "münchen ~ ");
}

}  // namespace
}  // namespace p2pns
