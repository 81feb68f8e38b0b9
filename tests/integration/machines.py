"""Machines for integration tests: daemons in network namespaces of their own, on a common switch.

Making those takes root and iproute2; where it is not allowed the test says so and is skipped.
"""

import contextlib
import ctypes
import os
import subprocess
import unittest

from harness import OVERLAY_PORT, Daemon

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
