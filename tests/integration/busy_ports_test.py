"""Ports of front ends that somebody else has: each is named in one line, the rest goes on, the exit code tells."""

import socket
import subprocess
import unittest

from harness import BINARIES, DEADLINE_S, DNS_PORT, HTTP_PORT, Overlay, taken, wait_for


class BusyPorts(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay(1)
        self.addCleanup(self.overlay.__exit__, None)
        self.daemon = self.overlay.daemons[0]
        self.daemon.write_key()
        # Only complaints: then the log must hold nothing else.
        self.daemon.config.write_text(self.daemon.config.read_text().replace("level: info", "level: error"))

    def lines(self):
        return self.daemon.log.read_text().splitlines()

    def dns_line(self):
        return f"dns: cannot listen on {self.daemon.address}:{DNS_PORT}: Address already in use"

    def test_http_goes_on_without_dns(self):
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            with self.subTest(kind), taken(kind, self.daemon.address, DNS_PORT):
                self.daemon.log.unlink(missing_ok=True)
                self.daemon.start()
                self.assertTrue(wait_for("the HTTP front end", self.daemon.status)["joined"])
                self.assertEqual(self.lines(), ["p2pnsd: " + self.dns_line()])
                self.assertEqual(self.daemon.stop(), 1)
                self.assertEqual(self.lines()[1:],
                                 ["p2pnsd: this front end was missing all the time: " + self.dns_line()])

    def test_dns_goes_on_without_http(self):
        with taken(socket.SOCK_STREAM, self.daemon.address, HTTP_PORT):
            self.daemon.start()
            wait_for("the complaint", self.lines)
            self.assertEqual(len(self.lines()), 1)
            self.assertRegex(self.lines()[0], rf"\Ap2pnsd: http: cannot listen on .*:{HTTP_PORT} ")
            asked = subprocess.run(["dig", f"@{self.daemon.address}", "-p", str(DNS_PORT), "+short", "p2p", "NS"],
                                   capture_output=True, text=True, timeout=DEADLINE_S)
            self.assertEqual(asked.stdout, "ns.id.p2p.\n")
            self.assertEqual(self.daemon.stop(), 1)

    def test_without_any_front_end_the_daemon_ends_at_once(self):
        with taken(socket.SOCK_DGRAM, self.daemon.address, DNS_PORT), \
                taken(socket.SOCK_STREAM, self.daemon.address, HTTP_PORT):
            done = subprocess.run([BINARIES / "p2pnsd", "--config", self.daemon.config], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        lines = done.stderr.splitlines()
        self.assertEqual(len(lines), 2, "one for each of them")
        self.assertEqual(lines[0], "p2pnsd: " + self.dns_line())
        self.assertIn(f"http: cannot listen on {self.daemon.address}:{HTTP_PORT}", lines[1])

    def test_a_free_port_at_the_next_start_is_all_it_takes(self):
        with taken(socket.SOCK_DGRAM, self.daemon.address, DNS_PORT):
            self.daemon.start()
            wait_for("the HTTP front end", self.daemon.status)
            self.assertEqual(self.daemon.stop(), 1)
        self.daemon.start()
        wait_for("the HTTP front end", self.daemon.status)
        self.assertEqual(self.daemon.stop(), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
