"""Four of sixteen daemons die at once. Every name whose owner lives is found by the others at once; names of the dead are
shown from their published copy, as stale, or told to be offline. Then the four come back and serve what they had.
"""

import concurrent.futures
import re
import signal
import subprocess
import time
import unittest

from harness import BINARIES, DNS_PORT, Daemon, Overlay, seeded_random, wait_for

NODES = 16
DEAD = 4
FRONT_END_PATIENCE_S = 4
STALE_LIFE_S = 30


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


class RememberingDaemon(Daemon):
    def write_config(self, *arguments, **options):
        super().write_config(*arguments, **options)
        self.keep_store()

    def ask(self, names):
        """What dig says to each name's A, one after the other; {name: (status, addresses, TTLs, EDE, milliseconds)}."""
        batch = self.directory / "batch"
        batch.write_text("".join(f"{name} A\n" for name in names))
        text = subprocess.run(
            ["dig", f"@{self.address}", "-p", str(DNS_PORT), f"+time={FRONT_END_PATIENCE_S}", "+tries=1", "+nocookie",
             "-f", batch], capture_output=True, text=True, timeout=FRONT_END_PATIENCE_S * len(names) + 60).stdout
        answers = {}
        for part in text.split("; <<>> DiG")[1:]:
            name = re.search(r"^;([^ \t;]+)\.\s+IN\s+A$", part, re.M)
            if name is None:
                continue  # no answer in time
            records = re.findall(r"^[^;\s]\S*\s+(\d+)\s+IN\s+A\s+(\S+)$", part, re.M)
            extended = re.search(r"^; EDE: (\d+)", part, re.M)
            answers[name[1]] = (re.search(r"status: (\w+)", part)[1], [data for _, data in records],
                                [int(ttl) for ttl, _ in records], int(extended[1]) if extended else None,
                                int(re.search(r"Query time: (\d+)", part)[1]))
        return answers

    def resolve_anew(self, name):
        """All stages again: status, body, seconds."""
        started = time.monotonic()
        status, body = self.http("GET", f"/v1/resolve?name={name}&type=A&trace=1")
        return status, body, time.monotonic() - started


class RememberingOverlay(Overlay):
    def add(self, index):
        seeds = [daemon.endpoint for daemon in self.daemons[:3]]
        daemon = RememberingDaemon(self.directory / f"node{index}", f"127.{self.octet}.0.{index + 1}", seeds)
        self.daemons.append(daemon)
        return daemon


def at_once(work, items):
    """work(item) for all items side by side; the results in their order."""
    with concurrent.futures.ThreadPoolExecutor(len(items)) as pool:
        return list(pool.map(work, items))


