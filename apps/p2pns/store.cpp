#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <iostream>
#include <memory>

#include "apps/p2pns/verb.hpp"
#include "core/dht/binding.hpp"
#include "core/store/store_check.hpp"

namespace p2pns::cli {

namespace {

constexpr std::chrono::seconds progress_interval{2};
/// Of a store full of faults the first ones say enough.
constexpr std::uint64_t fault_lines_maximum = 1000;

/// A line on standard error every now and then, so that a long check can be told from one that hangs.
class Progress {
 public:
  void operator()(std::size_t done, std::size_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (now - told_ < progress_interval) return;
    told_ = now;
    std::cerr << fmt::format("p2pns: {} of {} entries looked at", done, total) << std::endl;
  }

 private:
  std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

int check(const std::string& path) {
  std::uint64_t told = 0;
  store::CheckCallbacks callbacks;
  callbacks.fault = [&told](const std::string& line) {
    if (told++ < fault_lines_maximum) std::cout << "fault: " << line << '\n';
  };
  callbacks.progress = [progress = Progress{}](std::size_t done, std::size_t total) mutable { progress(done, total); };
  const auto report = store::check_store(path, crypto::SodiumVerifier{}, callbacks);
  if (!report) return fail(report.error().message);
  if (told > fault_lines_maximum) std::cout << "and " << told - fault_lines_maximum << " more\n";
  std::cout << fmt::format(
      "node     {} of network {}\nrecords  {} ({} bytes), each with its signature and its end\nstate    {} entries of "
      "the "
      "node's own\nfile     {} bytes\nfaults   {}\n",
      to_hex(report->owner.node.view()), report->owner.network, report->records, report->record_bytes,
      report->state_entries, report->file_bytes, report->faults);
  if (report->faults == 0) return exit_ok;
  return fail(
      path + fmt::format(": {} faults; what is damaged counts as absent and comes back when its owner renews it",
                         report->faults),
      exit_refused);
}

void print(const dht::VerifiedRecord& record) {
  const std::string end =
      fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::floor<std::chrono::seconds>(record.not_after()));
  const auto binding = dht::decode_binding(record.bytes());
  if (!binding) return;
  std::cout << binding->label << '.' << binding->zone << ' ' << record.generation() << ' ' << record.sequence() << ' '
            << end << ' ' << to_hex(record.owner().view()) << '\n';
}

int list(const std::string& path) {
  const auto listed = store::list_store(path, [](const dht::VerifiedRecord& record) { print(record); });
  if (!listed) return fail(listed.error().message);
  std::cout << std::flush;
  return exit_ok;
}

void add_path(CLI::App& verb, std::string& path) {
  verb.add_option("PATH", path, "The store's directory (store.path of the configuration)")->required();
}

}  // namespace

void add_store(CLI::App& program, int& exit_code) {
  auto path = std::make_shared<std::string>();  // shared: CLI11 copies callbacks
  CLI::App* verb = program.add_subcommand("store", "Look into the store of a node that does not run");
  verb->require_subcommand(1);
  CLI::App* check_verb = verb->add_subcommand("check", "Check every record and signature; changes nothing");
  add_path(*check_verb, *path);
  check_verb->callback([path, &exit_code] { exit_code = check(*path); });
  CLI::App* list_verb =
      verb->add_subcommand("list", "Print each binding: name, generation, sequence, end, owner's key");
  add_path(*list_verb, *path);
  list_verb->callback([path, &exit_code] { exit_code = list(*path); });
}

}  // namespace p2pns::cli
