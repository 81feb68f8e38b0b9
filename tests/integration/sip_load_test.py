"""sipp calls through two nodes, 200 calls a second, and none may fail. P2PNS_SIP_SECONDS=30 is the whole run."""

import os
import unittest

import sipp
from harness import Overlay
from sip_nodes import add_sip, proxy_of

SECONDS = int(os.environ.get("P2PNS_SIP_SECONDS", "3"))
RATE = 200
CALLEES = 10


class Load(unittest.TestCase):
    def test_no_call_fails(self):
        if sipp.PROGRAM is None:
            self.skipTest("sipp is not installed")
        overlay = Overlay(4)
        first, second = overlay.daemons[:2]
        add_sip(first, "caller", keys=", trusted: ['127.0.0.1']")
        add_sip(second, *(f"u{i:06d}" for i in range(CALLEES)), keys=", trusted: ['127.0.0.1']")
        first.write_config([])
        second.write_config([first.endpoint])
        self.enterContext(overlay)
        users = overlay.directory / "users.csv"
        sipp.write_users(users, CALLEES)
        self.assertEqual(sipp.run(proxy_of(second), "register", 10, CALLEES, users, overlay.directory, 60)[:2],
                         (CALLEES, 0))
        pids = [first.process.pid, second.process.pid]
        before = [sipp.cpu_seconds(pid) for pid in pids]
        with sipp.Callee(overlay.directory):
            done, failed, again = sipp.run(proxy_of(first), "uac", RATE, RATE * SECONDS, users, overlay.directory,
                                           SECONDS + 60)
        used = [(sipp.cpu_seconds(pid) - start) * 1e6 / max(done, 1) for pid, start in zip(pids, before)]
        print(f"{done} calls at {RATE}/s, {failed} failed, {again} retransmissions; CPU per call: {used[0]:.0f} us at the "
              f"caller's node, {used[1]:.0f} us at the callee's", flush=True)
        self.assertEqual((done, failed), (RATE * SECONDS, 0))


if __name__ == "__main__":
    unittest.main()
