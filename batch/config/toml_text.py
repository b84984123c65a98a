"""The text of a TOML file: what it holds, on which line each part of it stands, its mistakes in Chinese.

tomllib keeps no positions and speaks English. Lines are only looked for once there is a mistake to tell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

#: keys and numbers in lists that lead from the top of a file to a value: ("grid", 0, "column", 2, "type")
Where = tuple[str | int, ...]

_AT_LINE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER = re.compile(r"\s*(?P<open>\[\[?)(?P<name>[^][]+)\]\]?\s*(?:#.*)?")
#: what tomllib says → what to tell; the first that fits
_SYNTAX = (
    (r"Illegal character '\\n'", "这一行少了右边的引号"),
    (r"Illegal character .*", "引号里有看不见的控制字符，请删去"),
    (r"Unterminated string|Expected \"'.*\"|Expected '\"+'", "引号没有成对，少了右边的引号"),
    (r"Unclosed array", "方括号里的一列没有写完：少了逗号，或者少了右方括号"),
    (r"Unclosed inline table", "花括号没有写完：少了逗号，或者少了右花括号"),
    (r"Unescaped .*|Invalid hex value|Escaped character .*", "引号里的反斜杠“\\”要写成两个“\\\\”"),
    (r"Invalid date or datetime", "没有这个日期，应写成 2021-03-15 这样"),
    (r"Invalid value", "等号右边写法有误：文字要用英文引号括起来，数字不用"),
    (r"Expected '=' .*", "名称后面要有等号；有汉字的名称要用英文引号括起来"),
    (r"Expected newline .*", "一行只写一项，等号右边的值后面多了字"),
    (r"Expected '\]\]' .*", "这一节的开头少了“]]”"),
    (r"Expected '\]' .*", "这一节的开头少了“]”"),
    (r"Invalid initial character .*|Invalid statement", "应写成“名称 = 值”；有汉字的名称要用英文引号括起来"),
    (r"Cannot declare .*", "这一节前面已经写过；要写几节的，每一节都用两层方括号"),
    (r"Cannot overwrite .*|Duplicate .*", "这一项前面已经写过"),
    (r"Cannot mutate .*|Cannot redefine .*", "这一项前面已经写成另一种样子"),
    (r"Found invalid character .*", "有看不见的控制字符，请删去"),
)  # fmt: skip


class TomlError(Exception):
    """A text that is no TOML: on which line, and why, in Chinese."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class TomlText:
    """The text of one file and the name under which its mistakes are told."""

    name: str
    text: str

    def read(self) -> dict[str, Any]:
        """What it holds. Raises TomlError."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            at = _AT_LINE.search(str(error))
            said = str(error)[: at.start()] if at else str(error)
            fits = (words for pattern, words in _SYNTAX if re.fullmatch(pattern, said))
            last = len(self.text.rstrip().splitlines())
            line = int(at[1]) if at and at[1] else last
            raise self._brackets(line) or TomlError(line, next(fits, "写法有误")) from error

    def _brackets(self, line: int) -> TomlError | None:
        """The mistake behind a header that tomllib refuses where another of its name has one bracket less."""
        lines = self.text.splitlines()
        here = _HEADER.fullmatch(lines[line - 1]) if line <= len(lines) else None
        for number, text in enumerate(lines[: line - 1], 1) if here else ():
            other = _HEADER.fullmatch(text)
            if here and other and other["name"] == here["name"] and other["open"] != here["open"]:
                wrong = number if other["open"] == "[" else line
                return TomlError(wrong, f"应写成 [[{here['name']}]]，注意是两层方括号")
        return None

    def line(self, where: Sequence[str | int]) -> int:
        """The line of the value that `where` leads to, or of what is nearest above it; 0 for the file."""
        lines, path = _lines(self.text), tuple(where)
        return next((lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in lines), 0)

    def has(self, where: Sequence[str | int]) -> bool:
        """Whether the value that `where` leads to is written here."""
        return tuple(where) in _lines(self.text)


_TOKEN = re.compile(
    r'''(?P<blank>[ \t\r]+|\#[^\n]*)
    |(?P<end>\n)
    |(?P<text>"""(?:[^\\]|\\.)*?"{3,5}|\'{3}.*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')
    |(?P<sign>[][{}=,.])
    |(?P<bare>[^\s\[\]{}=,."'\#]+)''',
    re.DOTALL | re.VERBOSE,
)


class _Scanner:
    """Finds the line of every key, table and list entry of a text that tomllib reads."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Where, int] = {}
        #: lists of tables: how many of each were opened
        self._opened: dict[Where, int] = {}
        self._tokens = [
            (kind, match[0], text.count("\n", 0, match.start()) + 1)
            for match in _TOKEN.finditer(text)
            if (kind := match.lastgroup or "") != "blank"
        ]
        self._at = 0
        table: Where = ()
        while self._at < len(self._tokens):
            if self._is_sign("["):
                table = self._header()
            elif self._tokens[self._at][0] == "end":
                self._at += 1
            else:
                self._pair(table)

    def _is_sign(self, *signs: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][:2] in {("sign", s) for s in signs}

    def _key(self) -> list[str]:
        """A key with all its parts: a."b c".d"""
        parts: list[str] = []
        while self._at < len(self._tokens) and not self._is_sign("=", "]"):
            kind, text, _ = self._tokens[self._at]
            if kind == "text":
                parts.append(str(tomllib.loads(f"key = {text}")["key"]))
            elif kind == "bare":
                parts.append(text)
            self._at += 1
        return parts

    def _header(self) -> Where:
        """[table] or [[list of tables]]: where what follows belongs."""
        line = self._tokens[self._at][2]
        self._at += 1
        is_list = self._is_sign("[")
        self._at += is_list
        path: Where = ()
        parts = self._key()
        for n, part in enumerate(parts, 1):
            path = (*path, part)
            self.lines.setdefault(path, line)
            if is_list and n == len(parts):
                self._opened[path] = self._opened.get(path, 0) + 1
            if path in self._opened:
                path = (*path, self._opened[path] - 1)
                self.lines.setdefault(path, line)
        while self._is_sign("]"):
            self._at += 1
        return path

    def _pair(self, table: Where) -> None:
        """One `key = value` of a table."""
        line = self._tokens[self._at][2]
        path = table
        for part in self._key():
            path = (*path, part)
            self.lines.setdefault(path, line)
        # the sign =
        self._at += 1
        self._value(path)

    def _value(self, path: Where) -> None:
        if self._is_sign("["):
            self._inside("]", path)
        elif self._is_sign("{"):
            self._inside("}", path)
        else:
            while self._at < len(self._tokens) and not (
                self._is_sign(",", "]", "}") or self._tokens[self._at][0] == "end"
            ):
                self._at += 1

    def _inside(self, closing: str, path: Where) -> None:
        """The entries of a list or an inline table."""
        self._at += 1
        n = 0
        while not self._is_sign(closing):
            if self._is_sign(",") or self._tokens[self._at][0] == "end":
                self._at += 1
            elif closing == "}":
                self._pair(path)
            else:
                self.lines[(*path, n)] = self._tokens[self._at][2]
                self._value((*path, n))
                n += 1
        self._at += 1


@lru_cache(maxsize=64)
def _lines(text: str) -> dict[Where, int]:
    return _Scanner(text).lines
