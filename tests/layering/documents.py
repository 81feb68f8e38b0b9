"""Checks that documents name only what exists: links, and paths in `code spans`. Decision records are history, so their
paths may be gone; their links may not. And that their index has each record once, in order: a merge of two branches that
add one likes to double the rest."""

import re

_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
_ROOTS = r"core|plugins|frontends|config|apps|tests|bench|docs|scripts|cmake"
_PATH = re.compile(rf"`(?:\./)?((?:{_ROOTS})(?:/[\w.*-]+)*)/?(?: [^`]*)?`")


def documents(root):
    return sorted(root.glob("*.md")) + [path for folder in ("docs", "frontends", "tests") for path in
                                        sorted((root / folder).rglob("*.md"))]


def check_documents(root):
    for file in documents(root):
        name = file.relative_to(root).as_posix()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            for target in _LINK.findall(line):
                if "://" not in target and not target.startswith("mailto:") and not (file.parent / target).exists():
                    yield f"{name}:{number}: link to {target}, which does not exist"
            for path in _PATH.findall(line) if not name.startswith("docs/decisions/") else []:
                if not any(root.glob(path)):
                    yield f"{name}:{number}: names {path}, which does not exist"


def check_decisions(root):
    folder = root / "docs/decisions"
    index = folder / "README.md"
    if not index.is_file():
        return
    listed = re.findall(r"^\| \[(\d{4})\]\(\1-[^)]*\)", index.read_text(encoding="utf-8"), re.MULTILINE)
    if listed != sorted(path.name[:4] for path in folder.glob("[0-9][0-9][0-9][0-9]-*.md")):
        yield f"docs/decisions/README.md:1: lists {', '.join(listed) or 'nothing'} (each record once, in order)"
