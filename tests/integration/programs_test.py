"""The programs as a person calls them: what they print, how they end, and what they leave behind."""

import pathlib
import stat
import subprocess
import tempfile
import unittest

from harness import BINARIES, DEADLINE_S, HTTP_PORT, Overlay, free_block

ROOT = pathlib.Path(__file__).parents[2]


def run(program, *arguments):
    return subprocess.run([BINARIES / program, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=DEADLINE_S)


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="p2pns-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assert_one_line(self, done, code, *words):
        """Ended with this code, having said nothing but one line, on standard error."""
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        for word in words:
            self.assertIn(str(word), done.stderr)


class Keygen(Programs):
    def keygen(self, *arguments):
        return run("p2pns", "keygen", "--static-bits", 6, "--dynamic-bits", 6, *arguments)

    def test_makes_a_key_for_its_owner_only(self):
        key = self.folder / "node.key"
        done = self.keygen("--out", key, "--network", "lab")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\Anode   [0-9a-f]{40}\nkey    [0-9a-f]{64}\nfile   .*node\.key \(network lab\)\n\Z")
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        self.assertIn("\nnetwork: lab\n", key.read_text())

    def test_never_overwrites_a_file(self):
        key = self.folder / "node.key"
        key.write_text("precious")
        self.assert_one_line(self.keygen("--out", key), 3, key, "not overwritten")
        self.assertEqual(key.read_text(), "precious")

    def test_a_place_that_cannot_be_written_is_known_before_the_work(self):
        key = self.folder / "missing" / "node.key"
        done = run("p2pns", "keygen", "--static-bits", 40, "--out", key)  # would take days
        self.assert_one_line(done, 3, key, "No such file or directory")

    def test_a_network_id_that_no_key_can_have_is_refused(self):
        key = self.folder / "node.key"
        for network in ("", "a b", "two\nlines", "x" * 64):
            with self.subTest(network):
                self.assert_one_line(self.keygen("--out", key, "--network", network), 3, "--network", "1 to 63")
                self.assert_one_line(run("p2pns", "testnet", "--network", network), 3, "--network", "1 to 63")
        self.assertFalse(key.exists())


class CheckConfig(Programs):
    def check(self, text):
        self.config = self.folder / "p2pns.yaml"
        self.config.write_text(text)
        return run("p2pnsd", "--config", self.config, "--check-config")

    def test_a_good_file_is_ok_and_nothing_is_made(self):
        done = self.check("node: {key_file: node.key}\nfrontends: {dns: {listen: '127.0.0.1:53'}, http: {}}\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"{self.config}: ok (the key file will be made at the first start)\n")
        self.assertEqual(list(self.folder.iterdir()), [self.config])

    def test_the_examples_are_ok(self):
        for example in ("p2pns.yaml", "demo.yaml", "demo-home.yaml"):
            done = run("p2pnsd", "--config", ROOT / "config" / example, "--check-config")
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_all_errors_are_told_one_line_each(self):
        done = self.check("network: {id: 'a b'}\nzones: [p2p.alt]\nlog: {level: loud}\n")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        places = [line.removeprefix(f"p2pnsd: {self.config}:").split(" ")[0] for line in done.stderr.splitlines()]
        self.assertEqual(places, ["1:15:", "2:8:", "3:14:"])

    def test_a_section_that_its_front_end_refuses_is_one_line(self):
        self.assert_one_line(self.check("frontends: {http: {listen: '0.0.0.0:8053'}}\n"), 1, "1:28", "allow_remote")

    def test_a_missing_file_is_one_line(self):
        done = run("p2pnsd", "--config", self.folder / "none.yaml", "--check-config")
        self.assert_one_line(done, 1, "none.yaml: cannot be read: No such file or directory")

    def test_a_missing_option_is_one_line(self):
        self.assert_one_line(run("p2pnsd"), 1, "--config", "p2pnsd --help")


class Status(Programs):
    def test_tells_what_the_node_knows_about_itself(self):
        with Overlay(1) as overlay:
            daemon = overlay.daemons[0]
            done = run("p2pns", "status", "--api", f"http://{daemon.address}:{HTTP_PORT}")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"(?m)^node_id +[0-9a-f]{40}$")
            self.assertRegex(done.stdout, r"(?m)^network_id +p2pns-integration$")
            self.assertRegex(done.stdout, r"(?m)^joined +true$")

    def test_without_a_daemon_it_says_so(self):
        nobody = f"http://127.{free_block()}.0.1:{HTTP_PORT}"
        self.assert_one_line(run("p2pns", "status", "--api", nobody), 3, "no p2pnsd listens on", nobody)

    def test_another_machine_is_not_asked(self):
        self.assert_one_line(run("p2pns", "status", "--api", "http://192.0.2.1:8053"), 3, "is not this machine")


if __name__ == "__main__":
    unittest.main(verbosity=2)
