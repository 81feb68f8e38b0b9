#!/usr/bin/env python3
"""Checks that the tree follows its own rules: arrows between folders, one target per folder, short files and functions,
documents that name what exists and quote it as it is.

    tests/layering/check.py [ROOT]         prints `file:line: what is wrong (the rule)`, ends with 1 if anything is

rules.py holds the rules, source.py reads C++, documents.py and quotes.py read Markdown, check_test.py shows that each check
can fail.
"""

import math
import re
import sys
from fnmatch import fnmatchcase
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import rules
import source
from documents import check_decisions, check_documents, documents
from quotes import check_quotes, check_reference


def source_files(root):
    """Paths relative to `root`, with their text."""
    for folder in rules.SOURCE_ROOTS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".hpp", ".cpp") and path.is_file():
                yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def _below(path, folder):
    return path == folder or path.startswith(folder + "/")


def _is_free(path):
    return any(_below(path, folder) for folder in rules.FREE)


def folder_of(path):
    """The entry of ARROWS that rules `path`: the longest exact one, else a pattern."""
    exact = [folder for folder in rules.ARROWS if "*" not in folder and _below(path, folder)]
    if exact:
        return max(exact, key=len)
    return next((folder for folder in rules.ARROWS if "*" in folder and fnmatchcase(path, folder + "/*")), None)


def _home_of(path, rule):
    """The folder on disk that `rule` stands for: frontends/dns for the pattern frontends/*."""
    return "/".join(path.split("/")[: rule.count("/") + 1])


def check_arrows(root, path, text):
    if _is_free(path):
        return
    rule = folder_of(path)
    if rule is None:
        yield f"{path}:1: this folder has no arrows yet (add it to tests/layering/rules.py)"
        return
    home, allowed = _home_of(path, rule), rules.ARROWS[rule]
    for line, quoted, target in source.includes(text):
        if not quoted:
            continue
        if not (root / target).is_file():
            yield f"{path}:{line}: no file {target} (include paths start at the repository root)"
        elif not _below(target, home) and not any(_below(target, a) or fnmatchcase(target, a) for a in allowed):
            yield (f"{path}:{line}: {home} must not include {target} "
                   f"(arrows: {home} <- {', '.join(allowed) or 'nothing'})")


def check_libraries(path, text):
    for line, quoted, target in source.includes(text):
        if quoted:
            continue
        for library, folders in rules.LIBRARIES.items():
            if target.startswith(library) and not _is_free(path) and not any(_below(path, f) for f in folders):
                yield f"{path}:{line}: <{target}> is only for {', '.join(folders + rules.FREE)}"
        if path.endswith(".hpp") and any(target.startswith(library) for library in rules.ONLY_IN_CPP):
            yield f"{path}:{line}: <{target}> is only for .cpp files (it makes every including file slow to compile)"


def check_world(path, text):
    """The core asks no clock and opens nothing."""
    if not _below(path, "core") or any(_below(path, folder) for folder in rules.WORLDLY_FOLDERS):
        return
    for line, quoted, target in source.includes(text):
        if not quoted and any(target == w or (w.endswith("/") and target.startswith(w)) for w in rules.WORLDLY_HEADERS):
            yield f"{path}:{line}: <{target}> is only for {', '.join(rules.WORLDLY_FOLDERS)} (the core opens nothing)"
    clean = source.blank(text)
    for match in re.finditer(rules.WORLDLY_CALLS, clean):
        yield (f"{path}:{source.line_of(clean, match.start())}: {match.group()} is only for "
               f"{', '.join(rules.WORLDLY_FOLDERS)} (time and randomness come in by argument)")


def check_targets(root, paths):
    """A folder with a .cpp file has one CMakeLists.txt with one target; an application may be cut into library and main,
    and a library may be wrapped as a plug-in (a folder may also hold nothing else)."""
    for folder in sorted({path.rpartition("/")[0] for path in paths if path.endswith(".cpp")}):
        if folder.startswith(("tests", "bench")):
            continue
        file = root / folder / "CMakeLists.txt"
        if not file.is_file():
            yield f"{folder}:1: a folder with sources needs a CMakeLists.txt (one target per folder)"
            continue
        text = re.sub(r"#[^\n]*", "", file.read_text(encoding="utf-8"))
        libraries = len(re.findall(r"\bp2pns_library\s*\(|\badd_library\s*\((?![^)]*\bALIAS\b)", text))
        programs = len(re.findall(r"\bp2pns_executable\s*\(|\badd_executable\s*\(", text))
        plugins = len(re.findall(r"\bp2pns_plugin\s*\(", text))
        right = libraries + programs == 1 or (plugins == 1 and libraries + programs == 0) or (_below(folder, "apps") and libraries == programs == 1)
        if not right:
            yield (f"{folder}/CMakeLists.txt:1: {libraries} libraries and {programs} programs "
                   "(one target per folder; below apps/ a library and its program may stand together)")


def check_lengths(what, limits, measured):
    """`measured`: (lines, where). For each limit, the given share must not be longer (nearest rank)."""
    ordered = sorted(measured)
    for share, limit in limits if ordered else []:
        rank = max(1, math.ceil(share * len(ordered)))
        if ordered[rank - 1][0] <= limit:
            continue
        longer = [entry for entry in ordered if entry[0] > limit]
        rule = f"no {what} over {limit} lines" if share == 1 else f"{share:.0%} of all {what}s at most {limit} lines"
        for lines, where in reversed(longer[-10:]):
            yield f"{where}: {lines} lines ({rule}; now {len(longer)} of {len(ordered)} are longer)"


def check_tree(root):
    """All complaints about the tree, as lines."""
    files = dict(source_files(root))
    complaints, file_lines, function_lines = [], [], []
    for path, text in files.items():
        complaints += check_arrows(root, path, text)
        complaints += check_libraries(path, text)
        complaints += check_world(path, text)
        file_lines.append((len(text.splitlines()), f"{path}:1"))
        function_lines += [(f.lines, f"{path}:{f.first_line}: {f.name}") for f in source.functions(text)]
    complaints += check_targets(root, files)
    complaints += check_documents(root)
    complaints += check_decisions(root)
    complaints += check_quotes(root, documents(root))
    complaints += check_reference(root)
    complaints += check_lengths("file", rules.FILE_LINES, file_lines)
    complaints += check_lengths("function", rules.FUNCTION_LINES, function_lines)
    return complaints, len(files), len(function_lines)


def main(arguments):
    root = Path(arguments[0] if arguments else Path(__file__).parents[2]).resolve()
    complaints, files, functions = check_tree(root)
    if not files:
        complaints = [f"{root}: no source file below {', '.join(rules.SOURCE_ROOTS)}"]
    for complaint in complaints:
        print(complaint)
    print(f"layering: {files} files, {functions} functions, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
