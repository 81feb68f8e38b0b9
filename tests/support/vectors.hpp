// Test vectors from tests/data: lines of "name = value"; '#' begins a comment, a line that begins with blanks goes on
// with the value before it.
#pragma once

#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

namespace p2pns::test {

using Vectors = std::map<std::string, std::string>;

/// The whole file; throws when there is none: a broken test, not a failing one.
inline std::string content_of(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read " + path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline Vectors read_vectors(const std::string& path) {
  std::ifstream file{path};
  if (!file) throw std::runtime_error{"cannot read " + path};
  Vectors vectors;
  std::string line;
  std::string name;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == ' ') {
      vectors[name] += line.substr(2);
      continue;
    }
    const auto equals = line.find(" = ");
    name = line.substr(0, equals);
    vectors[name] = line.substr(equals + 3);
  }
  return vectors;
}

}  // namespace p2pns::test
