"""Real daemons on loopback for integration tests: start them, wait for states, ask them as users do."""

import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

BINARIES = pathlib.Path(os.environ["P2PNS_BINARIES"])
SEED = int(os.environ.get("P2PNS_SEED", random.SystemRandom().randrange(2**32)))
# A sanitizer makes everything slower; states are waited for, so a generous limit costs nothing.
DEADLINE_S = float(os.environ.get("P2PNS_TEST_DEADLINE", "90"))
OVERLAY_PORT, DNS_PORT, HTTP_PORT = 4222, 5300, 8053


def seeded_random():
    """The test's randomness; its seed is printed, P2PNS_SEED replays it."""
    print(f"P2PNS_SEED={SEED}", flush=True)
    return random.Random(SEED)


def wait_for(what, condition, deadline_s=DEADLINE_S):
    """Waits until condition() is true; the result of the call that was."""
    end = time.monotonic() + deadline_s
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise AssertionError(f"gave up after {deadline_s:.0f} s waiting for: {what}")


def free_block():
    """A /16 of loopback on which nobody uses our ports, so that test runs can stand side by side."""
    for octet in random.SystemRandom().sample(range(80, 250), 100):
        try:
            for kind, port in ((socket.SOCK_DGRAM, OVERLAY_PORT), (socket.SOCK_STREAM, HTTP_PORT)):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind((f"127.{octet}.0.1", port))
            return octet
        except OSError:
            continue
    raise AssertionError("no free loopback block")


def taken(kind, address, port):
    """A socket that has the port, as long as it is open."""
    squatter = socket.socket(socket.AF_INET, kind)
    squatter.bind((address, port))
    if kind == socket.SOCK_STREAM:
        squatter.listen()
    return squatter


