"""The expression language of ties and formulas, parsed to a tree over a whitelist; never evaluated by Python.

An expression uses the forms' own words: ``三公经费 == 公务用车 + 出国经费 + 公务接待``. Checks evaluate the
tree on a submission, the template turns it into a cell formula. Grammar: numbers, names with dots, ``+ - * /
× ÷``, comparisons ``== != <= >= < > ≤ ≥ ≠``, 且/或/非 (and/or/not), and FUNCTIONS. Texts in quotes may be
compared: ``采购方式 == "公开招标"``, and days with other days: ``合同日期 >= "2024-01-01"``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

#: what may be said of many cells; a second argument is the condition their rows must meet
AGGREGATES = ("合计", "个数", "平均")
#: function → how many arguments it takes: least, most (None: any number)
FUNCTIONS: dict[str, tuple[int, int | None]] = {
    "合计": (1, 2),
    "个数": (1, 2),
    "最小": (1, None),
    "最大": (1, None),
    "绝对值": (1, 1),
    "四舍五入": (2, 2),
    "年份": (1, 1),
    "月份": (1, 1),
    "已填": (1, 1),
    "有": (1, 1),
    "平均": (1, 2),
}
#: of a check over all units of a batch: what their cells come to, and how many others have the same
SAME = "各单位相同"
ACROSS = ("各单位合计", "各单位平均", "各单位中位数", "各单位个数", SAME)
FUNCTIONS |= dict.fromkeys(ACROSS, (1, 1))
#: what is no number, but holds or does not
CONDITIONS = ("已填", "有")
#: a day in quotes
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Number:
    """A literal number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text in quotes, to compare with what a cell says."""

    text: str

    @property
    def day(self) -> Decimal | None:
        """The number of the day it names; None for any other text."""
        found = _DAY.fullmatch(self.text)
        try:
            return Decimal(date(*map(int, found.groups())).toordinal()) if found else None
        except ValueError:
            return None


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

    @property
    def is_of_texts(self) -> bool:
        """Whether words are compared, not numbers or days."""
        left, right = self.left, self.right
        return (isinstance(left, Quoted) and left.day is None) or (
            isinstance(right, Quoted) and right.day is None
        )


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


Node = Number | Quoted | Name | Binary | Negative | Compare | Logic | Call

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


def parse_expression(text: str, *, across: bool = False) -> Node:
    """Parse one expression. Raises ExpressionError naming the part that is not allowed.

    `across`: it may say what all units of a batch come to.
    """
    node = _parsed(text)
    over = [call for call in calls(node) if call.function in ACROSS]
    if over and not across:
        raise ExpressionError(f'算式“{text}”里的“{over[0].function}”只用在 each = "批次" 的检查的 tie 里')
    for call in over:
        if sum(1 for inner in calls(call) if inner.function in ACROSS) > 1:
            raise ExpressionError(f"算式“{text}”里“{call.function}”里面不能再用各单位的函数")
        if call.function == SAME and not isinstance(call.arguments[0], Name):
            raise ExpressionError(f"算式“{text}”里“{SAME}”要写一个名称")
    return node


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Node:
    source = text.translate(_SPELLINGS)
    for word, operator in ((" 且 ", " and "), (" 或 ", " or "), ("非 ", "not ")):
        source = source.replace(word, operator)
    try:
        tree = ast.parse(source.strip(), mode="eval")
    except SyntaxError as error:
        raise ExpressionError(f"算式“{text}”写法有误{_equal_signs(source)}") from error
    return _convert(tree.body, text)


#: one sign where two are meant
_ONE_SIGN = re.compile(r"(?<![=!<>])=(?!=)")


def _equal_signs(source: str) -> str:
    return "：相等要写两个等号 ==" if _ONE_SIGN.search(source) else ""


def _convert(node: ast.expr, text: str) -> Node:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Number(Decimal(str(node.value)))
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return Quoted(node.value.strip())
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
        return _compared(Compare(op, _convert(node.left, text), _convert(node.comparators[0], text)), text)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.keywords:
            raise ExpressionError(f"算式“{text}”写法有误{_equal_signs(text)}")
        return _call(node.func.id, node.args, text)
    raise ExpressionError(f"算式“{text}”里有不允许的写法：{ast.unparse(node)}")


def _call(name: str, arguments: list[ast.expr], text: str) -> Call:
    if name not in FUNCTIONS:
        raise ExpressionError(f"算式“{text}”里没有“{name}”这个函数，可用的有：{'、'.join(FUNCTIONS)}")
    least, most = FUNCTIONS[name]
    if len(arguments) < least or (most is not None and len(arguments) > most):
        raise ExpressionError(f"算式“{text}”里“{name}”的参数个数不对")
    made = tuple(_convert(argument, text) for argument in arguments)
    if name in AGGREGATES and not isinstance(made[0], Name):
        raise ExpressionError(f"算式“{text}”里“{name}”的第一项要写一个名称")
    if name in AGGREGATES and len(made) == 2 and not isinstance(made[1], Compare | Logic | Call):
        raise ExpressionError(
            f'算式“{text}”里“{name}”的第二项要写条件，例如：{name}(金额, 采购方式 == "公开招标")'
        )
    return Call(name, made)


def _compared(node: Compare, text: str) -> Compare:
    """A comparison of texts must be of a name with words, and for being the same or not."""
    if node.is_of_texts:
        if node.op not in ("==", "!="):
            raise ExpressionError(f'算式“{text}”里的文字只能用 == 或 != 比较，日期要写成 "2024-03-15"')
        if not any(isinstance(side, Name) for side in (node.left, node.right)):
            raise ExpressionError(f"算式“{text}”里的文字要与一个项目或栏目比较")
    return node


def plain_sum(node: Node) -> str | None:
    """The name that 合计(名称) adds up; None for anything else, also for a sum with a condition."""
    if isinstance(node, Call) and node.function == "合计" and len(node.arguments) == 1:
        (name,) = node.arguments
        return name.text if isinstance(name, Name) else None
    return None


def _dotted(node: ast.expr, text: str) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value, text)}.{node.attr}"
    raise ExpressionError(f"算式“{text}”里有不允许的写法：{ast.unparse(node)}")


def names(node: Node, *, in_sums: bool = True) -> list[str]:
    """The names an expression uses, in reading order, each once; `in_sums`: also those that are added up or
    counted."""
    return list(dict.fromkeys(word.text for word in _words(node, in_sums=in_sums)))


def calls(node: Node) -> Iterator[Call]:
    """The calls of functions in an expression, in reading order."""
    if isinstance(node, Call):
        yield node
    for part in _parts(node):
        yield from calls(part)


def texts_compared(node: Node) -> Iterator[tuple[str, str]]:
    """The names an expression compares with words, each with the word."""
    if isinstance(node, Compare) and node.is_of_texts:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Name) and isinstance(other, Quoted):
                yield one.text, other.text
    for part in _parts(node):
        yield from texts_compared(part)


def is_condition(node: Node) -> bool:
    """Whether an expression holds or does not, and comes to no number."""
    if isinstance(node, Logic):
        return all(map(is_condition, node.nodes))
    return isinstance(node, Compare) or (isinstance(node, Call) and node.function in CONDITIONS)


def _words(node: Node, *, in_sums: bool) -> Iterator[Name]:
    if isinstance(node, Name):
        yield node
    elif in_sums or not (isinstance(node, Call) and node.function in AGGREGATES):
        for part in _parts(node):
            yield from _words(part, in_sums=in_sums)


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Binary | Compare):
        return (node.left, node.right)
    if isinstance(node, Negative):
        return (node.node,)
    if isinstance(node, Logic):
        return node.nodes
    return node.arguments if isinstance(node, Call) else ()
