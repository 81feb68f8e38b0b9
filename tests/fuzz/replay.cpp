// Feeds kept inputs to one fuzz target, without libFuzzer: each argument is a file, or a folder of files. Ends with 1
// when there was nothing to feed, so that a lost corpus is noticed.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& argument) {
  if (!fs::is_directory(argument)) return {argument};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{argument})
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

bool replay(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    return false;
  }
  const std::string content{std::istreambuf_iterator<char>{file}, {}};
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);  // the last line printed is the input that did not return
  p2pns::fuzz::run(p2pns::as_bytes(content));
  return true;
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t replayed = 0;
  for (int i = 1; i < count; ++i)
    for (const fs::path& path : files_of(arguments[i])) {
      if (!replay(path)) return 1;
      ++replayed;
    }
  std::printf("%zu inputs\n", replayed);
  return replayed == 0 ? 1 : 0;
}
