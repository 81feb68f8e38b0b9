"""baresip phones for integration tests: started headless, driven over their control port, waited for by their events."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess

from harness import DEADLINE_S, wait_for

PROGRAM = shutil.which("baresip")
MODULES = "/usr/lib/baresip/modules"

# Two channels for ausine, which has no mono; the address and not the name of the interface, or loopback is skipped.
CONFIG = """\
sip_listen		127.0.0.1:{sip_port}
audio_player		aufile,{folder}/heard.wav
audio_source		ausine,440
audio_alert		aufile,{folder}/alert.wav
ausrc_srate		48000
auplay_srate		48000
ausrc_channels		2
auplay_channels		1
rtp_ports		{rtp_first}-{rtp_last}
net_interface		127.0.0.1
module_path		{modules}
module			ausine.so
module			aufile.so
module			g711.so
module			uuid.so
module_tmp		account.so
module_app		menu.so
module_app		ctrl_tcp.so
ctrl_tcp_listen		127.0.0.1:{control_port}
"""
ACCOUNT = ('<sip:{user}@p2p;transport={transport}>;outbound="sip:{proxy};transport={transport}";auth_user={user};'
           "auth_pass={password};regint=60;answermode={answer};audio_codecs=PCMU/8000/1\n")


class Phone:
    """One baresip. `index` keeps the ports of several apart: it takes its SIP port and the next one."""

    def __init__(self, folder, index, user, proxy, password="secret", answer="auto", transport="udp"):
        self.user = user
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.control_port = 24400 + index
        self.events = []
        self.responses = []
        self.unread = b""
        config = CONFIG.format(sip_port=25060 + 10 * index, folder=self.folder, rtp_first=26000 + 100 * index,
                               rtp_last=26098 + 100 * index, modules=MODULES, control_port=self.control_port)
        (self.folder / "config").write_text(config)
        (self.folder / "accounts").write_text(ACCOUNT.format(user=user, proxy=proxy, password=password, answer=answer,
                                                             transport=transport))
        (self.folder / "contacts").write_text("")
        self.process = None
        self.control = None

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([PROGRAM, "-f", self.folder], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env={**os.environ, "HOME": str(self.folder)})
        self.control = wait_for(f"the control port of {self.user}'s phone", self._connect)
        return self

    def _connect(self):
        try:
            control = socket.create_connection(("127.0.0.1", self.control_port), timeout=1)
            control.setblocking(False)
            return control
        except OSError:
            if self.process.poll() is not None:
                raise AssertionError(f"baresip ended: {(self.folder / 'log').read_text()}") from None
            return None

    def _read(self):
        try:
            while data := self.control.recv(65536):
                self.unread += data
        except BlockingIOError:
            pass
        while b":" in self.unread:
            digits, rest = self.unread.split(b":", 1)
            size = int(digits)
            if len(rest) < size + 1:
                break
            message = json.loads(rest[:size].decode(errors="replace"), strict=False)
            self.unread = rest[size + 1:]
            (self.events if message.get("event") else self.responses).append(message)

    def command(self, command, params=""):
        """Runs a command; its text."""
        self._read()
        self.responses.clear()
        message = json.dumps({"command": command, "params": params, "token": "t"}).encode()
        self.control.sendall(b"%d:%s," % (len(message), message))
        return self._await(f"{self.user}'s phone to do {command}", lambda: self.responses)[0].get("data", "")

    def _await(self, what, condition):
        def read_and_look():
            self._read()
            return condition()
        try:
            return wait_for(what, read_and_look, DEADLINE_S)
        except AssertionError as error:
            raise AssertionError(f"{error}; events: {self.events[-6:]}") from None

    def forget_events(self):
        self._read()
        self.events.clear()

    def await_event(self, *kinds):
        """The first event of one of these types since forget_events()."""
        def find():
            return next((event for event in self.events if event["type"] in kinds), None)
        return self._await(f"{' or '.join(kinds)} at {self.user}'s phone", find)

    def await_registered(self):
        self._await(f"{self.user}'s phone to register", lambda: any(e["type"] == "REGISTER_OK" for e in self.events)
                    or "OK" in self.command("reginfo"))

    def heard_packets(self):
        """RTP packets of the call that arrived."""
        return sum(map(int, re.findall(r"rcvd=(\d+)", self.command("audio_debug"))))

    def await_sound(self):
        """Until a quarter of a second of it arrived."""
        self.await_event("CALL_RTPESTAB")
        self._await(f"sound at {self.user}'s phone", lambda: self.heard_packets() >= 12)

    def stop(self):
        if self.control:
            self.control.close()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=2)
            except subprocess.TimeoutExpired:  # it wants to take leave of a node that is off
                self.process.kill()
                self.process.wait(timeout=DEADLINE_S)
