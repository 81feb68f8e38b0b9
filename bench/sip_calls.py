#!/usr/bin/env python3
"""Calls through two nodes beside calls through one Kamailio at the same rate: CPU per call of each process, and the ratio.

  P2PNS_BINARIES=build/release/bin bench/sip_calls.py [--rate 200] [--seconds 30]

A call is INVITE, 100, 180, 200, ACK, BYE, 200. Kamailio handles it alone, our two nodes share it, with a link between
them; so each node is set beside Kamailio, and so are both together. sipp is the same for all. Needs sipp and kamailio
(scripts/setup-dependencies --bench) and the ports 5060, 5070, 5090, 5160 of loopback addresses.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "integration"))

import sipp  # noqa: E402
from harness import Overlay, wait_for  # noqa: E402
from sip_nodes import add_sip, proxy_of  # noqa: E402

CALLEES = 10
KAMAILIO = "/usr/sbin/kamailio"
KAMAILIO_PROXY = "127.0.0.1:5160"


def measure(name, proxy, pids, rate, count, users, folder):
    """Runs the calls; microseconds per call of each process."""
    before = [sipp.cpu_seconds(pid) for pid in pids]
    begin = time.monotonic()
    with sipp.Callee(folder):
        done, failed, again = sipp.run(proxy, "uac", rate, count, users, folder, count // rate + 60)
    took = time.monotonic() - begin
    used = [(sipp.cpu_seconds(pid) - start) * 1e6 / max(done, 1) for pid, start in zip(pids, before)]
    print(f"{name}: {done} calls, {failed} failed, {again} retransmissions, {done / took:.0f}/s, CPU per call "
          + " + ".join(f"{each:.0f} us" for each in used), flush=True)
    return used


def nodes(rate, count, folder):
    overlay = Overlay(2)
    caller, callee = overlay.daemons
    add_sip(caller, "caller", keys=", trusted: ['127.0.0.1']")
    add_sip(callee, *(f"u{i:06d}" for i in range(CALLEES)), keys=", trusted: ['127.0.0.1']")
    caller.write_config([])
    callee.write_config([caller.endpoint])
    users = folder / "users.csv"
    with overlay:
        assert sipp.run(proxy_of(callee), "register", 10, CALLEES, users, folder, 60)[0] == CALLEES
        pids = [daemon.process.pid for daemon in overlay.daemons]
        return measure("p2pnsd (caller's + callee's node)", proxy_of(caller), pids, rate, count, users, folder)


def kamailio(rate, count, folder):
    pid_file = folder / "kamailio.pid"
    config = folder / "kamailio.cfg"
    config.write_text(re.sub("CONTROL", f"unix:{folder}/control", (sipp.SCENARIOS / "kamailio.cfg").read_text()))
    users = folder / "users.csv"
    # -m 4096: with less shared memory its finished transactions fill it up, and the comparison would be unfair.
    # No pipes: its processes would hold them open.
    subprocess.run([KAMAILIO, "-f", config, "-P", pid_file, "-m", "4096", "-M", "16", "-Y", folder, "-w", folder], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pid = int(wait_for("kamailio", lambda: pid_file.exists() and pid_file.read_text().strip()))
    try:
        assert sipp.run(KAMAILIO_PROXY, "register", 10, CALLEES, users, folder, 60)[0] == CALLEES
        return measure("kamailio", KAMAILIO_PROXY, [pid], rate, count, users, folder)
    finally:
        subprocess.run(["kill", str(pid)], check=False)
        wait_for("kamailio to end", lambda: not pathlib.Path(f"/proc/{pid}").exists())


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rate", type=int, default=200, help="calls a second")
    arguments.add_argument("--seconds", type=int, default=30)
    chosen = arguments.parse_args()
    if sipp.PROGRAM is None or not pathlib.Path(KAMAILIO).exists():
        sys.exit("sip_calls.py: sipp or kamailio is missing; run scripts/setup-dependencies --bench")
    count = chosen.rate * chosen.seconds
    with tempfile.TemporaryDirectory(prefix="p2pns-bench-") as name:
        folder = pathlib.Path(name)
        sipp.write_users(folder / "users.csv", CALLEES)
        ours = nodes(chosen.rate, count, folder)
        theirs = kamailio(chosen.rate, count, folder)[0]
    print(f"ratio to kamailio: caller's node {ours[0] / theirs:.2f}, callee's node {ours[1] / theirs:.2f}, "
          f"both {sum(ours) / theirs:.2f}")


if __name__ == "__main__":
    main()
