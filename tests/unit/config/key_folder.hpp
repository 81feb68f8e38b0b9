// A folder of its own for a test with key files.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "core/crypto/identity.hpp"
#include "tests/support/seeded_random.hpp"

namespace p2pns::config::test {

class KeyFolder : public testing::Test {
 protected:
  KeyFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "p2pns-key-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    path = (folder / "test.key").string();
  }
  ~KeyFolder() override { std::filesystem::remove_all(folder); }

  std::string contents() const {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  void write(std::string_view text, mode_t mode = 0600) const {
    std::ofstream(path) << text;
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }
  static crypto::Identity make_identity(const crypto::PuzzleDifficulty& puzzles) {
    p2pns::test::SeededRandom random(7);
    return *crypto::Identity::generate(random, puzzles);
  }

  std::filesystem::path folder;
  std::string path;
};

inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace p2pns::config::test
