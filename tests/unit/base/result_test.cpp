#include "core/base/result.hpp"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace p2pns {
namespace {

TEST(Result, CarriesAValueOrAnError) {
  const Result<int> value = 7, error = Errc::timed_out;
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 7);
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error(), Errc::timed_out);
  EXPECT_NE(error.error(), Errc::no_peers);
}

TEST(Errc, EveryValueHasANameAndASentenceOfItsOwn) {
  std::set<std::string> names, sentences;
  for (int value = 0; value <= static_cast<int>(Errc::permission_too_open); ++value) {
    const auto code = static_cast<Errc>(value);
    const std::string sentence = make_error_code(code).message();
    EXPECT_NE(name_of(code), "unknown") << value;
    EXPECT_NE(sentence, "unknown error") << value;
    EXPECT_FALSE(sentence.ends_with('.')) << sentence;
    names.emplace(name_of(code));
    sentences.insert(sentence);
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Errc::permission_too_open) + 1);
  EXPECT_EQ(sentences.size(), names.size());
}

TEST(Errc, BelongsToItsCategoryAndOkIsNoError) {
  EXPECT_STREQ(make_error_code(Errc::bad_seal).category().name(), "p2pns");
  EXPECT_TRUE(make_error_code(Errc::bad_seal).failed());
  EXPECT_FALSE(make_error_code(Errc::ok).failed());
  EXPECT_EQ(name_of(static_cast<Errc>(999)), "unknown");
}

}  // namespace
}  // namespace p2pns
