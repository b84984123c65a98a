"""The cells that a tie across units compares, and what such a check must keep to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from batch.checks.engine.check_keys import CheckKeys, texts
from batch.checks.engine.check_words import SLOTS, placeholders
from batch.checks.engine.requested_cells import AskedCell
from batch.config.expression import ACROSS, SAME, ExpressionError, calls, names, parse_expression
from batch.config.schema import Mistake
from batch.forms.spec.spec import FormSpec, PackForms

#: further words that a message may mention: the unit, and others with the same
UNITS: Final = frozenset({"单位", "另一单位"})
_UNITS_OF = {"money": "万元", "percent": "%"}


def asked_cells(keys: CheckKeys, forms: PackForms) -> tuple[AskedCell, ...]:
    """The cells of a check of the batch, in the order in which it names them."""
    spec = forms.forms.get(keys.form)
    if keys.each != "批次" or not keys.tie or spec is None:
        return ()
    found = (_asked(name, spec) for name in _named(keys) if name not in keys.thresholds)
    return tuple(cell for cell in found if cell is not None)


def _named(keys: CheckKeys) -> list[str]:
    """The names of fields and thresholds in a check's ties and condition."""
    nodes = [parse_expression(text, across=True) for text in texts(keys.tie)]
    nodes += [parse_expression(keys.when)] if keys.when else []
    return list(dict.fromkeys(name for node in nodes for name in names(node)))


def _asked(name: str, spec: FormSpec) -> AskedCell | None:
    """The cell behind a name; None for a row or a column alone, and for a word of no cell."""
    short = name.removeprefix(f"{spec.key}.")
    for entry in spec.entries:
        if entry.name == short:
            return AskedCell(name, spec.key, "", short, _UNITS_OF.get(entry.type, ""))
    for column in spec.list_columns:
        unit = _UNITS_OF.get(column.type, "")
        if short == column.name:
            return AskedCell(name, spec.key, "", short, unit, in_list=True)
        if short == f"总分.{column.name}":
            return AskedCell(name, spec.key, "总分", column.name, unit)
    for grid in spec.grids:
        for column in grid.columns:
            row, _, last = short.rpartition(".")
            if last == column.name and any(one.name == row for one in grid.rows):
                return AskedCell(name, spec.key, row, last, _UNITS_OF.get(column.type, ""))
    return None


def across_rules(keys: CheckKeys, forms: PackForms) -> Iterator[Mistake]:
    """What of a tie across units does not fit together."""
    spec = forms.forms.get(keys.form)
    if spec is None:
        yield Mistake((), "各单位之间比较的检查要写 form：比较哪张表的栏目")
        return
    for key in ("require", "say", "zero"):
        if getattr(keys, key):
            yield Mistake((key,), f'each = "批次" 的检查没有 {key}')
    with suppress(ExpressionError):
        # told already
        yield from _tie_rules(keys, spec)


def _tie_rules(keys: CheckKeys, spec: FormSpec) -> Iterator[Mistake]:
    over = [call for text in texts(keys.tie) for call in calls(parse_expression(text, across=True))]
    over = [call for call in over if call.function in ACROSS]
    if not over:
        said = (
            f'each = "批次" 的算式要与各单位比较，用{"、".join(ACROSS)}；只看一个单位的，each 写“单位”或“表”'
        )
        yield Mistake(("tie",), said)
    cells = {name: _asked(name, spec) for name in _named(keys) if name not in keys.thresholds}
    for name, cell in cells.items():
        if cell is None and (name in spec.names or name.partition(".")[0] == spec.key):
            yield Mistake(("tie",), f"“{name}”不是一个格：各单位之间比较的，写单栏、行.栏、总分.栏")
    if any(cell is not None and cell.in_list for cell in cells.values()):
        alone = len(cells) == 1 and all(call.function == SAME for call in over)
        if not alone:
            yield Mistake(("tie",), f"明细表的栏只能单独用在“{SAME}”里，例如：{SAME}(批准文号) == 0")
    known = SLOTS | UNITS | set(keys.thresholds) | set(cells)
    for key in ("message", "fix", "computed", "gap"):
        for slot in placeholders(getattr(keys, key)):
            if slot not in known:
                yield Mistake((key,), f"文字里“{{{slot}}}”没有来处")
