#include "plugins/api/private_file.hpp"

#include <unistd.h>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/file_size_limit.hpp"
#include "tests/support/temporary_folder.hpp"

namespace p2pns::plugins {
namespace {

using std::filesystem::perms;
using test::content_of;
using test::FileSizeLimit;
using test::private_mode;
using test::write_file;

struct PrivateFileTest : testing::Test {
  std::string read(std::size_t bytes_maximum, OthersMay allowed = OthersMay::do_nothing) const {
    const auto file = read_private_file(path, bytes_maximum, allowed);
    if (!file) return file.error().message.substr(path.size());
    return *file ? std::string{(*file)->text.view()} : "no file";
  }
  perms mode() const { return std::filesystem::status(path).permissions(); }
  auto files() const { return std::distance(std::filesystem::directory_iterator(folder.path()), {}); }

  test::TemporaryFolder folder;
  const std::string path = folder.file("secret");
};

TEST_F(PrivateFileTest, IsReadUpToItsMaximum) {
  EXPECT_EQ(read(10), "no file");
  write_file(path, "", private_mode);
  EXPECT_EQ(read(0), "");
  write_file(path, "0123456789", private_mode);
  EXPECT_EQ(read(11), "0123456789");
  EXPECT_EQ(read(10), "0123456789");
  EXPECT_EQ(read(9), ": is larger than the 9 bytes it may have");
}

TEST_F(PrivateFileTest, IsItsOwnersAloneUnlessTheReaderSaysMore) {
  for (const perms open : {perms::group_read, perms::group_write, perms::others_read, perms::others_exec}) {
    write_file(path, "x", private_mode | open);
    EXPECT_EQ(read(10), ": other users can use this file; make it yours alone with: chmod 600 " + path);
    EXPECT_EQ(read(10, OthersMay::use_it), "x");
    const auto file = read_private_file(path, 10, OthersMay::use_it);
    ASSERT_TRUE(file && *file);
    EXPECT_EQ((*file)->open_to, static_cast<unsigned>(open));
    EXPECT_EQ(read(10, OthersMay::read_as_group) == "x", open == perms::group_read);
  }
}

TEST_F(PrivateFileTest, WhatIsNoFileIsRefusedWithoutWaiting) {
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_EQ(read(10), ": is no regular file");
  EXPECT_EQ(read_private_file("/dev/zero", 10).error().message, "/dev/zero: is no regular file");
}

TEST_F(PrivateFileTest, IsMadeOnceAndNeverOverwritten) {
  ASSERT_TRUE(create_private_file(path, "first"));
  EXPECT_EQ(mode(), private_mode);
  EXPECT_EQ(create_private_file(path, "second").error().message, path + ": exists already and is not overwritten");
  EXPECT_EQ(content_of(path), "first");
  EXPECT_EQ(files(), 1) << "no draft is left";
}

TEST_F(PrivateFileTest, IsReplacedAsAWholeAndIsItsOwnersAloneAfterwards) {
  ASSERT_TRUE(replace_private_file(path, "first"));
  std::filesystem::permissions(path, private_mode | perms::others_read);
  ASSERT_TRUE(replace_private_file(path, "second"));
  EXPECT_EQ(content_of(path), "second");
  EXPECT_EQ(mode(), private_mode);
  EXPECT_EQ(files(), 1) << "no draft is left";
}

TEST_F(PrivateFileTest, WhatSomebodyLeftBesideItIsNotUsed) {
  const std::string left = path + ".new-" + std::to_string(::getpid());
  write_file(left, "half", private_mode | perms::others_read);
  ASSERT_TRUE(create_private_file(path, "whole"));
  ASSERT_TRUE(replace_private_file(path, "new"));
  EXPECT_EQ(mode(), private_mode);
  EXPECT_EQ(content_of(left), "half");
}

TEST_F(PrivateFileTest, AFullDiskChangesNothing) {
  {
    const FileSizeLimit full_disk(4);
    EXPECT_EQ(create_private_file(path, "12345").error().message, path + ": cannot be written: File too large");
    EXPECT_EQ(files(), 0);
    ASSERT_TRUE(create_private_file(path, "1234"));
    EXPECT_EQ(replace_private_file(path, "54321").error().message, path + ": cannot be written: File too large");
  }
  EXPECT_EQ(content_of(path), "1234");
  EXPECT_EQ(files(), 1);
}

TEST_F(PrivateFileTest, APlaceThatCannotBeWrittenIsNamed) {
  const std::string missing = folder.file("missing/secret");
  const std::string error = missing + ": cannot be written: No such file or directory";
  EXPECT_EQ(check_private_file_place(missing).error().message, error);
  EXPECT_EQ(create_private_file(missing, "x").error().message, error);
  EXPECT_EQ(replace_private_file(missing, "x").error().message, error);
}

TEST_F(PrivateFileTest, ALineLosesItsEndOnly) {
  EXPECT_EQ(without_line_end("a\n"), "a");
  EXPECT_EQ(without_line_end("a\r\n"), "a");
  EXPECT_EQ(without_line_end("a \n\n"), "a \n");
  EXPECT_EQ(without_line_end(""), "");
}

}  // namespace
}  // namespace p2pns::plugins
