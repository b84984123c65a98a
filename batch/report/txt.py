"""Read plain text into paragraphs: lines that were only wrapped are joined again."""

from __future__ import annotations

import re

from batch.workbook.legacy.csv import printable

#: what a paragraph begins with
_NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.是]|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．](?!\d)|附)"
)
#: a number that breaks off at the end of a line, and how it goes on
_IN_NUMBER, _NUMBER_ON = (
    re.compile(r"\d[.,，．]?$"),
    re.compile(r"[.．]?\d*+(?:[.．]\d*+)?(?:[%％]|[万亿千]?元)"),
)
_ENDS = "。！？；：.!?;:"
#: a line of running text; headings are shorter or hold no comma
_RUNNING = 20


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The paragraphs of a text file, without blank lines.

    A line continues in the next one when it is running text without a final full stop, semicolon or colon, or
    breaks inside a number, and the next line does not begin with a numbering. Tabs and blanks at the ends are
    removed.
    """
    found: list[str] = []
    last = ""
    for line in printable(text).split("\n"):
        bare = line.strip(" \t\u3000\ufeff")
        if not bare:
            last = ""
            continue
        if last and not line.startswith("\t") and _goes_on(last, bare):
            found[-1] += bare
        else:
            found.append(bare)
        last = found[-1]
    return tuple(found)


def _goes_on(line: str, following: str) -> bool:
    if _IN_NUMBER.search(line) and _NUMBER_ON.match(following):
        return True
    if line[-1] in _ENDS or _NUMBERED.match(following):
        return False
    return len(line) >= _RUNNING and any(sign in line for sign in "，,。；;")
