"""XML-RPC at real daemons: register and resolve of the P2PNS draft by Python's xmlrpc.client, and HIP's DHT interface as
OpenHIP speaks it, replayed byte for byte from captured requests."""

import base64
import http.client
import pathlib
import re
import shutil
import socket
import tempfile
import time
import unittest
import xmlrpc.client

from harness import BINARIES, DEADLINE_S, HTTP_PORT, Overlay, seeded_random, wait_for
from machines import Machine, inside, make_switch

HIP_PORT = 5851
PLUGINS = BINARIES.parent / "lib" / "p2pns"
CAPTURED = pathlib.Path(__file__).parents[1] / "data" / "hip"


def add_hip(daemon, address, more=""):
    """From the next start on the daemon has this front end."""
    text = daemon.config.read_text()
    daemon.config.write_text(text.replace("frontends: {", f"frontends: {{hip: {{listen: '{address}:{HIP_PORT}'{more}}}, "))


def metric(daemon, name):
    connection = http.client.HTTPConnection(daemon.address, HTTP_PORT, timeout=30)
    try:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    return int(re.search(rf"^p2pns_{re.escape(name)} (\d+)$", text, re.MULTILINE)[1])


class Draft(unittest.TestCase):
    """Section 7 of draft-baumgart-p2psip-p2pns-00."""

    @classmethod
    def setUpClass(cls):
        seeded_random()
        cls.overlay = Overlay(6)
        for daemon in cls.overlay.daemons:
            add_hip(daemon, daemon.address)
        cls.overlay.__enter__()
        cls.addClassCleanup(cls.overlay.__exit__, None)
        cls.first, cls.second = cls.overlay.daemons[0], cls.overlay.daemons[5]

    def proxy(self, daemon, with_token=False):
        user = f":{daemon.token()}@" if with_token else ""
        proxy = xmlrpc.client.ServerProxy(f"http://{user}{daemon.address}:{HIP_PORT}/RPC2")
        self.addCleanup(proxy("close"))
        return proxy

    def register(self, daemon, name, address, ttl=60):
        return self.proxy(daemon, with_token=True).register(
            xmlrpc.client.Binary(name.encode()), xmlrpc.client.Binary(address.encode()), 0, ttl)

    def resolve(self, daemon, name):
        address, code = self.proxy(daemon).resolve(xmlrpc.client.Binary(name.encode()), 0)
        return address.data.decode(), code

    def test_a_name_is_registered_at_one_node_and_resolved_at_another(self):
        self.assertEqual(self.register(self.first, "phone.p2p", "192.0.2.1:5060"), 0)
        self.assertEqual(self.resolve(self.second, "phone.p2p"), ("192.0.2.1:5060", 0))
        answers = self.second.dig([("phone.p2p", "A"), ("_sip._udp.phone.p2p", "SRV")])
        self.assertEqual(answers, {("phone.p2p", "A"): ["192.0.2.1"],
                                   ("_sip._udp.phone.p2p", "SRV"): ["0 0 5060 phone.p2p."]})

    def test_without_an_address_the_name_is_where_its_node_is(self):
        self.assertEqual(self.register(self.first, "node.p2p", ""), 0)
        self.assertEqual(self.resolve(self.second, "node.p2p"), (self.first.endpoint, 0))

    def test_a_name_of_another_node_is_taken(self):
        self.assertEqual(self.register(self.first, "taken.p2p", "192.0.2.1:5060"), 0)
        self.assertEqual(self.register(self.second, "taken.p2p", "192.0.2.2:5060"), 1)
        self.assertEqual(self.register(self.first, "taken.p2p", "192.0.2.3:5060"), 0)
        self.assertEqual(self.resolve(self.second, "taken.p2p"), ("192.0.2.3:5060", 0))

    def test_a_name_that_nobody_has_is_not_registered(self):
        self.assertEqual(self.resolve(self.second, "nobody-has-this.p2p"), ("", 1))

    def test_other_records_of_the_name_stay(self):
        self.first.register("mixed.p2p", [{"type": "TXT", "data": '"stays"'}, {"name": "www", "type": "A", "data": "192.0.2.7"}])
        self.assertEqual(self.register(self.first, "mixed.p2p", "192.0.2.1:5060"), 0)
        self.assertEqual(self.second.dig([("mixed.p2p", "TXT"), ("www.mixed.p2p", "A"), ("mixed.p2p", "A")]),
                         {("mixed.p2p", "TXT"): ['"stays"'], ("www.mixed.p2p", "A"): ["192.0.2.7"],
                          ("mixed.p2p", "A"): ["192.0.2.1"]})

    def test_registrations_need_the_token(self):
        before = metric(self.first, "hip_unauthorized_total")
        with self.assertRaises(xmlrpc.client.Fault) as refused:
            self.proxy(self.first).register("open.p2p", "", 0, 60)
        self.assertIn("http.token", refused.exception.faultString)
        self.assertEqual(metric(self.first, "hip_unauthorized_total"), before + 1)
        self.assertEqual(self.resolve(self.second, "open.p2p"), ("", 1))

    def test_what_cannot_be_done_is_a_fault_in_a_sentence(self):
        proxy = self.proxy(self.first, with_token=True)
        for call, code, words in ((lambda: proxy.register("no_name.p2p", "", 0, 60), -32602, "register"),
                                  (lambda: proxy.register("stun.p2p", "", 1, 60), -32602, "services"),
                                  (lambda: proxy.resolve("alice.p2p"), -32602, "2 parameters"),
                                  (lambda: proxy.dump_dht(0), -32601, "register, resolve")):
            with self.assertRaises(xmlrpc.client.Fault) as fault:
                call()
            self.assertEqual(fault.exception.faultCode, code)
            self.assertIn(words, fault.exception.faultString)

    def test_a_node_whose_seeds_are_dead_has_no_overlay(self):
        alone = Overlay(1)
        self.addCleanup(alone.__exit__, None)
        daemon = alone.daemons[0]
        daemon.write_config([f"127.{alone.octet}.0.99:4222"])
        add_hip(daemon, daemon.address)
        daemon.start()
        wait_for("an answer", daemon.status)
        self.assertEqual(self.register(daemon, "late.p2p", ""), 2)
        self.assertEqual(self.resolve(daemon, "late.p2p"), ("", 2))

    def test_the_same_from_a_file(self):
        alone = Overlay(1)
        self.addCleanup(alone.__exit__, None)
        daemon = alone.daemons[0]
        daemon.program = "p2pnsd-bare"
        daemon.load_plugins(*(PLUGINS / f"{name}.so" for name in ("dns", "http", "hip")))
        add_hip(daemon, daemon.address)
        daemon.start()
        daemon.wait_joined()
        self.assertEqual(self.register(daemon, "file.p2p", "192.0.2.1:5060"), 0)
        self.assertEqual(self.resolve(daemon, "file.p2p"), ("192.0.2.1:5060", 0))


