"""Who may change names over HTTP: by token, by unix socket, from where; and what a supervisor sees. Asked with curl."""

import json
import os
import re
import shutil
import signal
import subprocess
import unittest

from harness import BINARIES, DEADLINE_S, HTTP_PORT, Overlay, wait_for

RECORDS = json.dumps({"records": [{"type": "A", "data": "192.0.2.80"}]})


class HttpAccess(unittest.TestCase):
    def setUp(self):
        self.overlay = Overlay(1)
        self.addCleanup(self.overlay.__exit__, None)
        self.daemon = self.overlay.daemons[0]
        self.socket = self.daemon.directory / "http.sock"

    def start(self, **keys):
        """Starts the daemon with more keys in its section frontends.http."""
        more = "".join(f", {key}: '{value}'" for key, value in keys.items())
        listen = f"http: {{listen: '{self.daemon.address}:{HTTP_PORT}'"
        text = self.daemon.config.read_text()
        self.assertIn(listen, text)
        self.daemon.config.write_text(text.replace(listen, listen + more))
        self.daemon.start()
        self.daemon.wait_joined()

    def curl(self, path, *options, wrapper=()):
        """Status and body. Over TCP, unless the options name a socket."""
        done = subprocess.run([*wrapper, "curl", "--silent", "--max-time", "30", "--write-out", "\n%{http_code}", *options,
                               f"http://{self.daemon.address}:{HTTP_PORT}{path}"],
                              capture_output=True, text=True, timeout=DEADLINE_S)
        body, _, status = done.stdout.rpartition("\n")
        return int(status), body

    def put(self, name, *options, wrapper=()):
        return self.curl(f"/v1/names/{name}", "-X", "PUT", "-d", RECORDS, *options, wrapper=wrapper)

    def with_token(self):
        return ("-H", f"Authorization: Bearer {self.daemon.token()}")

    def test_changes_over_tcp_need_the_token_and_reads_do_not(self):
        self.start()
        token_file = self.daemon.directory / "http.token"
        self.assertEqual(token_file.stat().st_mode & 0o777, 0o600)
        status, body = self.put("demo.p2p")
        self.assertEqual(status, 401)
        self.assertEqual(json.loads(body)["token_file"], str(token_file))
        self.assertEqual(self.put("demo.p2p", "-H", "Authorization: Bearer " + "0" * 64)[0], 401)
        self.assertEqual(json.loads(self.curl("/v1/names")[1])["total"], 0)
        self.assertEqual(self.put("demo.p2p", *self.with_token())[0], 201)
        self.assertEqual([name["name"] for name in json.loads(self.curl("/v1/names")[1])["names"]], ["demo.p2p"])
        self.assertEqual(self.curl("/v1/names/demo.p2p", "-X", "DELETE")[0], 401)
        self.assertEqual(self.curl("/v1/names/demo.p2p", "-X", "DELETE", *self.with_token())[0], 200)
        self.assertNotIn(self.daemon.token(), self.daemon.log.read_text())

    def test_the_token_stays_the_same_after_a_restart(self):
        self.start()
        token = self.daemon.token()
        self.daemon.stop()
        self.daemon.start().wait_joined()
        self.assertEqual(self.daemon.token(), token)

    def test_pages_of_other_sites_are_refused(self):
        self.start()
        self.assertEqual(self.put("demo.p2p", *self.with_token(), "-H", "Origin: http://evil.example")[0], 403)
        self.assertEqual(self.put("demo.p2p", *self.with_token(), "-H", "Host: evil.example")[0], 403)
        self.assertEqual(self.curl("/v1/status", "-H", "Host: evil.example")[0], 403)

    def test_over_the_unix_socket_the_daemons_user_needs_no_token(self):
        self.start(unix_socket=self.socket)
        self.assertEqual(self.socket.stat().st_mode & 0o777, 0o660)
        self.assertEqual(self.put("demo.p2p", "--unix-socket", self.socket)[0], 201)
        self.daemon.stop()
        self.assertFalse(self.socket.exists())

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "only root can be somebody else")
    def test_members_of_the_group_need_no_token_and_others_do_not_get_in(self):
        self.start(unix_socket=self.socket, unix_group="daemon")
        for folder in (self.overlay.directory, self.daemon.directory):
            folder.chmod(0o755)
        member = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--groups=daemon")
        primary = ("setpriv", "--reuid=nobody", "--regid=daemon", "--clear-groups")
        stranger = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
        self.assertEqual(self.put("one.p2p", "--unix-socket", self.socket, wrapper=member)[0], 201)
        self.assertEqual(self.put("two.p2p", "--unix-socket", self.socket, wrapper=primary)[0], 201)
        self.assertEqual(self.put("three.p2p", "--unix-socket", self.socket, wrapper=stranger)[0], 0)
        self.socket.chmod(0o666)  # were the mode wider, it would still not open writes
        self.assertEqual(self.put("three.p2p", "--unix-socket", self.socket, wrapper=stranger)[0], 401)
        self.assertEqual(self.curl("/v1/names", "--unix-socket", self.socket, wrapper=stranger)[0], 200)

    def test_a_dead_daemons_socket_is_replaced_and_a_living_ones_is_not(self):
        self.start(unix_socket=self.socket)
        self.daemon.stop(signal.SIGKILL)
        self.assertTrue(self.socket.is_socket())
        self.daemon.start().wait_joined()
        self.assertEqual(self.curl("/healthz", "--unix-socket", self.socket)[0], 200)
        other = self.overlay.add(1)
        other.config.write_text(other.config.read_text().replace(
            f"http: {{listen: '{other.address}:{HTTP_PORT}'", f"http: {{listen: '{other.address}:{HTTP_PORT}', "
            f"unix_socket: '{self.socket}'"))
        other.start()
        wait_for("the complaint", lambda: "another program listens there" in other.log.read_text())
        self.assertEqual(self.curl("/healthz", "--unix-socket", self.socket)[0], 200)
        self.assertEqual(other.stop(), 1)

    def test_a_token_open_to_others_is_refused_in_one_line_and_kept(self):
        self.daemon.write_key()
        token = self.daemon.directory / "http.token"
        token.write_text("0" * 64)
        token.chmod(0o644)
        text = re.sub(r"dns: \{[^}]*\}, ", "", self.daemon.config.read_text())
        self.daemon.config.write_text(text.replace("level: info", "level: error"))
        done = subprocess.run([BINARIES / "p2pnsd", "--config", self.daemon.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=DEADLINE_S)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"p2pnsd: http: {token}: other users can use this file; make it yours alone with: "
                                      f"chmod 600 {token}\n")
        self.assertEqual(token.read_text(), "0" * 64)


