"""A disk that fills up: registrations are refused with a clear word, nothing acknowledged is lost, and when there is
room again everything goes on. On a small tmpfs in a mount namespace of the test's own."""

import os
import subprocess
import sys
import unittest

from harness import BINARIES, DEADLINE_S, Overlay, seeded_random, wait_for
from writers import Writers

DISK_BYTES = 8 << 20
LEFT_FOR_NAMES = 1 << 20


def own_mounts():
    """Starts this script again where mounts are its own and vanish with it. False when that is not permitted."""
    if os.environ.get("P2PNS_OWN_MOUNTS") == "1":
        return True
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        return False
    os.environ["P2PNS_OWN_MOUNTS"] = "1"
    os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])


class FullDisk(unittest.TestCase):
    def setUp(self):
        seeded_random()
        self.overlay = Overlay(1)
        self.daemon = self.overlay.daemons[0]
        config = self.daemon.config
        config.write_text(config.read_text() + "limits: {owned_names: 1000000}\n")
        self.disk = self.daemon.directory / "disk"
        self.disk.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", self.disk],
                              capture_output=True, text=True)
        if done.returncode != 0:
            self.skipTest(f"no tmpfs can be mounted here: {done.stderr.strip()}")
        self.store = self.daemon.keep_store(path="disk/store")
        self.ballast = self.disk / "ballast"

    def tearDown(self):
        self.daemon.stop()
        subprocess.run(["umount", self.disk], capture_output=True)
        self.overlay.__exit__(None)

    def fill_disk(self, but_for=0):
        room = os.statvfs(self.disk)
        self.ballast.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - but_for)))

    def stored(self):
        done = subprocess.run([BINARIES / "p2pns", "store", "check", self.store], capture_output=True, text=True,
                              timeout=DEADLINE_S)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        listed = subprocess.run([BINARIES / "p2pns", "store", "list", self.store], capture_output=True, text=True,
                                timeout=DEADLINE_S)
        return {line.split(".")[0] for line in listed.stdout.splitlines()}

    def test_refuses_while_the_disk_is_full_and_goes_on_afterwards(self):
        self.daemon.start().wait_joined()
        self.fill_disk(but_for=LEFT_FOR_NAMES)
        with Writers(self.daemon, "before") as writers:
            wait_for("registrations to be refused", lambda: len(writers.refused) >= 20)
        self.assertGreater(len(writers.acknowledged), 100)
        for status, body in writers.refused:
            self.assertEqual(status, 503, body)
        self.assertIn("store: cannot be written: No space left on device", self.daemon.log.read_text())
        acknowledged = set(writers.acknowledged)
        self.assertEqual(self.daemon.status()["joined"], True)

        self.ballast.unlink()
        with Writers(self.daemon, "after") as writers:
            wait_for("registrations to work again", lambda: len(writers.acknowledged) >= 20)
        self.assertIn("store: can be written again", self.daemon.log.read_text())
        acknowledged |= set(writers.acknowledged)
        self.assertEqual(self.daemon.stop(), 0)
        self.assertEqual(acknowledged - self.stored(), set())
        print(f"{len(acknowledged)} names acknowledged, none lost", flush=True)

    def test_starts_on_a_full_disk(self):
        self.daemon.start().wait_joined()
        self.assertEqual(self.daemon.register("alone.p2p")[0], 201)
        self.assertEqual(self.daemon.stop(), 0)
        self.fill_disk()
        self.daemon.start()
        self.assertEqual(self.daemon.wait_joined()["records_stored"], 1)

    def test_says_that_a_new_store_does_not_fit(self):
        self.daemon.write_key()
        self.fill_disk()
        done = subprocess.run([BINARIES / "p2pnsd", "--config", self.daemon.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.splitlines()[-1], r"^p2pnsd: .*disk/store: .*No space left on device$")


if __name__ == "__main__":
    if not own_mounts():
        print("skipped: no mount namespace of our own is permitted here")
        sys.exit(0)
    unittest.main(verbosity=2)
