// What stands in the way of opening a store is told in one line, and left as it is.
#include <lmdb.h>

#include <fstream>
#include <gmock/gmock.h>

#include "core/store/lmdb_environment.hpp"
#include "core/store/store_check.hpp"
#include "core/store/store_layout.hpp"
#include "tests/unit/store/store_fixture.hpp"

namespace p2pns::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t page_bytes = 4096;

class StoreOpenTest : public StoreFixture {
 protected:
  std::string data() const {
    std::ifstream file(data_file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void write_data(std::string_view text) {
    std::filesystem::create_directory(directory / "store");
    std::ofstream(data_file(), std::ios::binary) << text;
  }
  /// One line that starts with the path, and the same bytes as before.
  std::string refusal_that_changes_nothing(const StoreOptions& wanted) {
    const std::string before = data();
    const std::string line = refusal(wanted);
    EXPECT_THAT(line, AllOf(testing::StartsWith((directory / "store").string() + ": "), Not(HasSubstr("\n"))));
    EXPECT_EQ(data(), before);
    return line;
  }
  std::string refusal_of_data(std::string_view text) {
    write_data(text);
    return refusal_that_changes_nothing(options());
  }
  /// Whether a store of records "n0" and so on that is left with `text` is refused; one that is not must show them all.
  bool refused_or_whole(std::string_view text, std::size_t records) {
    write_data(text);
    const auto store = DurableStore::open(options(), log);
    if (store) {
      for (std::size_t i = 0; i < records; ++i)
        EXPECT_TRUE(find(**store, "n" + std::to_string(i))) << i << " of a file of " << text.size() << " bytes";
      return false;
    }
    EXPECT_THAT(store.error().message, HasSubstr("is "));
    EXPECT_EQ(data(), text);
    return true;
  }
  /// An LMDB file with one table that has one entry.
  void write_table(const char* table, std::string_view key, Bytes value, unsigned flags = 0) {
    std::filesystem::create_directory(directory / "store");
    MDB_env* environment = nullptr;
    MDB_txn* transaction = nullptr;
    MDB_dbi number = 0;
    ASSERT_EQ(mdb_env_create(&environment), 0);
    mdb_env_set_maxdbs(environment, 4);
    ASSERT_EQ(mdb_env_open(environment, (directory / "store").c_str(), 0, 0600), 0);
    ASSERT_EQ(mdb_txn_begin(environment, nullptr, 0, &transaction), 0);
    ASSERT_EQ(mdb_dbi_open(transaction, table, MDB_CREATE | flags, &number), 0);
    MDB_val name = to_lmdb(as_bytes(key));
    MDB_val content = to_lmdb(value);
    ASSERT_EQ(mdb_put(transaction, number, &name, &content, 0), 0);
    ASSERT_EQ(mdb_txn_commit(transaction), 0);
    mdb_env_close(environment);
  }
};

TEST_F(StoreOpenTest, RefusesAPathThatCannotBe) {
  StoreOptions wanted = options();
  wanted.path = (directory / "no" / "such" / "parent").string();
  EXPECT_THAT(refusal(wanted), HasSubstr("No such file or directory"));
  std::ofstream(directory / "file") << "text";
  wanted.path = (directory / "file").string();
  EXPECT_THAT(refusal(wanted), HasSubstr("Not a directory"));
}

TEST_F(StoreOpenTest, RefusesWhatIsNoStore) {
  EXPECT_THAT(refusal_of_data("x"), HasSubstr("cut off"));
  EXPECT_THAT(refusal_of_data(std::string(8192, 'x')), HasSubstr("no LMDB file"));
  EXPECT_THAT(refusal_of_data(std::string(8192, '\0')), HasSubstr("no LMDB file"));
}

TEST_F(StoreOpenTest, RefusesTheLmdbFileOfAnotherProgram) {
  write_table("mails", "1", as_bytes("text"));
  EXPECT_THAT(refusal_that_changes_nothing(options()), HasSubstr("is no store of p2pns"));
}

TEST_F(StoreOpenTest, RefusesTheLmdbFileOfAnotherProgramWithTablesWeNeverHave) {
  write_table("mails", "1", as_bytes("text"), MDB_DUPSORT);
  EXPECT_THAT(refusal_that_changes_nothing(options()), HasSubstr("is no store of p2pns"));
}

TEST_F(StoreOpenTest, RefusesANewerFormatAndNamesBoth) {
  const ByteVector stamp_of_tomorrow = encode(stamp(), schema_version + 1);
  write_table("meta", "stamp", with_checksum(as_bytes("stamp"), stamp_of_tomorrow));
  EXPECT_THAT(refusal_that_changes_nothing(options()),
              AllOf(HasSubstr("another version"), HasSubstr("format 2"), HasSubstr("reads 1")));
}

TEST_F(StoreOpenTest, RefusesADamagedStamp) {
  ByteVector value = with_checksum(as_bytes("stamp"), encode(stamp()));
  value.back() ^= std::byte{1};
  write_table("meta", "stamp", value);
  EXPECT_THAT(refusal_that_changes_nothing(options()), HasSubstr("stamp"));
  write_table("meta", "stamp", with_checksum(as_bytes("stamp"), encode({NodeId{}, "else\x1bwhere\n"})));
  EXPECT_THAT(refusal_that_changes_nothing(options()), HasSubstr("its stamp cannot be read"));
}

TEST_F(StoreOpenTest, RefusesTheStoreOfAnotherNetworkOrNode) {
  open();
  StoreOptions wanted = options();
  wanted.owner.network = "elsewhere";
  EXPECT_THAT(refusal_that_changes_nothing(wanted), AllOf(HasSubstr("network test"), HasSubstr("elsewhere")));
  wanted = options();
  wanted.owner.node.value[0] = std::byte{0xab};
  EXPECT_THAT(refusal_that_changes_nothing(wanted), AllOf(HasSubstr("belongs to node"), HasSubstr("this node is ab")));
}

TEST_F(StoreOpenTest, RefusesASecondOwnerAndACheckMeanwhile) {
  const auto store = open();
  EXPECT_THAT(refusal(options()), HasSubstr("in use"));
  const auto report = check_store(options().path, crypto::SodiumVerifier{}, {});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr("in use"));
}

TEST_F(StoreOpenTest, BeginsAnewWhereNothingWasFinished) {
  write_data("");
  EXPECT_TRUE(put(*open(), record("alice")));
}

TEST_F(StoreOpenTest, TakesLockFilesOfAnyContent) {
  EXPECT_TRUE(put(*open(), record("alice")));
  std::ofstream(directory / "store" / "lock.mdb", std::ios::binary) << std::string(40'000, 'x');
  EXPECT_TRUE(find(*open(), "alice"));
}

TEST_F(StoreOpenTest, OpensWithALowerMaximumThanWhatItHolds) {
  put_all(*open(), 2000);
  StoreOptions small = options();
  small.maximum_bytes = 64U << 10U;
  small.reserve_bytes = 32U << 10U;
  const auto store = open(small);
  EXPECT_EQ(put(*store, record("new")).error(), Errc::overloaded);
  EXPECT_TRUE(put(*store, record("n7", 2)));
}

TEST_F(StoreOpenTest, RefusesAFileThatWasCutOffAnywhere) {
  put_all(*open(), 300);
  const std::string whole = data();
  // The last pages may be ones that a transaction gave back: a file without those has lost nothing.
  bool lost_something = true;
  for (std::size_t bytes = page_bytes; bytes < whole.size(); bytes += page_bytes) {
    if (lost_something)
      lost_something = refused_or_whole(std::string_view{whole}.substr(0, bytes), 300);
    else
      EXPECT_FALSE(refused_or_whole(std::string_view{whole}.substr(0, bytes), 300)) << bytes;
  }
  write_data(whole);
  EXPECT_EQ(open()->records().size(), 300U);
}

TEST_F(StoreOpenTest, TakesAFileWithoutTheFreePagesAtItsEnd) {
  put_all(*open(), 300);
  // Each change writes some pages anew and gives others back: soon the last one is among these.
  for (std::uint64_t sequence = 2; sequence < 100; ++sequence) {
    EXPECT_TRUE(put(*open(), record("n7", sequence)));
    const std::string whole = data();
    if (!refused_or_whole(std::string_view{whole}.substr(0, whole.size() - page_bytes), 300)) return;
    write_data(whole);
  }
  ADD_FAILURE() << "the last page was never a free one";
}

}  // namespace
}  // namespace p2pns::store
