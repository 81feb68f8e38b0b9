"""Nodes with the SIP front end, for integration tests."""

import os
import socket

SIP_PORT = 5060


def add_sip(daemon, *users, keys=""):
    """From the next start on the daemon serves phones; each user's password is secret. Phones of tests know MD5 only."""
    file = daemon.directory / "sip.users"
    file.write_text("".join(f"{user}::secret\n" for user in users))
    os.chmod(file, 0o600)
    daemon.front_ends = f", sip: {{listen: '{daemon.address}:{SIP_PORT}', digest: md5{keys}}}"


def proxy_of(daemon):
    return f"{daemon.address}:{SIP_PORT}"


class RawPhone:
    """A UDP socket that sends SIP requests as they are."""

    def __init__(self, daemon):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(15)
        self.port = self.socket.getsockname()[1]
        self.server = (daemon.address, SIP_PORT)
        self.count = 0

    def send(self, method, uri, user, to=None):
        self.count += 1
        unique = f"{self.port}x{self.count}"
        self.socket.sendto(
            (f"{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{unique};rport\r\n"
             f"Max-Forwards: 70\r\nFrom: <sip:{user}@p2p>;tag={unique}\r\nTo: <{to or uri}>\r\nCall-ID: {unique}\r\n"
             f"CSeq: {self.count} {method}\r\nContact: <sip:{user}@127.0.0.1:{self.port}>\r\n"
             "Content-Length: 0\r\n\r\n").encode(), self.server)

    def request(self, method, uri, user, to=None):
        """Sends one and returns status and text of its final response."""
        self.send(method, uri, user, to)
        while True:
            text = self.socket.recv(65536).decode(errors="replace")
            status = int(text.split(None, 2)[1]) if text.startswith("SIP/2.0 ") else 0
            if status >= 200:
                return status, text

    def register(self, user):
        return self.request("REGISTER", "sip:p2p", user, to=f"sip:{user}@p2p")

    def next_request(self):
        """The next message that is a request."""
        while True:
            text = self.socket.recv(65536).decode(errors="replace")
            if not text.startswith("SIP/2.0 "):
                return text

    def close(self):
        self.socket.close()
