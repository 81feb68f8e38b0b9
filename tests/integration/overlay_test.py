"""An overlay of separate daemons: every name is found at other nodes through every door."""

import os
import time
import unittest

from harness import Overlay, seeded_random

NODES = 16
NAMES = int(os.environ.get("P2PNS_TEST_NAMES", "100"))
READERS = 5


class SixteenDaemons(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.random = seeded_random()
        started = time.monotonic()
        cls.overlay = Overlay(NODES)
        cls.overlay.__enter__()
        print(f"{NODES} daemons joined after {time.monotonic() - started:.1f} s", flush=True)

    @classmethod
    def tearDownClass(cls):
        cls.overlay.__exit__(None)

    def daemons(self):
        return self.overlay.daemons

    def dht_writes(self):
        return sum(daemon.status()["dht_writes"] for daemon in self.daemons())

    def test_every_name_resolves_at_five_other_nodes_through_every_door(self):
        queries = {index: [] for index in range(NODES)}
        before = self.dht_writes()
        for number in range(NAMES):
            owner = self.random.randrange(NODES)
            name, address = f"name{number}.p2p", f"192.0.2.{number % 250 + 1}"
            status, body = self.daemons()[owner].register(name, [{"name": "", "type": "A", "data": address}])
            self.assertEqual(status, 201, body)
            self.assertEqual(body["result"], 0)
            others = [index for index in range(NODES) if index != owner]
            for reader in self.random.sample(others, READERS):
                queries[reader].append((name, address))
        self.assertEqual(self.dht_writes() - before, NAMES * NODES, "each registration writes to the 16 replicas")

        right = 0
        for reader, expected in queries.items():
            daemon = self.daemons()[reader]
            asked = [(name, "A") for name, _ in expected]
            udp, tcp = daemon.dig(asked), daemon.dig(asked, "+tcp")
            for name, address in expected:
                right += udp.get((name, "A")) == [address]
                right += tcp.get((name, "A")) == [address]
                status, body = daemon.http("GET", f"/v1/resolve?name={name}&type=A")
                right += status == 200 and [record["data"] for record in body["records"]] == [address]
        total = NAMES * READERS * 3
        print(f"{right} of {total} answers right", flush=True)
        self.assertEqual(right, total)

    def test_a_taken_name_stays_with_its_first_owner(self):
        first, second, reader = self.daemons()[1], self.daemons()[2], self.daemons()[3]
        record = {"name": "", "type": "A", "data": "192.0.2.7"}
        self.assertEqual(first.register("taken.p2p", [record])[0], 201)
        status, problem = second.register("taken.p2p", [{"name": "", "type": "A", "data": "192.0.2.8"}])
        self.assertEqual((status, problem["result"]), (409, 1), problem)
        status, body = reader.http("GET", "/v1/resolve?name=taken.p2p&type=A")
        self.assertEqual(status, 200, body)
        self.assertEqual(body["node_id"], first.status()["node_id"])
        self.assertEqual([entry["data"] for entry in body["records"]], ["192.0.2.7"])

    def test_a_name_nobody_has_is_told_apart(self):
        daemon = self.daemons()[4]
        status, problem = daemon.http("GET", "/v1/resolve?name=nobody-has-this.p2p")
        self.assertEqual((status, problem["result"]), (404, 1), problem)

    def test_a_name_without_records_maps_to_its_nodes_address(self):
        owner, reader = self.daemons()[5], self.daemons()[6]
        self.assertEqual(owner.register("bare.p2p")[0], 201)
        self.assertEqual(reader.dig([("bare.p2p", "A")]), {("bare.p2p", "A"): [owner.address]})

    def test_the_alias_zone_and_other_spellings_are_the_same_name(self):
        owner, reader = self.daemons()[7], self.daemons()[8]
        self.assertEqual(owner.register("spelling.p2p", [{"type": "A", "data": "192.0.2.9"}])[0], 201)
        answers = reader.dig([("SpElLing.p2p", "A"), ("spelling.p2p.alt", "A")])
        self.assertEqual(answers[("spelling.p2p", "A")], ["192.0.2.9"])
        self.assertEqual(answers[("spelling.p2p.alt", "A")], ["192.0.2.9"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
