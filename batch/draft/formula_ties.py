"""The formulas of a blank form as ties: what a cell computes must hold, and the template computes it too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from batch.draft.proposal import DraftForm, DraftGrid, DraftTie
from batch.model.book import Area, column_letters
from batch.workbook.formulas.formula_values import Unsupported
from batch.workbook.formulas.nodes import CellReference, Chain, FunctionCall, Literal, Node, Unary
from batch.workbook.formulas.parse import parse_formula

SOURCE = "表上的公式"
_CALLS = {"MIN": "最小", "MAX": "最大", "ABS": "绝对值"}
#: by the type of what is computed
_TOLERANCES = {"percent": "TOL_P", "score": "TOL_S", "count": "TOL_0"}
#: how tightly they bind
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}


class _NotSaid(Exception):  # noqa: N818 - says what it is
    """A formula, or a part of one, that ties have no words for."""


@dataclass(slots=True)
class _Said:
    """An expression while it is translated: the ids of cells in it, in their order."""

    cells: list[str] = field(default_factory=list)

    def word(self, key: str) -> str:
        """The place of a cell in the expression."""
        if key not in self.cells:
            self.cells.append(key)
        return f"{{{self.cells.index(key) + 1}}}"


def formula_ties(form: DraftForm) -> tuple[list[DraftTie], list[str]]:
    """The ties of a form's formulas, and the addresses of those that could not be understood."""
    types = {field.id: field.type for field in form.fields()}
    found: list[DraftTie] = []
    unknown: list[str] = []
    for ref, text in form.formulas.items():
        target = form.cells.get(ref, "")
        try:
            said = _Said()
            root = _bare(parse_formula(text).root)
            if (
                isinstance(root, FunctionCall)
                and root.name == "ROUND"
                and types.get(_last(target)) != "score"
            ):
                # a tolerance allows for it
                root = root.arguments[0]
            body = _written(root, form, said, 0)
            if not target or not said.cells:
                raise _NotSaid
        except (Unsupported, _NotSaid):
            unknown.append(ref)
        else:
            tie = _tie(form, body, [target, *said.cells])
            tie.tolerance = _TOLERANCES.get(types.get(_last(target), ""), "TOL_W")
            found.append(tie)
    return list(_gathered(form, found)), unknown


def _bare(node: Node) -> Node:
    """A formula without what keeps a half-filled form quiet: IF(A1=0,"",…), IFERROR(…,"")."""
    if isinstance(node, FunctionCall) and node.name in ("IF", "IFERROR"):
        branches = node.arguments[1:] if node.name == "IF" else node.arguments
        said = [branch for branch in branches if not isinstance(branch, Literal)]
        return _bare(said[0]) if len(said) == 1 else node
    return node


def _unrounded(node: Node) -> Node:
    is_rounded = isinstance(node, FunctionCall) and node.name == "ROUND"
    return node.arguments[0] if isinstance(node, FunctionCall) and is_rounded else node


def _last(key: str) -> str:
    """The column of a cell of a grid, or the field itself."""
    return key.rpartition(".")[2]


def _written(node: Node, form: DraftForm, said: _Said, strength: int) -> str:
    """A node as an expression of ties; `strength` decides on brackets."""
    if isinstance(node, CellReference):
        if not node.single:
            raise _NotSaid
        return said.word(_key(_refs(node)[0], form))
    if isinstance(node, Literal):
        if not isinstance(node.value, int | Decimal) or isinstance(node.value, bool):
            raise _NotSaid
        return str(node.value)
    if isinstance(node, Chain):
        return _chain(node, form, said, strength)
    if isinstance(node, FunctionCall) and node.name == "SUM":
        added = (part for argument in node.arguments for part in _addends(argument, form, said))
        parts = list(dict.fromkeys(added))
        text = " + ".join(parts)
        return f"({text})" if strength > 1 and len(parts) > 1 else text
    if isinstance(node, FunctionCall) and node.name in _CALLS:
        inside = ", ".join(_written(argument, form, said, 0) for argument in node.arguments)
        return f"{_CALLS[node.name]}({inside})"
    if isinstance(node, FunctionCall) and node.name == "ROUND":
        value, places = node.arguments
        return f"四舍五入({_written(value, form, said, 0)}, {_written(places, form, said, 0)})"
    if isinstance(node, Unary) and node.sign == "+":
        return _written(node.node, form, said, strength)
    raise _NotSaid


