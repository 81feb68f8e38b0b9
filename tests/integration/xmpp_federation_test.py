"""Option B: two stock Prosody servers federate over a.p2p and b.p2p, with the DNS front end as their only resolver."""

import asyncio
import subprocess
import unittest

from xmpp_client import Client, end_loop, until  # first: it may start this script again with another Python
from harness import DNS_PORT, Overlay
from xmpp_servers import CLIENT_PORT, SERVER_PORT, Prosody, need

DIRECT_PORT = 5270


def federating(directory, address, domain, user, resolver):
    """As docs/guide/xmpp.md shows it, on addresses of the test."""
    more = f"""
s2s_ports = {{ {SERVER_PORT} }}
s2s_direct_tls_ports = {{ {DIRECT_PORT} }}
s2s_require_encryption = true
s2s_secure_auth = false
unbound = {{
  resolvconf = false; hoststxt = false;
  forward = {{ "{resolver}@{DNS_PORT}" }};
  options = {{ ["do-not-query-localhost:"] = "no"; ["domain-insecure:"] = "p2p."; }};
}}
modules_disabled = {{ "s2s_auth_certs" }}
"""
    key, certificate = directory / f"{domain}.key", directory / f"{domain}.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj", f"/CN={domain}", "-addext", f"subjectAltName=DNS:{domain}", "-keyout", key, "-out",
                    certificate], check=True, capture_output=True)
    host = f'  ssl = {{ key = "{key}"; certificate = "{certificate}" }}'
    return Prosody(directory / domain, address, domain, [user], more, component="", host=host,
                   modules='"tls"; "dialback"; "s2s_bidi";')


class Federation(unittest.TestCase):
    def test_two_stock_servers_federate_by_the_dns_front_end_alone(self):
        need("prosody", "openssl")
        with Overlay(2) as overlay:
            first, second = overlay.daemons
            for daemon, label in ((first, "a"), (second, "b")):
                status, body = daemon.register(f"{label}.p2p", [
                    {"name": "_xmpp-server._tcp", "type": "SRV", "data": f"0 5 {SERVER_PORT} xmpp.{label}.p2p."},
                    {"name": "_xmpps-server._tcp", "type": "SRV", "data": f"0 5 {DIRECT_PORT} xmpp.{label}.p2p."},
                    {"name": "xmpp", "type": "A", "data": daemon.address}])
                self.assertEqual(status, 201, body)
            # Each asks the other's node: what it learns came through the overlay.
            servers = [federating(overlay.directory, first.address, "a.p2p", "alice", first.address),
                       federating(overlay.directory, second.address, "b.p2p", "bob", second.address)]
            for server in servers:
                self.addCleanup(server.stop)
                server.start((CLIENT_PORT, SERVER_PORT))
            loop = asyncio.new_event_loop()
            asyncio.set_event_loop(loop)
            try:
                loop.run_until_complete(self.talk(first, second))
            finally:
                end_loop(loop)
                for server in servers:
                    server.stop()

    async def talk(self, first, second):
        alice = await Client("alice@a.p2p/phone", first.address).log_in()
        bob = await Client("bob@b.p2p/desk", second.address).log_in()
        alice.send_message("bob@b.p2p", "hello over p2p", mtype="chat")
        await until("alice's message", lambda: bob.bodies or alice.errors)
        self.assertEqual([(str(m["from"]), m["body"]) for m in bob.bodies], [("alice@a.p2p/phone", "hello over p2p")],
                         alice.errors)
        bob.send_message("alice@a.p2p/phone", "hello back", mtype="chat")
        await until("bob's answer", lambda: alice.bodies)
        await alice["xep_0199"].send_ping("b.p2p", timeout=30)
        alice.send_message("x@nobody-has-this.p2p", "?", mtype="chat")
        await until("the error", lambda: alice.errors)
        self.assertEqual(alice.errors[0]["error"]["condition"], "remote-server-not-found")
        for client in (alice, bob):
            await client.disconnect(wait=1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
