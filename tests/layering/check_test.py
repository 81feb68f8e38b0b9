"""Shows that each check of check.py can fail, and what it must leave alone. Trees are made in a temporary folder."""

import re
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import check
import rules
import source


def function_of(lines, name="work"):
    """A function of exactly that many lines."""
    return f"void {name}() {{\n" + "  step();\n" * (lines - 2) + "}\n"


class Tree(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.root = Path(self._folder.name)
        for path in ("core/base/bytes.hpp", "core/rpc/rpc_channel.hpp", "core/dht/dht.hpp", "core/names/name_service.hpp",
                     "core/node/node.hpp", "core/node/node_config.hpp", "plugins/api/config_node.hpp", "plugins/api/plugin.hpp",
                     "frontends/rdata/rdata.hpp", "frontends/dns/dns_plugin.hpp", "frontends/http/http_plugin.hpp"):
            self.write(path, "#pragma once\n")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def complaints(self, path=None, text=None):
        if path:
            self.write(path, text)
        return check.check_tree(self.root)[0]

    def assert_clean(self, path=None, text=None):
        self.assertEqual(self.complaints(path, text), [])

    def assert_complaint(self, pattern, path=None, text=None):
        found = self.complaints(path, text)
        self.assertEqual(len(found), 1, found)
        self.assertRegex(found[0], pattern)


class Arrows(Tree):
    def test_a_clean_tree_passes(self):
        self.assert_clean()

    def test_an_include_against_the_arrows_is_named_with_file_and_line(self):
        self.assert_complaint(
            r"^core/wire/message\.hpp:2: core/wire must not include core/rpc/rpc_channel\.hpp "
            r"\(arrows: core/wire <- core/base, core/crypto\)$",
            "core/wire/message.hpp", '#pragma once\n#include "core/rpc/rpc_channel.hpp"\n')

    def test_an_include_along_the_arrows_passes(self):
        self.assert_clean("core/names/resolver.hpp", '#include "core/dht/dht.hpp"\n#include "core/base/bytes.hpp"\n')

    def test_a_front_end_sees_names_but_not_the_dht(self):
        self.assert_clean("frontends/dns/answer.hpp", '#include "core/names/name_service.hpp"\n'
                          '#include "frontends/rdata/rdata.hpp"\n#include "plugins/api/config_node.hpp"\n')
        self.assert_complaint("frontends/dns must not include core/dht/dht.hpp", "frontends/dns/answer.hpp",
                              '#include "core/dht/dht.hpp"\n')

    def test_front_ends_do_not_see_each_other(self):
        self.assert_complaint("frontends/http must not include frontends/dns/dns_plugin.hpp", "frontends/http/api.hpp",
                              '#include "frontends/dns/dns_plugin.hpp"\n')

    def test_the_loader_sees_descriptors_of_front_ends_only(self):
        self.assert_clean("plugins/loader/builtin.hpp", '#include "frontends/dns/dns_plugin.hpp"\n')
        self.write("frontends/dns/server.hpp", "")
        self.assert_complaint("plugins/loader must not include frontends/dns/server.hpp", "plugins/loader/builtin.hpp",
                              '#include "frontends/dns/server.hpp"\n')

    def test_config_sees_only_what_it_fills_and_what_it_implements(self):
        self.assert_clean("config/reader.hpp", '#include "core/node/node_config.hpp"\n'
                          '#include "plugins/api/config_node.hpp"\n')
        self.assert_complaint("config must not include core/node/node.hpp", "config/reader.hpp",
                              '#include "core/node/node.hpp"\n')

    def test_the_node_sees_no_host_and_no_store(self):
        self.write("core/host/net/udp.hpp", "")
        self.assert_complaint("core/node must not include core/host/net/udp.hpp", "core/node/composition.hpp",
                              '#include "core/host/net/udp.hpp"\n')

    def test_applications_and_tests_may_include_everything(self):
        everything = '#include "core/node/node.hpp"\n#include "frontends/dns/dns_plugin.hpp"\n'
        self.write("apps/p2pnsd/daemon.hpp", everything)
        self.assert_clean("tests/support/pair.hpp", everything)

    def test_nothing_left_of_the_applications_includes_them(self):
        self.write("apps/p2pnsd/daemon.hpp", "")
        self.assert_complaint("plugins/api must not include apps/p2pnsd/daemon.hpp", "plugins/api/host.hpp",
                              '#include "apps/p2pnsd/daemon.hpp"\n')

    def test_a_path_that_does_not_start_at_the_root_is_refused(self):
        self.assert_complaint("no file bytes.hpp", "core/base/key.hpp", '#include "bytes.hpp"\n')

    def test_a_new_core_folder_needs_arrows_first(self):
        self.assert_complaint("core/gossip/gossip.hpp:1: this folder has no arrows yet", "core/gossip/gossip.hpp", "")

    def test_includes_in_comments_do_not_count(self):
        self.assert_clean("core/wire/a.hpp", '// #include "core/rpc/rpc_channel.hpp"\n/*\n#include "core/rpc/x.hpp"\n*/\n')


class Libraries(Tree):
    def test_each_library_is_refused_in_the_core_base(self):
        for library in rules.LIBRARIES:
            with self.subTest(library):
                header = library if library.endswith(".h") else library.rstrip("/") + "/x.hpp"
                found = self.complaints("core/base/key.hpp", f"#include <{header}>\n")
                self.assertTrue(found and f"<{header}> is only for" in found[0], found)

    def test_each_library_is_allowed_in_its_folders(self):
        for library, folders in rules.LIBRARIES.items():
            for folder in folders:
                home = folder if folder not in ("plugins", "frontends") else folder + "/x"
                with self.subTest(f"{library} in {home}"):
                    text = f"#include <{library.rstrip('/')}/x>\n"
                    self.assertEqual(list(check.check_libraries(f"{home}/x.cpp", text)), [])

    def test_beast_is_refused_in_headers(self):
        self.assert_complaint("only for .cpp files", "frontends/web/session.hpp", "#include <boost/beast/http.hpp>\n")

    def test_the_core_asks_no_clock(self):
        self.assert_complaint(r"core/base/a.hpp:2: steady_clock::now is only for core/host/net", "core/base/a.hpp",
                              "#include <chrono>\ninline auto f() { return std::chrono::steady_clock::now(); }\n")

    def test_the_network_host_may_ask_the_clock(self):
        self.assert_clean("core/host/net/clock.hpp", "inline auto f() { return std::chrono::steady_clock::now(); }\n")

    def test_the_core_opens_no_socket_thread_or_file(self):
        for header in ("thread", "fstream", "sys/socket.h"):
            with self.subTest(header):
                self.assert_complaint(f"<{header}> is only for", "core/rpc/a.hpp", f"#include <{header}>\n")


class Targets(Tree):
    def test_sources_without_a_target_are_refused(self):
        self.assert_complaint("core/base:1: a folder with sources needs a CMakeLists.txt", "core/base/bytes.cpp", "")

    def test_one_target_passes_and_two_are_refused(self):
        self.write("core/base/bytes.cpp", "")
        self.assert_clean("core/base/CMakeLists.txt", "p2pns_library(base SOURCES bytes.cpp)\n")
        self.assert_complaint("2 libraries and 0 programs", "core/base/CMakeLists.txt",
                              "p2pns_library(base SOURCES bytes.cpp)\np2pns_library(more SOURCES bytes.cpp)\n")

    def test_a_library_may_be_a_plug_in_too_and_a_folder_nothing_else(self):
        self.write("plugins/example/a.cpp", "")
        self.assert_clean("plugins/example/CMakeLists.txt", "p2pns_plugin(a SOURCES a.cpp)\n")
        self.assert_clean("plugins/example/CMakeLists.txt", "p2pns_library(a SOURCES a.cpp)\np2pns_plugin(a SOURCES e.cpp)\n")
        self.assert_complaint("0 libraries and 0 programs", "plugins/example/CMakeLists.txt",
                              "p2pns_plugin(a SOURCES a.cpp)\np2pns_plugin(b SOURCES a.cpp)\n")

    def test_an_application_may_add_a_library_for_its_tests(self):
        self.write("apps/p2pns/main.cpp", "")
        self.assert_clean("apps/p2pns/CMakeLists.txt", "p2pns_library(cli SOURCES a.cpp)\np2pns_executable(p2pns SOURCES m.cpp)\n")
        self.assert_complaint("0 libraries and 2 programs", "apps/p2pns/CMakeLists.txt",
                              "p2pns_executable(p2pns SOURCES m.cpp)\np2pns_executable(more SOURCES n.cpp)\n")
        self.assert_complaint("0 libraries and 0 programs", "apps/p2pns/CMakeLists.txt", "# p2pns_library(cli)\n")


class Lengths(Tree):
    def test_a_function_of_70_lines_passes_and_one_of_71_does_not(self):
        many = "".join(function_of(3, f"short_{i}") for i in range(40))
        self.assert_clean("tests/unit/a.cpp", many + function_of(70))
        self.assert_complaint(r"^tests/unit/a\.cpp:121: work: 71 lines \(no function over 70 lines",
                              "tests/unit/a.cpp", many + function_of(71))

    def test_one_function_in_twenty_may_exceed_45_lines(self):
        nineteen = "".join(function_of(45, f"f{i}") for i in range(19))
        for file in ("a", "b"):  # two files, so that none is over 450 lines for that alone
            self.write(f"tests/unit/{file}.cpp", "".join(function_of(3, f"g{i}") for i in range(1)))
        rest = [check.check_lengths("function", rules.FUNCTION_LINES, [(f.lines, f.name) for f in source.functions(text)])
                for text in (nineteen + function_of(46), nineteen + function_of(46) * 2)]
        self.assertEqual(list(rest[0]), [])
        self.assertIn("95% of all functions at most 45 lines", list(rest[1])[0])

    def test_the_median_file_has_at_most_150_lines(self):
        self.assertEqual(list(check.check_lengths("file", rules.FILE_LINES, [(150, "a"), (150, "b"), (400, "c")])), [])
        self.assertTrue(list(check.check_lengths("file", rules.FILE_LINES, [(150, "a"), (151, "b"), (400, "c")])))

    def test_one_file_in_twenty_may_exceed_450_lines(self):
        most = [(450, "a")] * 9 + [(1, "b")] * 10
        self.assertEqual(list(check.check_lengths("file", rules.FILE_LINES, most + [(451, "c")])), [])
        self.assertTrue(list(check.check_lengths("file", rules.FILE_LINES, most + [(451, "c"), (451, "d")])))


class Documents(Tree):
    def test_paths_and_links_that_exist_pass(self):
        self.write("docs/more.md", "[up](../README.md) [web](https://example.org/x) [part](more.md#part)\n")
        self.assert_clean("README.md", "`core/base/bytes.hpp` `core/base/` `core/*/dht.hpp` `core` [more](docs/more.md)\n")

    def test_a_path_that_is_gone_is_named(self):
        self.assert_complaint(r"^README\.md:2: names core/base/gone\.hpp", "README.md", "\nsee `core/base/gone.hpp`\n")

    def test_a_command_is_read_up_to_its_arguments(self):
        self.assert_complaint("names scripts/gone", "README.md", "`./scripts/gone --once`\n")

    def test_a_link_that_is_gone_is_named(self):
        self.assert_complaint("docs/more.md:1: link to gone.md", "docs/more.md", "[gone](gone.md)\n")

    def test_decision_records_may_name_paths_that_are_gone_but_not_link_them(self):
        self.assert_complaint("link to ../gone.md", "docs/decisions/0001-x.md", "`core/gone` [gone](../gone.md)\n")

    def test_the_index_of_decisions_has_each_record_once_and_in_order(self):
        rows = ["| [0001](0001-x.md) | x |\n", "| [0002](0002-y.md) | y |\n"]
        self.write("docs/decisions/0001-x.md", "x\n")
        self.write("docs/decisions/0002-y.md", "y\n")
        self.assert_clean("docs/decisions/README.md", "".join(rows))
        for wrong in (rows[:1], rows + rows[1:], rows[::-1], []):
            self.assert_complaint("each record once, in order", "docs/decisions/README.md", "".join(wrong))


class Quotes(Tree):
    QUOTE = "text\n<!-- source: plugins/example/a.hpp -->\n```cpp\n%s```\n"

    def test_a_quote_that_equals_its_file_passes(self):
        self.write("plugins/example/a.hpp", "int a;\n\nint b;\n")
        self.assert_clean("docs/more.md", self.QUOTE % "int a;\n\nint b;\n")

    def test_a_quote_that_differs_is_named(self):
        self.write("plugins/example/a.hpp", "int a;\n")
        self.assert_complaint(r"^docs/more\.md:2: the quote differs from plugins/example/a\.hpp", "docs/more.md",
                              self.QUOTE % "int a; \n")

    def test_a_quote_of_nothing_and_a_comment_without_a_quote_are_named(self):
        self.assert_complaint("quotes plugins/example/a.hpp, which does not exist", "docs/more.md", self.QUOTE % "int a;\n")
        self.assert_complaint("without a code block", "docs/more.md", "<!-- source: core/base/bytes.hpp -->\n\n```\n```\n")


class ConfigReference(Tree):
    CONFIG = ("# text: about this\nnode:\n  listen: 0.0.0.0:1   # why\n  # owner: /a/b\n  # true: prose of many words\n"
              "  inner:\n    bits: 20\nzones: [p2p, q]\n")
    ROWS = ["node.listen` | address | 0.0.0.0:1", "node.owner` | path | none", "node.inner.bits` | number | 20",
            "zones` | list | [p2p, q]"]

    def write_both(self, rows):
        self.write("config/p2pns.yaml", self.CONFIG)
        self.write("docs/reference/config.md", "".join(f"| `{row} | | meaning |\n" for row in rows))

    def test_the_same_keys_and_defaults_pass(self):
        self.write_both(self.ROWS)
        self.assert_clean()

    def test_a_key_missing_on_either_side_is_named(self):
        for missing, place in zip(range(4), (3, 4, 7, 8)):
            self.write_both(self.ROWS[:missing] + self.ROWS[missing + 1:])
            self.assert_complaint(rf"^config/p2pns\.yaml:{place}: [a-z.]+ is missing in docs/reference/config\.md$")
        self.write_both(self.ROWS + ["node.more` | text | a"])
        self.assert_complaint(r"^docs/reference/config\.md:5: node\.more is missing in config/p2pns\.yaml$")

    def test_another_default_is_named(self):
        self.write_both([self.ROWS[0].replace("0.0.0.0", "127.0.0.1")] + self.ROWS[1:])
        self.assert_complaint(r"^docs/reference/config\.md:1: node\.listen is 127\.0\.0\.1:1 here, and 0\.0\.0\.0:1 in")

    READER = ('constexpr std::string_view key = "zones";\nauto a = s->endpoint("listen", b), c = s->text(\n    "owner", d);\n'
              'take_time<seconds>(*s, "bits", e, 1, 2);\nblame(s, "other", "a word");\n')

    def complaints_about(self, reader, front_end=None):
        self.write_both(self.ROWS)
        self.write("config/daemon_config.cpp", reader)
        if front_end is not None:
            self.write("frontends/dns/dns_settings.cpp", front_end)
        complaints = check.check_tree(self.root)[0]
        return [line for line in complaints if "read" in line]

    def test_readers_that_ask_for_what_is_shown_pass(self):
        self.assertEqual(self.complaints_about(self.READER), [])
        self.assertEqual(self.complaints_about(self.READER, ""), [])

    def test_a_key_that_is_read_and_not_shown_is_named(self):
        self.assertEqual(self.complaints_about(self.READER + 's->boolean("more", f);\n'),
                         ["config/daemon_config.cpp:6: reads more, which is missing in config/p2pns.yaml"])
        self.assertEqual(self.complaints_about(self.READER, 'section.endpoint("listen", f);\n'),
                         ["frontends/dns/dns_settings.cpp:1: reads frontends.dns.listen, which is missing in config/p2pns.yaml"])

    def test_a_key_that_is_shown_and_not_read_is_named(self):
        self.assertEqual(self.complaints_about(self.READER.replace("take_time", "forget")),
                         ["config/p2pns.yaml:7: config/daemon_config.cpp reads no bits"])


class Functions(unittest.TestCase):
    """What the reader of C++ takes for a function: (name, first line, last line)."""

    def found(self, text):
        return [(f.name, f.first_line, f.last_line) for f in source.functions(textwrap.dedent(text).lstrip("\n"))]

    def test_functions_in_namespaces_and_classes(self):
        self.assertEqual(self.found("""
            namespace p2pns::kbr {
            class Bucket final : public Table<int(int)> {
             public:
              explicit Bucket(int size = 3) : size_{size}, name_("a{") {
                check();
              }
              int size() const noexcept { return size_; }
             private:
              std::array<int, 2> pair_{1, 2};
            };
            auto Bucket::find(Key key)
                -> std::optional<int> {
              if (key) { return {}; }
              return [&] { return 1; }();
            }
            }  // namespace
        """), [("Bucket", 4, 6), ("size", 7, 7), ("Bucket::find", 11, 15)])

    def test_braces_in_literals_comments_and_macros_do_not_count(self):
        self.assertEqual(self.found(r"""
            #define OPEN { \
              {
            void f() {
              auto a = "}"; auto b = '}'; auto c = R"x(}" )x"; int d = 1'000'000;  // }
              /* } */
            }
            void g() {}
        """), [("f", 3, 6), ("g", 7, 7)])

    def test_templates_operators_and_default_arguments(self):
        self.assertEqual(self.found("""
            template <class T, class U = std::vector<T>>
            bool operator==(const T& a, Options o = {1, 2}) {
              return true;
            }
            bool operator()(int) const { return false; }
            extern "C" const int* entry() noexcept { return nullptr; }
        """), [("operator==", 1, 4), ("operator()", 5, 5), ("entry", 6, 6)])

    def test_initialisers_and_types_are_no_functions(self):
        self.assertEqual(self.found("""
            enum class Kind : std::uint8_t { a, b };
            constexpr int table[] = {
                1, 2};
            const std::map<int, std::function<int(int)>> more = {{1, f}};
            struct [[nodiscard]] Point { int x = 0; };
            extern "C" {
            int declared(int);
            }
        """), [])

    def test_a_constructor_with_initialisers_is_one_function(self):
        self.assertEqual(self.found("""
            Node::Node(const Config& config)
                : config_{config},
                  timers_(make({1, 2})),
                  store_{} {
              start();
            }
        """), [("Node::Node", 1, 6)])

    def test_tests_are_functions(self):
        self.assertEqual(self.found("TEST(A, B) {\n  EXPECT_EQ(f({1}), g{2});\n}\n"), [("TEST", 1, 3)])


if __name__ == "__main__":
    unittest.main()
