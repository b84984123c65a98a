"""What the keys of a form's file must keep to among themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain

from batch.config.expression import ExpressionError, is_condition, names, parse_expression, texts_compared
from batch.config.schema import Mistake, unknown
from batch.config.toml_text import Where
from batch.forms.spec.keys import PROJECT, FieldKeys, FormKeys, GridKeys, ListKeys, lists_of
from batch.forms.spec.labels import squeeze
from batch.forms.spec.target_columns import SIGNS

#: characters of all choices of a drop-down list, commas between them included: Excel takes no more
LONGEST_LIST = 255
#: parts of a name in a formula that no form has to list: what was added below a row
_PARTS = frozenset({"子项"})


def form_rules(form: FormKeys) -> Iterator[Mistake]:
    """Where a form's keys name what it does not have, or name one thing twice."""
    entries = [entry.name for entry in form.entry]
    for key in ("unit_field", "project_field"):
        if getattr(form, key):
            yield from _named((key,), getattr(form, key), entries, "表头栏目")
    if form.per == "项目" and (form.project_field or PROJECT) not in entries:
        said = "每个项目一张的表（per），要写哪个表头栏目是项目的名称：project_field"
        yield Mistake(("per",), said)
    yield from _twice(("entry",), entries)
    for n, grid in enumerate(form.grid):
        yield from _grid_rules(grid, ("grid", n))
    yield from _lists_rules(lists_of(form))
    words = {name for _, name in _fields(form)}
    for slot in form.known:
        for part in slot.split("."):
            yield from _named(("known", slot), part, words, "栏目")
    choices = {field.name: field.choices for _, field in _fields_with(form) if field.choices}
    for where, field in _fields_with(form):
        yield from _choice_rules(field, where)
        for key in ("formula", "required_if", "total"):
            yield from _expression((*where, key), getattr(field, key, ""), words | _PARTS, choices)
    for number, (where, listed) in enumerate(lists_of(form)):
        others = {
            c.name: ls.name for n, (_, ls) in enumerate(lists_of(form)) if n != number for c in ls.column
        }
        for n, column in enumerate(listed.column):
            yield from _own_total((*where, "column", n, "total"), column.total, others)
    for n, grid in enumerate(form.grid):
        for cell, text in grid.formulas.items():
            yield from _expression(("grid", n, "formulas", cell), text, words | _PARTS, choices)


def _choice_rules(field: FieldKeys, where: Where) -> Iterator[Mistake]:
    if (field.type == "choice") != bool(field.choices):
        at = (*where, "choices" if field.choices else "type")
        yield Mistake(at, f'“{field.name}”的 type = "choice" 和 choices（可选的词）要一起写')
    for n, word in enumerate(field.choices):
        if "," in word:
            yield Mistake((*where, "choices", n), f"可选的词里不能有英文逗号：“{word}”")
    if len(",".join(field.choices)) > LONGEST_LIST:
        said = (
            f"“{field.name}”可选的词合起来有{len(','.join(field.choices))}个字，下拉列表最多{LONGEST_LIST}个"
        )
        yield Mistake((*where, "choices"), said)


def _grid_rules(grid: GridKeys, where: Where) -> Iterator[Mistake]:
    rows, columns = [row.name for row in grid.row], [column.name for column in grid.column]
    yield from _twice((*where, "row"), rows)
    yield from _twice((*where, "column"), columns)
    cells = [f"{row}.{column}" for row in rows for column in columns]
    for cell in grid.formulas:
        yield from _named((*where, "formulas", cell), cell, cells, "格（行.栏）")
    for n, row in enumerate(grid.row):
        for key in ("parent", "part_of"):
            if getattr(row, key):
                yield from _named((*where, "row", n, key), getattr(row, key), rows, "行")
    for n, column in enumerate(grid.column):
        at = (*where, "column", n)
        if column.last_year:
            yield from _named((*at, "last_year"), column.last_year, columns, "栏")
        for m, name in enumerate(column.only):
            yield from _named((*at, "only", m), name, rows, "行")


