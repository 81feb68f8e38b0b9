#include "plugins/loader/plugin_file.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

#include "plugins/api/build_id.hpp"
#include "plugins/loader/plugin_list.hpp"

namespace p2pns::plugins {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

/// A folder of this test's own below /tmp, whatever the modes of the folder that everything is built in.
class PluginFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "p2pns-plugin-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// A copy of what was built, as only its owner could have written it.
  std::string copy(const std::string& name) const {
    const fs::path file = folder_ / (name + ".so");
    fs::copy_file(fs::path{P2PNS_PLUGIN_FILES} / (name + ".so"), file, fs::copy_options::overwrite_existing);
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    return file.string();
  }
  static std::string error_of(const std::string& path) {
    const auto opened = open_plugin_file(path);
    return opened ? "" : opened.error().message;
  }

  fs::path folder_;
};

TEST_F(PluginFile, OneThatFitsGivesItsDescriptor) {
  const auto opened = open_plugin_file(copy("front_end"));
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_STREQ((*opened)->name, "loaded");
  EXPECT_EQ(misfit_of(**opened), "");
}

TEST_F(PluginFile, AnotherBuildIsRefusedWithBothStamps) {
  const std::string path = copy("another_build");
  EXPECT_THAT(error_of(path), AllOf(StartsWith(path + ": "), HasSubstr("'p2pns 9.9.9, compiler 99.9.9"),
                                    HasSubstr(std::string{"'"} + build_id + "'")));
}

TEST_F(PluginFile, AnotherInterfaceVersionIsRefusedWithBothAndNothingElseIsRead) {
  EXPECT_THAT(error_of(copy("another_interface")),
              AllOf(HasSubstr("interface version " + std::to_string(abi_version + 1)),
                    HasSubstr("this program has " + std::to_string(abi_version))));
}

TEST_F(PluginFile, ASharedObjectThatIsNoPluginIsTold) {
  EXPECT_THAT(error_of(copy("no_plugin")), HasSubstr("no_plugin.so: is no plug-in: it does not export p2pns_plugin"));
}

TEST_F(PluginFile, WhatIsNoSharedObjectIsTold) {
  const fs::path text = folder_ / "text.so";
  std::ofstream(text) << std::string(1000, 'x');
  EXPECT_EQ(error_of(text.string()), text.string() + ": cannot be loaded: invalid ELF header");
  EXPECT_EQ(error_of(folder_.string()), folder_.string() + ": is no regular file");
  EXPECT_EQ(error_of("/nowhere/x.so"), "/nowhere/x.so: cannot be opened: No such file or directory");
}

TEST_F(PluginFile, ABareNameIsAFileOfThisFolderAndNeverSearchedFor) {
  EXPECT_EQ(error_of("libsodium.so.23"), "libsodium.so.23: cannot be opened: No such file or directory");
}

TEST_F(PluginFile, AFileThatOthersCanWriteIsRefusedWithTheCommandThatMendsIt) {
  const std::string path = copy("front_end");
  for (const fs::perms open : {fs::perms::group_write, fs::perms::others_write}) {
    fs::permissions(path, fs::perms::owner_all | open);
    EXPECT_THAT(error_of(path), AllOf(StartsWith(path + ": other users can write"), HasSubstr("chmod go-w " + path)));
  }
  fs::permissions(path, fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
  EXPECT_EQ(error_of(path), "");
}

TEST_F(PluginFile, AFolderThatOthersCanWriteIsRefusedHoweverFarAbove) {
  fs::create_directories(folder_ / "open/inner");
  const fs::path file = folder_ / "open/inner/front_end.so";
  fs::rename(copy("front_end"), file);
  fs::permissions(folder_ / "open", fs::perms::all);
  EXPECT_THAT(error_of(file.string()),
              AllOf(StartsWith(file.string() + ": cannot be trusted: "), HasSubstr((folder_ / "open: ").string())));
  fs::permissions(folder_ / "open", fs::perms::all | fs::perms::sticky_bit);
  EXPECT_EQ(error_of(file.string()), "") << "what is not theirs they cannot replace there";
}

TEST_F(PluginFile, AFileOfAStrangerIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  const std::string path = copy("front_end");
  ASSERT_EQ(::chown(path.c_str(), 4711, 4711), 0);
  EXPECT_THAT(error_of(path), StartsWith(path + ": belongs to another user (4711)"));
}

TEST_F(PluginFile, ALinkIsFollowedAndItsTargetLookedAt) {
  const fs::path link = folder_ / "link.so";
  const std::string target = copy("front_end");
  fs::create_symlink(target, link);
  EXPECT_EQ(error_of(link.string()), "");
  fs::permissions(target, fs::perms::all);
  EXPECT_THAT(error_of(link.string()), StartsWith(link.string() + ": cannot be trusted: " + target));
}

TEST_F(PluginFile, AnErrorOfAPluginWithSymbolsOfItsOwnIsEqualToOurs) {
  for (const char* name : {"front_end", "own_symbols"}) {
    const std::string path = copy(name);
    ASSERT_TRUE(open_plugin_file(path));
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    const auto loaded_error =
        reinterpret_cast<void (*)(boost::system::error_code*) noexcept>(::dlsym(library, "loaded_error"));
    ASSERT_NE(loaded_error, nullptr);
    boost::system::error_code error;
    loaded_error(&error);
    EXPECT_EQ(error, Errc::name_taken) << name;
  }
}

TEST_F(PluginFile, TheListHoldsBuiltInsAndFilesAlikeAndEachNameOnce) {
  PluginList list({});
  const std::string path = copy("front_end");
  const auto added = list.add_file(path);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(*added, "loaded");
  ASSERT_NE(find_plugin(list.all(), "loaded"), nullptr);
  const auto again = list.add_file(copy("own_symbols"));
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("own_symbols.so: is the plug-in 'loaded', and another file"));

  const std::array<const PluginDescriptor*, 1> built_ins{find_plugin(list.all(), "loaded")};
  PluginList with_built_in(built_ins);
  const auto namesake = with_built_in.add_file(path);
  ASSERT_FALSE(namesake);
  EXPECT_THAT(namesake.error().message, HasSubstr("which this program has built in; leave the file out"));
  EXPECT_EQ(with_built_in.all().size(), 1U);
}

}  // namespace
}  // namespace p2pns::plugins
