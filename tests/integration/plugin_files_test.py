"""Front ends from files do what they do linked in; and a file that cannot be used is told in one line at the start."""

import os
import pathlib
import re
import shutil
import socket
import subprocess
import unittest

from harness import BINARIES, DNS_PORT, Overlay, seeded_random, taken, wait_for

ROOT = pathlib.Path(__file__).parents[2]

PLUGINS = BINARIES.parent / "lib" / "p2pns"
TEST_PLUGINS = BINARIES.parent / "tests" / "unit" / "plugins"
WHOIS_PORT = 4343
# Each may come with an event that nobody waits for, and that Asio's state must be in one place for (decision 0040).
CONNECTIONS = 200


def ask_whois(address, line):
    """All that the example plug-in answers to a line."""
    with socket.create_connection((address, WHOIS_PORT), timeout=30) as connection:
        connection.sendall(line.encode() + b"\n")
        try:
            with connection.makefile("r") as answer:
                return answer.read()
        except ConnectionResetError:  # it did not read all of the line
            return ""


class PluginFiles(unittest.TestCase):
    def setUp(self):
        seeded_random()

    def overlay(self, program="p2pnsd", plugins=(), size=1):
        overlay = Overlay(size)
        self.addCleanup(overlay.__exit__, None)
        for daemon in overlay.daemons:
            daemon.program = program
            daemon.load_plugins(*plugins)
        return overlay

    def registers_and_answers(self, overlay):
        with overlay:
            first, second = overlay.daemons
            self.assertEqual(first.register("file.p2p", [{"type": "A", "data": "192.0.2.7"},
                                                         {"type": "TXT", "data": '"from a file"'}])[0], 201)
            self.assertEqual(first.register("file.p2p", [{"type": "A", "data": "192.0.2.8"}])[0], 200)
            self.assertEqual(second.register("file.p2p", [{"type": "A", "data": "192.0.2.9"}])[0], 409)
            for daemon in overlay.daemons:
                for options in ((), ("+tcp",)):
                    self.assertEqual(daemon.dig([("file.p2p", "A"), ("no.p2p", "A")], *options),
                                     {("file.p2p", "A"): ["192.0.2.8"]})
            for _ in range(CONNECTIONS):
                self.assertEqual(second.http("GET", "/v1/names/file.p2p")[0], 200)
            metrics = [name for name in ("dns_queries", "http_answers") if name in self.metrics(second)]
            self.assertEqual(metrics, ["dns_queries", "http_answers"])
            self.assertEqual([daemon.stop() for daemon in overlay.daemons], [0, 0])
            return first.log.read_text()

    def metrics(self, daemon):
        return subprocess.run(["curl", "-sS", "--max-time", "30", f"http://{daemon.address}:8053/metrics"], check=True,
                              capture_output=True, text=True).stdout

    def test_front_ends_that_are_linked_in(self):
        self.registers_and_answers(self.overlay(size=2))

    def test_the_same_front_ends_from_files(self):
        overlay = self.overlay("p2pnsd-bare", [PLUGINS / "dns.so", PLUGINS / "http.so"], size=2)
        log = self.registers_and_answers(overlay)
        for file in ("dns.so", "http.so"):
            self.assertIn(f"a plug-in was loaded from {overlay.daemons[0].directory}/{file}\n", log)

    def test_a_section_for_a_front_end_that_is_not_there_is_refused(self):
        self.refused(self.overlay("p2pnsd-bare").daemons[0],
                     "frontends.'dns': no such key (front ends here: none; others come from files, named under 'plugins'")
        daemon = self.overlay(plugins=[PLUGINS / "whois.so"]).daemons[0]
        daemon.config.write_text(daemon.config.read_text().replace("frontends: {", "frontends: {whoiz: {}, "))
        self.refused(daemon, "frontends.'whoiz': no such key, did you mean 'whois'? (front ends here: dns, http, ",
                     ", whois; others")

    def test_the_example_answers_beside_what_is_linked_in(self):
        overlay = self.overlay(plugins=[PLUGINS / "whois.so"])
        daemon = overlay.daemons[0]
        self.configure_whois(daemon)
        with overlay:
            records = [{"type": "A", "data": "192.0.2.7"}, {"type": "AAAA", "data": "2001:db8::7"},
                       {"name": "*.on", "type": "A", "data": "192.0.2.9"}, {"type": "TXT", "data": '"no address"'}]
            self.assertEqual(daemon.register("alice.p2p", records)[0], 201)
            self.assertEqual(daemon.register("bare.p2p")[0], 201)
            self.assertEqual(ask_whois(daemon.address, "Alice.p2p.alt."), "192.0.2.7\n2001:db8::7\n")
            self.assertEqual(ask_whois(daemon.address, "www.on.alice.p2p\r"), "192.0.2.9\n")
            self.assertEqual(ask_whois(daemon.address, "www.alice.p2p"), "no address\n")
            self.assertEqual(ask_whois(daemon.address, "bare.p2p"), f"{daemon.address}\n")
            self.assertRegex(ask_whois(daemon.address, "nobody.p2p"), r"\Aerror: [^\n]+\n\Z")
            self.assertRegex(ask_whois(daemon.address, "a b"), r"\Aerror: [^\n]+\n\Z")
            self.assertEqual(ask_whois(daemon.address, "x" * 300), "", "a line that is too long ends the connection")
            self.assertIn("whois_questions_total 6", self.metrics(daemon))
            self.assertEqual(daemon.stop(), 0)

    def configure_whois(self, daemon):
        section = f"frontends: {{whois: {{listen: '{daemon.address}:{WHOIS_PORT}'}}, "
        daemon.config.write_text(daemon.config.read_text().replace("frontends: {", section))

    def test_one_that_cannot_start_says_why_and_the_others_go_on(self):
        overlay = self.overlay("p2pnsd-bare", [PLUGINS / "dns.so", PLUGINS / "http.so", PLUGINS / "whois.so"])
        daemon = overlay.daemons[0]
        daemon.write_key()
        self.configure_whois(daemon)
        daemon.config.write_text(daemon.config.read_text().replace("level: info", "level: error"))
        expected = [f"whois: cannot listen on {daemon.address}:{WHOIS_PORT} (TCP): Address already in use",
                    f"dns: cannot listen on {daemon.address}:{DNS_PORT}: Address already in use"]
        with taken(socket.SOCK_STREAM, daemon.address, WHOIS_PORT), taken(socket.SOCK_DGRAM, daemon.address, DNS_PORT):
            daemon.start()
            wait_for("the HTTP front end", daemon.status)
            self.assertEqual(daemon.log.read_text().splitlines(), [f"p2pnsd: {line}" for line in expected])
            self.assertEqual(daemon.register("file.p2p", [{"type": "A", "data": "192.0.2.7"}])[0], 201)
            self.assertEqual(daemon.stop(), 1)
        self.assertEqual(daemon.log.read_text().splitlines()[2:],
                         [f"p2pnsd: this front end was missing all the time: {line}" for line in expected])

    def refused(self, daemon, *words, lines=1):
        for option in ((), ("--check-config",)):
            done = subprocess.run([BINARIES / daemon.program, "--config", daemon.config, *option], capture_output=True,
                                  stdin=subprocess.DEVNULL, text=True, timeout=60)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, rf"\A(p2pnsd: [^\n]+\n){{{lines}}}\Z")
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertFalse((daemon.directory / "node.key").exists(), "nothing is made for a start that cannot succeed")

    def test_another_build_is_refused_with_both_stamps(self):
        daemon = self.overlay(plugins=[TEST_PLUGINS / "another_build.so"]).daemons[0]
        self.refused(daemon, "p2pns.yaml:5:11: plugins[0]: ", "built by 'p2pns 9.9.9, compiler 99.9.9", "this program by 'p2pns ")

    def test_another_interface_is_refused_with_both_versions(self):
        daemon = self.overlay(plugins=[TEST_PLUGINS / "another_interface.so"]).daemons[0]
        own = int(re.search(r"abi_version = (\d+);", (ROOT / "plugins/api/plugin.hpp").read_text()).group(1))
        self.refused(daemon, f"plug-in interface version {own + 1}, this program has {own}")

    def test_a_namesake_of_what_is_linked_in_is_refused(self):
        self.refused(self.overlay(plugins=[PLUGINS / "dns.so"]).daemons[0], "is the plug-in 'dns'", "leave the file out")

    def test_a_file_that_others_can_write_is_refused(self):
        daemon = self.overlay(plugins=[PLUGINS / "whois.so"]).daemons[0]
        os.chmod(daemon.directory / "whois.so", 0o666)
        self.refused(daemon, "whois.so: other users can write here", f"chmod go-w {daemon.directory}/whois.so")

    def test_a_missing_file_and_what_is_no_plug_in_are_told_together(self):
        daemon = self.overlay(plugins=[PLUGINS / "whois.so", TEST_PLUGINS / "no_plugin.so"]).daemons[0]
        (daemon.directory / "whois.so").unlink()
        self.refused(daemon, "whois.so: cannot be opened: No such file or directory",
                     "no_plugin.so: is no plug-in: it does not export p2pns_plugin", lines=2)
        shutil.copy(daemon.config, daemon.directory / "whois.so")
        os.chmod(daemon.directory / "whois.so", 0o644)
        self.refused(daemon, "whois.so: cannot be loaded: ", "no_plugin.so: is no plug-in", lines=2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
