"""The programs as a person calls them: what they print, how they end, and what they leave behind."""

import pathlib
import stat
import subprocess
import tempfile
import unittest

from harness import BINARIES, DEADLINE_S


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


if __name__ == "__main__":
    unittest.main(verbosity=2)
