"""Parse a formula's text to a tree, for the syntax forms use; anything else is refused.

Tokens are read by one regular expression of our own: openpyxl's tokenizer would cost every worker the import
of openpyxl (0.2 s, 30 MB), leaves names, sheets and ranges as undivided text, and knows no precedence. An
unknown character ends parsing at once.

Precedence as in Excel, lowest first: comparisons, &, + -, * /, ^, %, signs; all left-associative, so that
-2^2 is 4 and 2^3^2 is 64.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from batch.model.book import MAX_COL, MAX_ROW, Area, column_letters, parse_area, parse_ref
from batch.workbook.formulas.formula_values import Error, Unsupported, Value, as_number
from batch.workbook.formulas.nodes import CellReference, Chain, Formula, FunctionCall, Literal, Node, Unary

#: characters Excel accepts in a formula
_MAX_LENGTH: Final = 8192
#: brackets and functions inside each other
_MAX_NESTING: Final = 100
#: nodes inside each other: evaluating takes up to four Python frames for each, of the 1,000 there are
_MAX_DEPTH: Final = 120

#: function → fewest and most arguments; Excel itself accepts at most 255
ARGUMENTS: Final[dict[str, tuple[int, int]]] = {
    "ABS": (1, 1),
    "AND": (1, 255),
    "AVERAGE": (1, 255),
    "COUNT": (1, 255),
    "COUNTA": (1, 255),
    "COUNTIFS": (2, 255),
    "IF": (2, 3),
    "IFERROR": (2, 2),
    "INT": (1, 1),
    "ISBLANK": (1, 1),
    "ISERROR": (1, 1),
    "ISNUMBER": (1, 1),
    "MAX": (1, 255),
    "MIN": (1, 255),
    "N": (1, 1),
    "NOT": (1, 1),
    "OR": (1, 255),
    "PRODUCT": (1, 255),
    "ROUND": (2, 2),
    "ROUNDDOWN": (2, 2),
    "ROUNDUP": (2, 2),
    "SUM": (1, 255),
    "SUMIFS": (3, 255),
    "SUMPRODUCT": (1, 255),
    "TEXT": (2, 2),
}
#: functions that take an argument left out, as in IF(A1>0,,1), for 0
_GAPS: Final = ("IF", "ROUND", "ROUNDDOWN", "ROUNDUP")

_CELL = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_TOKEN = re.compile(
    rf"""
    (?P<space>[ \t\r\n]++)
    | (?P<text>"(?:[^"]|"")*+")
    | (?P<error>\#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!))
    | (?P<reference>
        (?:'(?P<quoted>(?:[^']|'')++)'! | (?P<sheet>[^\s"'!(),;:+\-*/^&=<>{{}}\[\]%@\#$~|\\?]{{1,31}}+)!)?+
        (?:{_CELL}(?::{_CELL})?+
          | (?P<cols>\$?[A-Z]{{1,3}}:\$?[A-Z]{{1,3}})
          | (?P<rows>\$?[0-9]{{1,7}}:\$?[0-9]{{1,7}}))
      )(?![\w.(!:\#$\[])
    | (?P<truth>TRUE|FALSE)(?![\w.(!:])
    | (?P<call>[A-Za-z][\w.]*+)\(
    | (?P<number>(?:[0-9]++\.?[0-9]*+|\.[0-9]++)(?:[eE][-+]?[0-9]{{1,3}}+)?+)
    | (?P<sign><=|>=|<>|[-+*/^&=<>%(),])
    """,
    re.VERBOSE,
)
_LEVELS: Final = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}


def parse_formula(text: str) -> Formula:
    """Parse a formula, without its leading "=". Raises Unsupported, and nothing else."""
    if len(text) > _MAX_LENGTH:
        raise Unsupported("too long")
    parser = _Parser(text)
    root = parser.expression(1)
    if parser.kind:
        raise Unsupported("something behind the end")
    references = []
    size = 0
    for node, depth in _walk(root):
        size += 1
        if depth > _MAX_DEPTH:
            raise Unsupported("nested too deep")
        if isinstance(node, CellReference):
            references.append(node)
    return Formula(root, tuple(references), size)


def _walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth, without recursion."""
    waiting: list[tuple[Node, int]] = [(root, 1)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if isinstance(node, Chain):
            waiting.append((node.first, depth + 1))
            waiting += [(operand, depth + 1) for _, operand in node.rest]
        elif isinstance(node, Unary):
            waiting.append((node.node, depth + 1))
        elif isinstance(node, FunctionCall):
            waiting += [(argument, depth + 1) for argument in node.arguments]


class _Parser:
    """The parser's position: one token, `kind` "" at the end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._nesting = 0
        self._match: re.Match[str] | None = None
        self.kind = ""
        self.word = ""
        self._next()

    def _next(self) -> None:
        self.kind = "space"
        while self.kind == "space":
            if self._at == len(self._text):
                self.kind = self.word = ""
                return
            match = _TOKEN.match(self._text, self._at)
            if match is None:
                raise Unsupported("a sign or name that is not known")
            self._match, self._at = match, match.end()
            self.word = match[0]
            self.kind = match.lastgroup or ""

    def expression(self, level: int) -> Node:
        """An expression whose operators bind at least as tightly as `level`."""
        self._nesting += 1
        if self._nesting > _MAX_NESTING:
            raise Unsupported("nested too deep")
        left = self._operand()
        while self.kind == "sign" and (found := _LEVELS.get(self.word, 0)) >= level:
            rest = []
            while self.kind == "sign" and _LEVELS.get(self.word) == found:
                sign = self.word
                self._next()
                rest.append((sign, self.expression(found + 1)))
            left = Chain(left, tuple(rest))
        self._nesting -= 1
        return left

    def _operand(self) -> Node:
        minus, plus = 0, False
        while self.kind == "sign" and self.word in "+-":
            minus += self.word == "-"
            plus = True
            self._next()
        node = self._atom()
        if minus:
            node = Unary("-", node)
            if minus % 2 == 0:
                node = Unary("-", node)
        elif plus:
            node = Unary("+", node)
        while self.kind == "sign" and self.word == "%":
            node = Unary("%", node)
            self._next()
        return node

    def _atom(self) -> Node:
        kind, word, match = self.kind, self.word, self._match
        if not kind or match is None:
            raise Unsupported("it ends too early")
        self._next()
        if kind == "sign" and word == "(":
            node = self.expression(1)
            self._expect(")")
            return node
        if kind == "call":
            return self._call(match["call"].upper())
        if kind == "reference":
            return _reference(match)
        return Literal(_literal(kind, word))

    def _call(self, name: str) -> FunctionCall:
        if name not in ARGUMENTS:
            raise Unsupported(f"function {name}")
        arguments: list[Node] = []
        while True:
            if self.kind == "sign" and self.word in (",", ")"):
                if name not in _GAPS:
                    raise Unsupported("an argument left out")
                arguments.append(Literal(Decimal(0)))
            else:
                arguments.append(self.expression(1))
            if not (self.kind == "sign" and self.word == ","):
                break
            self._next()
        self._expect(")")
        fewest, most = ARGUMENTS[name]
        if not fewest <= len(arguments) <= most:
            raise Unsupported(f"number of arguments of {name}")
        return FunctionCall(name, tuple(arguments))

    def _expect(self, sign: str) -> None:
        if self.kind != "sign" or self.word != sign:
            raise Unsupported(f"no {sign}")
        self._next()


def _literal(kind: str, word: str) -> Value:
    if kind == "number":
        return as_number(word)
    if kind == "text":
        return word[1:-1].replace('""', '"')
    if kind == "truth":
        return word == "TRUE"
    if kind == "error":
        return Error(word)
    raise Unsupported(f"{word} where a value should be")


def _reference(match: re.Match[str]) -> CellReference:
    sheet = match["quoted"].replace("''", "'") if match["quoted"] else match["sheet"]
    if sheet is not None and "[" in sheet:
        raise Unsupported("another workbook")
    ref = match["reference"].rpartition("!")[2].replace("$", "")
    first, _, last = ref.partition(":")
    if match["cols"]:
        first, last = f"{first}1", f"{last}{MAX_ROW}"
    elif match["rows"]:
        first, last = f"A{first}", f"{column_letters(MAX_COL)}{last}"
    try:
        if last:
            return CellReference(sheet, parse_area(f"{first}:{last}"))
        row, col = parse_ref(first)
        return CellReference(sheet, Area(row, col, row, col))
    except ValueError as error:
        raise Unsupported("a reference off the sheet") from error
