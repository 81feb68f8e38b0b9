"""The life of a name by command line: claim, change, list, release; as text and as JSON; and what errors say."""

import json
import os
import subprocess
import unittest

from harness import BINARIES, DEADLINE_S, HTTP_PORT, Overlay, seeded_random, wait_for


class Commands(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seeded_random()
        cls.overlay = Overlay(3)
        for daemon in cls.overlay.daemons:  # a reader notices what changed elsewhere after this
            daemon.config.write_text(daemon.config.read_text() + "limits: {address_life_s: 1}\n")
        cls.overlay.__enter__()
        cls.owner, cls.other, cls.reader = cls.overlay.daemons

    @classmethod
    def tearDownClass(cls):
        cls.overlay.__exit__(None)

    def p2pns(self, daemon, verb, *arguments, token=True, **environment):
        command = [BINARIES / "p2pns", verb, *map(str, arguments), "--api", f"http://{daemon.address}:{HTTP_PORT}"]
        if token and verb in ("register", "set", "release"):
            command += ["--token-file", daemon.directory / "http.token"]
        variables = {key: value for key, value in os.environ.items() if key != "P2PNS_TOKEN_FILE"}
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE_S,
                              env={**variables, **environment})

    def good(self, daemon, verb, *arguments):
        done = self.p2pns(daemon, verb, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def bad(self, code, done, *words):
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.assertRegex(done.stderr, r"\Ap2pns: [^\n]+\n\Z")
        for word in words:
            self.assertIn(str(word), done.stderr)

    def test_a_name_from_claim_to_release(self):
        self.assertIn("registered life.p2p: ", self.good(self.owner, "register", "life.p2p", "--record", "A 192.0.2.1"))
        self.assertIn("changed life.p2p: ", self.good(self.owner, "set", "life.p2p", "--record", "A 192.0.2.2"))
        self.assertRegex(self.good(self.owner, "names"), r"(?m)^life\.p2p  1 records, generation 0, sequence \d+, until ")
        self.assertIn("192.0.2.2", self.good(self.reader, "resolve", "life.p2p"))
        self.assertEqual(self.good(self.owner, "release", "life.p2p"), "released life.p2p\n")
        self.assertNotIn("life.p2p", self.good(self.owner, "names"))
        self.bad(1, self.p2pns(self.other, "resolve", "life.p2p"), "life.p2p")
        wait_for("the one who has it in its cache to notice",
                 lambda: self.p2pns(self.reader, "resolve", "life.p2p").returncode == 1)
        self.assertEqual(self.reader.http("GET", "/v1/names/life.p2p")[0], 404)

    def test_json_has_the_same_keys_as_the_interface(self):
        made = json.loads(self.good(self.owner, "register", "json.p2p", "--record", "A 192.0.2.3", "--json"))
        self.assertTrue(made["created"])
        self.assertEqual(json.loads(self.good(self.owner, "status", "--json"))["node_id"], made["node_id"])
        found = json.loads(self.good(self.reader, "resolve", "json.p2p", "--json"))
        self.assertEqual(found["records"][0]["data"], "192.0.2.3")
        listed = json.loads(self.good(self.owner, "names", "--json"))
        self.assertEqual(listed["total"], len(listed["names"]))
        self.assertIn("json.p2p", [name["name"] for name in listed["names"]])
        self.assertFalse(json.loads(self.good(self.owner, "set", "json.p2p", "--record", "A 192.0.2.4", "--json"))["created"])
        self.assertTrue(json.loads(self.good(self.owner, "release", "json.p2p", "--json"))["released"])
        gone = self.p2pns(self.other, "resolve", "json.p2p", "--json")
        self.assertEqual(gone.returncode, 1)
        self.assertEqual(json.loads(gone.stdout)["type"], "urn:p2pns:problem:no-such-name")

    def test_only_the_owner_changes_and_releases(self):
        self.good(self.owner, "register", "mine.p2p")
        self.bad(1, self.p2pns(self.other, "register", "mine.p2p"), "mine.p2p")
        self.bad(1, self.p2pns(self.other, "set", "mine.p2p", "--record", "A 192.0.2.5"), "mine.p2p")
        self.bad(1, self.p2pns(self.other, "release", "mine.p2p"), "mine.p2p")
        self.bad(3, self.p2pns(self.owner, "set", "mine.p2p"), "--record", "p2pns release")

    def test_a_missing_or_wrong_token_is_told_with_the_right_file(self):
        right = self.owner.directory / "http.token"
        self.bad(3, self.p2pns(self.owner, "register", "token.p2p", token=False), right, "--token-file")
        wrong = self.other.directory / "http.token"
        self.bad(3, self.p2pns(self.owner, "register", "token.p2p", "--token-file", wrong, token=False), right, wrong)
        missing = self.owner.directory / "missing"
        self.bad(3, self.p2pns(self.owner, "register", "token.p2p", token=False, P2PNS_TOKEN_FILE=str(missing)), missing,
                 "No such file")
        done = self.p2pns(self.owner, "register", "token.p2p", token=False, P2PNS_TOKEN_FILE=str(right))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_unix_socket_that_is_not_there_is_told(self):
        socket = self.owner.directory / "missing.sock"
        done = subprocess.run([BINARIES / "p2pns", "names", "--api", f"unix:{socket}"], capture_output=True, text=True,
                              timeout=DEADLINE_S)
        self.bad(3, done, f"no p2pnsd listens on unix:{socket}")


if __name__ == "__main__":
    unittest.main(verbosity=2)
