"""p2pnsd in front of upstream resolvers that lie, dawdle or say nothing: its clients get the truth, or a reason in time."""

import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from harness import BINARIES, DNS_PORT, Daemon, free_block, seeded_random, wait_for

TRUTH, LIE = "192.0.2.1", "203.0.113.6"
CLIENT_PATIENCE_S = 5.0  # glibc gives up then


def question_of(message):
    """Labels of the name, in lower case, and the question's bytes."""
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode().lower())
        at += 1 + message[at]
    return labels, message[12:at + 5]


def answer_to(message, address=TRUTH, rcode=0, flags=0x8180, question=None):
    """The question, and one address; the EDNS of the question comes back as it was."""
    own = question_of(message)[1]
    records = b"" if rcode else b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(address)
    counts = message[4:6] + struct.pack("!HH", 0 if rcode else 1, 0) + message[10:12]
    return message[:2] + struct.pack("!H", flags | rcode) + counts + (question or own) + records + message[12 + len(own):]


class Upstream:
    """A resolver on UDP and TCP. The first label of a name chooses what happens."""

    def __init__(self, address):
        self.address, self.asked, self.lock = address, [], threading.Lock()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind((address, 0))
        self.elsewhere = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.elsewhere.bind((address, 0))
        self.tcp = socket.create_server(self.udp.getsockname())
        for work in (self.serve_udp, self.serve_tcp):
            threading.Thread(target=work, daemon=True).start()

    @property
    def endpoint(self):
        return "{}:{}".format(*self.udp.getsockname())

    def close(self):
        for each in (self.udp, self.elsewhere, self.tcp):
            each.close()

    def count(self, kind):
        with self.lock:
            return sum(1 for labels, _, _ in self.asked if labels[0] == kind)

    def note(self, message, port, transport):
        labels, _ = question_of(message)
        with self.lock:
            self.asked.append((labels, port, transport))
        return labels[0]

    def serve_udp(self):
        while True:
            try:
                message, client = self.udp.recvfrom(4096)
            except OSError:
                return
            kind = self.note(message, client[1], "udp")
            behaviour = getattr(self, f"do_{kind}", None)
            for reply in behaviour(message, client) if behaviour else [answer_to(message)]:
                self.udp.sendto(reply, client)

    def serve_tcp(self):
        while True:
            try:
                connection, client = self.tcp.accept()
            except OSError:
                return
            with connection:
                length = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))[0]
                message = connection.recv(length, socket.MSG_WAITALL)
                self.note(message, client[1], "tcp")
                reply = answer_to(message)
                connection.sendall(struct.pack("!H", len(reply)) + reply)

    # What happens to a UDP question; the messages to send.
    def do_wrongid(self, message, _):
        return [bytes([message[0] ^ 1]) + answer_to(message, LIE)[1:], answer_to(message)]

    def do_wrongname(self, message, _):
        other = bytearray(question_of(message)[1])
        other[1] ^= 1
        return [answer_to(message, LIE, question=bytes(other)), answer_to(message)]

    def do_wrongtype(self, message, _):
        other = question_of(message)[1][:-3] + b"\x1c\x00\x01"
        return [answer_to(message, LIE, question=other), answer_to(message)]

    def do_wrongport(self, message, client):
        self.elsewhere.sendto(answer_to(message, LIE), client)
        return [answer_to(message)]

    def do_short(self, message, _):
        return [message[:7], b"", answer_to(message)]

    def do_oversized(self, message, _):
        return [answer_to(message, LIE) + bytes(1300), answer_to(message)]

    def do_cutoff(self, message, _):
        return [answer_to(message, LIE)[:-20], answer_to(message)]

    def do_truncated(self, message, _):
        return [answer_to(message, LIE, flags=0x8380)]

    def do_guessing(self, message, _):
        return [struct.pack("!H", guess) + answer_to(message, LIE)[2:] for guess in range(100)
                if struct.pack("!H", guess) != message[:2]]

    def do_slow(self, message, client):
        threading.Timer(2.0, lambda: self.udp.sendto(answer_to(message), client)).start()
        return []

    def do_silent(self, *_):
        return []

    def do_onlylies(self, message, _):
        return [bytes([message[0] ^ 1]) + answer_to(message, LIE)[1:]]

    def do_servfail(self, message, _):
        return [answer_to(message, rcode=2)]


