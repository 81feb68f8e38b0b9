// TemporaryFolder: a folder of the test's own, gone with it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace p2pns::xmpp {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "p2pns-xmpp.XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  void write(const std::string& name, const std::string& content, std::filesystem::perms mode) const {
    std::ofstream(file(name), std::ios::binary) << content;
    std::filesystem::permissions(file(name), mode);
  }

 private:
  std::string path_;
};

inline constexpr std::filesystem::perms private_mode{0600};

}  // namespace p2pns::xmpp
