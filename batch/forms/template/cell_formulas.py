"""The pack's formulas as cell formulas of the template, with their values.

Two rules keep a half-filled form quiet: a sum ignores words and blanks (SUM over the cells), and a rate is
empty while there is nothing to divide by.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from batch.config.expression import (
    Binary,
    Call,
    ExpressionError,
    Name,
    Negative,
    Node,
    Number,
    plain_sum,
)
from batch.forms.template.chosen_rows import Computed, chosen_rows, ranges

_SHEET_FUNCTIONS: Final = {"合计": "SUM", "最小": "MIN", "最大": "MAX", "绝对值": "ABS", "四舍五入": "ROUND"}
#: how tightly the operators bind, to know where brackets are needed
_STRENGTH: Final = {"+": 1, "-": 1, "*": 2, "/": 2}
_NOTHING: Final = Decimal(0)


class TemplateFormulas:
    """All computed cells of one sheet.

    `computed` and `given` (what stands in other cells) are by address. A condition of 合计 and 个数 may
    ask for words. Other conditions, 平均 and 已填 are for checks: ExpressionError where a formula uses one.
    """

    def __init__(self, computed: Mapping[str, Computed], given: Mapping[str, Decimal | str]) -> None:
        self._computed = computed
        self._given = given

    def text(self, ref: str) -> str:
        """The formula of a cell, without the leading "="."""
        cell = self._computed[ref]
        guards: dict[str, None] = {}
        body = self._write(cell.node, cell, guards)
        if not guards:
            return body
        test = next(iter(guards)) if len(guards) == 1 else f"OR({','.join(guards)})"
        return f'IF({test},"",{body})'

    def value(self, ref: str) -> Decimal | None:
        """What the cell shows; None for an empty one."""
        if ref not in self._computed:
            given = self._given.get(ref)
            return given if isinstance(given, Decimal) else None
        cell = self._computed[ref]
        return self._work_out(cell.node, cell)

    def _may_be_empty(self, ref: str) -> bool:
        """Whether a computed cell shows nothing while its inputs are missing: one with a rate in it."""
        if ref not in self._computed:
            return False
        guards: dict[str, None] = {}
        cell = self._computed[ref]
        self._write(cell.node, cell, guards)
        return bool(guards)

    def _write(self, node: Node, cell: Computed, guards: dict[str, None], strength: int = 0) -> str:
        """The node as formula text; `guards` collects what must not hold, `strength` decides on brackets."""
        if isinstance(node, Number):
            return str(node.value)
        if isinstance(node, Name):
            ref = cell.ref(node.text)
            if self._may_be_empty(ref):
                guards[f'{ref}=""'] = None
            return ref
        if isinstance(node, Negative):
            return f"-{self._write(node.node, cell, guards, 3)}"
        summed = _summed(node, cell)
        if summed is not None:
            return f"SUM({','.join(ranges(summed))})"
        if (chosen := chosen_rows(node, cell)) is not None:
            return chosen.text
        if isinstance(node, Binary):
            own = _STRENGTH[node.op]
            left = self._write(node.left, cell, guards, own)
            right = self._write(node.right, cell, guards, own + (node.op in "-/"))
            if node.op == "/":
                # N: a dash or a word there counts as nothing to divide by
                guards[f"N({right})=0" if isinstance(node.right, Name) else f"{right}=0"] = None
            body = f"{left}{node.op}{right}"
            return f"({body})" if own < strength else body
        if isinstance(node, Call) and node.function in _SHEET_FUNCTIONS and node.function != "合计":
            parts = [self._write(argument, cell, guards) for argument in node.arguments]
            return f"{_SHEET_FUNCTIONS[node.function]}({','.join(parts)})"
        raise _not_for_cells(node)

    def _work_out(self, node: Node, cell: Computed) -> Decimal | None:
        """The node's value as a spreadsheet would show it; None where the formula shows nothing."""
        if isinstance(node, Number):
            return node.value
        if isinstance(node, Name):
            ref = cell.ref(node.text)
            value = self.value(ref)
            return value if value is not None or self._may_be_empty(ref) else _NOTHING
        summed = _summed(node, cell)
        if summed is not None:
            return sum((self.value(ref) or _NOTHING for ref in summed), _NOTHING)
        if (chosen := chosen_rows(node, cell)) is not None:
            refs = chosen.refs(lambda ref: self._given.get(ref, self.value(ref)))
            numbers = [self.value(ref) or _NOTHING for ref in refs]
            return Decimal(len(refs)) if chosen.counts else sum(numbers, _NOTHING)
        if isinstance(node, Negative):
            value = self._work_out(node.node, cell)
            return None if value is None else -value
        if isinstance(node, Binary):
            left, right = self._work_out(node.left, cell), self._work_out(node.right, cell)
            return None if left is None or right is None else _operate(node.op, left, right)
        if isinstance(node, Call) and node.function in _SHEET_FUNCTIONS and node.function != "合计":
            parts = [self._work_out(argument, cell) for argument in node.arguments]
            known = [part for part in parts if part is not None]
            return _call(node.function, known) if len(known) == len(parts) else None
        raise _not_for_cells(node)


def _summed(node: Node, cell: Computed) -> list[str] | None:
    """The cells a sum adds up: 合计(…), or names and 合计(…) joined by +; None for anything else."""
    if (name := plain_sum(node)) is not None:
        return list(dict.fromkeys(cell.refs(name)))
    if not isinstance(node, Binary) or node.op != "+":
        return None
    parts = [
        # a row that is not drawn adds nothing
        ([cell.ref(side.text)] if cell.refs(side.text) else [])
        if isinstance(side, Name)
        else _summed(side, cell)
        for side in (node.left, node.right)
    ]
    if parts[0] is None or parts[1] is None:
        return None
    return [*parts[0], *parts[1]]


def _operate(op: str, left: Decimal, right: Decimal) -> Decimal | None:
    if op == "/":
        return left / right if right else None
    if op == "*":
        return left * right
    return left + right if op == "+" else left - right


def _call(function: str, parts: list[Decimal]) -> Decimal:
    if function == "四舍五入":
        return parts[0].quantize(Decimal(1).scaleb(-int(parts[1])), ROUND_HALF_UP)
    if function == "绝对值":
        return abs(parts[0])
    if function == "合计":
        return parts[0]
    return min(parts) if function == "最小" else max(parts)


def _not_for_cells(node: Node) -> ExpressionError:
    what = "带条件的合计" if isinstance(node, Call) and len(node.arguments) > 1 else "条件"
    what = node.function if isinstance(node, Call) and node.function not in _SHEET_FUNCTIONS else what
    return ExpressionError(f"表内算式不能用“{what}”")
