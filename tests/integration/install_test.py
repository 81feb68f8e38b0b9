"""What `cmake --install` leaves behind fits together: the service starts a program that is there, with a good example."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import BINARIES, DEADLINE_S


class Install(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="p2pns-test-")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        subprocess.run(["cmake", "--install", BINARIES.parent], env={**os.environ, "DESTDIR": str(self.root)}, check=True,
                       stdout=subprocess.DEVNULL, timeout=DEADLINE_S)

    def installed(self, path):
        return self.root / pathlib.Path(path).relative_to("/")

    def only(self, name):
        found = list(self.root.rglob(name))
        self.assertEqual(len(found), 1, found)
        return found[0]

    def test_the_service_names_only_what_is_there(self):
        service = self.only("p2pnsd.service").read_text()
        self.assertNotIn("@CMAKE", service)
        programs = re.findall(r"^ExecStart(?:Pre)?=(\S+)", service, re.MULTILINE)
        self.assertEqual(len(programs), 2)
        for program in programs:
            done = subprocess.run([self.installed(program), "--version"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        document = re.search(r"^Documentation=file:(\S+)", service, re.MULTILINE)[1]
        self.assertTrue(self.installed(document).is_file(), document)

    def test_the_example_is_a_good_configuration_and_no_operators_file_is_touched(self):
        done = subprocess.run([self.only("p2pnsd"), "--config", self.only("p2pns.yaml"), "--check-config"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertFalse((self.root / "etc").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