def _chain(node: Chain, form: DraftForm, said: _Said, strength: int) -> str:
    signs = [sign for sign, _ in node.rest]
    if any(sign not in _STRENGTH for sign in signs):
        raise _NotSaid
    own = _STRENGTH[signs[0]]
    text = _written(node.first, form, said, own)
    for sign, operand in node.rest:
        text += f" {sign} {_written(operand, form, said, own + 1)}"
    return f"({text})" if own < strength else text


def _addends(node: Node, form: DraftForm, said: _Said) -> Iterator[str]:
    """What SUM adds up of one argument: cells of the form; of a column of indicators all of it."""
    if not isinstance(node, CellReference):
        yield _written(node, form, said, 1)
        return
    keys = [key for ref in _refs(node) if (key := _found(ref, form))]
    if not keys:
        raise _NotSaid
    columns = {column.id for listed in form.lists for column in listed.columns}
    for key in dict.fromkeys(keys):
        yield f"合计({said.word(key)})" if key in columns else said.word(key)


def _refs(node: CellReference) -> list[str]:
    """The addresses of a reference on its own sheet."""
    if node.sheet is not None or _size(node.area) > 500:
        raise _NotSaid
    area = node.area
    places = ((r, c) for r in range(area.top, area.bottom + 1) for c in range(area.left, area.right + 1))
    return [f"{column_letters(col)}{row}" for row, col in places]


def _size(area: Area) -> int:
    return (area.bottom - area.top + 1) * (area.right - area.left + 1)


def _found(ref: str, form: DraftForm) -> str:
    return form.cells.get(ref) or form.figures.get(ref, "")


def _key(ref: str, form: DraftForm) -> str:
    key = _found(ref, form)
    if not key:
        raise _NotSaid
    return key


def _tie(form: DraftForm, body: str, keys: list[str]) -> DraftTie:
    """The tie of one cell: of its column where all stand in it, of its row, else of these cells alone."""
    split = [tuple(key.split(".")) for key in keys]
    in_grid = all(len(parts) == 2 and "总分" not in parts for parts in split)
    each, parts, at = "表", keys, ""
    if in_grid and len({column for _, column in split}) == 1:
        each, parts, at = "列", [row for row, _ in split], split[0][1]
    elif in_grid and len({row for row, _ in split}) == 1:
        each, parts, at = "行", [column for _, column in split], split[0][0]
    bottom = body.rpartition(" / ")[2]
    return DraftTie(
        "",
        form.id,
        each,
        f"{{0}} == {body}",
        parts,
        columns=[at] if each == "列" else [],
        rows=[at] if each == "行" else [],
        when=f"{bottom} != 0" if " / " in body and " " not in bottom else "",
        source=SOURCE,
        computes=True,
    )


def _gathered(form: DraftForm, ties: Iterable[DraftTie]) -> Iterator[DraftTie]:
    """One tie for all columns, or rows, that compute the same."""
    by_words: dict[tuple[str, str, tuple[str, ...]], DraftTie] = {}
    for tie in ties:
        known = by_words.setdefault((tie.each, tie.text, tuple(tie.parts)), tie)
        if known is not tie:
            known.columns += tie.columns
            known.rows += tie.rows
    for tie in by_words.values():
        grid = next((g for g in form.grids if tie.parts[0] in _ids(g)), None)
        if grid is not None and len(tie.columns) == len(grid.columns):
            tie.columns = []
        column = next((c for c in grid.columns if c.id == tie.parts[0]), None) if grid else None
        if grid is not None and column is not None and tie.rows:
            # what is computed in some rows has no cell in the others
            column.only = column.only or ([] if len(tie.rows) == len(grid.rows) else list(tie.rows))
            if set(tie.rows) >= set(column.only or [row.id for row in grid.rows]):
                tie.rows = []
        yield tie


def _ids(grid: DraftGrid) -> set[str]:
    return {field.id for field in (*grid.rows, *grid.columns)}
