"""Daemons that are stopped one after the other: they say so, hand over, and no name of the others is lost, nor any
published copy. All keep what they store on disk.
"""

import os
import signal
import subprocess
import time
import unittest

from harness import BINARIES, DEADLINE_S, Overlay, wait_for

NODES, LEAVING = 18, 12
NAMES = int(os.environ.get("P2PNS_TEST_NAMES", "40"))
# One name in so many has a published copy.
PUBLISH_EVERY = 4
# What p2pnsd allows itself for leaving, and a slow machine on top.
STOP_LIMIT_S = 5 + 10


class LeavingDaemons(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay(NODES)
        self.stores = [daemon.keep_store() for daemon in self.overlay.daemons]
        self.addCleanup(self.overlay.__exit__, None)
        self.overlay.__enter__()
        self.staying = self.overlay.daemons[LEAVING:]
        self.names = {f"name{number}.p2p": f"192.0.2.{number % 250 + 1}" for number in range(NAMES)}
        self.published = [f"name{number}.p2p" for number in range(0, NAMES, PUBLISH_EVERY)]

    def owner_of(self, name):
        return self.staying[list(self.names).index(name) % len(self.staying)]

    def register_all(self):
        for name, address in self.names.items():
            body = {"records": [{"type": "A", "data": address}], "publish": name in self.published}
            status, answer = self.owner_of(name).http("PUT", f"/v1/names/{name}", body)
            self.assertEqual(status, 201, answer)

    def leave_one_after_the_other(self):
        for left, daemon in enumerate(self.overlay.daemons[:LEAVING], start=1):
            started = time.monotonic()
            self.assertEqual(daemon.stop(), 0)
            self.assertLess(time.monotonic() - started, STOP_LIMIT_S)
            # A dead neighbour would be noticed after a minute.
            wait_for(f"all to forget daemon {left}", lambda: all(
                other.status()["known_nodes"] == NODES - left - 1 for other in self.staying), deadline_s=30)

    def check_all_names(self):
        for reader in self.staying:
            answers = reader.dig([(name, "A") for name in self.names])
            right = sum(answers.get((name, "A")) == [address] for name, address in self.names.items())
            self.assertEqual(right, NAMES)

    def check_return(self):
        """The first that left comes back to what it had."""
        check = subprocess.run([BINARIES / "p2pns", "store", "check", self.stores[0]], capture_output=True, text=True,
                               timeout=DEADLINE_S)
        self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        status = self.overlay.daemons[0].start().wait_joined(known_nodes=NODES - LEAVING)
        self.assertTrue(status["replication"]["range_ready"])
        self.assertEqual(status["records_stored"], NAMES + len(self.published), "seven nodes: each stores everything")

    def check_copies_of_the_dead(self):
        dead = self.owner_of(self.published[0])
        dead.stop(signal.SIGKILL)
        for name in self.published:
            if self.owner_of(name) is not dead:
                continue
            for reader in self.staying:
                if reader is dead:
                    continue
                status, body = reader.http("GET", f"/v1/resolve?name={name}&type=A&trace=1")
                self.assertEqual((status, body.get("stale")), (200, True), body)
                self.assertEqual([record["data"] for record in body["records"]], [self.names[name]], body)

    def test_all_names_stay_and_nobody_waits_for_the_dead(self):
        self.register_all()
        writes = sum(daemon.status()["dht_writes"] for daemon in self.staying)
        self.leave_one_after_the_other()
        self.check_all_names()
        self.assertEqual(sum(daemon.status()["dht_writes"] for daemon in self.staying), writes,
                         "handing over is no write of an owner")
        self.check_return()
        self.check_copies_of_the_dead()


if __name__ == "__main__":
    unittest.main(verbosity=2)