class Daemon:
    """One p2pnsd with a configuration and a key of its own."""

    def __init__(self, directory, address, seeds=(), listen=None, network=""):
        self.network_keys = network  # more of the section network, as in ", stage1_life_s: 5"
        self.node_keys = ""  # more of the section node, likewise
        self.front_ends = ""  # more front ends, likewise
        self.address = address
        self.listen = listen or address  # of the overlay; the front ends listen at the address
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.config = self.directory / "p2pns.yaml"
        self.log = self.directory / "log"
        self.process = None
        self.program = "p2pnsd"
        self.environment = {}  # of the next start, beside this process's own
        self.write_config(seeds)

    def write_config(self, seeds, overlay_port=OVERLAY_PORT):
        seed_list = ", ".join(f'"{seed}"' for seed in seeds)
        self.config.write_text(
            "network: {id: p2pns-integration, puzzle: {static_bits: 6, dynamic_bits: 6}, exempt_private_blocks: true"
            f"{self.network_keys}}}\n"
            f"node: {{listen: '{self.listen}:{overlay_port}', key_file: node.key, seeds: [{seed_list}]{self.node_keys}}}\n"
            f"frontends: {{dns: {{listen: '{self.address}:{DNS_PORT}'}}, http: {{listen: '{self.address}:{HTTP_PORT}'}}"
            f"{self.front_ends}}}\n"
            "log: {level: info}\n")

    def keep_store(self, maximum_mib=128, path="store"):
        """From the next start on the daemon keeps what it stores; the directory."""
        with self.config.open("a") as config:
            config.write(f"store: {{path: '{path}', maximum_mib: {maximum_mib}}}\n")
        return self.directory / path

    def load_plugins(self, *files):
        """From the next start on the daemon loads these: copies of its own, which nobody else can write."""
        copies = [shutil.copy(file, self.directory) for file in files]
        for copy in copies:
            os.chmod(copy, 0o644)
        with self.config.open("a") as config:
            config.write(f"plugins: [{', '.join(pathlib.Path(copy).name for copy in copies)}]\n")

    def write_key(self):
        """Makes the key that the first start would make."""
        subprocess.run([BINARIES / "p2pns", "keygen", "--out", self.directory / "node.key", "--network",
                        "p2pns-integration", "--static-bits", "6", "--dynamic-bits", "6"], check=True,
                       stdout=subprocess.DEVNULL, timeout=DEADLINE_S)

    @property
    def endpoint(self):
        return f"{self.address}:{OVERLAY_PORT}"

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([BINARIES / self.program, "--config", self.config], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env={**os.environ, **self.environment})
        return self

    def stop(self, signal_number=signal.SIGTERM):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        code = self.process.wait(timeout=DEADLINE_S)
        self.process = None
        return code

    def http(self, method, path, body=None):
        """Status and decoded JSON (None for an empty body)."""
        connection = http.client.HTTPConnection(self.address, HTTP_PORT, timeout=30)
        try:
            payload = None if body is None else json.dumps(body)
            headers = {"Content-Type": "application/json"} if payload else {}
            if method not in ("GET", "HEAD"):
                headers["Authorization"] = f"Bearer {self.token()}"
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            text = response.read()
            return response.status, (json.loads(text) if text else None)
        finally:
            connection.close()

    def token(self):
        """What opens changes; made at the first start."""
        return (self.directory / "http.token").read_text().strip()

    def status(self):
        try:
            return self.http("GET", "/v1/status")[1]
        except OSError:
            if self.process and self.process.poll() is not None:
                raise AssertionError(f"p2pnsd ended with {self.process.returncode}: {self.log.read_text()}") from None
            return None

    def wait_joined(self, known_nodes=0):
        def joined():
            status = self.status()
            return status and status["joined"] and status["known_nodes"] >= known_nodes and status
        return wait_for(f"{self.address} to join", joined)

    def register(self, name, records=()):
        return self.http("PUT", f"/v1/names/{name}", {"records": list(records)})

    def dig(self, queries, *options):
        """Asks many (name, type) in one run of dig; {(name, type): [answer data, ...]}."""
        batch = self.directory / "queries"
        batch.write_text("".join(f"{name} {kind}\n" for name, kind in queries))
        output = subprocess.run(
            ["dig", f"@{self.address}", "-p", str(DNS_PORT), "+noall", "+answer", "+time=10", "+tries=1", *options,
             "-f", batch], check=True, capture_output=True, text=True, timeout=DEADLINE_S * 2).stdout
        answers = {}
        for line in output.splitlines():
            fields = line.split(None, 4)
            if len(fields) == 5 and not line.startswith(";"):
                answers.setdefault((fields[0].rstrip(".").lower(), fields[3]), []).append(fields[4])
        return answers


class Overlay:
    """Some daemons that form one overlay; a context manager that leaves nothing behind."""

    def __init__(self, size, network=""):
        self.network_keys = network
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="p2pns-test-"))
        self.octet = free_block()
        self.daemons = []
        for index in range(size):
            self.add(index)

    def add(self, index):
        seeds = [daemon.endpoint for daemon in self.daemons[:3]]
        daemon = Daemon(self.directory / f"node{index}", f"127.{self.octet}.0.{index + 1}", seeds,
                        network=self.network_keys)
        self.daemons.append(daemon)
        return daemon

    def __enter__(self):
        for daemon in self.daemons:
            daemon.start()
        for daemon in self.daemons:
            daemon.wait_joined(known_nodes=min(len(self.daemons), 16) - 1)
        return self

    def __exit__(self, failed, *_):
        codes = [daemon.stop() for daemon in self.daemons]
        ended_badly = [daemon for daemon, code in zip(self.daemons, codes) if code]
        for daemon in (ended_badly or self.daemons)[:3] if failed or ended_badly else []:
            print(f"--- {daemon.log}\n{daemon.log.read_text()[-3000:]}", file=sys.stderr)
        shutil.rmtree(self.directory, ignore_errors=True)
        # What a sanitizer says at the very end would go unread otherwise.
        if ended_badly and not failed:
            raise AssertionError(f"daemons ended with {codes}")
