// A store that was damaged: a small good one is made once, and the input is what happened to its file: pages cut off at
// the end (1 byte), then bytes that were overwritten: page (1), offset in it (u16), and the new bytes (u8 length). The
// page audit must keep LMDB, which trusts its file, from everything that would end the process.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/dht/binding.hpp"
#include "core/store/lmdb_environment.hpp"
#include "core/store/store_check.hpp"
#include "core/store/store_layout.hpp"
#include "core/wire/reader.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/signing.hpp"

namespace p2pns::fuzz {
namespace {

using namespace store;

constexpr std::size_t page_bytes = 4096;
constexpr std::size_t map_bytes = 16U << 20U;

/// In memory, where there is such a place; gone when the process ends well.
class Folder {
 public:
  Folder() {
    const std::filesystem::path memory = "/dev/shm";
    const bool in_memory = ::access(memory.c_str(), W_OK) == 0;
    path_ = ((in_memory ? memory : std::filesystem::temp_directory_path()) / "p2pns-fuzz-XXXXXX").string();
    require(::mkdtemp(path_.data()) != nullptr, "there is a place for a store");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const noexcept { return path_; }
  std::string data_file() const { return path_ + "/data.mdb"; }

 private:
  std::string path_;
};

dht::VerifiedRecord record_of(std::size_t number) {
  const dht::Binding binding{"p2p", "n" + std::to_string(number),    test_signer().public_key(), {}, 0,
                             1,     test_now + std::chrono::hours{1}};
  return *dht::verify(sign(binding, test_signer(), test_network), crypto::SodiumVerifier{}, test_network, test_now);
}
ByteVector state_key_of(std::size_t number) {
  return encode_state_key(StateTable::owned_names, as_bytes("n" + std::to_string(number)));
}

constexpr std::size_t records_at_first = 40;
constexpr std::size_t large_values = 3;

/// LMDB's error number, or 0.
int put_record(const LmdbEnvironment& environment, WriteTransaction& transaction, const dht::VerifiedRecord& record) {
  const auto place = encode_place({record.key(), record.type()});
  if (const int failed =
          transaction.put(environment.tables().records, place.view(), RecordCodec::encode(place, record)))
    return failed;
  return transaction.put(environment.tables().expiry, encode_expiry(record.not_after(), place).view(), {});
}

/// Enough for trees of two levels and values on pages of their own.
void fill(const LmdbEnvironment& environment) {
  WriteTransaction transaction(environment);
  int failed = transaction.begun();
  for (std::size_t i = 0; i < records_at_first && failed == 0; ++i)
    failed = put_record(environment, transaction, record_of(i));
  for (std::size_t i = 0; i < large_values && failed == 0; ++i) {
    const ByteVector content(state_value_maximum_bytes - i, std::byte{'x'});
    failed = transaction.put(environment.tables().state, state_key_of(i), with_checksum(state_key_of(i), content));
  }
  require(failed == 0 && transaction.commit() == 0, "a store can be filled");
}

void free_pages(const LmdbEnvironment& environment) {
  WriteTransaction transaction(environment);
  require(transaction.begun() == 0 && transaction.remove(environment.tables().state, state_key_of(0)) == 0 &&
              transaction.commit() == 0,
          "a store can be changed");
}

std::string make_good_file() {
  const Folder folder;
  {
    auto directory = StoreDirectory::open(folder.path(), Access::write);
    require(directory.has_value(), "a directory can be a store");
    auto environment = LmdbEnvironment::open(*directory, Access::write, map_bytes);
    require(environment && (*environment)->make_tables({{}, test_network.network_id}), "a store can be made");
    fill(**environment);
    free_pages(**environment);
  }
  std::ifstream stream(folder.data_file(), std::ios::binary);
  return {std::istreambuf_iterator<char>{stream}, {}};
}

std::string damaged(std::string file, Bytes input) {
  wire::Reader in{input};
  file.resize(file.size() - std::min(file.size(), page_bytes * in.u8()));
  while (!in.failed() && !in.at_end()) {
    const std::size_t page = in.u8();
    const std::size_t at = page * page_bytes + in.u16() % page_bytes;
    const Bytes bytes = in.short_bytes();
    if (in.failed() || at >= file.size()) break;
    file.replace(at, std::min(bytes.size(), file.size() - at),
                 as_text(bytes.first(std::min(bytes.size(), file.size() - at))));
  }
  return file;
}

void write_file(const std::string& path, std::string_view content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  require(
      descriptor >= 0 && ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size()),
      "a file can be written");
  ::close(descriptor);
}

/// What a daemon would go on to do: whatever the file says, LMDB comes back, be it with an error.
void write_to(const Folder& folder) {
  constexpr std::size_t records_more = 20;
  static const std::vector<dht::VerifiedRecord> records = [] {
    std::vector<dht::VerifiedRecord> made;
    for (std::size_t i = 0; i < records_more; ++i) made.push_back(record_of(records_at_first - records_more / 2 + i));
    return made;
  }();
  auto directory = StoreDirectory::open(folder.path(), Access::write);
  require(directory.has_value(), "what could be read before can be opened again");
  const auto environment = LmdbEnvironment::open(*directory, Access::write, map_bytes);
  if (!environment || !(*environment)->find_tables()) return;
  WriteTransaction transaction(**environment);
  int failed = transaction.begun();
  for (std::size_t i = 0; i < records.size() && failed == 0; ++i)
    failed = put_record(**environment, transaction, records[i]);
  for (std::size_t i = 1; i < large_values && failed == 0; ++i)
    failed = transaction.remove((*environment)->tables().state, state_key_of(i));
  if (failed == 0) transaction.commit();
}

}  // namespace

void run(Bytes input) {
  static const std::string good = make_good_file();
  static const Folder folder;
  const std::string file = damaged(good, input);
  write_file(folder.data_file(), file);
  std::uint64_t faults = 0;
  CheckCallbacks callbacks;
  callbacks.fault = [&faults](const std::string& line) {
    ++faults;
    require(is_one_line(line), "a fault is one line");
  };
  const auto report = check_store(folder.path(), BelievingVerifier{}, callbacks);
  if (!report) {
    const std::string& message = report.error().message;
    return require(message.starts_with(folder.path()) && is_one_line(message), "an error is one line with the path");
  }
  require(report->faults == faults, "every fault is told");
  require(file != good || (faults == 0 && report->records == records_at_first), "a good store has no faults");
  write_to(folder);
}

}  // namespace p2pns::fuzz
