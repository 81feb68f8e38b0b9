"""scripts/run as a newcomer meets it: the transcript, its end by Ctrl-C, and what it says when something is wrong."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import BINARIES, DEADLINE_S, wait_for

ROOT = pathlib.Path(__file__).parents[2]
UDP, TCP = socket.SOCK_DGRAM, socket.SOCK_STREAM
PORTS = [*((kind, port) for port in (4222, 4223, 5060, 5062, 5300) for kind in (UDP, TCP)), (TCP, 5851), (TCP, 8053), (TCP, 8153)]
XMPP = shutil.which("prosody") is not None
if XMPP:
    PORTS += [(TCP, port) for port in (5222, 5223, 5347, 5348)]


def bound(kind, port):
    found = socket.socket(socket.AF_INET, kind)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, kind == socket.SOCK_STREAM)
    found.bind(("127.0.0.1", port))
    if kind == socket.SOCK_STREAM:
        found.listen()
    return found


def children_of(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


class RunScript(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="p2pns-test-")
        self.addCleanup(self._folder.cleanup)
        self.temporary = pathlib.Path(self._folder.name)
        self.output = self.temporary / "output"
        self.state = self.temporary / "state"
        self.state.mkdir()

    def start(self, *arguments):
        with self.output.open("wb") as output:
            script = subprocess.Popen([ROOT / "scripts" / "run", *arguments], stdin=subprocess.DEVNULL, stdout=output,
                                      stderr=subprocess.STDOUT,
                                      # Whoever starts tests in the background has them ignore Ctrl-C.
                                      preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
                                      env={**os.environ, "P2PNS_BIN": str(BINARIES), "TMPDIR": str(self.state)})
        self.addCleanup(self.end, script)
        return script

    @staticmethod
    def end(script):
        if script.poll() is None:
            script.terminate()
            script.wait(timeout=DEADLINE_S)

    def started(self):
        script = self.start()
        wait_for("the transcript", lambda: "Up until Ctrl-C" in self.output.read_text() or script.poll() is not None)
        self.assertIsNone(script.poll(), self.output.read_text())
        return script

    def assert_nothing_left(self):
        self.assertEqual(list(self.state.iterdir()), [])
        for kind, port in PORTS:
            bound(kind, port).close()

    def test_once_shows_the_transcript_and_leaves_nothing(self):
        code = self.start("--once").wait(timeout=2 * DEADLINE_S)
        shown = self.output.read_text()
        self.assertEqual(code, 0, shown)
        for part in ("register demo.p2p", "192.0.2.80", "hello from p2pns", "SIP/2.0 200 OK", "hit-to-ip.p2p", "seconds from start to the first answered name"):
            self.assertIn(part, shown)
        self.assertIn("got from caller@p2p: hello by name" if XMPP else "no XMPP", shown)
        self.assert_nothing_left()

    def test_ctrl_c_ends_everything(self):
        script = self.started()
        script.send_signal(signal.SIGINT)
        self.assertEqual(script.wait(timeout=DEADLINE_S), 130)
        self.assert_nothing_left()

    def test_a_daemon_that_dies_is_told_and_the_rest_ends(self):
        script = self.started()
        os.kill(next(child for child in children_of(script.pid) if "p2pnsd" in command_of(child)), signal.SIGKILL)
        self.assertEqual(script.wait(timeout=DEADLINE_S), 1)
        self.assertRegex(self.output.read_text(), r"p2pnsd \((gateway|home)\) ended by itself")
        self.assert_nothing_left()

    def test_a_busy_port_is_named_in_one_line(self):
        for kind, port in PORTS:
            with self.subTest(port), bound(kind, port):
                self.assertEqual(self.start("--once").wait(timeout=DEADLINE_S), 1)
                name = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
                self.assertRegex(self.output.read_text(), rf"\Ascripts/run: {name} port {port} is in use[^\n]*\n\Z")
                self.assertEqual(list(self.state.iterdir()), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
