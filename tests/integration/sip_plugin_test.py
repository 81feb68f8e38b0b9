"""The SIP front end from a file, in a daemon that has none of its own: it answers, and stops when it is told to."""

import unittest

from harness import BINARIES, Overlay
from sip_nodes import RawPhone, add_sip

PLUGINS = BINARIES.parent / "lib" / "p2pns"


class FromAFile(unittest.TestCase):
    def test_answers(self):
        overlay = Overlay(1)
        daemon = overlay.daemons[0]
        add_sip(daemon, "alice")
        daemon.write_config([])
        daemon.program = "p2pnsd-bare"
        daemon.load_plugins(*(PLUGINS / f"{name}.so" for name in ("dns", "http", "sip")))
        with overlay:
            phone = RawPhone(daemon)
            self.addCleanup(phone.close)
            self.assertEqual(phone.request("OPTIONS", "sip:p2p", "alice")[0], 200)
            self.assertEqual(phone.register("alice")[0], 401)


if __name__ == "__main__":
    unittest.main()
