"""What was acknowledged survives a power cut at any moment.

A daemon under a load of registrations is killed again and again. Each time it goes on with the image of its store that a
disk would have after a power cut (store_image_shim.cpp), and everything that was ever acknowledged has to be there.

    P2PNS_DURABILITY_ROUNDS=200 ctest --preset release -R durability        the long run; 20 rounds otherwise
"""

import os
import shutil
import signal
import subprocess
import time
import unittest

from harness import BINARIES, DEADLINE_S, Overlay, seeded_random, wait_for
from writers import Writers

ROUNDS = int(os.environ.get("P2PNS_DURABILITY_ROUNDS", "20"))
LONGEST_LOAD_S = 0.5


class Durability(unittest.TestCase):
    def setUp(self):
        self.random = seeded_random()
        self.overlay = Overlay(1)
        self.daemon = self.overlay.daemons[0]
        config = self.daemon.config
        config.write_text(config.read_text() + "limits: {owned_names: 1000000}\n")
        self.store = self.daemon.keep_store(maximum_mib=1024)
        self.image = self.daemon.directory / "image"
        self.daemon.environment = {
            "LD_PRELOAD": str(BINARIES / "store_image.so"), "P2PNS_STORE_IMAGE": str(self.image),
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"}

    def tearDown(self):
        self.overlay.__exit__(None)

    def kill_under_load(self, number):
        """The names that were acknowledged before the daemon was killed."""
        self.daemon.start()
        self.daemon.wait_joined()
        with Writers(self.daemon, f"r{number}") as writers:
            wait_for("the first acknowledgement", lambda: writers.acknowledged)
            time.sleep(self.random.uniform(0, LONGEST_LOAD_S))  # the moment of the kill, not a state
            self.daemon.stop(signal.SIGKILL)
        self.assertEqual(writers.refused, [])
        shutil.copyfile(self.image, self.store / "data.mdb")
        return writers.acknowledged

    def p2pns(self, *arguments):
        return subprocess.run([BINARIES / "p2pns", "store", *arguments, self.store], capture_output=True, text=True,
                              timeout=DEADLINE_S)

    def stored(self):
        done = self.p2pns("list")
        self.assertEqual(done.returncode, 0, done.stderr)
        return {line.split(".")[0] for line in done.stdout.splitlines()}

    def test_every_acknowledged_name_survives_power_cuts(self):
        acknowledged = set()
        for number in range(ROUNDS):
            acknowledged.update(self.kill_under_load(number))
            check = self.p2pns("check")
            self.assertEqual(check.returncode, 0, f"round {number}: {check.stdout}{check.stderr}")
            stored = self.stored()
            self.assertEqual(acknowledged - stored, set(), f"round {number}")
        self.daemon.start()
        self.assertEqual(self.daemon.wait_joined()["records_stored"], len(stored))
        print(f"{ROUNDS} kills, {len(acknowledged)} names acknowledged, {len(stored)} stored, none lost", flush=True)

    def test_this_test_sees_a_disk_that_does_not_sync(self):
        self.kill_under_load(0)
        self.assertEqual(self.p2pns("check").returncode, 0)
        self.daemon.environment["P2PNS_STORE_NO_SYNC"] = "1"
        acknowledged = self.kill_under_load(1)
        check = self.p2pns("check")
        lost = check.returncode != 0 or set(acknowledged) - self.stored()
        self.assertTrue(lost, f"{len(acknowledged)} names were acknowledged without a sync, and none is lost")
        print(f"without syncing, {len(acknowledged)} acknowledged: {check.stderr.strip()}", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
