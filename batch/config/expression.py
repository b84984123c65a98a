"""The expression language of ties and formulas, parsed to a tree over a whitelist; never evaluated by Python.

An expression uses the forms' own words: ``三公经费 == 公务用车 + 出国经费 + 公务接待``. Checks evaluate the
tree on a submission, the template turns it into a cell formula. Grammar: numbers, names with dots, ``+ - * /
× ÷``, comparisons ``== != <= >= < > ≤ ≥ ≠``, 且/或/非 (and/or/not), and FUNCTIONS.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

#: function → number of arguments (None: one or more)
FUNCTIONS: dict[str, int | None] = {
    "合计": 1,
    "个数": 1,
    "最小": None,
    "最大": None,
    "绝对值": 1,
    "四舍五入": 2,
    "已填": 1,
    "有": 1,
    "平均": 1,
}


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a form, dotted: 行.栏 or 表.行.栏."""

    text: str


@dataclass(frozen=True, slots=True)
class Binary:
    """Arithmetic on two nodes; op is one of + - * /."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """The negative of a node."""

    node: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """A comparison; op is one of == != <= >= < >."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic:
    """且 (and), 或 (or), 非 (not) over nodes."""

    op: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function of FUNCTIONS on nodes."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Name | Binary | Negative | Compare | Logic | Call

_BINARY: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.Lt: "<",
    ast.Gt: ">",
}
_SPELLINGS = str.maketrans(
    {"×": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "（": "(", "）": ")", "，": ","}
)


class ExpressionError(ValueError):
    """An expression that is not of the language; the text says what is wrong, in Chinese."""


@lru_cache(maxsize=1024)
def parse_expression(text: str) -> Node:
    """Parse one expression. Raises ExpressionError naming the part that is not allowed."""
    source = text.translate(_SPELLINGS)
    for word, operator in ((" 且 ", " and "), (" 或 ", " or "), ("非 ", "not ")):
        source = source.replace(word, operator)
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"算式“{text}”写法有误") from error
    return _convert(tree.body, text)


def _convert(node: ast.expr, text: str) -> Node:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Number(Decimal(str(node.value)))
    if isinstance(node, ast.Name | ast.Attribute):
        return Name(_dotted(node, text))
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        return Binary(_BINARY[type(node.op)], _convert(node.left, text), _convert(node.right, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return Negative(_convert(node.operand, text))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return Logic("非", (_convert(node.operand, text),))
    if isinstance(node, ast.BoolOp):
        word = "且" if isinstance(node.op, ast.And) else "或"
        return Logic(word, tuple(_convert(part, text) for part in node.values))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARE:
        op = _COMPARE[type(node.ops[0])]
        return Compare(op, _convert(node.left, text), _convert(node.comparators[0], text))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _call(node.func.id, node.args, text)
    raise ExpressionError(f"算式“{text}”里有不允许的写法：{ast.unparse(node)}")


def _call(name: str, arguments: list[ast.expr], text: str) -> Call:
    if name not in FUNCTIONS:
        raise ExpressionError(f"算式“{text}”里没有“{name}”这个函数，可用的有：{'、'.join(FUNCTIONS)}")
    wanted = FUNCTIONS[name]
    if not arguments or (wanted is not None and len(arguments) != wanted):
        raise ExpressionError(f"算式“{text}”里“{name}”的参数个数不对")
    return Call(name, tuple(_convert(argument, text) for argument in arguments))


def _dotted(node: ast.expr, text: str) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, text)}.{node.attr}"
    raise ExpressionError(f"算式“{text}”里有不允许的写法：{ast.unparse(node)}")


def names(node: Node) -> list[str]:
    """The names an expression uses, in reading order, each once."""
    found: dict[str, None] = {}
    _collect(node, found)
    return list(found)


def _collect(node: Node, found: dict[str, None]) -> None:
    if isinstance(node, Name):
        found.setdefault(node.text)
    elif isinstance(node, Binary | Compare):
        _collect(node.left, found)
        _collect(node.right, found)
    elif isinstance(node, Negative):
        _collect(node.node, found)
    elif isinstance(node, Logic):
        for part in node.nodes:
            _collect(part, found)
    elif isinstance(node, Call):
        for part in node.arguments:
            _collect(part, found)