class Supervision(unittest.TestCase):
    def test_ready_comes_with_the_join_and_healthy_before_it(self):
        overlay = Overlay(2)
        self.addCleanup(overlay.__exit__, None)
        first, second = overlay.daemons  # the second joins through the first
        second.start()
        wait_for("an answer", lambda: second.status())
        self.assertEqual(second.http("GET", "/healthz")[0], 200)
        status, problem = second.http("GET", "/readyz")
        self.assertEqual((status, problem["type"]), (503, "urn:p2pns:problem:not-ready"))
        self.assertIn("node.seeds", problem["detail"])
        first.start()
        wait_for("/readyz", lambda: second.http("GET", "/readyz")[0] == 200)

    def test_metrics_can_be_scraped_and_count(self):
        with Overlay(2) as overlay:
            daemon = overlay.daemons[0]
            before = self.scrape(daemon)
            daemon.dig([("nobody-has-this.p2p", "A")])
            after = self.scrape(daemon)
            self.assertEqual(after['p2pns_dns_queries_total{transport="udp"}'],
                             before['p2pns_dns_queries_total{transport="udp"}'] + 1)
            self.assertEqual(after['p2pns_dns_answers_total{rcode="nxdomain"}'], 1)
            self.assertEqual(after["p2pns_joined"], 1)
            self.assertGreater(after["p2pns_rpc_datagrams_sent_total"], before["p2pns_rpc_datagrams_sent_total"])
            self.assertGreaterEqual(after['p2pns_http_answers_total{status="2xx"}'], 1)

    def scrape(self, daemon):
        text = subprocess.run(["curl", "--silent", "--fail", f"http://{daemon.address}:{HTTP_PORT}/metrics"], check=True,
                              capture_output=True, text=True, timeout=DEADLINE_S).stdout
        samples = {}
        for line in text.splitlines():
            self.assertRegex(line, r'\A(# (HELP|TYPE) p2pns_\w+ .+|p2pns_\w+(\{\w+="\w+"\})? \d+)\Z')
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                self.assertNotIn(name, samples)
                samples[name] = int(value)
        return samples


if __name__ == "__main__":
    unittest.main(verbosity=2)