class OpenHipAnswer:
    """An answer as OpenHIP reads it: with one recv, and from the last header on."""

    READ_AT_ONCE = 2047

    def __init__(self, connection, began):
        heard = connection.recv(self.READ_AT_ONCE)
        self.took_ms = (time.monotonic() - began) * 1000
        self.rest = connection.recv(self.READ_AT_ONCE)  # empty: all came at once, and the server has closed
        header, _, self.body = heard.partition(b"\r\n\r\n")
        self.header = header.split(b"\r\n")

    def check(self, case):
        case.assertEqual(self.rest, b"")
        case.assertRegex(self.header[0], rb"\AHTTP/1\.0 200 ")
        length = re.fullmatch(rb"Content-Length: (\d+)", self.header[-1])
        case.assertTrue(length, self.header)
        case.assertEqual(int(length[1]), len(self.body))
        start = self.body.index(b"<methodResponse>")
        case.assertIsNone(re.search(rb"\s", self.body[start:]), self.body)
        return xmlrpc.client.loads(self.body)[0][0]


class OpenHip(unittest.TestCase):
    """A host that knows nothing of P2PNS and has its dht_server at a node; each on a machine of its own."""

    NODES = 7
    LIMIT_MS = 300  # what OpenHIP waits when a packet has asked

    @classmethod
    def setUpClass(cls):
        seeded_random()
        cls.switch = make_switch()
        cls.addClassCleanup(cls.switch.close)
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.host = cls.switch.plug_in(0, "10.99.0.1")  # the address in the captured packet
        cls.nodes = []
        for index in range(1, cls.NODES + 1):
            node = Machine(cls.directory, cls.switch, index, [other.endpoint for other in cls.nodes[:3]], "0.0.0.0")
            add_hip(node, "0.0.0.0", ", allow_remote: true, idle_time_out_s: 2")
            cls.nodes.append(node)
            cls.addClassCleanup(node.stop)
        for node in cls.nodes:
            node.start()
        for node in cls.nodes:
            node.wait_joined(known_nodes=cls.NODES - 1)
        cls.put_address, cls.put_name, cls.get_other, cls.rm_name, cls.rm_address = (
            path.read_bytes() for path in sorted(CAPTURED.glob("openhip-*.http")))
        cls.value = cls.parameters(cls.put_address)[1].data
        # The captured get asks for another host; this one asks for the captured host itself.
        cls.get_own = cls.get_other.replace(cls.key_text(cls.get_other), cls.key_text(cls.put_address))

    @staticmethod
    def parameters(request):
        return xmlrpc.client.loads(request.partition(b"\r\n\r\n")[2].rstrip(b"\0"))[0]

    @classmethod
    def key_text(cls, request):
        return base64.b64encode(cls.parameters(request)[0].data)

    def connect(self, node, namespace=None):
        with inside(namespace or self.host):
            connection = socket.create_connection((node.machine_address, HIP_PORT), timeout=DEADLINE_S)
        self.addCleanup(connection.close)
        return connection

    def say(self, node, request, namespace=None, step=None):
        """What OpenHIP would make of the answer, and the milliseconds it took."""
        connection = self.connect(node, namespace)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        began = time.monotonic()
        for start in range(0, len(request), step or len(request)):
            connection.sendall(request[start:start + (step or len(request))])
        answer = OpenHipAnswer(connection, began)
        return answer.check(self), answer.took_ms

    def ask(self, *call, **keys):
        return self.say(*call, **keys)[0]

    def values(self, node, request):
        values, placemark = self.ask(node, request)
        self.assertEqual(placemark.data, b"")
        return [value.data for value in values]

    def wait_until_found(self, node):
        wait_for("the value", lambda: self.values(node, self.get_own) == [self.value])

    def settled_values(self, node):
        """What is known once the search that the question began is over: a first "nothing" may only mean "not yet"."""
        self.values(node, self.get_own)
        with inside(node.namespace):
            wait_for("the end of the search", lambda: metric(node, "hip_lookups") == 0)
        return self.values(node, self.get_own)

    def with_length(self, body, path=b"/RPC2"):
        return b"POST " + path + b" HTTP/1.0\r\nHost: 10.99.0.2:5851\r\nContent-Type: text/xml\r\nContent-length: " + \
            str(len(body)).encode() + b"\r\n\r\n" + body + b"\0"

    def raw(self, node, request):
        """All that the server says to something that is no proper call."""
        connection = self.connect(node)
        try:
            connection.sendall(request)
        except OSError:  # it has heard enough
            pass
        heard = b""
        try:
            while chunk := connection.recv(65536):
                heard += chunk
        except ConnectionResetError:
            pass
        return heard

    def test_a_captured_host_is_stored_found_elsewhere_and_removed(self):
        near, far, third = self.nodes[0], self.nodes[4], self.nodes[6]
        self.assertEqual(self.ask(near, self.put_address), 0)
        self.assertEqual(self.ask(near, self.put_name), 0)
        self.wait_until_found(far)
        took = [self.say(far, self.get_own)[1] for _ in range(50)]
        print(f"get, warm: {sorted(took)[25]:.1f} ms in the middle, {max(took):.1f} ms at most", flush=True)
        self.assertLessEqual(max(took), self.LIMIT_MS)
        self.assertEqual(self.ask(near, self.rm_name), 0)
        self.assertEqual(self.ask(near, self.rm_address), 0)
        self.assertEqual(self.ask(near, self.rm_address), 3, "it is gone")
        for node in (near, third):
            self.assertEqual(self.settled_values(node), [])

    def test_a_miss_is_an_empty_list_in_time(self):
        took = []
        for number in range(25):  # keys that nobody has asked for, so that each begins a search
            key = base64.b64encode(number.to_bytes(12, "big") + bytes(8))
            answer, took_ms = self.say(self.nodes[number % self.NODES],
                                       self.get_other.replace(self.key_text(self.get_other), key))
            self.assertEqual(answer[0], [])
            took.append(took_ms)
        print(f"get, a miss: {sorted(took)[12]:.1f} ms in the middle, {max(took):.1f} ms at most", flush=True)
        self.assertLessEqual(max(took), self.LIMIT_MS)

    def test_writes_may_be_split_anywhere(self):
        node = self.nodes[1]
        self.assertEqual(self.ask(node, self.put_address, step=1), 0)
        self.wait_until_found(node)
        for step in (1, 7, len(self.get_own) - 1):
            self.assertEqual(self.ask(node, self.get_own, step=step)[0][0].data, self.value)
        self.assertEqual(self.ask(node, self.rm_address, step=1), 0)

    def test_the_zero_byte_may_be_missing(self):
        self.assertEqual(self.values(self.nodes[2], self.get_other.rstrip(b"\0")), [])

    def test_a_packet_from_another_host_is_not_stored(self):
        elsewhere = self.nodes[6].namespace
        self.assertEqual(self.ask(self.nodes[5], self.put_address, namespace=elsewhere), 3)

    def test_a_forged_packet_is_not_stored(self):
        node = self.nodes[5]
        for place in (20, 60, 150, 370):  # in the HIT, the locators, the key, the signature
            forged = bytearray(self.value)
            forged[place] ^= 1
            request = self.put_address.replace(base64.b64encode(self.value), base64.b64encode(bytes(forged)))
            self.assertEqual(self.ask(node, request), 3, f"byte {place}")
        other_key = self.put_address.replace(self.key_text(self.put_address), self.key_text(self.get_other))
        self.assertEqual(self.ask(node, other_key), 3, "under the key of another HIT")

    def test_a_value_is_not_removed_without_its_secret(self):
        node = self.nodes[3]
        self.assertEqual(self.ask(node, self.put_address), 0)
        secret = base64.b64encode(self.parameters(self.rm_address)[3].data)
        wrong = self.rm_address.replace(secret, base64.b64encode(bytes(40)))
        self.assertEqual(self.ask(node, wrong), 3)
        self.wait_until_found(node)
        self.assertEqual(self.ask(node, self.rm_address), 0)

    def test_what_is_no_call_is_refused_and_the_server_goes_on(self):
        node = self.nodes[0]
        for body, code in ((b"<methodCall>", b"-32700"), (b"<methodResponse/>", b"-32600"), (b"\0", b"-32700"),
                           (b"<!DOCTYPE a [<!ENTITY b 'c'>]><methodCall/>", b"-32600")):
            self.assertIn(b"<int>" + code + b"</int>", self.raw(node, self.with_length(body)))
        self.assertIn(b" 413 ", self.raw(node, self.with_length(b" " * 16385))[:40])
        self.assertIn(b" 404 ", self.raw(node, self.with_length(b"", b"/other"))[:40])
        self.assertIn(b" 431 ", self.raw(node, b"POST /RPC2 HTTP/1.0\r\nX: " + b"x" * 9000 + b"\r\n\r\n")[:40])
        self.assertIn(b" 400 ", self.raw(node, b"nonsense\r\n\r\n")[:40])
        self.assertEqual(self.values(node, self.get_other), [])

    def test_a_client_that_dribbles_is_let_go_and_counted(self):
        node = self.nodes[0]
        connection = self.connect(node)
        connection.settimeout(0.1)
        began = time.monotonic()

        def ended():
            try:
                connection.send(b"P")
                return connection.recv(1) == b""
            except TimeoutError:
                return False
            except OSError:
                return True

        wait_for("the end of the connection", ended, 20)
        self.assertGreater(time.monotonic() - began, 1)
        with inside(node.namespace):
            self.assertGreaterEqual(metric(node, "hip_timed_out_total"), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
