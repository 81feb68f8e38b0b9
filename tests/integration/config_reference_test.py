"""docs/reference/config.md against the daemon: each key is read, takes its default, and has the ends that stand there."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

from harness import BINARIES, DEADLINE_S

REFERENCE = pathlib.Path(__file__).parents[2] / "docs" / "reference" / "config.md"
ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| ([^|]+) \| ([^|]+) \|([^|]*)\|", re.MULTILINE)
NUMBERS = ("number", "seconds", "milliseconds", "days", "MiB")
# Beside a key at one end of its range, so that it contradicts nothing.
COMPANIONS = {"limits.renew_every_days": {"limits.lease_days": 60}, "limits.lease_days": {"limits.renew_every_days": 1}}


def rows():
    """{key: (type, default, range)}"""
    return {key: (kind.strip(), default.strip(), ends.strip()) for key, kind, default, ends in
            ROW.findall(REFERENCE.read_text())}


def items(kind, count):
    if kind == "list of names and users":
        return [f"name{i}=user{i}@example.org" for i in range(count)]
    return [f"zone{i}" if kind == "list of texts" else f"192.0.2.{i + 1}:4222" for i in range(count)]


class ConfigReference(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="p2pns-test-")
        self.addCleanup(folder.cleanup)
        self.config = pathlib.Path(folder.name) / "p2pns.yaml"

    def objection(self, values):
        """The only line about a configuration with these keys; empty when it can be used."""
        tree = {"frontends": {"dns": {}, "http": {}, "hip": {}}, "node": {"key_file": "node.key"}}
        for key, value in values.items():
            *sections, last = key.split(".")
            place = tree
            for section in sections:
                place = place.setdefault(section, {})
            place[last] = value
        self.config.write_text(json.dumps(tree))  # which is YAML, too
        done = subprocess.run([BINARIES / "p2pnsd", "--config", self.config, "--check-config"], capture_output=True,
                              stdin=subprocess.DEVNULL, text=True, timeout=DEADLINE_S)
        self.assertEqual(done.returncode, 1 if done.stderr else 0, done.stderr)
        self.assertLessEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr

    def refuses(self, key, value, words):
        line = self.objection({key: value, **COMPANIONS.get(key, {})})
        self.assertRegex(line, rf"\Ap2pnsd: {re.escape(str(self.config))}:\d+:\d+: {re.escape(key)}: [^\n]*{words}", value)

    def takes(self, key, value):
        self.assertEqual(self.objection({key: value, **COMPANIONS.get(key, {})}), "", f"{key}: {value}")

    def test_each_key_is_read(self):
        self.assertGreater(len(rows()), 30)
        for key in rows():
            with self.subTest(key):
                self.refuses(key, {"a": "section"}, "expected ")

    def test_each_default_is_taken(self):
        for key, (_, default, _) in rows().items():
            with self.subTest(key):
                if default.startswith("["):
                    self.takes(key, default.strip("[]").split(", ") if default != "[]" else [])
                elif default != "none":
                    self.takes(key, json.loads(default) if default in ("true", "false") or default.isdecimal() else default)

    def test_numbers_end_where_the_reference_says(self):
        tried = 0
        for key, (kind, _, ends) in rows().items():
            if kind not in NUMBERS:
                continue
            tried += 1
            with self.subTest(key):
                lowest, highest = re.match(r"(-?\d+) to (\d+|`[a-z0-9_.]+`)", ends).groups()
                self.takes(key, int(lowest))
                self.refuses(key, int(lowest) - 1, f"{int(lowest) - 1} is outside of {lowest} to ")
                if highest.startswith("`"):
                    limit = int(rows()[highest.strip("`")][1])  # the default of the key that it must not exceed
                    self.takes(key, limit)
                    self.refuses(key, limit + 1, "must not be more than " + highest.strip("`"))
                else:
                    self.takes(key, int(highest))
                    self.refuses(key, int(highest) + 1, f"{int(highest) + 1} is outside of {lowest} to {highest}")
        self.assertGreater(tried, 15)

    def test_lists_and_texts_end_where_the_reference_says(self):
        for key, (kind, _, ends) in rows().items():
            length = re.match(r"at most (\d+)|1 to (\d+)", ends)
            if kind in NUMBERS or not length:
                continue
            maximum = int(length.group(1) or length.group(2))
            with self.subTest(key):
                if kind == "text":
                    self.takes(key, "x" * maximum)
                    self.refuses(key, "x" * (maximum + 1), f"expected {ends}")
                    continue
                self.refuses(key, items(kind, maximum + 1), f"has more than {maximum} |expected {ends}")
                if key != "plugins":  # so many files are loaded by tests/unit/config
                    self.takes(key, items(kind, maximum))


if __name__ == "__main__":
    unittest.main(verbosity=2)
