"""Checks that documents say what the files say which they repeat: quoted sources, and the reference of the configuration."""

import re

_QUOTE = re.compile(r"<!-- source: (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_CONFIG, _REFERENCE = "config/p2pns.yaml", "docs/reference/config.md"
# A key at its place: `  listen: 0.0.0.0:4222   # why`; one that is left out by default: `  # passphrase_file: /etc/x`.
_KEY = re.compile(r"^( *)([a-z0-9_]+):(?: +([^#\s][^#]*?))?(?: +#.*)?$")
_KEY_LEFT_OUT = re.compile(r"^( *)# ([a-z0-9_]+): \S+$")
_ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| [^|]+ \| ([^|]+) \|")
# How the readers ask: `section->text("id", ...)`, `take_time<seconds>(*section, "life_s", ...)`, `read_number("contacts", ...)`,
# or a named key.
_ASKED = re.compile(r'(?:(?:\.|->)(?:text|texts|integer|boolean|endpoint)\(|take_time<\w+>\(\*\w+,|read_(?:number|seconds)\(|string_view key =)'
                    r'\s*"([a-z0-9_]+)"')


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


def readers(root):
    """(file, what all its keys begin with) for the sources that read the configuration; the daemon's own comes first."""
    yield root / "config/daemon_config.cpp", ""
    for file in sorted(root.glob("frontends/*/*_settings.cpp")):
        yield file, f"frontends.{file.parent.name}."


def check_readers(root, shown):
    """What the sources ask for is what the example shows: each front end's section, and the last words of all other keys."""
    front_ends = tuple(prefix for _, prefix in readers(root) if prefix)
    for file, prefix in readers(root):
        if not file.is_file():
            continue
        text, name = file.read_text(encoding="utf-8"), file.relative_to(root).as_posix()
        asked = {match.group(1): text.count("\n", 0, match.start()) + 1 for match in _ASKED.finditer(text)}
        here = {key.rpartition(".")[2]: line for key, (_, line) in shown.items()
                if (key.startswith(prefix) if prefix else not key.startswith(front_ends))}
        for key in sorted(asked.keys() - here.keys()):
            yield f"{name}:{asked[key]}: reads {prefix}{key}, which is missing in {_CONFIG}"
        for key in sorted(here.keys() - asked.keys()):
            yield f"{_CONFIG}:{here[key]}: {name} reads no {prefix}{key}"


def check_reference(root):
    """Example, reference and readers have the same keys; the first two with the same defaults."""
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
    yield from check_readers(root, shown)