class FourOfSixteenDie(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.random = seeded_random()
        cls.overlay = RememberingOverlay(NODES)
        cls.addClassCleanup(cls.overlay.__exit__, None)
        cls.overlay.__enter__()
        cls.addresses, cls.owners, cls.published = {}, {}, set()

    def register_all(self):
        """One published and one other name at each node."""
        daemons = self.overlay.daemons
        before = sum(daemon.status()["dht_writes"] for daemon in daemons)
        for index, daemon in enumerate(daemons):
            for kind, publish in (("kept", True), ("own", False)):
                name, address = f"{kind}{index}.p2p", f"192.0.2.{2 * index + publish}"
                status, body = daemon.http("PUT", f"/v1/names/{name}",
                                           {"records": [{"type": "A", "data": address}], "publish": publish})
                self.assertEqual(status, 201, body)
                self.assertEqual(body["replicas"], {"asked": NODES, "stored": NODES}, body)
                self.assertEqual(body.get("copy"), {"asked": NODES, "stored": NODES} if publish else None, body)
                self.addresses[name], self.owners[name] = address, index
                if publish:
                    self.published.add(name)
        writes = sum(daemon.status()["dht_writes"] for daemon in daemons) - before
        self.assertEqual(writes, NODES * NODES + 2 * NODES * NODES,
                         "a registration writes to the 16 replicas, a published one as often again")

    def check_dns(self, reader, answers, dead):
        for name, address in self.addresses.items():
            self.assertIn(name, answers, f"{reader.address}: no answer within {FRONT_END_PATIENCE_S} s")
            status, data, ttls, extended, _ = answers[name]
            told = f"{name} at {reader.address}: {answers[name]}"
            if self.owners[name] not in dead:
                self.assertEqual((status, data, extended), ("NOERROR", [address], None), told)
            elif name in self.published:
                self.assertEqual((status, data, extended), ("NOERROR", [address], 3), told)
                self.assertLessEqual(max(ttls), STALE_LIFE_S, told)
            else:
                self.assertEqual((status, data, extended), ("SERVFAIL", [], 22), told)

    def check_http(self, reader, dead):
        """Seconds that complete resolutions took: of names whose owner lives, and of the others."""
        seconds = {"living": [], "dead": []}
        for name, address in self.addresses.items():
            status, body, took = reader.resolve_anew(name)
            told = f"{name} at {reader.address}: {status} {body}"
            alive = self.owners[name] not in dead
            seconds["living" if alive else "dead"].append(took)
            if alive or name in self.published:
                self.assertEqual(status, 200, told)
                self.assertEqual([record["data"] for record in body["records"]], [address], told)
                self.assertEqual(body.get("stale", False), not alive, told)
            else:
                self.assertEqual((status, body["type"]), (502, "urn:p2pns:problem:owner-offline"), told)
            self.assertLess(took, FRONT_END_PATIENCE_S, told)
        return seconds

    def check_back(self, readers):
        """Everybody finds every name again, from its owner's own node."""
        def fresh(reader):
            answers = reader.ask(self.addresses)
            return all(answers.get(name, ())[:4:3] == ("NOERROR", None) and answers[name][1] == [address]
                       for name, address in self.addresses.items())

        at_once(lambda reader: wait_for(f"{reader.address} to find all names again", lambda: fresh(reader)), readers)

    def test_names_of_the_living_are_found_and_the_dead_come_back(self):
        daemons = self.overlay.daemons
        self.register_all()
        for daemon in daemons:  # what a daemon knows of its peers is saved by now
            wait_for(f"{daemon.address} to be up for a while", lambda daemon=daemon: daemon.status()["uptime_s"] > 15)
        dead = set(self.random.sample(range(NODES), DEAD))
        readers = [daemon for index, daemon in enumerate(daemons) if index not in dead]
        print(f"killed at once: {sorted(dead)}", flush=True)
        for index in dead:
            daemons[index].process.send_signal(signal.SIGKILL)
        for index in dead:
            daemons[index].stop(signal.SIGKILL)

        answered = at_once(lambda reader: reader.ask(self.addresses), readers)
        for reader, answers in zip(readers, answered):
            self.check_dns(reader, answers, dead)
        # Complete resolutions, one reader after the other: what is measured is not how busy the machine is.
        seconds = {"living": [], "dead": []}
        for reader in readers:
            for kind, took in self.check_http(reader, dead).items():
                seconds[kind] += took
        milliseconds = {kind: [1000 * value for value in values] for kind, values in seconds.items()}
        first = [answer[4] for answers in answered for name, answer in answers.items() if self.owners[name] not in dead]
        print(f"first DNS answers after the kill, owner alive: p50 {percentile(first, .5):.0f} ms, "
              f"p99 {percentile(first, .99):.0f} ms", flush=True)
        for kind, values in milliseconds.items():
            print(f"complete resolve, owner {kind}: p50 {percentile(values, .5):.1f} ms, "
                  f"p99 {percentile(values, .99):.1f} ms, n = {len(values)}", flush=True)

        for index in dead:
            daemons[index].start()
        for index in dead:
            status = daemons[index].wait_joined(known_nodes=NODES - 1)
            self.assertEqual(status["names_owned"], 2)
        self.check_back(daemons)


if __name__ == "__main__":
    unittest.main(verbosity=2)
