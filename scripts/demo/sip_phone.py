"""A phone that can do two things, for scripts/run: register and answer OPTIONS, or send one OPTIONS (RFC 3261, UDP).

sip_phone.py answer  PROXY USER PASSWORD          registers USER@p2p and answers until it is ended
sip_phone.py options PROXY USER PASSWORD CALLEE   asks what CALLEE can do, prints the answer, ends with 0 for a 200
"""

import hashlib
import re
import secrets
import socket
import sys

DOMAIN = "p2p"
ANSWER_TIME_OUT_S = 10
RESEND_AFTER_S = 0.5  # T1


def header(message, name):
    found = re.search(rf"^{name}\s*:\s*(.*?)\r?$", message, re.IGNORECASE | re.MULTILINE)
    return found.group(1) if found else None


def authorization(challenge, method, uri, user, password):
    """RFC 7616 with qop=auth; the node's first challenge is SHA-256."""
    fields = dict(re.findall(r'(\w+)="?([^",]*)"?', challenge))
    algorithm = fields.get("algorithm", "MD5")

    def digest(text):
        return hashlib.new("sha256" if algorithm == "SHA-256" else "md5", text.encode()).hexdigest()

    client_nonce = secrets.token_hex(8)
    secret = digest(f"{user}:{fields['realm']}:{password}")
    response = digest(f"{secret}:{fields['nonce']}:00000001:{client_nonce}:auth:{digest(f'{method}:{uri}')}")
    return (f'Digest username="{user}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{uri}", '
            f'response="{response}", algorithm={algorithm}, qop=auth, nc=00000001, cnonce="{client_nonce}"')


class Phone:
    def __init__(self, proxy, user, password):
        self.user, self.password = user, password
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        host, port = proxy.rsplit(":", 1)
        self.socket.connect((host, int(port)))
        self.address = "%s:%d" % self.socket.getsockname()
        self.call_id, self.tag, self.sequence = secrets.token_hex(8), secrets.token_hex(4), 0

    def request(self, method, uri, to, extra=""):
        self.sequence += 1
        return (f"{method} {uri} SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP {self.address};branch=z9hG4bK{secrets.token_hex(8)};rport\r\n"
                f"Max-Forwards: 70\r\nFrom: <sip:{self.user}@{DOMAIN}>;tag={self.tag}\r\nTo: <{to}>\r\n"
                f"Call-ID: {self.call_id}\r\nCSeq: {self.sequence} {method}\r\n"
                f"Contact: <sip:{self.user}@{self.address}>\r\n{extra}Content-Length: 0\r\n\r\n")

    def ask(self, message):
        """The final response; the request is sent again until something comes."""
        wait_s, waited_s = RESEND_AFTER_S, 0
        self.socket.send(message.encode())
        while waited_s < ANSWER_TIME_OUT_S:
            self.socket.settimeout(wait_s)
            try:
                answer = self.socket.recv(65535).decode()
            except TimeoutError:
                waited_s, wait_s = waited_s + wait_s, 2 * wait_s
                self.socket.send(message.encode())
                continue
            if answer.startswith("SIP/2.0 ") and not answer.startswith("SIP/2.0 1"):
                return answer
        sys.exit(f"sip_phone: no answer from {self.socket.getpeername()}")

    def ask_with_digest(self, method, uri, to, extra=""):
        answer = self.ask(self.request(method, uri, to, extra))
        for asks, gives in (("WWW-Authenticate", "Authorization"), ("Proxy-Authenticate", "Proxy-Authorization")):
            challenge = header(answer, asks)
            if challenge:
                credentials = authorization(challenge, method, uri, self.user, self.password)
                return self.ask(self.request(method, uri, to, f"{extra}{gives}: {credentials}\r\n"))
        return answer

    def answer_for_ever(self):
        self.socket.settimeout(None)
        while True:
            request = self.socket.recv(65535).decode()
            if request.startswith("SIP/2.0 "):
                continue
            status = "200 OK" if request.startswith("OPTIONS ") else "501 Not Implemented"
            copied = re.findall(r"^(?:Via|From|Call-ID|CSeq)\s*:.*\r\n", request, re.IGNORECASE | re.MULTILINE)
            self.socket.send((f"SIP/2.0 {status}\r\n{''.join(copied)}To: {header(request, 'To')};tag={self.tag}\r\n"
                              f"Allow: OPTIONS\r\nServer: the phone of {self.user}\r\nContent-Length: 0\r\n\r\n").encode())


def main():
    if len(sys.argv) < 5 or sys.argv[1] not in ("answer", "options"):
        sys.exit(__doc__)
    phone = Phone(*sys.argv[2:5])
    if sys.argv[1] == "options":
        answer = phone.ask_with_digest("OPTIONS", sys.argv[5], sys.argv[5])
        print(answer.strip().replace("\r", ""))
        sys.exit(0 if answer.startswith("SIP/2.0 200") else 1)
    own = f"sip:{phone.user}@{DOMAIN}"
    answer = phone.ask_with_digest("REGISTER", f"sip:{DOMAIN}", own, "Expires: 600\r\n")
    if not answer.startswith("SIP/2.0 200"):
        sys.exit("sip_phone: " + answer.splitlines()[0])
    print(f"the phone of {own} is registered", flush=True)
    phone.answer_for_ever()


if __name__ == "__main__":
    main()
