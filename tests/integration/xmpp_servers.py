"""XMPP servers for integration tests: stock ones with configurations of their own, and one that is none."""

import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import threading
import unittest

from harness import DEADLINE_S, wait_for

CLIENT_PORT, SERVER_PORT, COMPONENT_PORT = 5222, 5269, 5347
SECRET = "s3cret"
PASSWORD = "secret"


def need(*programs):
    missing = [program for program in programs if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")]
    if missing:
        print(f"skipped, {', '.join(missing)} is not installed", flush=True)
        raise unittest.SkipTest(f"{', '.join(missing)} is not installed (scripts/setup-dependencies)")


def answers(address, port):
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


class StockServer:
    """A server process with a folder of its own, at one loopback address."""

    def __init__(self, directory, address, domain):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.address, self.domain, self.process = address, domain, None

    def run(self, command, ports, environment=None):
        self.log = self.directory / "log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, cwd=self.directory,
                                            env={**os.environ, **(environment or {})})
        for port in ports:
            wait_for(f"{self.domain} to listen at {self.address}:{port}", lambda port=port: self.is_up(port))
        return self

    def is_up(self, port):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.domain} ended with {self.process.returncode}: {self.log.read_text()[-3000:]}")
        return answers(self.address, port)

    def stop(self):
        if self.process is None:
            return
        # The group that it leads: some of them start programs of their own.
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=DEADLINE_S)
        self.process = None


class Prosody(StockServer):
    """One ordinary domain, and the component p2p. With `more`, lines for the whole server."""

    component = f'Component "p2p"\n  component_secret = "{SECRET}"\n'

    def __init__(self, directory, address, domain, users, more="", component=None, host="", modules=""):
        need("prosody")
        super().__init__(directory, address, domain)
        accounts = self.directory / "data" / domain.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True)
        for user in users:
            (accounts / f"{user}.dat").write_text(f'return {{ ["password"] = "{PASSWORD}"; }};\n')
        (self.directory / "prosody.cfg.lua").write_text(f"""
pidfile = "{self.directory}/prosody.pid"
data_path = "{self.directory}/data"
certificates = "{self.directory}/certs"
log = {{ info = "*console" }}
run_as_root = true
interfaces = {{ "{address}" }}
c2s_ports = {{ {CLIENT_PORT} }}
component_interfaces = {{ "{address}" }}
component_ports = {{ {COMPONENT_PORT} }}
authentication = "internal_plain"
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
modules_enabled = {{ "roster"; "saslauth"; "disco"; "ping"; "carbons"; "offline"; "presence"; "message"; "iq"; "posix"; {modules} }}
{more or 'modules_disabled = { "tls"; "s2s" }'}
VirtualHost "{domain}"
{host}
{self.component if component is None else component}
""")

    def start(self, ports=(CLIENT_PORT, COMPONENT_PORT)):
        return self.run(["prosody", "-F", "--config", str(self.directory / "prosody.cfg.lua")], ports)


class Ejabberd(StockServer):
    """One domain where everybody may log in, and the component p2p."""

    def __init__(self, directory, address, domain):
        need("erl", "ejabberdctl")
        super().__init__(directory, address, domain)
        (self.directory / "ejabberd.yml").write_text(f"""
hosts: ["{domain}"]
loglevel: info
auth_method: [anonymous]
anonymous_protocol: login_anon
listen:
  - {{port: {CLIENT_PORT}, ip: "{address}", module: ejabberd_c2s, starttls: false, max_stanza_size: 262144, shaper: none}}
  - port: {COMPONENT_PORT}
    ip: "{address}"
    module: ejabberd_service
    access: all
    shaper_rule: none
    hosts: {{"p2p": {{password: "{SECRET}"}}}}
modules: {{mod_roster: {{}}, mod_disco: {{}}, mod_ping: {{}}}}
""")

    def start(self):
        libraries = sorted(pathlib.Path("/usr/lib").glob("*/ejabberd-*/ebin"))
        code = [word for library in libraries for word in ("-pa", str(library))]
        environment = {"EJABBERD_CONFIG_PATH": str(self.directory / "ejabberd.yml"),
                       "EJABBERD_LOG_PATH": str(self.directory / "ejabberd.log"), "HOME": str(self.directory)}
        spool = self.directory / "spool"
        spool.mkdir(exist_ok=True)
        # Not distributed: no port mapper is started, and no node is asked for.
        return self.run(["erl", "-noinput", *code, "-mnesia", "dir", f'"{spool}"', "-s", "ejabberd"],
                        (CLIENT_PORT, COMPONENT_PORT), environment)


class FakeServer:
    """Takes components' handshakes and says what it is told to; each connection has a thread."""

    head = ("<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/streams' "
            "xmlns='jabber:component:accept' id='1'>")

    def __init__(self, address):
        self.listener = socket.create_server((address, COMPONENT_PORT))
        self.connections, self.handshakes, self.received = 0, 0, ""
        self.script = None  # instead of a handshake: called with the socket
        self.socket = None
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self.talk, args=(connection, self.script), daemon=True).start()

    def talk(self, connection, script):
        with connection:
            try:
                if script:
                    script(connection)
                else:
                    self.be_honest(connection)
            except OSError:
                pass

    def be_honest(self, connection):
        connection.sendall(self.head.encode())
        heard = ""
        while "</handshake>" not in heard:
            heard += self.hear(connection)
        digest = re.search(r"<handshake[^>]*>(\w+)</handshake>", heard).group(1)
        if digest != hashlib.sha1(f"1{SECRET}".encode()).hexdigest():
            return
        connection.sendall(b"<handshake/>")
        self.handshakes += 1
        self.socket = connection
        while True:
            self.received += self.hear(connection)

    @staticmethod
    def hear(connection):
        data = connection.recv(65536)
        if not data:
            raise OSError("closed")
        return data.decode(errors="replace")

    def say(self, text):
        self.socket.sendall(text.encode())

    def drop(self):
        """Ends the honest connection, if there is one."""
        connection, self.socket = self.socket, None
        if connection:
            connection.shutdown(socket.SHUT_RDWR)  # close() alone waits for the thread that reads

    def close(self):
        self.listener.close()
        try:
            self.drop()
        except OSError:
            pass
