"""A machine whose address changes under a daemon that listens on all of them: the others follow within seconds.

Each daemon is a machine of its own: a network namespace on a common switch. Making those takes root and iproute2; where
it is not allowed the test says so and is skipped.
"""

import contextlib
import ctypes
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import OVERLAY_PORT, Daemon, seeded_random, wait_for

MACHINES = 8
FOLLOW_DEADLINE_S = 15  # generous on a busy machine; it takes about one second
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def enter(namespace_file):
    if LIBC.setns(namespace_file.fileno(), CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(namespace):
    """Sockets made and processes started in here belong to the namespace."""
    with open("/proc/thread-self/ns/net") as home, open(f"/run/netns/{namespace}") as there:
        enter(there)
        try:
            yield
        finally:
            enter(home)


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


class Switch:
    """Namespaces whose eth0 hang on one bridge, which has a namespace too: nothing of the real network is touched."""

    def __init__(self):
        self.prefix = f"p2pns-{os.getpid()}"
        self.hub = f"{self.prefix}-hub"
        self.namespaces = []
        self.add_namespace(self.hub)
        try:
            ip("-n", self.hub, "link", "add", "br0", "up", "type", "bridge", "forward_delay", "0")
        except subprocess.CalledProcessError:
            self.close()
            raise

    def add_namespace(self, name):
        ip("netns", "add", name)
        self.namespaces.append(name)
        ip("-n", name, "link", "set", "lo", "up")

    def plug_in(self, index, address):
        name = f"{self.prefix}-{index}"
        self.add_namespace(name)
        ip("-n", self.hub, "link", "add", f"port{index}", "up", "master", "br0", "type", "veth", "peer", "eth0", "netns",
           name)
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
        return name

    def close(self):
        for name in reversed(self.namespaces):
            subprocess.run(["ip", "netns", "del", name], check=False)


class Machine(Daemon):
    """A daemon in a namespace. It is not told the machine's address."""

    def __init__(self, directory, switch, index, seeds, listen):
        self.machine_address = f"10.99.0.{index + 1}"
        self.namespace = switch.plug_in(index, self.machine_address)
        super().__init__(directory / f"machine{index}", "127.0.0.1", seeds, listen)

    @property
    def endpoint(self):
        return f"{self.machine_address}:{OVERLAY_PORT}"

    def move_to(self, address):
        ip("-n", self.namespace, "addr", "del", f"{self.machine_address}/24", "dev", "eth0")
        ip("-n", self.namespace, "addr", "add", f"{address}/24", "dev", "eth0")
        self.machine_address = address

    def start(self):
        with inside(self.namespace):
            return super().start()

    def http(self, *call):
        with inside(self.namespace):
            return super().http(*call)

    def dig(self, *call):
        with inside(self.namespace):
            return super().dig(*call)

    def address_of(self, name):
        """Of the node the name lives on, asked anew."""
        status, body = self.http("GET", f"/v1/resolve?name={name}&trace=1")
        return body["address"] if status == 200 else None


def make_switch():
    try:
        return Switch()
    except (OSError, subprocess.CalledProcessError) as error:
        reason = f"no network namespaces here: {getattr(error, 'stderr', None) or error}".strip()
        print(f"skipped, {reason}", flush=True)
        raise unittest.SkipTest(reason) from None


class MovingMachine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        seeded_random()
        cls.switch = make_switch()
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.addClassCleanup(cls.switch.close)
        cls.machines = []
        for index in range(MACHINES):
            seeds = [machine.endpoint for machine in cls.machines[:3]]
            # One of them listens on all addresses of both families; its peers have IPv4 only.
            machine = Machine(cls.directory, cls.switch, index, seeds, "[::]" if index == 5 else "0.0.0.0")
            cls.machines.append(machine)
            cls.addClassCleanup(machine.stop)
        for machine in cls.machines:
            machine.start()
        for machine in cls.machines:
            machine.wait_joined(known_nodes=MACHINES - 1)

    def dht_writes(self):
        return sum(machine.status()["dht_writes"] for machine in self.machines)

    def test_nodes_learn_their_address_from_others(self):
        for machine in self.machines:
            wait_for(f"{machine.endpoint} to know itself",
                     lambda machine=machine: machine.status()["observed_address"] == machine.endpoint)

    def test_a_bare_name_has_its_machines_address_everywhere(self):
        for index in (1, 5):
            name = f"bare{index}.p2p"
            self.assertEqual(self.machines[index].register(name)[0], 201)
            for reader in self.machines:
                self.assertEqual(reader.dig([(name, "A")]), {(name, "A"): [self.machines[index].machine_address]})

    def check_following(self, index, new_address):
        owner = self.machines[index]
        name = f"nomad{index}.p2p"
        self.assertEqual(owner.register(name, [{"type": "TXT", "data": '"still me"'}])[0], 201)
        readers = [machine for machine in self.machines if machine is not owner]
        for reader in readers:
            self.assertEqual(reader.address_of(name), owner.machine_address)
        before = self.dht_writes()

        owner.move_to(new_address)
        started = time.monotonic()
        for reader in readers:
            wait_for(f"{reader.endpoint} to follow", lambda reader=reader: reader.address_of(name) == owner.machine_address,
                     FOLLOW_DEADLINE_S)
        wait_for("the node to know its new address", lambda: owner.status()["observed_address"] == owner.endpoint,
                 FOLLOW_DEADLINE_S)
        print(f"all followed after {time.monotonic() - started:.1f} s", flush=True)
        self.assertIn("an address of this machine changed", owner.log.read_text())
        self.assertEqual(self.dht_writes(), before, "a new address is no business of the DHT")

    def test_the_others_follow_a_machine_to_a_new_address(self):
        self.check_following(3, "10.99.0.103")

    def test_the_others_follow_a_machine_that_listens_on_both_families(self):
        self.check_following(5, "10.99.0.105")

    def test_the_others_follow_a_seed(self):
        self.check_following(0, "10.99.0.100")


if __name__ == "__main__":
    unittest.main(verbosity=2)
