"""A machine whose only resolver is p2pnsd: it starts, joins through a seed given by name, and resolves everything.

The machine is a network namespace whose /etc/resolv.conf names nobody but the daemon. The rest of the world is another
one, with an overlay and dnsmasq as the upstream resolver.
"""

import contextlib
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from harness import BINARIES, DEADLINE_S, Daemon, seeded_random, wait_for
from machines import inside, ip, make_switch

NODES = 4
WORLD = "10.99.0.1"
SEED_NAME = "seed.world.example"
RECOVERY_DEADLINE_S = 5.0


class Dnsmasq:
    """A real DNS server that is told all it knows on its command line."""

    def __init__(self, namespace, address, *options):
        self.namespace, self.address, self.options = namespace, address, options
        self.process = None
        self.log = pathlib.Path(tempfile.mkstemp(prefix="p2pns-dnsmasq-")[1])

    def start(self):
        with inside(self.namespace), self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                 "--user=root", "--group=root", "--pid-file=", "--bind-interfaces", "--except-interface=lo",
                 f"--listen-address={self.address}", "--log-facility=-", "--log-queries", *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def questions(self):
        return len(re.findall(r": query\[", self.log.read_text()))

    def stop(self, signal_number=signal.SIGKILL):
        if self.process:
            self.process.send_signal(signal_number)
            self.process.wait(timeout=DEADLINE_S)
            self.process = None

    def close(self):
        self.stop()
        self.log.unlink(missing_ok=True)


def world_server(namespace):
    return Dnsmasq(namespace, WORLD, f"--host-record={SEED_NAME},{WORLD}", "--host-record=www.world.example,192.0.2.80",
                   *(f"--txt-record=big.world.example,{'x' * 200}{number}" for number in range(10)),
                   "--local=/world.example/")


class Resolver(Daemon):
    """p2pnsd as the one and only resolver of a machine."""

    def __init__(self, directory, namespace, upstreams, seeds=(f"{SEED_NAME}:4222",)):
        self.namespace, self.upstreams = namespace, upstreams
        super().__init__(directory, "127.0.0.1", seeds)

    def write_config(self, seeds, overlay_port=4222):
        upstreams = ", ".join(f'"{upstream}"' for upstream in self.upstreams)
        seed_list = ", ".join(f'"{seed}"' for seed in seeds)
        self.config.write_text(
            "network: {id: p2pns-integration, puzzle: {static_bits: 6, dynamic_bits: 6}, exempt_private_blocks: true}\n"
            f"node: {{listen: '0.0.0.0:{overlay_port}', key_file: node.key, seeds: [{seed_list}]}}\n"
            f"frontends: {{dns: {{listen: '127.0.0.1:53', upstreams: [{upstreams}]}}, http: {{}}}}\n")

    def run(self, *words):
        """Runs a program as users of this machine do; its output."""
        return subprocess.run(["ip", "netns", "exec", self.namespace, *words], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=DEADLINE_S).stdout

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["ip", "netns", "exec", self.namespace, BINARIES / "p2pnsd", "--config", self.config],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def http(self, *call):
        with inside(self.namespace):
            return super().http(*call)

    def getent(self, name):
        """The IPv4 addresses that programs of this machine get."""
        return sorted({line.split()[0] for line in self.run("getent", "ahostsv4", name).splitlines()})

    def ask(self, name, kind="A", *options):
        """Status, extended error and data of one answer; dig reads /etc/resolv.conf."""
        text = self.run("dig", name, kind, "+time=6", "+tries=1", *options)
        status = re.search(r"status: (\w+)", text)
        error = re.search(r"EDE: (\d+)", text)
        data = [line.split(None, 4)[4] for line in text.splitlines() if line and line[0] != ";" and len(line.split()) > 4]
        return status and status[1], int(error[1]) if error else None, data

    def lines(self, words):
        return [line for line in self.log.read_text().splitlines() if words in line]


