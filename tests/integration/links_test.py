"""The daemon's end of links: the overlay's port on TCP, what strangers get there, and what /metrics tells of it."""

import http.client
import re
import socket
import ssl
import subprocess
import unittest

from harness import BINARIES, DEADLINE_S, HTTP_PORT, OVERLAY_PORT, Overlay, taken, wait_for


def ended(daemon, reason):
    """How many connections have ended for this reason."""
    connection = http.client.HTTPConnection(daemon.address, HTTP_PORT, timeout=30)
    connection.request("GET", "/metrics")
    page = connection.getresponse().read().decode()
    connection.close()
    return int(re.search(rf'^p2pns_links_ended_total\{{reason="{reason}"\}} (\d+)$', page, re.MULTILINE)[1])


class Links(unittest.TestCase):
    def test_a_daemon_whose_tcp_port_is_taken_says_so_and_ends(self):
        overlay = Overlay(1)
        self.addCleanup(overlay.__exit__, None)
        daemon = overlay.daemons[0]
        daemon.write_key()
        with taken(socket.SOCK_STREAM, daemon.address, OVERLAY_PORT):
            done = subprocess.run([BINARIES / "p2pnsd", "--config", daemon.config], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr,
                         f"p2pnsd: cannot listen on {daemon.endpoint} (TCP): Address already in use\n")

    def test_strangers_are_refused_and_counted(self):
        with Overlay(1) as overlay:
            daemon = overlay.daemons[0]
            where = (daemon.address, OVERLAY_PORT)
            with socket.create_connection(where, timeout=DEADLINE_S) as plain:
                plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
                while plain.recv(1024):
                    pass  # an alert, then the end
            wait_for("plain text to be counted", lambda: ended(daemon, "bad_handshake") == 1)

            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            context.set_alpn_protocols(["p2pns/1/0000000000000000"])
            with self.assertRaisesRegex(ssl.SSLError, "(?i)no.application.protocol"):
                with socket.create_connection(where, timeout=DEADLINE_S) as other_network:
                    context.wrap_socket(other_network)
            wait_for("another network to be counted", lambda: ended(daemon, "wrong_network") == 1)
            self.assertEqual(daemon.log.read_text().count("TLS"), 0, "no line for strangers")


if __name__ == "__main__":
    unittest.main(verbosity=2)
