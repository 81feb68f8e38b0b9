"""Two baresip phones at two nodes of an overlay call each other; and everything that can be in their way."""

import unittest

from harness import Overlay
from phones import PROGRAM, Phone
from sip_nodes import RawPhone, add_sip, proxy_of

NODES = 16
MOVED_PORT = 4322


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if PROGRAM is None:
            raise unittest.SkipTest("baresip is not installed")
        cls.overlay = Overlay(NODES)
        cls.home, cls.away, cls.evil, cls.strict, cls.lenient = cls.overlay.daemons[2:7]
        add_sip(cls.home, "alice")
        add_sip(cls.away, "bob", "carol")
        add_sip(cls.evil, "alice", keys=", trusted: ['127.0.0.1']")
        add_sip(cls.strict, "dave", keys=", unverified: refuse, trusted: ['127.0.0.1']")
        add_sip(cls.lenient, "erin", keys=", trusted: ['127.0.0.1']")
        cls.seeds = [daemon.endpoint for daemon in cls.overlay.daemons[:2]]
        for daemon in (cls.home, cls.away, cls.evil, cls.strict, cls.lenient):
            daemon.write_config(cls.seeds)
        cls.enterClassContext(cls.overlay)
        cls.phones = []
        cls.addClassCleanup(lambda: [phone.stop() for phone in cls.phones])
        cls.alice = cls.add_phone("alice", cls.home)
        cls.bob = cls.add_phone("bob", cls.away)

    @classmethod
    def add_phone(cls, user, daemon, **options):
        index = len(cls.phones)
        phone = Phone(cls.overlay.directory / f"phone{index}", index, user, proxy_of(daemon), **options)
        cls.phones.append(phone)
        phone.start().await_registered()
        return phone

    def raw_phone(self, daemon):
        phone = RawPhone(daemon)
        self.addCleanup(phone.close)
        return phone

    def call(self, caller, callee, uri):
        """A call that is answered, heard at both ends, and ended by the caller."""
        caller.forget_events()
        callee.forget_events()
        caller.command("dial", uri)
        caller.await_event("CALL_ESTABLISHED")
        callee.await_event("CALL_ESTABLISHED")
        caller.await_sound()
        callee.await_sound()
        caller.command("hangup")
        callee.await_event("CALL_CLOSED")

    def refused(self, caller, uri):
        """Why a call failed, as the phone says it."""
        caller.forget_events()
        caller.command("dial", uri)
        return caller.await_event("CALL_CLOSED", "CALL_ESTABLISHED").get("param", "")

    def test_1_phones_call_each_other_both_ways(self):
        self.call(self.alice, self.bob, "sip:bob@p2p")
        self.call(self.bob, self.alice, "sip:alice@p2p")

    def test_2_what_cannot_be_called_is_told(self):
        self.assertIn("404", self.refused(self.alice, "sip:nobody@p2p"))
        self.assertIn(self.away.register("carol.p2p")[0], (200, 201))
        self.assertIn("480", self.refused(self.alice, "sip:carol@p2p"))
        self.assertIn("403", self.refused(self.alice, "sip:bob@example.com"))
        self.assertEqual(self.raw_phone(self.away).request("INVITE", "sip:alice@p2p", "bob")[0], 407)

    def test_3_forged_caller_is_marked_or_refused(self):
        callees = {}
        for user, daemon in (("dave", self.strict), ("erin", self.lenient)):
            callees[user] = self.raw_phone(daemon)
            self.assertEqual(callees[user].register(user)[0], 200)
        forger = self.raw_phone(self.evil)
        self.assertEqual(forger.request("MESSAGE", "sip:dave@p2p", "alice")[0], 403)
        forger.send("MESSAGE", "sip:erin@p2p", "alice")
        marked = callees["erin"].next_request()
        self.assertIn("P2PNS-Verified: no\r\n", marked)
        self.assertNotIn("P-Asserted-Identity", marked)
        callees["dave"].send("MESSAGE", "sip:erin@p2p", "dave")
        self.assertIn("P-Asserted-Identity: <sip:dave@p2p>\r\n", callees["erin"].next_request())

    def test_4_node_that_moved_is_called_at_its_new_port(self):
        self.bob.stop()
        self.away.stop()
        self.away.write_config(self.seeds, overlay_port=MOVED_PORT)
        self.away.start()
        self.away.wait_joined(known_nodes=8)
        type(self).bob = self.add_phone("bob", self.away)
        self.call(self.alice, self.bob, "sip:bob@p2p")

    def test_5_callee_whose_node_is_off_is_unavailable(self):
        self.away.stop()
        self.assertIn("480", self.refused(self.alice, "sip:bob@p2p"))


if __name__ == "__main__":
    unittest.main()