class SystemResolver(unittest.TestCase):
    def setUp(self):
        seeded_random()
        self.switch = make_switch()
        self.addCleanup(self.switch.close)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.world = self.switch.plug_in(0, WORLD)
        self.machine = self.switch.plug_in(1, "10.99.0.2")
        settings = pathlib.Path("/etc/netns") / self.machine
        settings.mkdir(parents=True)
        self.addCleanup(self.remove_settings, settings)
        (settings / "resolv.conf").write_text("nameserver 127.0.0.1\n")
        self.overlay = []
        for index in range(NODES):
            address = WORLD if index == 0 else f"10.99.0.{index + 10}"
            if index > 0:
                ip("-n", self.world, "addr", "add", f"{address}/24", "dev", "eth0")
            node = Daemon(self.directory / f"node{index}", f"127.0.1.{index + 1}", [f"{WORLD}:4222"] if index else [],
                          listen=address)
            self.addCleanup(node.stop)
            self.overlay.append(node)
        self.upstream = world_server(self.world)
        self.addCleanup(self.upstream.close)

    @staticmethod
    def remove_settings(settings):
        shutil.rmtree(settings)
        with contextlib.suppress(OSError):  # of somebody else, and not empty
            settings.parent.rmdir()

    def start_overlay(self):
        with inside(self.world):
            for node in self.overlay:
                node.start()
            for node in self.overlay:
                node.wait_joined(known_nodes=NODES - 1)

    def register(self, name, records):
        with inside(self.world):
            status, body = self.overlay[2].register(name, records)
        self.assertEqual(status, 201, body)

    def start_resolver(self, *upstreams, **options):
        resolver = Resolver(self.directory / "resolver", self.machine, upstreams, **options)
        resolver.write_key()
        self.addCleanup(resolver.stop)
        self.addCleanup(self.show_if_failed, resolver)
        return resolver.start()

    def show_if_failed(self, resolver):
        if not self._outcome.success:
            print(resolver.log.read_text(), flush=True)

    def test_forwards_at_once_joins_by_name_and_resolves_everything(self):
        self.upstream.start()
        started = time.monotonic()
        resolver = self.start_resolver(WORLD)
        wait_for("the first forwarded answer", lambda: resolver.getent("www.world.example") == ["192.0.2.80"])
        first = time.monotonic() - started
        wait_for("the seed's address", lambda: resolver.lines("seeds found by name: 10.99.0.1:4222"))
        self.assertEqual(resolver.ask("alice.p2p"), ("SERVFAIL", 14, []), "not ready, and says so")

        began = time.monotonic()
        self.start_overlay()
        resolver.wait_joined(known_nodes=NODES)
        joined = time.monotonic() - began
        self.register("alice.p2p", [{"type": "A", "data": "192.0.2.7"}])
        self.register("bob.p2p", [{"type": "CNAME", "data": "www.world.example."}])
        self.assertEqual(resolver.getent("alice.p2p"), ["192.0.2.7"])
        self.assertEqual(resolver.getent("bob.p2p"), ["192.0.2.80"], "an alias out of the zone")
        self.assertEqual(resolver.ask("www.world.example", "A", "+tcp"), ("NOERROR", None, ["192.0.2.80"]))
        self.assertEqual(len(resolver.ask("big.world.example", "TXT")[2]), 10, "2,200 bytes: TC, then TCP")
        self.assertEqual(resolver.ask("nobody.world.example")[0], "NXDOMAIN")
        asked = self.upstream.questions()
        self.assertEqual(resolver.getent("localhost.localhost"), ["127.0.0.1"])
        for name in ("x.onion", "x.invalid", "x.alt", "x.local", "x.home.arpa", "nobody.p2p"):
            self.assertEqual(resolver.ask(name)[0], "NXDOMAIN", name)
        self.assertEqual(self.upstream.questions(), asked, "none of them left the machine")
        print(f"first forwarded answer after {first:.2f} s (before the overlay was there), "
              f"joined through {SEED_NAME} {joined:.2f} s after the overlay began to start", flush=True)

    def check_outage(self, resolver, what, break_it, mend_it):
        self.assertEqual(resolver.getent("www.world.example"), ["192.0.2.80"])
        break_it()
        wait_for("the outage to be noticed", lambda: resolver.ask("www.world.example")[0] == "SERVFAIL" and
                 len(resolver.lines("does not answer")) > len(resolver.lines("answers again")))
        started = time.monotonic()
        status, error, _ = resolver.ask("other.world.example")
        waited = time.monotonic() - started
        self.assertEqual((status, error), ("SERVFAIL", 23), "in the time that a client waits for an answer")
        self.assertEqual(resolver.getent("alice.p2p"), ["192.0.2.7"], "names of the overlay need no upstream")
        mend_it()
        started = time.monotonic()
        wait_for("the upstream to be seen again", lambda: len(resolver.lines("answers again")) ==
                 len(resolver.lines("does not answer")), RECOVERY_DEADLINE_S)
        seen = time.monotonic() - started
        self.assertEqual(resolver.getent("www.world.example"), ["192.0.2.80"])
        print(f"upstream {what}: SERVFAIL after {waited:.2f} s; back: seen after {seen:.2f} s, without a question from "
              "anybody", flush=True)

    def test_recovers_by_itself_when_the_upstream_is_back(self):
        self.start_overlay()
        self.upstream.start()
        resolver = self.start_resolver(WORLD)
        resolver.wait_joined(known_nodes=NODES)
        self.register("alice.p2p", [{"type": "A", "data": "192.0.2.7"}])
        self.check_outage(resolver, "killed", self.upstream.stop, self.upstream.start)
        self.check_outage(resolver, "silent", lambda: self.upstream.process.send_signal(signal.SIGSTOP),
                          lambda: self.upstream.process.send_signal(signal.SIGCONT))

    def test_says_that_nobody_else_can_be_asked_for_the_seed(self):
        resolver = self.start_resolver()
        wait_for("the complaint", lambda: resolver.lines("names only this node"))
        self.assertEqual(resolver.ask("alice.p2p")[:2], ("SERVFAIL", 14))
        self.assertEqual(resolver.ask("www.world.example")[:2], ("REFUSED", 20))
        complaint = resolver.lines("names only this node")
        self.assertEqual(len(complaint), 1, complaint)
        self.assertIn("/etc/resolv.conf", complaint[0])
        self.assertIn("set node.bootstrap_resolvers", complaint[0])

    def loop(self):
        """A resolver on this very machine that asks p2pnsd what it is asked."""
        server = Dnsmasq(self.machine, "127.0.0.2", "--server=127.0.0.1", "--cache-size=0", "--dns-forward-max=1000")
        self.addCleanup(server.close)
        return server.start()

    def test_finds_a_loop_and_does_not_use_it(self):
        server = self.loop()
        resolver = self.start_resolver("127.0.0.2", seeds=())
        wait_for("the loop to be found", lambda: resolver.lines("forwarding loop"))
        for number in range(20):
            self.assertEqual(resolver.ask(f"n{number}.world.example")[:2], ("SERVFAIL", 22))
        self.assertEqual(len(resolver.lines("forwarding loop")), 1, "one line")
        print(f"a loop: {server.questions()} questions to the other resolver in all", flush=True)
        self.assertLess(server.questions(), 10)

    def test_goes_on_with_the_upstream_that_is_none(self):
        self.upstream.start()
        self.loop()
        resolver = self.start_resolver("127.0.0.2", WORLD, seeds=())
        self.assertEqual(wait_for("an answer", lambda: resolver.getent("www.world.example")), ["192.0.2.80"])
        wait_for("the loop to be found", lambda: resolver.lines("forwarding loop"))
        started = time.monotonic()
        self.assertEqual(resolver.getent("www.world.example"), ["192.0.2.80"])
        self.assertLess(time.monotonic() - started, 1.0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
