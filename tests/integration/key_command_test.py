"""p2pns key and p2pns keygen --owner as a person uses them, on a terminal and without; and what p2pnsd says to keys that
it cannot use. Every mistake is one line, leaves the files as they were, and ends with an exit code."""

import os
import pathlib
import pty
import re
import select
import stat
import subprocess
import tempfile
import termios
import time
import unittest

from harness import BINARIES, DEADLINE_S

PASSPHRASE = "correct horse battery staple"


def run(program, *arguments, stdin=""):
    return subprocess.run([BINARIES / program, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          timeout=DEADLINE_S)


class Terminal:
    """A program on a terminal: waits for what it asks, types, and keeps all that the terminal showed."""

    def __init__(self, *arguments):
        self.shown = ""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execv(BINARIES / "p2pns", ["p2pns", *map(str, arguments)])

    def _read(self, until):
        while select.select([self.terminal], [], [], max(0, until - time.monotonic()))[0]:
            try:
                text = os.read(self.terminal, 4096)
            except OSError:  # the program has ended
                return False
            if not text:
                return False
            self.shown += text.decode()
            return True
        raise AssertionError(f"gave up waiting; the terminal shows: {self.shown}")

    def answer(self, question, text):
        until = time.monotonic() + DEADLINE_S
        before = len(self.shown)
        while question not in self.shown[before:]:
            assert self._read(until), f"ended without asking '{question}': {self.shown}"
        os.write(self.terminal, text.encode())

    def end(self):
        until = time.monotonic() + DEADLINE_S
        while self._read(until):
            pass
        self.shows_what_is_typed = bool(termios.tcgetattr(self.terminal)[3] & termios.ECHO)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


class Keys(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="p2pns-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.node, self.owner, self.backup = (self.folder / name for name in ("node.key", "owner.key", "backup"))
        self.passphrase = self.folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n")
        self.passphrase.chmod(0o600)
        self.succeed("keygen", "--out", self.node, "--network", "lab", "--static-bits", 4, "--dynamic-bits", 4)
        self.succeed("keygen", "--owner", "--out", self.owner, "--network", "lab")

    def succeed(self, *arguments, stdin=""):
        done = run("p2pns", *arguments, stdin=stdin)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_refused(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\A[^\n]+\n\Z")
        for word in words:
            self.assertIn(str(word), done.stderr)

    def make_backup(self, key=None):
        self.succeed("key", "backup", key or self.node, "--out", self.backup, "--passphrase-file", self.passphrase)

    def daemon_check(self, **keys):
        config = self.folder / "p2pns.yaml"
        listed = "".join(f", {key}: {value}" for key, value in keys.items())
        config.write_text("network: {id: lab, puzzle: {static_bits: 4, dynamic_bits: 4}}\n"
                          f"node: {{listen: '127.0.0.1:4222'{listed}}}\n")
        return run("p2pnsd", "--config", config, "--check-config")


class Backup(Keys):
    def test_both_kinds_come_back_as_they_were(self):
        for key in (self.node, self.owner):
            self.make_backup(key)
            restored = self.folder / "restored.key"
            self.succeed("key", "restore", self.backup, "--out", restored, "--passphrase-file", self.passphrase)
            self.assertEqual(restored.read_bytes(), key.read_bytes())
            self.assertEqual(stat.S_IMODE(restored.stat().st_mode), 0o600)
            restored.unlink()
            self.backup.unlink()

    def test_the_passphrase_may_come_through_a_pipe(self):
        self.succeed("key", "backup", self.owner, "--out", self.backup, stdin=PASSPHRASE)
        self.succeed("key", "restore", self.backup, "--out", self.folder / "restored.key", stdin=PASSPHRASE + "\n")

    def test_a_terminal_asks_twice_and_shows_nothing(self):
        terminal = Terminal("key", "backup", self.owner, "--out", self.backup)
        terminal.answer("New passphrase: ", PASSPHRASE + "\n")
        terminal.answer("The same again: ", PASSPHRASE + "\n")
        self.assertEqual(terminal.end(), 0, terminal.shown)
        self.assertNotIn("horse", terminal.shown)
        terminal = Terminal("key", "restore", self.backup, "--out", self.folder / "restored.key")
        terminal.answer("Passphrase: ", PASSPHRASE + "\n")
        self.assertEqual(terminal.end(), 0, terminal.shown)
        self.assertNotIn("horse", terminal.shown)

    def test_two_different_passphrases_make_no_backup(self):
        terminal = Terminal("key", "backup", self.owner, "--out", self.backup)
        terminal.answer("New passphrase: ", PASSPHRASE + "\n")
        terminal.answer("The same again: ", "something else\n")
        self.assertEqual(terminal.end(), 3)
        self.assertIn("are not the same", terminal.shown)
        self.assertFalse(self.backup.exists())

    def test_an_interrupt_ends_it_and_the_terminal_shows_again_what_is_typed(self):
        terminal = Terminal("key", "backup", self.owner, "--out", self.backup)
        terminal.answer("New passphrase: ", "\x03")
        self.assertNotEqual(terminal.end(), 0)
        self.assertTrue(terminal.shows_what_is_typed)
        self.assertFalse(self.backup.exists())

    def test_show_tells_what_a_file_holds_but_no_secret(self):
        self.make_backup()
        secrets = re.findall(r"seed: (\w+)", self.node.read_text() + self.owner.read_text())
        self.assertEqual(len(secrets), 2)
        shown = [self.succeed("key", "show", key) for key in (self.node, self.owner, self.backup)]
        self.assertEqual(shown[0].splitlines()[:4], shown[2].splitlines()[:4])
        self.assertRegex(shown[0], r"kind     a node's key\nnetwork  lab\nkey      [0-9a-f]{64}\nnode     [0-9a-f]{40}\n")
        self.assertRegex(shown[1], r"kind     an owner key\nnetwork  lab\nkey      [0-9a-f]{64}\n")
        self.assertIn("under a passphrase", shown[2])
        for secret in secrets:
            self.assertNotIn(secret, "".join(shown) + self.backup.read_text())

    def test_an_owner_key_can_be_made_of_a_nodes_key(self):
        made = self.folder / "made.key"
        self.succeed("keygen", "--owner", "--from", self.node, "--out", made)
        key = self.succeed("key", "show", self.node).splitlines()[2]
        self.assertEqual(self.succeed("key", "show", made).splitlines()[2], key)
        self.make_backup()
        made.unlink()
        self.succeed("keygen", "--owner", "--from", self.backup, "--out", made, stdin=PASSPHRASE)
        self.assertEqual(self.succeed("key", "show", made).splitlines()[2], key)

    def test_nothing_is_overwritten(self):
        precious = self.folder / "precious"
        precious.write_text("precious")
        self.make_backup()
        for arguments in (("key", "backup", self.node), ("key", "restore", self.backup), ("keygen", "--owner")):
            done = run("p2pns", *arguments, "--out", precious, stdin=PASSPHRASE)
            self.assert_refused(done, 3, precious, "not overwritten")
        self.assertEqual(precious.read_text(), "precious")

    def test_a_wrong_passphrase_is_one_line(self):
        self.make_backup()
        out = self.folder / "restored.key"
        done = run("p2pns", "key", "restore", self.backup, "--out", out, stdin="incorrect horse\n")
        self.assert_refused(done, 3, f"{self.backup}: wrong passphrase")
        self.assertNotIn("incorrect", done.stderr)
        self.assertFalse(out.exists())

    def test_a_passphrase_that_cannot_be_meant_is_refused(self):
        for given, word in (("", "no passphrase"), ("\n", "no passphrase"), ("1234567\n", "at least 8"),
                            ("x" * 1025, "longer than 1024")):
            self.assert_refused(run("p2pns", "key", "backup", self.node, "--out", self.backup, stdin=given), 3, word)
        self.passphrase.chmod(0o644)
        done = run("p2pns", "key", "backup", self.node, "--out", self.backup, "--passphrase-file", self.passphrase)
        self.assert_refused(done, 3, f"chmod 600 {self.passphrase}")
        self.assertFalse(self.backup.exists())

    def test_a_damaged_backup_is_one_line(self):
        self.make_backup()
        out = self.folder / "restored.key"
        whole = self.backup.read_text()
        sealed = re.search("(?m)^sealed: .", whole).end()
        hostile = whole.replace("memory_kib: 262144", "memory_kib: 67108864")
        for text, word in ((whole[:whole.index("sealed: ")], "is missing"), (whole[:-5], "damaged"),
                           (whole[:sealed] + "x" + whole[sealed + 1:], "damaged"), (hostile, "damaged"),
                           ("", "no key of p2pns"), ("hello\n", "no key of p2pns")):
            self.backup.write_text(text)
            self.backup.chmod(0o600)
            self.assert_refused(run("p2pns", "key", "restore", self.backup, "--out", out, stdin=PASSPHRASE), 3,
                                self.backup, word)
            self.assert_refused(run("p2pns", "key", "show", self.backup), 3, self.backup, word)
        self.assertFalse(out.exists())

    def test_what_is_no_key_file_is_one_line(self):
        for verb in ("backup", "restore"):
            for file, word in ((self.folder, "no regular file"), (self.folder / "none", "does not exist")):
                self.assert_refused(run("p2pns", "key", verb, file, "--out", self.folder / "out", stdin=PASSPHRASE), 3, word)
        self.make_backup()
        again = run("p2pns", "key", "backup", self.backup, "--out", self.folder / "out", stdin=PASSPHRASE)
        self.assert_refused(again, 3, "under a passphrase already")
        plain = run("p2pns", "key", "restore", self.node, "--out", self.folder / "out", stdin=PASSPHRASE)
        self.assert_refused(plain, 3, "not under a passphrase")

    def test_a_key_that_others_can_read_is_not_used_but_its_backup_may_be_anywhere(self):
        self.make_backup()
        self.node.chmod(0o644)
        self.assert_refused(run("p2pns", "key", "show", self.node), 3, f"chmod 600 {self.node}")
        self.backup.chmod(0o644)
        self.succeed("key", "restore", self.backup, "--out", self.folder / "restored.key", stdin=PASSPHRASE)

    def test_options_that_exclude_each_other_are_one_line(self):
        for arguments in (("--owner", "--static-bits", 3), ("--from", self.node),
                          ("--owner", "--from", self.node, "--network", "lab")):
            self.assert_refused(run("p2pns", "keygen", "--out", self.folder / "out", *arguments), 3)
        self.assert_refused(run("p2pns", "keygen", "--owner", "--from", self.owner, "--out", self.folder / "out"), 3,
                            "is an owner key, and not a node's key")


class DaemonKeys(Keys):
    def test_a_key_under_a_passphrase_is_used_as_it_is(self):
        self.make_backup()
        good = self.daemon_check(key_file="backup", passphrase_file="passphrase")
        self.assertEqual((good.returncode, good.stderr), (0, ""))
        self.assert_refused(self.daemon_check(key_file="backup"), 1, "node.passphrase_file")
        self.passphrase.write_text("something else\n")
        self.assert_refused(self.daemon_check(key_file="backup", passphrase_file="passphrase"), 1, "wrong passphrase")

    def test_keys_in_each_others_place_are_one_line(self):
        self.assert_refused(self.daemon_check(key_file="owner.key"), 1, "it belongs into node.owner_key_file")
        (self.folder / "second.key").write_bytes(self.node.read_bytes())
        (self.folder / "second.key").chmod(0o600)
        done = self.daemon_check(key_file="node.key", owner_key_file="second.key")
        self.assert_refused(done, 1, "is a node's key, and not an owner key")
        self.assert_refused(self.daemon_check(key_file="node.key", owner_key_file="node.key"), 1, "is node.key_file")

    def test_an_owner_key_that_is_missing_open_or_of_another_network_is_one_line(self):
        self.assert_refused(self.daemon_check(key_file="node.key", owner_key_file="none.key"), 1, "does not exist")
        self.assertFalse((self.folder / "none.key").exists(), "it is never made unasked")
        self.owner.chmod(0o640)
        self.assert_refused(self.daemon_check(key_file="node.key", owner_key_file="owner.key"), 1, "chmod 600")
        self.owner.unlink()
        self.succeed("keygen", "--owner", "--out", self.owner, "--network", "elsewhere")
        done = self.daemon_check(key_file="node.key", owner_key_file="owner.key")
        self.assert_refused(done, 1, "belongs to the network 'elsewhere', the configuration names 'lab'")
        self.assert_refused(self.daemon_check(key_file="node.key", owner_key_file="."), 1, "is no regular file")


if __name__ == "__main__":
    unittest.main(verbosity=2)
