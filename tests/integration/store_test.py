"""What a daemon stores outlives it; and a store that cannot be used is told in one clear line, with nothing changed."""

import subprocess
import unittest

from harness import BINARIES, DEADLINE_S, Overlay, seeded_random


class Store(unittest.TestCase):
    def setUp(self):
        seeded_random()
        self.overlay = Overlay(1)
        self.daemon = self.overlay.daemons[0]
        self.store = self.daemon.keep_store()
        self.data = self.store / "data.mdb"

    def tearDown(self):
        self.overlay.__exit__(None)

    def store_some_names(self):
        self.daemon.start().wait_joined()
        for i in range(5):
            self.assertEqual(self.daemon.register(f"name{i}.p2p")[0], 201)
        self.assertEqual(self.daemon.stop(), 0)

    def p2pns(self, verb):
        return subprocess.run([BINARIES / "p2pns", "store", verb, self.store], capture_output=True, text=True,
                              timeout=DEADLINE_S)

    def refused(self, *words):
        """p2pnsd ends at once with one complaint that has all the words, and changes no byte."""
        before = self.data.read_bytes()
        done = subprocess.run([BINARIES / "p2pnsd", "--config", self.daemon.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual(done.returncode, 1)
        complaints = [line for line in done.stderr.splitlines() if line.startswith("p2pnsd: ")]
        self.assertEqual(len(complaints), 1, done.stderr)
        for word in (str(self.store), *words):
            self.assertIn(word, complaints[0])
        self.assertEqual(self.data.read_bytes(), before)

    def test_records_outlive_the_daemon(self):
        self.store_some_names()
        check = self.p2pns("check")
        self.assertEqual(check.returncode, 0, check.stderr)
        self.assertRegex(check.stdout, r"records +5 .*\n(.*\n)*faults +0\n")
        self.assertEqual(sorted(line.split(" ")[0] for line in self.p2pns("list").stdout.splitlines()),
                         [f"name{i}.p2p" for i in range(5)])
        self.daemon.start()
        self.assertEqual(self.daemon.wait_joined()["records_stored"], 5)

    def test_a_store_in_use_is_left_alone(self):
        self.daemon.start().wait_joined()
        self.refused("in use")
        check = self.p2pns("check")
        self.assertEqual(check.returncode, 3)
        self.assertIn("in use", check.stderr)

    def test_a_store_of_another_network_is_refused(self):
        self.store_some_names()
        self.daemon.config.write_text(self.daemon.config.read_text().replace("p2pns-integration", "elsewhere"))
        (self.daemon.directory / "node.key").unlink()
        self.refused("belongs to node")
        subprocess.run([BINARIES / "p2pns", "keygen", "--out", self.daemon.directory / "node.key", "--network",
                        "elsewhere", "--static-bits", "6", "--dynamic-bits", "6"], check=True, capture_output=True)
        self.refused("network p2pns-integration", "elsewhere")

    def test_a_store_of_another_node_is_refused(self):
        self.store_some_names()
        (self.daemon.directory / "node.key").unlink()
        self.daemon.write_key()
        self.refused("belongs to node")

    def test_damage_is_refused_and_told(self):
        self.store_some_names()
        whole = self.data.read_bytes()
        for damaged, words in ((whole[:len(whole) // 2], ["cut off"]), (b"x" * len(whole), ["no LMDB file"]),
                               (whole[:8192] + b"x" * (len(whole) - 8192), ["damaged"]), (whole[:100], ["cut off"])):
            self.data.write_bytes(damaged)
            self.refused(*words)
            check = self.p2pns("check")
            self.assertEqual(check.returncode, 3)
            self.assertIn(words[0], check.stderr)
        self.data.write_bytes(whole)
        self.daemon.start()
        self.assertEqual(self.daemon.wait_joined()["records_stored"], 5)

    def test_a_damaged_record_is_named_by_the_check_and_counts_as_absent(self):
        self.store_some_names()
        zone_and_label = b"\x03p2p\x05name"  # in the record, and in what the node keeps about its own name
        whole = self.data.read_bytes()
        self.assertIn(zone_and_label + b"3", whole)
        self.data.write_bytes(whole.replace(zone_and_label + b"3", zone_and_label + b"4"))
        check = self.p2pns("check")
        self.assertEqual(check.returncode, 1)
        self.assertEqual(check.stdout.count("fault: records "), 1)
        self.daemon.start().wait_joined()
        self.assertEqual(self.daemon.register("name3.p2p")[0], 201)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertEqual(self.p2pns("check").returncode, 0)

    def test_a_node_without_a_store_says_so(self):
        self.daemon.config.write_text("".join(line for line in self.daemon.config.read_text().splitlines(True)
                                              if not line.startswith("store")))
        self.daemon.start().wait_joined()
        self.assertIn("keeps nothing but its key", self.daemon.log.read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
