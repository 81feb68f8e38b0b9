"""A network of one node works; and what goes wrong at the start is said in one clear line, with nothing overwritten."""

import os
import shutil
import socket
import stat
import subprocess
import unittest

from harness import BINARIES, OVERLAY_PORT, Overlay, seeded_random


class OneNode(unittest.TestCase):
    def setUp(self):
        seeded_random()

    def test_registers_and_resolves(self):
        with Overlay(1) as overlay:
            daemon = overlay.daemons[0]
            self.assertEqual(daemon.register("alone.p2p", [{"type": "TXT", "data": '"by myself"'}])[0], 201)
            self.assertEqual(daemon.dig([("alone.p2p", "TXT")]), {("alone.p2p", "TXT"): ['"by myself"']})
            self.assertEqual(daemon.stop(), 0)

    def fails_with_one_line(self, daemon, *words, wrapper=()):
        done = subprocess.run([*wrapper, BINARIES / "p2pnsd", "--config", daemon.config], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Ap2pnsd: [^\n]+\n\Z")
        for word in words:
            self.assertIn(str(word), done.stderr)

    def test_a_busy_overlay_port_is_named(self):
        overlay = Overlay(1)
        daemon = overlay.daemons[0]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as squatter:
            squatter.bind((daemon.address, OVERLAY_PORT))
            self.fails_with_one_line(daemon, daemon.address, OVERLAY_PORT)
            self.assertFalse((daemon.directory / "node.key").exists(), "no key is made for a start that cannot succeed")
            daemon.write_key()
            self.fails_with_one_line(daemon, daemon.address, OVERLAY_PORT)
        overlay.__exit__(None)

    def test_a_missing_folder_of_the_key_is_told_before_any_puzzle(self):
        overlay = Overlay(1)
        daemon = overlay.daemons[0]
        config = daemon.config.read_text().replace("static_bits: 6", "static_bits: 40")  # would take days
        daemon.config.write_text(config.replace("key_file: node.key", "key_file: missing/node.key"))
        self.fails_with_one_line(daemon, "missing/node.key", "No such file or directory")
        overlay.__exit__(None)

    def test_a_key_file_open_to_others_is_refused_and_kept(self):
        with Overlay(1) as overlay:
            daemon = overlay.daemons[0]
            daemon.stop()
            key = daemon.directory / "node.key"
            self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
            before = key.read_bytes()
            key.chmod(0o644)
            self.fails_with_one_line(daemon, "node.key", "chmod 600")
            self.assertEqual(key.read_bytes(), before)

    def test_a_damaged_key_file_is_refused_and_kept(self):
        with Overlay(1) as overlay:
            daemon = overlay.daemons[0]
            daemon.stop()
            key = daemon.directory / "node.key"
            damaged = key.read_bytes()[:-20]
            key.write_bytes(damaged)
            self.fails_with_one_line(daemon, "node.key")
            self.assertEqual(key.read_bytes(), damaged)

    def test_a_key_file_that_cannot_be_read_is_refused_and_kept(self):
        overlay = Overlay(1)
        self.addCleanup(overlay.__exit__, None)
        daemon = overlay.daemons[0]
        daemon.write_key()
        key = daemon.directory / "node.key"
        before = key.read_bytes()
        key.chmod(0)
        # Root may read every file, unless these two capabilities are taken away.
        wrapper = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        if wrapper and (not shutil.which("setpriv") or subprocess.run([*wrapper, "true"], check=False).returncode != 0):
            self.skipTest("root cannot be kept from reading here")
        self.fails_with_one_line(daemon, "node.key", "cannot be read: Permission denied", wrapper=wrapper)
        self.assertEqual(key.read_bytes(), before)

    def test_a_folder_in_the_place_of_the_key_is_refused(self):
        overlay = Overlay(1)
        self.addCleanup(overlay.__exit__, None)
        daemon = overlay.daemons[0]
        (daemon.directory / "node.key").mkdir()
        self.fails_with_one_line(daemon, "node.key", "is no regular file")

    def test_an_unknown_configuration_key_names_its_place(self):
        overlay = Overlay(1)
        daemon = overlay.daemons[0]
        daemon.config.write_text(daemon.config.read_text() + "zonse: [p2p]\n")
        self.fails_with_one_line(daemon, "p2pns.yaml:5:1", "zonse")
        overlay.__exit__(None)


if __name__ == "__main__":
    unittest.main(verbosity=2)
