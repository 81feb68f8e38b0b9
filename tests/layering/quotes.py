"""Checks that documents say what the files say which they repeat: quoted sources, and the reference of the configuration."""

import re

_QUOTE = re.compile(r"<!-- source: (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_CONFIG, _REFERENCE = "config/p2pns.yaml", "docs/reference/config.md"
# A key at its place: `  listen: 0.0.0.0:4222   # why`; one that is left out by default: `  # passphrase_file: /etc/x`.
_KEY = re.compile(r"^( *)([a-z0-9_]+):(?: +([^#\s][^#]*?))?(?: +#.*)?$")
_KEY_LEFT_OUT = re.compile(r"^( *)# ([a-z0-9_]+): \S+$")
_ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| [^|]+ \| ([^|]+) \|")


def check_quotes(root, documents):
    for file in documents:
        name, text = file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")
        for match in _QUOTE.finditer(text):
            line, source = text.count("\n", 0, match.start()) + 1, root / match.group(1)
            if not source.is_file():
                yield f"{name}:{line}: quotes {match.group(1)}, which does not exist"
            elif source.read_text(encoding="utf-8") != match.group(2):
                yield f"{name}:{line}: the quote differs from {match.group(1)} (copy the file again)"
        if text.count("<!-- source: ") != len(_QUOTE.findall(text)):
            yield f"{name}:1: a source comment without a code block right below it"


def config_keys(text):
    """{dotted key: (default, line)} of the example configuration; "none" for a key that is left out."""
    keys, above = {}, []  # above: (indent, name) of the sections around
    for number, line in enumerate(text.splitlines(), start=1):
        present, left_out = _KEY.match(line), _KEY_LEFT_OUT.match(line)
        if not (present or left_out):
            continue
        indent, name = len((present or left_out).group(1)), (present or left_out).group(2)
        while above and above[-1][0] >= indent:
            above.pop()
        if present and present.group(3) is None:
            above.append((indent, name))
            continue
        path = ".".join([part for _, part in above] + [name])
        keys[path] = (present.group(3) if present else "none", number)
    return keys


def reference_keys(text):
    rows = ((number, _ROW.match(line)) for number, line in enumerate(text.splitlines(), start=1))
    return {row.group(1): (row.group(2).strip(), number) for number, row in rows if row}


def check_reference(root):
    """Both files have the same keys with the same defaults."""
    config, reference = root / _CONFIG, root / _REFERENCE
    if not (config.is_file() or reference.is_file()):
        return
    shown = config_keys(config.read_text(encoding="utf-8")) if config.is_file() else {}
    described = reference_keys(reference.read_text(encoding="utf-8")) if reference.is_file() else {}
    for key, (default, line) in shown.items():
        if key not in described:
            yield f"{_CONFIG}:{line}: {key} is missing in {_REFERENCE}"
        elif described[key][0] != default:
            yield f"{_REFERENCE}:{described[key][1]}: {key} is {described[key][0]} here, and {default} in {_CONFIG}"
    for key, (_, line) in described.items():
        if key not in shown:
            yield f"{_REFERENCE}:{line}: {key} is missing in {_CONFIG}"
