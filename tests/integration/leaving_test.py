"""Daemons that are stopped one after the other: they say so, hand over, and no name of the others is lost."""

import os
import time
import unittest

from harness import Overlay, wait_for

NODES, LEAVING = 18, 12
NAMES = int(os.environ.get("P2PNS_TEST_NAMES", "40"))
# What p2pnsd allows itself for leaving, and a slow machine on top.
STOP_LIMIT_S = 5 + 10


class LeavingDaemons(unittest.TestCase):
    def test_all_names_stay_and_nobody_waits_for_the_dead(self):
        with Overlay(NODES) as overlay:
            staying = overlay.daemons[LEAVING:]
            names = {f"name{number}.p2p": f"192.0.2.{number % 250 + 1}" for number in range(NAMES)}
            for number, (name, address) in enumerate(names.items()):
                owner = staying[number % len(staying)]
                self.assertEqual(owner.register(name, [{"type": "A", "data": address}])[0], 201, name)
            writes = sum(daemon.status()["dht_writes"] for daemon in staying)

            for left, daemon in enumerate(overlay.daemons[:LEAVING], start=1):
                started = time.monotonic()
                self.assertEqual(daemon.stop(), 0)
                took = time.monotonic() - started
                self.assertLess(took, STOP_LIMIT_S)
                # A dead neighbour would be noticed after a minute.
                wait_for(f"all to forget daemon {left}", lambda: all(
                    other.status()["known_nodes"] == NODES - left - 1 for other in staying), deadline_s=30)

            for reader in staying:
                answers = reader.dig([(name, "A") for name in names])
                right = sum(answers.get((name, "A")) == [address] for name, address in names.items())
                self.assertEqual(right, NAMES)
            self.assertEqual(sum(daemon.status()["dht_writes"] for daemon in staying), writes,
                             "handing over is no write of an owner")

            back = overlay.daemons[0].start()
            status = back.wait_joined(known_nodes=NODES - LEAVING)
            self.assertTrue(status["replication"]["range_ready"])
            self.assertEqual(status["records_stored"], NAMES, "six nodes: each stores everything")


if __name__ == "__main__":
    unittest.main(verbosity=2)
