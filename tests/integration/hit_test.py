"""Host Identity Tags: registered at one daemon, found at another by dig, HTTP and the command line."""

import atexit
import base64
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from harness import BINARIES, DEADLINE_S, HTTP_PORT, Overlay, wait_for

NODES = 5
KEYS = pathlib.Path(__file__).resolve().parent.parent / "data" / "hip"
PRIVATE = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
atexit.register(shutil.rmtree, PRIVATE, ignore_errors=True)


def run(daemon, *arguments):
    """Exit code, standard output and standard error of p2pns."""
    api = ["--api", f"http://{daemon.address}:{HTTP_PORT}"] if arguments[1] != "show" else []
    environment = {**os.environ, "P2PNS_TOKEN_FILE": str(daemon.directory / "http.token")}
    done = subprocess.run([BINARIES / "p2pns", *arguments, *api], capture_output=True, text=True, timeout=DEADLINE_S,
                          env=environment)
    return done.returncode, done.stdout, done.stderr


def key(name):
    """The file of a key, as its owner has it: nobody else may read it."""
    path = PRIVATE / f"{name}.pem"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes((KEYS / path.name).read_bytes())
    return str(path)


def reverse(nibbles):
    return ".".join(reversed(nibbles))


class Hits(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.overlay = Overlay(NODES)
        for daemon in cls.overlay.daemons:
            daemon.keep_store()
        cls.overlay.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.overlay.__exit__(None)

    def daemon(self, index):
        return self.overlay.daemons[index]

    def hit_of(self, name, *options):
        code, text, error = run(self.daemon(0), "hit", "show", "--key", key(name), "--json", *options)
        self.assertEqual(code, 0, error)
        shown = json.loads(text)
        return shown["hit"], shown["nibbles"]

    def register(self, index, name, *options):
        code, text, error = run(self.daemon(index), "hit", "register", "--key", key(name), *options)
        self.assertEqual(code, 0, error)
        self.assertIn("registered 2001:", text)

    def test_every_kind_of_key_is_found_through_every_door(self):
        for number, name in enumerate(("rsa-2048", "rsa-3072", "p256", "p384", "ed25519")):
            hit, nibbles = self.hit_of(name)
            address = f"192.0.2.{number + 1}"
            self.register(0, name, "--locator", address, "--locator", f"2001:db8::{number + 1}")
            reader = self.daemon(3)
            name_of_hit, pointer = f"{nibbles}.hit-to-ip.p2p", f"{reverse(nibbles)}.ip6.arpa"
            answers = reader.dig([(name_of_hit, "A"), (name_of_hit, "AAAA"), (name_of_hit, "HIP"),
                                  (f"{reverse(nibbles)}.hit-to-ip.p2p", "A"), (pointer, "PTR")], "+tcp")
            self.assertEqual(answers[(name_of_hit, "A")], [address])
            self.assertEqual(answers[(name_of_hit, "AAAA")], [f"2001:db8::{number + 1}"])
            self.assertEqual(answers[(f"{reverse(nibbles)}.hit-to-ip.p2p", "A")], [address])
            self.assertEqual(answers[(pointer, "PTR")], [f"{name_of_hit}."])
            self.assertIn(nibbles, answers[(name_of_hit, "HIP")][0].lower())
            status, body = reader.http("GET", f"/v1/hits/{hit}")
            self.assertEqual((status, body["addresses"][0]), (200, address), body)
            code, text, error = run(reader, "hit", "lookup", hit)
            self.assertEqual((code, text.splitlines()[0]), (0, address), error)

    def test_a_drip_entity_tag_is_found(self):
        hit, nibbles = self.hit_of("ed25519", "--det", "16376,10")
        self.assertTrue(hit.startswith("2001:3f:fe00:a05:"))
        self.register(1, "ed25519", "--det", "16376,10", "--locator", "198.51.100.1")
        answers = self.daemon(2).dig([(f"{nibbles}.hit-to-ip.p2p", "A"), (f"{reverse(nibbles)}.ip6.arpa", "PTR")])
        self.assertEqual(answers[(f"{nibbles}.hit-to-ip.p2p", "A")], ["198.51.100.1"])
        self.assertEqual(answers[(f"{reverse(nibbles)}.ip6.arpa", "PTR")], [f"{nibbles}.hit-to-ip.p2p."])

    def test_without_a_locator_the_host_is_where_its_node_is(self):
        _, det_nibbles = self.hit_of("ed25519", "--det", "1,2")
        self.register(2, "ed25519", "--det", "1,2")
        answers = self.daemon(4).dig([(f"{det_nibbles}.hit-to-ip.p2p", "A")])
        self.assertEqual(answers[(f"{det_nibbles}.hit-to-ip.p2p", "A")], [self.daemon(2).address])

    def test_forged_swapped_and_replayed_statements_are_refused(self):
        hit, _ = self.hit_of("ed25519", "--det", "3,4")
        self.register(0, "ed25519", "--det", "3,4", "--locator", "203.0.113.1")
        old = self.daemon(1).http("GET", f"/v1/hits/{hit}")[1]["signed"]
        self.register(0, "ed25519", "--det", "3,4", "--locator", "203.0.113.2")
        status, problem = self.daemon(1).http("PUT", f"/v1/hits/{hit}", {"signed": old})
        self.assertEqual((status, problem["type"]), (409, "urn:p2pns:problem:stale-sequence"), problem)
        forged = bytearray(base64.b64decode(old))
        forged[-1] ^= 1
        status, problem = self.daemon(1).http("PUT", f"/v1/hits/{hit}", {"signed": base64.b64encode(forged).decode()})
        self.assertEqual((status, problem["field"]), (400, "signed"), problem)
        other = self.hit_of("p384")[0]
        swapped = bytearray(base64.b64decode(old))
        swapped[1:17] = bytes.fromhex(self.hit_of("p384")[1])
        status, problem = self.daemon(1).http("PUT", f"/v1/hits/{other}", {"signed": base64.b64encode(swapped).decode()})
        self.assertEqual((status, problem["field"]), (400, "signed"), problem)
        self.assertEqual(self.daemon(4).http("GET", f"/v1/hits/{hit}")[1]["addresses"], ["203.0.113.2"])

    def test_a_revoked_hit_is_no_name_any_more(self):
        hit, nibbles = self.hit_of("ed25519", "--det", "5,6")
        self.register(0, "ed25519", "--det", "5,6", "--locator", "203.0.113.5")
        code, text, error = run(self.daemon(0), "hit", "revoke", "--key", key("ed25519"), "--det", "5,6")
        self.assertEqual(code, 0, error)
        self.assertIn("revoked", text)
        self.assertEqual(self.daemon(3).http("GET", f"/v1/hits/{hit}")[0], 410)
        self.assertEqual(self.daemon(3).dig([(f"{nibbles}.hit-to-ip.p2p", "A")]), {})
        code, _, error = run(self.daemon(1), "hit", "register", "--key", key("ed25519"), "--det", "5,6")
        self.assertEqual(code, 1, error)

    def test_what_is_not_there_is_told_apart(self):
        code, _, error = run(self.daemon(0), "hit", "lookup", "2001:20::1")
        self.assertEqual(code, 1, error)
        code, _, error = run(self.daemon(0), "hit", "lookup", "2001:db8::1")
        self.assertEqual(code, 3)
        self.assertIn("no Host Identity Tag", error)
        code, _, error = run(self.daemon(0), "hit", "register", "--key", key("rsa-4096"), "--locator", "192.0.2.1")
        self.assertEqual(code, 3)
        self.assertIn("3,072 bits", error)
        code, _, error = run(self.daemon(0), "hit", "register", "--key", key("ed25519"), "--locator", "224.0.0.1")
        self.assertEqual(code, 3)
        self.assertIn("--locator", error)

    def test_a_statement_survives_the_restart_of_all(self):
        hit, _ = self.hit_of("ed25519", "--det", "7,8")
        self.register(0, "ed25519", "--det", "7,8", "--locator", "203.0.113.9")
        for daemon in self.overlay.daemons:
            daemon.stop()
        for daemon in self.overlay.daemons:
            daemon.start()
        for daemon in self.overlay.daemons:
            daemon.wait_joined(known_nodes=NODES - 1)
        found = wait_for("the statement after a restart",
                         lambda: self.daemon(4).http("GET", f"/v1/hits/{hit}")[1].get("addresses"))
        self.assertEqual(found, ["203.0.113.9"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
