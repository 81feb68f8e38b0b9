"""An XMPP client for integration tests, on slixmpp."""

import asyncio
import logging
import sys
import xml.etree.ElementTree as ElementTree

try:
    import slixmpp
except ImportError:  # Debian's package belongs to Debian's Python
    if sys.executable == "/usr/bin/python3":
        raise
    import os
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])

from xmpp_servers import CLIENT_PORT, PASSWORD

logging.getLogger("slixmpp").setLevel(logging.CRITICAL)


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, address, encrypted=False):
        super().__init__(jid, PASSWORD)
        self.address, self.encrypted = address, encrypted
        self["feature_mechanisms"].unencrypted_plain = True
        for plugin in ("xep_0030", "xep_0077", "xep_0092", "xep_0184", "xep_0199"):
            self.register_plugin(plugin)
        self["xep_0184"].auto_ack = True
        self.bodies, self.errors, self.receipts, self.presences = [], [], [], []
        self.ready = asyncio.get_event_loop().create_future()
        self.add_event_handler("session_start", self.on_start)
        self.add_event_handler("message", lambda stanza: stanza["body"] and self.bodies.append(stanza))
        self.add_event_handler("message_error", self.errors.append)
        self.add_event_handler("receipt_received", self.receipts.append)
        for kind in ("subscribe", "subscribed", "available", "away", "unavailable"):
            self.add_event_handler(f"presence_{kind}", self.presences.append)

    async def on_start(self, _):
        self.send_presence()
        await self.get_roster()
        if not self.ready.done():
            self.ready.set_result(True)

    async def log_in(self):
        self.connect((self.address, CLIENT_PORT), disable_starttls=True)
        await asyncio.wait_for(self.ready, 60)
        return self

    async def take_name(self, name, remove=False):
        iq = self.make_iq_set(ito="p2p")
        query = ElementTree.SubElement(iq.xml, "{jabber:iq:register}query")
        if remove:
            ElementTree.SubElement(query, "{jabber:iq:register}remove")
        else:
            ElementTree.SubElement(query, "{jabber:iq:register}username").text = name
        return await iq.send(timeout=60)

    def texts(self, sender):
        return [stanza["body"] for stanza in self.bodies if stanza["from"].bare == sender]


async def until(what, condition, deadline_s=90):
    """Waits until condition() is true; the result of the call that was."""
    end = asyncio.get_event_loop().time() + deadline_s
    while asyncio.get_event_loop().time() < end:
        result = condition()
        if result:
            return result
        await asyncio.sleep(0.02)
    raise AssertionError(f"gave up after {deadline_s} s waiting for: {what}")


def end_loop(loop):
    """Clients leave tasks behind that would complain at the end."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()