class LyingUpstream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seeded_random()
        cls.octet = free_block()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.upstream = Upstream(f"127.{cls.octet}.0.53")
        cls.addClassCleanup(cls.upstream.close)
        cls.daemon = cls.start(1, [cls.upstream.endpoint])

    @classmethod
    def start(cls, number, upstreams):
        daemon = Daemon(cls.directory / f"node{number}", f"127.{cls.octet}.0.{number}")
        daemon.config.write_text(daemon.config.read_text().replace(
            f":{DNS_PORT}'", f":{DNS_PORT}', upstreams: [" + ", ".join(f"'{each}'" for each in upstreams) + "]"))
        daemon.start()
        cls.addClassCleanup(daemon.stop)
        wait_for("the daemon to listen", lambda: "dns: listening" in daemon.log.read_text())
        return daemon

    def ask(self, name, *options, daemon=None):
        daemon = daemon or self.daemon
        started = time.monotonic()
        text = subprocess.run(["dig", f"@{daemon.address}", "-p", str(DNS_PORT), name, "A", "+time=10", "+tries=1",
                               *options], capture_output=True, text=True, check=False).stdout
        took = time.monotonic() - started
        addresses = [line.split()[4] for line in text.splitlines() if line and line[0] != ";"]
        return addresses, text, took

    def transports(self, kind):
        with self.upstream.lock:
            return [transport for labels, _, transport in self.upstream.asked if labels[0] == kind]

    def test_believes_only_the_true_answer(self):
        for kind in ("wrongid", "wrongname", "wrongtype", "wrongport", "short", "oversized", "cutoff", "plain"):
            for options in ((), ("+noedns",)):
                addresses, text, _ = self.ask(f"{kind}.example", *options)
                self.assertEqual(addresses, [TRUTH], f"{kind} {options}: {text}")
            self.assertEqual(self.transports(kind), ["udp", "udp"], f"{kind}: neither repeated nor asked over TCP")

    def test_asks_over_tcp_what_was_truncated_or_guessed_at(self):
        for kind in ("truncated", "guessing"):
            self.assertEqual(self.ask(f"{kind}.example")[0], [TRUTH], kind)
            self.assertEqual(self.transports(kind), ["udp", "tcp"], kind)

    def test_waits_for_a_slow_answer(self):
        addresses, text, took = self.ask("slow.example")
        self.assertEqual(addresses, [TRUTH], text)
        print(f"an answer that takes 2 s came after {took:.2f} s", flush=True)
        self.assertLess(took, CLIENT_PATIENCE_S)

    def test_says_why_there_is_no_answer_before_the_client_gives_up(self):
        for kind in ("silent", "onlylies"):
            addresses, text, took = self.ask(f"{kind}.example")
            self.assertEqual(addresses, [], text)
            self.assertIn("status: SERVFAIL", text)
            self.assertIn("EDE: 23", text)
            self.assertLess(took, CLIENT_PATIENCE_S)
            print(f"{kind}: SERVFAIL and EDE 23 after {took:.2f} s, {self.upstream.count(kind)} questions sent",
                  flush=True)
            self.assertLessEqual(self.upstream.count(kind), 2)

    def test_uses_another_port_for_every_question(self):
        for number in range(40):
            self.assertEqual(self.ask(f"port.n{number}.example")[0], [TRUTH])
        with self.upstream.lock:
            ports = {port for labels, port, _ in self.upstream.asked if labels[0] == "port"}
        self.assertGreater(len(ports), 35)

    def test_a_crowd_that_asks_the_same_is_one_question(self):
        with subprocess.Popen(["dig", f"@{self.daemon.address}", "-p", str(DNS_PORT), "+time=10", "+tries=1", "+short",
                               "slow.crowd.example", "A"], stdout=subprocess.PIPE, text=True) as first:
            wait_for("the question to arrive", lambda: any(labels[1] == "crowd" for labels, _, _ in list(self.upstream.asked)))
            crowd = [subprocess.Popen(["dig", f"@{self.daemon.address}", "-p", str(DNS_PORT), "+time=10", "+tries=1",
                                       "+short", "SLOW.crowd.example", "A"], stdout=subprocess.PIPE, text=True)
                     for _ in range(20)]
            answers = [each.communicate()[0].strip() for each in crowd] + [first.communicate()[0].strip()]
        self.assertEqual(answers, [TRUTH] * 21)
        with self.upstream.lock:
            asked = sum(1 for labels, _, _ in self.upstream.asked if labels[1] == "crowd")
        print(f"21 clients, {asked} questions to the upstream", flush=True)
        self.assertLessEqual(asked, 4, "the first, its repetition after a second, and those who came after the answer")

    def test_an_honest_upstream_makes_up_for_the_others(self):
        liar, honest = Upstream(f"127.{self.octet}.0.54"), Upstream(f"127.{self.octet}.0.55")
        self.addCleanup(liar.close)
        self.addCleanup(honest.close)
        honest.do_servfail = honest.do_silent = honest.do_onlylies = lambda message, _: [answer_to(message)]
        nobody = f"127.{self.octet}.0.56:9"
        daemon = self.start(2, [nobody, liar.endpoint, honest.endpoint])
        for kind in ("servfail", "silent", "onlylies"):
            addresses, text, took = self.ask(f"{kind}.example", daemon=daemon)
            self.assertEqual(addresses, [TRUTH], text)
            self.assertLess(took, 3.5, kind)
            print(f"{kind} at the first upstream: answered by the next one after {took:.2f} s", flush=True)
        self.assertIn(f"{nobody} does not answer", daemon.log.read_text())

    def test_refuses_itself_as_its_upstream_and_says_where(self):
        daemon = Daemon(self.directory / "self", f"127.{self.octet}.0.3")
        daemon.config.write_text(
            "frontends:\n  dns:\n"
            f"    listen: {daemon.address}:{DNS_PORT}\n"
            f"    upstreams: [192.0.2.1, '{daemon.address}:{DNS_PORT}']\n")
        done = subprocess.run([BINARIES / "p2pnsd", "--config", daemon.config, "--check-config"], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 1)
        complaints = [line for line in done.stderr.splitlines() if "is this server itself" in line]
        self.assertEqual(len(complaints), 1, done.stderr)
        self.assertIn("p2pns.yaml:4:16: frontends.dns.upstreams", complaints[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
