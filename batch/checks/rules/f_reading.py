"""Checks that tell the unit what had to be guessed while its sheets were read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heapify, heappop, heappush

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, Passed, Violation
from batch.checks.engine.form_words import spelt
from batch.checks.engine.grades import grades_printed
from batch.checks.engine.registry import LooksAt, Run, check
from batch.forms.read.values import says_nothing
from batch.model.book import column_letters, parse_ref
from batch.model.form import Deviation, State, Table, Value

#: a finding of this kind is told once a form, with the cells it covers; more are counted only
_COVERED = 30


def _bends(
    run: Run, identity: str, words: Callable[[Table, Deviation], dict[str, str]]
) -> Iterator[CheckResult]:
    """Report the bends of one kind, at their cells."""
    for table in run.submission.tables:
        found = [bend for bend in table.bends if bend.check == identity]
        if not found:
            yield run.passed(table)
        for bend in found:
            value = Value(State.FILLED, bend.found, sheet=bend.sheet, ref=bend.ref)
            name = f"{bend.step} {bend.expected or bend.found}"
            yield Violation(
                table.name,
                table,
                value,
                name,
                words(table, bend),
                expected=spelt(bend.expected, table, run.forms),
            )


@check("F012")
def headers_differ(run: Run) -> Iterator[CheckResult]:
    """A label under another name than the form prints; blanks and brackets do not count."""
    return _bends(
        run,
        "F012",
        lambda table, bend: {
            "原文": bend.found,
            "标准": spelt(bend.expected, table, run.forms).rstrip("：:"),
        },
    )


@check("F015")
def extra_content(run: Run) -> Iterator[CheckResult]:
    """Something in the form's rows that no field takes: told once a column or row of it.

    Strokes say nothing, and a grade is asked about where it is wrong (X330).
    """
    for table in run.submission.tables:
        used = [bend for bend, _ in grades_printed(table)] if table.form == "项目自评表" else []
        extra = [
            bend
            for bend in table.bends
            if bend.check == "F015" and bend not in used and not says_nothing(bend.found)
        ]
        if not extra:
            yield run.passed(table)
        for place, cells in _lines(extra):
            value, *others = [Value(State.FILLED, b.found, sheet=b.sheet, ref=b.ref) for b in cells]
            more = f"等{len(cells)}格" if others else ""
            words = {"表": table.name, "位置": place, "原文": value.raw, "等": more}
            name = f"{cells[0].step} {value.raw}"
            yield Violation(table.name, table, value, name, words, related=others[:_COVERED])


def _lines(extra: list[Deviation]) -> Iterator[tuple[str, list[Deviation]]]:
    """Extra cells by column or row, the longest first, and how messages call it; "" for a cell alone."""
    bends = {parse_ref(bend.ref): bend for bend in extra}
    lines: dict[tuple[int, int], dict[tuple[int, int], None]] = {}
    for row, col in sorted(bends):
        lines.setdefault((0, col), {})[row, col] = None
        lines.setdefault((1, row), {})[row, col] = None
    waiting = [(-len(places), line) for line, places in lines.items()]
    heapify(waiting)
    while waiting:
        size, line = heappop(waiting)
        places = lines[line]
        if len(places) < -size:
            # lines across it took some of its cells
            if places:
                heappush(waiting, (-len(places), line))
            continue
        is_row, at = line
        where = f"第{at}行" if is_row else f"{column_letters(at)}列"
        yield where if len(places) > 1 else "", [bends[place] for place in places]
        for row, col in places:
            del lines[(0, col) if is_row else (1, row)][row, col]
        lines[line] = {}


@check("F016")
def hidden_content(run: Run) -> Iterator[CheckResult]:
    """Filled cells that nobody sees who opens the file."""
    return _bends(run, "F016", lambda _, bend: {"位置": bend.found})


@check("F043")
def covered_content(run: Run) -> Iterator[CheckResult]:
    """What merged cells cover: programs leave it there when cells are merged with a brush or by a macro."""
    return _bends(
        run,
        "F043",
        lambda table, bend: {"表": table.name, "n": bend.expected, "位置": bend.ref, "原文": bend.found},
    )


@check("F029")
def stacked_forms(run: Run) -> Iterator[CheckResult]:
    """Several forms on one sheet."""
    return _bends(run, "F029", lambda _, bend: {"表页": bend.sheet, "n": bend.expected, "清单": bend.found})


@check("F013", looks_at=LooksAt(among=lambda slot, _: "date" in slot.value.notes))
def dates_for_periods(run: Run) -> Iterator[CheckResult]:
    """1-6 typed into a cell becomes a date: in a header, or where a value is expected.

    Where something is due in time, a date is what one expects.
    """
    looked_at = bool(run.submission.tables)
    found = False
    for table in run.submission.tables:
        for bend in table.bends:
            if bend.check == "F013":
                value = Value(State.FILLED, bend.found, sheet=bend.sheet, ref=bend.ref)
                words = {"字段": "表头", "原文": bend.found}
                yield Violation(table.name, table, value, f"表头 {bend.expected}", words)
                found = True
    for slot in run.fields.noted("date"):
        in_time = slot.item is not None and any("时效" in part for part in slot.item.path[:2])
        if slot.value.kind == "date" and not in_time:
            words = {"字段": slot.label, "原文": as_filled(slot.value)}
            yield Violation(slot.label, slot.table, slot.value, slot.name, words)
            found = True
    if looked_at and not found:
        yield Passed("")
