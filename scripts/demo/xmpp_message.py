#!/usr/bin/python3
"""Two XMPP clients, each at a server of its own, for scripts/run: the first one writes to the second one's name.

xmpp_message.py SENDER PORT RECEIVER PORT NAME TEXT
  SENDER and RECEIVER are accounts like demo@home.example, at 127.0.0.1:PORT, with the password "demo".
  Prints what the receiver gets, and from whom; ends with 1 when nothing comes or an error does.
"""

import asyncio
import logging
import sys

logging.disable(logging.CRITICAL)  # slixmpp tells of a faster library, and of tasks it leaves behind

import slixmpp  # noqa: E402

PASSWORD = "demo"
DEADLINE_S = 30

class Client(slixmpp.ClientXMPP):
    def __init__(self, account, port):
        super().__init__(account, PASSWORD)
        self["feature_mechanisms"].unencrypted_plain = True
        loop = asyncio.get_event_loop()
        self.ready, self.heard = loop.create_future(), loop.create_future()
        self.add_event_handler("session_start", self.on_start)
        self.add_event_handler("message", self.on_message)
        self.add_event_handler("message_error", self.on_message)
        self.connect(("127.0.0.1", port), disable_starttls=True)

    def on_start(self, _):
        self.send_presence()
        self.ready.set_result(True)

    def on_message(self, stanza):
        if not self.heard.done():
            self.heard.set_result(stanza)


async def main():
    sender_account, sender_port, receiver_account, receiver_port, name, text = sys.argv[1:7]
    receiver = Client(receiver_account, int(receiver_port))
    sender = Client(sender_account, int(sender_port))
    await asyncio.wait_for(asyncio.gather(receiver.ready, sender.ready), DEADLINE_S)
    sender.send_message(mto=name, mbody=text, mtype="chat")
    done, _ = await asyncio.wait([receiver.heard, sender.heard], timeout=DEADLINE_S,
                                 return_when=asyncio.FIRST_COMPLETED)
    if receiver.heard not in done:
        sys.exit(f"xmpp_message: refused: {sender.heard.result()['error']['condition']}" if done else
                 "xmpp_message: nothing came")
    stanza = receiver.heard.result()
    print(f"{receiver_account} got from {stanza['from'].bare}: {stanza['body']}", flush=True)
    for client in (sender, receiver):
        await client.disconnect()


if len(sys.argv) != 7:
    sys.exit(__doc__)
asyncio.get_event_loop().run_until_complete(main())
