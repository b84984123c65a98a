"""Checks that tell the unit how its values were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from batch.checks.engine.amount import as_filled, as_told, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Violation
from batch.checks.engine.fields import Slot
from batch.checks.engine.message import fill
from batch.checks.engine.registry import LooksAt, Run, check
from batch.forms.read.values import debris
from batch.model.form import FILLED, State, Value

_MONEY_PLACES = 2
#: what formulas begin with
_SIGNS = ("=", "+", "-", "@")
#: a finding of this kind is told once a form, with the cells it covers; more are counted only
_COVERED = 30


def _each(
    run: Run, among: Iterable[Slot], finds: Callable[[Slot], dict[str, str] | None]
) -> Iterator[CheckResult]:
    """Report every slot `among` these that `finds` has words for; a pass when it has none."""
    found = False
    for slot in among:
        words = finds(slot)
        if words is not None:
            found = True
            words = {"字段": slot.label, "原文": as_filled(slot.value), **words}
            yield Violation(slot.label, slot.table, slot.value, slot.name, words)
    if run.fields.slots and not found:
        yield Passed("")


def _has_no_result(slot: Slot) -> bool:
    return slot.value.state is State.UNCACHED or "recalculated" in slot.value.notes


@check("F017", looks_at=LooksAt(among=lambda slot, _: _has_no_result(slot)))
def uncached_formulas(run: Run) -> Iterator[CheckResult]:
    """Formulas saved without a result, worked out by us where that is safe.

    What was worked out is told once a form: a program that saves no results does so in all of them.
    """
    worked_out = Counter(id(slot.table) for slot in run.fields.noted("recalculated"))

    def finds(slot: Slot) -> dict[str, str] | None:
        if slot.value.state is State.UNCACHED:
            return {"处理": "，未能代为计算"}
        if "recalculated" not in slot.value.notes:
            return None
        others = worked_out.pop(id(slot.table), 0) - 1
        if others < 0:
            return None
        more = f"；这张表另有{others}处也是这样" if others else ""
        return {"处理": f"，已代为计算为{as_told(slot.value)}{more}"}

    # a cell without a result holds its formula still
    yield from _each(run, run.fields.computed, finds)


@check("F019", looks_at=LooksAt(among=lambda slot, _: "[" in (slot.value.formula or "")))
def external_links(run: Run) -> Iterator[CheckResult]:
    """Formulas into other workbooks show whatever was saved there last."""
    links = {source.file: source.links for source in run.submission.sources}

    def finds(slot: Slot) -> dict[str, str] | None:
        formula = slot.value.formula or ""
        start = formula.find("[")
        number = formula[start + 1 : formula.find("]", start)] if start >= 0 else ""
        if not number.isdigit():
            return None
        targets = links.get(slot.table.file, ())
        index = int(number) - 1
        target = targets[index] if 0 <= index < len(targets) else ""
        return {"文件": target.replace("\\", "/").rpartition("/")[2] or "未知文件"}

    yield from _each(run, run.fields.computed, finds)


@check("F020", looks_at=LooksAt(among=lambda slot, _: "text-number" in slot.value.notes))
def text_numbers(run: Run) -> Iterator[CheckResult]:
    """Numbers stored as text: told once a form, since it is one habit and not thirty mistakes."""
    by_table: dict[int, list[Slot]] = {}
    for slot in run.fields.noted("text-number"):
        if slot.value.number is not None and slot.value.formula is None:
            by_table.setdefault(id(slot.table), []).append(slot)
    for table in run.submission.tables:
        found = by_table.get(id(table), [])
        if not found:
            yield run.passed(table)
            continue
        first = found[0]
        assert first.value.number is not None
        read_as = show(first.value.number, first.value.unit if first.value.unit == "%" else "")
        words = {"表": table.name, "n": str(len(found)), "原文": as_filled(first.value), "数值": read_as}
        related = [slot.value for slot in found[1:_COVERED]]
        yield Violation(table.name, table, first.value, "文本数字", words, related=related)


@check(
    "F042",
    looks_at=LooksAt(
        among=lambda slot, _: not {"percent-format", "scaled-format"}.isdisjoint(slot.value.notes)
    ),
)
def misprinted_numbers(run: Run) -> Iterator[CheckResult]:
    """Numbers whose format prints another number: told once a form, since a format covers a whole column."""
    texts = run.check.texts
    for table in run.submission.tables:
        failed = False
        for note, treated in (("percent-format", texts["百分比"]), ("scaled-format", texts["缩放"])):
            found = [slot for slot in run.fields.noted(note) if slot.table is table]
            if not found:
                continue
            first, failed = found[0], True
            words = {
                "字段": first.label,
                "显示": first.value.raw.strip(),
                "处理": fill(treated, {"数值": f"{as_told(first.value)}{first.value.unit}"}),
                "其他": fill(texts["其他"], {"n": str(len(found) - 1)}) if len(found) > 1 else "",
            }
            related = [slot.value for slot in found[1:_COVERED]]
            yield Violation(table.name, table, first.value, "单元格格式", words, related=related)
        if not failed:
            yield run.passed(table)


@check("F022")
def unit_not_printed(run: Run) -> Iterator[CheckResult]:
    """Forms with money that do not say in which unit."""
    for table in run.submission.tables:
        if not run.forms.forms[table.form].holds_money:
            yield NotApplicable(table.name, "表里没有金额")
            continue
        if table.money_evidence.startswith("表内"):
            yield run.passed(table)
            continue
        title = Value(State.FILLED, table.title, sheet=table.sheet, ref=table.title_ref)
        evidence = table.money_evidence or "规定表式的金额单位"
        words = {"表": table.name, "单位": table.money_unit, "依据": evidence}
        unit, case = table.money_unit, "已印证" if table.money_evidence else ""
        yield Violation(table.name, table, title, "金额单位", words, filled="", expected=unit, case=case)


@check("F024", looks_at=LooksAt(among=lambda slot, _: slot.value.state is State.PLACEHOLDER))
def placeholders(run: Run) -> Iterator[CheckResult]:
    """A stroke where a number belongs; in a rate it may well mean that there is nothing to divide."""
    strokes = run.fields.in_state(State.PLACEHOLDER)
    yield from _each(
        run, strokes, lambda slot: {} if slot.field.type in ("money", "count", "score") else None
    )


def _is_too_exact(slot: Slot) -> bool:
    value = slot.value
    if value.unit != "万元" or value.number is None or value.formula is not None:
        return False
    return -int(value.number.normalize().as_tuple().exponent) > _MONEY_PLACES


@check("F027", looks_at=LooksAt(among=lambda slot, _: _is_too_exact(slot)))
def too_many_decimals(run: Run) -> Iterator[CheckResult]:
    """Money in 万元 with more than two decimals: comparisons round it."""
    return _each(run, run.fields.of_type("money"), lambda slot: {} if _is_too_exact(slot) else None)


@check("F028")
def conversion_debris(run: Run) -> Iterator[CheckResult]:
    """What word processors and web pages leave behind in copied text."""
    found = False
    for table in run.submission.tables:
        fragment = debris(table.title)
        if fragment:
            found = True
            title = Value(State.FILLED, table.title, sheet=table.sheet, ref=table.title_ref)
            yield Violation(table.name, table, title, "标题", {"字段": "标题", "片段": fragment})
    # texts were searched when they were read; most units have none of it elsewhere either
    others = [slot.value.raw for slot in run.fields.slots if slot.field.type != "text"]
    is_there = bool(run.fields.noted("debris")) or any(map(debris, others))
    for slot in run.fields.slots if is_there else ():
        value, kind = slot.value, slot.field.type
        if value.state is not FILLED or kind == "tick" or (kind == "text" and "debris" not in value.notes):
            continue
        fragment = debris(value.raw)
        if fragment:
            found = True
            words = {"字段": slot.label, "片段": fragment}
            yield Violation(slot.label, slot.table, slot.value, slot.name, words)
    if run.submission.tables and not found:
        yield Passed("")


@check("F033")
def formula_like_text(run: Run) -> Iterator[CheckResult]:
    """Text that another program might take for a formula; it is written out as text everywhere."""

    def finds(slot: Slot) -> dict[str, str] | None:
        text = slot.value.raw.strip()
        if len(text) < 2 or (text[0] == "-" and not text[1].isalnum()):
            return None
        return {"符号": text[0]}

    texts = run.fields.of_type("text")
    yield from _each(run, [slot for slot in texts if slot.value.raw.lstrip().startswith(_SIGNS)], finds)
