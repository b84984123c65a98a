"""What is wrong with single fields, at their cells, and a pass for every other table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from batch.checks.engine.amount import as_filled
from batch.checks.engine.blanks import Lacking
from batch.checks.engine.check_result import CheckResult, Violation
from batch.checks.engine.fields import Slot
from batch.checks.engine.registry import Run

NUMERIC = {"money", "count", "number", "percent", "score"}


def report_fields(
    run: Run,
    bad: Iterable[Slot],
    kind: str = "",
    together: Mapping[int, Lacking] = MappingProxyType({}),
) -> Iterator[CheckResult]:
    """Each of these fields of the check's form is wrong; each other table with fields (of `kind`) passes.

    `together`: by the identity of a field's value, the fields that are reported with it.
    """
    form = run.check.form
    bad_tables = set()
    for slot in bad:
        if form not in ("", slot.table.form):
            continue
        bad_tables.add(id(slot.table))
        lacking = together.get(id(slot.value)) or Lacking([slot], [], [])
        label = "、".join(one.label for one in lacking.slots)
        yield Violation(
            slot.label,
            slot.table,
            slot.value,
            slot.name,
            {
                "字段": label,
                "原文": as_filled(slot.value),
                "提醒": _reminder(slot),
                "可选": "、".join(slot.field.choices),
                "后果": "读不出数字" if slot.field.type in NUMERIC else "看不到内容",
            },
            filled="" if slot.value.is_blank else None,
            related=[*(one.value for one in lacking.slots[1:]), *lacking.beside],
            spoilt=lacking.spoilt,
        )

    having = {id(slot.table) for slot in run.fields.of_type(kind)} if kind else ()
    for table in run.fields.tables:
        if id(table) in bad_tables or form not in ("", table.form):
            continue
        if not kind or id(table) in having:
            yield run.passed(table)


def _reminder(slot: Slot) -> str:
    return "（没有发生请填0）" if slot.field.type == "money" else ""