def _lists_rules(lists: tuple[tuple[Where, ListKeys], ...]) -> Iterator[Mistake]:
    for number, (where, listed) in enumerate(lists):
        yield from _list_rules(listed, where)
        before = [other for _, other in lists[:number]]
        if listed.name in [other.name for other in before]:
            yield Mistake((*where, "name"), f"“{listed.name}”写了两次")
        # expressions name a column of a list by its name alone
        taken = {column.name: other.name for other in before for column in other.column}
        taken |= {other.points: other.name for other in before if other.points}
        own = [(("column", n, "name"), column.name) for n, column in enumerate(listed.column)]
        for key, name in (*own, (("points",), listed.points)):
            if name in taken:
                said = f"“{name}”在“{taken[name]}”里已经有了：短名在一张表里不能重复，表上印的字写在 label"
                yield Mistake((*where, *key), said)


def _list_rules(listed: ListKeys, where: Where) -> Iterator[Mistake]:
    columns = [column.name for column in listed.column]
    yield from _twice((*where, "column"), columns)
    for key in ("levels", "level_points"):
        for n, name in enumerate(getattr(listed, key)):
            yield from _named((*where, key, n), name, columns, "栏")
    for key in ("group_weight", "score", "sign", "measure"):
        name = getattr(listed, key)
        if name:
            yield from _named((*where, key), name, columns, "栏")
    for sign in listed.signs:
        if sign not in SIGNS:
            said = f"“{listed.name}”的 signs 里不能写“{sign}”，可用的有：{'、'.join(SIGNS)}"
            yield Mistake((*where, "signs", sign), said)


def _fields_with(form: FormKeys) -> Iterator[tuple[Where, FieldKeys]]:
    """Every field of a form with the place of its table."""
    yield from ((("entry", n), entry) for n, entry in enumerate(form.entry))
    for n, grid in enumerate(form.grid):
        yield from ((("grid", n, "row", m), row) for m, row in enumerate(grid.row))
        yield from ((("grid", n, "column", m), column) for m, column in enumerate(grid.column))
    for where, listed in lists_of(form):
        yield from (((*where, "column", n), column) for n, column in enumerate(listed.column))


def _fields(form: FormKeys) -> Iterator[tuple[Where, str]]:
    return ((where, field.name) for where, field in _fields_with(form))


def _named(where: Where, name: str, known: Iterable[str], what: str) -> Iterator[Mistake]:
    listed = list(dict.fromkeys(known))
    if name not in listed:
        yield Mistake(where, unknown(name, listed, f"没有这个{what}："))


def _twice(where: Where, named: list[str]) -> Iterator[Mistake]:
    for n, name in enumerate(named):
        if name in named[:n]:
            yield Mistake((*where, n, "name"), f"“{name}”写了两次")


def _own_total(where: Where, text: str, others: Mapping[str, str]) -> Iterator[Mistake]:
    """The total of a list's column adds up nothing of another list."""
    with suppress(ExpressionError):
        # told already
        for name in names(parse_expression(text)) if text else ():
            if name in others:
                yield Mistake(where, f"合计行里不能用别的明细表的栏：“{name}”在“{others[name]}”里")


def _expression(
    where: Where, text: str, words: Iterable[str], choices: Mapping[str, tuple[str, ...]]
) -> Iterator[Mistake]:
    """An expression that cannot be read, names what the form does not have, or comes to nothing."""
    try:
        node = parse_expression(text) if text else None
    except ExpressionError as error:
        yield Mistake(where, str(error))
        return
    if node is None:
        return
    if where[-1] == "required_if" and not is_condition(node):
        yield Mistake(where, "这里要写条件，例如：合同金额 > 0，已填(验收日期)")
    for part in dict.fromkeys(chain.from_iterable(name.split(".") for name in names(node))):
        yield from _named(where, part, words, "栏目")
    for name, word in texts_compared(node):
        if name in choices and squeeze(word) not in map(squeeze, choices[name]):
            yield Mistake(where, unknown(word, choices[name], f"“{name}”没有这个选项："))
