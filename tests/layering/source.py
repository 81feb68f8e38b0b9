"""Reads C++ just well enough: include lines, and where functions begin and end. No compiler, no index file."""

import re
from dataclasses import dataclass

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)

_LITERALS = re.compile(
    r"""//(?:[^\n\\]|\\.|\\\n)*                          # comment to the end of the line
      | /\*.*?\*/                                        # comment
      | (?:u8|[uUL])?R"(?P<raw>[^\s()\\]{0,16})\(.*?\)(?P=raw)"   # raw string
      | (?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"                 # string
      | (?<![0-9A-Za-z_])(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+'   # character; not the separator of 1'000
      | ^[ \t]*\#(?:[^\n\\]|\\\n|\\.)*                   # preprocessor line with its continuations
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


def blank(text):
    """`text` with comments, literals and preprocessor lines made spaces; line numbers stay."""
    return _LITERALS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def includes(text):
    """(line, quoted?, path) of every include; those inside comments do not count."""
    without_comments = re.sub(r"//[^\n]*|/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match.group()), text,
                              flags=re.DOTALL)
    return [(line_of(text, match.start()), match.group(1) == '"', match.group(2))
            for match in INCLUDE.finditer(without_comments)]


@dataclass
class Function:
    name: str
    first_line: int
    last_line: int

    @property
    def lines(self):
        return self.last_line - self.first_line + 1


_ACCESS = re.compile(r"^\s*(?:public|private|protected)\s*:(?!:)\s*")
_SCOPE = re.compile(r"^(?:export\s+)?(?:inline\s+)?(?:typedef\s+)?(?:namespace|class|struct|union|enum)\b")
_NAME = re.compile(r"(operator\s*(?:\(\)|[^\s(]+)|~?[A-Za-z_][\w:~]*)\s*(?:<[^()]*>)?\s*\(")


def _without_template(head):
    """Strips `template <...>` in front, with nested angle brackets; those in parentheses are comparisons."""
    while match := re.match(r"\s*template\s*<", head):
        depth, parentheses, end = 1, 0, match.end()
        while depth and end < len(head):
            parentheses += {"(": 1, ")": -1}.get(head[end], 0)
            depth += {"<": 1, ">": -1}.get(head[end], 0) if not parentheses else 0
            end += 1
        head = head[end:]
    return head.lstrip()


def _kind(head):
    """What a `{` after `head` opens: 'scope' (namespace, class), 'value' (initialiser) or 'function'."""
    head = _without_template(_ACCESS.sub("", head))
    if head.count("(") > head.count(")"):
        return "value"  # a default argument
    if _SCOPE.match(head):
        return "scope"
    if ")" not in head:
        lambda_without_parameters = re.search(r"=\s*\[[^\]]*\]\s*(?:mutable\s*)?$", head)
        return "function" if lambda_without_parameters else "scope" if head.startswith("extern") else "value"
    if re.search(r"(?:=|return|,)\s*$", head):
        return "value"
    # `: first_{1}, second_(2) {`: behind the colon of a constructor only `)` or `}` stands before the body.
    constructor = re.search(r"\)[^()]*?(?<!:):(?!:)", head)
    if constructor and not re.search(r"[)}]\s*$", head):
        return "value"
    return "function"


def functions(text):
    """Every function with a body at namespace or class level; what is nested inside counts to it."""
    text = blank(text)
    found = []
    stack = []  # (kind, first line, name) of the open braces
    head_start = 0  # where the declaration that is being read began
    for match in re.finditer(r"[{};]", text):
        position, sign = match.start(), match.group()
        inside_function = any(kind == "function" for kind, _, _ in stack)
        inside_value = bool(stack) and stack[-1][0] == "value"
        if sign == "{":
            if inside_function or inside_value:
                stack.append(("nested", 0, ""))
                continue
            head = text[head_start:position]
            stack.append(_open(text, head, head_start))
            if stack[-1][0] != "value":
                head_start = match.end()
        elif sign == "}":
            kind, first_line, name = stack.pop() if stack else ("scope", 0, "")
            if kind == "function":
                found.append(Function(name, first_line, line_of(text, position)))
            if kind in ("function", "scope"):
                head_start = match.end()
        elif not inside_function and not inside_value and _parentheses_closed(text[head_start:position]):
            head_start = match.end()
    return found


def _parentheses_closed(head):
    return head.count("(") == head.count(")")


def _open(text, head, head_start):
    kind = _kind(head)
    begin = head_start + _ACCESS.match(head).end() if _ACCESS.match(head) else head_start + len(head) - len(head.lstrip())
    name = _NAME.search(_without_template(_ACCESS.sub("", head)))
    return kind, line_of(text, begin), name.group(1) if name else "(unnamed)"
