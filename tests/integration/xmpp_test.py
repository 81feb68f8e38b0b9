"""Users of two stock XMPP servers talk under their names, each through the component of another node."""

import asyncio
import http.client
import signal
import time
import unittest

from xmpp_client import Client, end_loop, until  # first: it may start this script again with another Python
from harness import BINARIES, HTTP_PORT, Overlay, wait_for
from xmpp_servers import COMPONENT_PORT, SECRET, Ejabberd, FakeServer, Prosody
from slixmpp.exceptions import IqError, IqTimeout

MESSAGES = 500


def add_gateway(daemon, more=""):
    """From its next start on the daemon is a component of the server at its own address."""
    secret = daemon.directory / "xmpp.secret"
    secret.write_text(SECRET + "\n")
    secret.chmod(0o600)
    text = daemon.config.read_text()
    section = f"frontends: {{xmpp: {{server: '{daemon.address}:{COMPONENT_PORT}'{more}}}, "
    daemon.config.write_text(text.replace("frontends: {", section))


def metric(daemon, name):
    connection = http.client.HTTPConnection(daemon.address, HTTP_PORT, timeout=30)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return next((int(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(f"p2pns_{name} ")), None)


def connected(daemon):
    return wait_for(f"{daemon.address} to be connected to its server", lambda: metric(daemon, "xmpp_connected") == 1)


class Gateways(unittest.TestCase):
    """Node 0 with a Prosody and alice, node 1 with another and bob, node 2 with a server that is none."""

    @classmethod
    def make_second_server(cls, address):
        return Prosody(cls.overlay.directory / "b", address, "b.example", ["bob", "dave"])

    @classmethod
    def setUpClass(cls):
        cls.overlay = Overlay(3)
        cls.addClassCleanup(cls.overlay.__exit__, None)
        first, second, third = cls.overlay.daemons
        cls.a = Prosody(cls.overlay.directory / "a", first.address, "a.example", ["alice", "carol"])
        cls.b = cls.make_second_server(second.address)
        for server in (cls.a, cls.b):
            cls.addClassCleanup(server.stop)
            server.start()
        cls.fake = FakeServer(third.address)
        cls.addClassCleanup(cls.fake.close)
        for daemon in (first, second):
            add_gateway(daemon)
        add_gateway(third, ", assigned: ['alice=mallory@c.example']")
        cls.overlay.__enter__()
        for daemon in cls.overlay.daemons:
            connected(daemon)
        cls.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(cls.loop)
        cls.addClassCleanup(end_loop, cls.loop)
        cls.alice, cls.bob = cls.loop.run_until_complete(cls.log_in_all())

    @classmethod
    async def log_in_all(cls):
        alice = await Client("alice@a.example/phone", cls.a.address).log_in()
        bob = await Client("bob@b.example/desk", cls.b.address).log_in()
        for client, name in ((alice, "alice"), (bob, "bob")):
            await client.take_name(name)
        return alice, bob

    @classmethod
    def tearDownClass(cls):
        async def leave():
            for client in (cls.alice, cls.bob):
                await client.disconnect(wait=1)
        cls.loop.run_until_complete(leave())

    def run_async(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def setUp(self):
        for client in (self.alice, self.bob):
            for kept in (client.bodies, client.errors, client.receipts, client.presences):
                kept.clear()

    async def exchange(self, count):
        began = time.monotonic()
        for number in range(count):
            self.alice.send_message("bob@p2p", f"a{number}", mtype="chat")
            self.bob.send_message("alice@p2p", f"b{number}", mtype="chat")
        await until("all messages", lambda: len(self.bob.bodies) + len(self.alice.bodies) + len(self.bob.errors)
                    + len(self.alice.errors) >= 2 * count)
        print(f"{count} messages each way in {time.monotonic() - began:.2f} s", flush=True)
        self.assertEqual((self.alice.errors, self.bob.errors), ([], []))
        self.assertEqual(self.bob.texts("alice@p2p"), [f"a{number}" for number in range(count)])
        self.assertEqual(self.alice.texts("bob@p2p"), [f"b{number}" for number in range(count)])

    def test_messages_arrive_both_ways_in_order_once(self):
        self.run_async(self.exchange(MESSAGES))
        self.assertEqual({str(stanza["from"]) for stanza in self.bob.bodies}, {"alice@p2p/phone"})

    def test_receipts_languages_and_pings_pass(self):
        async def talk():
            message = self.alice.make_message("bob@p2p/desk", "bitte", mtype="chat")
            message["lang"] = "de"
            message["request_receipt"] = True
            message.send()
            await until("the receipt", lambda: self.alice.receipts)
            self.assertEqual(self.bob.bodies[0]["lang"], "de")
            self.assertEqual(str(self.alice.receipts[0]["from"]), "bob@p2p/desk")
            self.assertEqual(self.alice.receipts[0]["receipt"], message["id"])
            await self.alice["xep_0199"].send_ping("bob@p2p/desk", timeout=30)
            version = await self.bob["xep_0092"].get_version("p2p", timeout=30)
            self.assertEqual(version["software_version"]["name"], "P2PNS")
            info = await self.bob["xep_0030"].get_info("p2p", timeout=30)
            self.assertIn(("gateway", "p2pns"), [entry[:2] for entry in info["disco_info"]["identities"]])
        self.run_async(talk())

    def test_presence_is_subscribed_to_and_seen(self):
        async def meet():
            self.alice.auto_authorize = self.bob.auto_authorize = True
            self.alice.send_presence_subscription("bob@p2p")
            seen = lambda client, who: [p for p in client.presences if str(p["from"]) == who and p["type"] == "available"]
            await until("bob's presence at alice", lambda: seen(self.alice, "bob@p2p/desk"))
            await until("alice's presence at bob", lambda: seen(self.bob, "alice@p2p/phone"))
            self.bob.send_presence(pshow="away", pstatus="lunch")
            await until("bob's new status at alice",
                        lambda: [p for p in self.alice.presences if p["status"] == "lunch" and p["show"] == "away"])
        self.run_async(meet())

    def test_what_cannot_be_delivered_comes_back_with_its_reason(self):
        async def fail():
            for to, condition in (("nobody-has-this@p2p", "remote-server-not-found"), ("a.b@p2p", "jid-malformed"),
                                  ("p2p", "service-unavailable")):
                self.alice.errors.clear()
                self.alice.send_message(to, "?", mtype="chat")
                await until(f"the error from {to}", lambda: self.alice.errors)
                self.assertEqual(self.alice.errors[0]["error"]["condition"], condition, to)
            with self.assertRaises(IqError) as raised:
                await self.alice["xep_0199"].send_ping("bob@p2p/no-such-resource", timeout=30)
            self.assertEqual(raised.exception.condition, "service-unavailable")
            with self.assertRaises(IqError) as raised:
                await self.alice.take_name("another")
            self.assertEqual(raised.exception.condition, "not-allowed")
        self.run_async(fail())

    def test_a_third_node_cannot_speak_as_alice(self):
        forged = metric(self.overlay.daemons[1], 'xmpp_refused_stanzas_total{reason="forged_sender"}')
        wait_for("a connection of node 2", lambda: self.fake.handshakes and self.fake.socket)
        self.fake.say("<message from='mallory@c.example/x' to='bob@p2p' type='chat' id='f1'><body>I am Alice</body></message>")
        wait_for("the refusal", lambda: "not-authorized" in self.fake.received)
        self.assertEqual(metric(self.overlay.daemons[1], 'xmpp_refused_stanzas_total{reason="forged_sender"}'), forged + 1)

        async def honest():
            self.alice.send_message("bob@p2p", "it is me", mtype="chat")
            await until("alice's own message", lambda: self.bob.bodies)
        self.run_async(honest())
        self.assertEqual(self.bob.texts("alice@p2p"), ["it is me"])

    def test_a_hostile_server_harms_nobody(self):
        third = self.overlay.daemons[2]
        head = FakeServer.head.encode()
        for junk in (b"", b"junk", b"<" * 100_000, b"\0" * 100_000, head, head + b"<stream:error/>", head + b"<a></b>",
                     head + b"<!DOCTYPE a [<!ENTITY b 'c'>]>", head + b"<handshake/>" + b"<a>" * 200_000,
                     head + b"<handshake/><message>" + b"x" * 5_000_000, head + b"</stream:stream>"):
            seen = self.fake.connections
            self.fake.script = lambda connection, junk=junk: connection.sendall(junk)
            self.fake.drop()
            wait_for("the next connection", lambda: self.fake.connections > seen)
            self.fake.script = None
            handshakes = self.fake.handshakes
            wait_for("an honest connection", lambda: self.fake.handshakes > handshakes)
        self.assertIsNone(third.process.poll())
        self.assertTrue(third.status()["joined"])

    def test_a_killed_gateway_comes_back_and_nothing_is_lost_in_silence(self):
        second = self.overlay.daemons[1]

        async def send_while_it_dies():
            for number in range(200):
                self.alice.send_message("bob@p2p", f"k{number}", mtype="chat")
                if number == 100:
                    await until("some to arrive", lambda: self.bob.bodies)
                    second.process.send_signal(signal.SIGKILL)
                await asyncio.sleep(0.001)
            unanswered = lambda: 200 - len(self.bob.bodies) - len(self.alice.errors)
            await until("each to arrive or to come back", lambda: unanswered() <= 0, 120)
        self.run_async(send_while_it_dies())
        second.stop()
        print(f"{len(self.bob.bodies)} arrived, {len(self.alice.errors)} came back", flush=True)
        arrived = self.bob.texts("alice@p2p")
        self.assertEqual(len(set(arrived)), len(arrived), "none twice")
        self.assertEqual(arrived, sorted(arrived, key=lambda text: int(text[1:])))
        second.start().wait_joined()
        connected(second)
        self.setUp()

        async def later():
            for number in range(600):
                self.alice.send_message("bob@p2p", f"later{number}", mtype="chat")
                await asyncio.sleep(0.1)
                if self.bob.bodies:
                    break
            await until("the last to arrive", lambda: len(self.bob.bodies) + len(self.alice.errors) > number)
        self.run_async(later())
        self.assertTrue(self.bob.bodies, "later messages flow")
        self.setUp()
        self.run_async(self.exchange(20))


class FromAFile(unittest.TestCase):
    def test_the_front_end_does_the_same_when_it_is_loaded_from_a_file(self):
        overlay = Overlay(1)
        self.addCleanup(overlay.__exit__, None)
        daemon = overlay.daemons[0]
        daemon.program = "p2pnsd-bare"
        daemon.load_plugins(*(BINARIES.parent / "lib" / "p2pns" / f"{name}.so" for name in ("dns", "http", "xmpp")))
        add_gateway(daemon)
        fake = FakeServer(daemon.address)
        self.addCleanup(fake.close)
        with overlay:
            connected(daemon)
            fake.say("<iq type='get' id='1' from='a@b.example/c' to='p2p'><ping xmlns='urn:xmpp:ping'/></iq>")
            wait_for("the pong", lambda: '<iq type="result" id="1" from="p2p" to="a@b.example/c"/>' in fake.received)


class WithEjabberd(unittest.TestCase):
    """The same once with ejabberd on bob's side."""

    def test_messages_pings_and_presence_pass_between_prosody_and_ejabberd(self):
        class Mixed(Gateways):
            @classmethod
            def make_second_server(cls, address):
                return Ejabberd(cls.overlay.directory / "b", address, "b.example")
        suite = unittest.TestSuite(Mixed(name) for name in (
            "test_messages_arrive_both_ways_in_order_once", "test_receipts_languages_and_pings_pass",
            "test_presence_is_subscribed_to_and_seen"))
        result = unittest.TextTestRunner(verbosity=2).run(suite)
        self.assertTrue(result.wasSuccessful())
        self.assertEqual(result.testsRun, 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
