"""Checks of a whole batch against 单位名册: who has not reported, and departments against their units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

from batch.checks.engine.across import AcrossResult, Batch, across
from batch.checks.engine.amount import show
from batch.checks.engine.check_result import NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.naming import unit_name_key
from batch.checks.engine.requested_cells import Key
from batch.checks.engine.tolerance import CENT, HALF_CENT
from batch.checks.rules.g_batch import FIGURES
from batch.model.reference import RosterUnit
from batch.model.status import MISSING, UNREADABLE
from batch.model.unit_facts import KeptCell, UnitFacts

_FORM = "基础数据表"
_UNIT: Key = (_FORM, "", "填报单位")
#: what is compared, see FIGURES
_SUMS = (
    "total_budget",
    "total_spent",
    "project_budget",
    "project_spent",
    "official_budget",
    "official_spent",
)
#: those of one unit
_Money = Mapping[str, Decimal | None]
#: the cells those sums are written in
_CELLS = tuple(key for figure, _, keys in FIGURES if figure in _SUMS for key in keys)


@across("G801")
def all_reported(batch: Batch) -> Iterator[AcrossResult]:
    """Every unit of the roster has sent something; those that have not get a result of their own."""
    known = {unit_name_key(unit.name) for unit in batch.roster}
    for unit in batch.units:
        if not known:
            yield unit, NotApplicable("", "没有单位名册")
        elif unit_name_key(unit.unit) in known:
            yield unit, Passed("已报送")
    if batch.turnout is None:
        return
    stands = batch.turnout
    counts = stands.counts | {UNREADABLE: len(stands.unreadable)}
    for missing in stands.missing:
        words = {word: str(count) for word, count in counts.items()} | {"单位": missing.name}
        nothing = UnitFacts(missing.name, missing.code, MISSING, (), 0, 0, 0)
        yield nothing, Violation("报送", None, None, "报送", words)


@across("G803", _UNIT, *_CELLS)
def departments_add_up(batch: Batch) -> Iterator[AcrossResult]:
    """A department's total against the sum of its units, only where it says that it reports a total.

    Otherwise its form is its own, and nothing is to be compared. A total below the sum of its parts is wrong;
    one above may hold the department's own figures, unless those are reported by a unit of their own.
    """
    if not batch.roster:
        for unit in batch.units:
            yield unit, NotApplicable("", "没有单位名册")
        return
    reported = {unit_name_key(unit.unit): unit for unit in batch.units}
    below = _subordinates(batch.roster)
    stated = _stated(
        batch, {unit_name_key(part.name) for parts in below.values() for part in parts} | below.keys()
    )
    for key, unit in reported.items():
        parts = below.get(key, [])
        absent = [part.name for part in parts if unit_name_key(part.name) not in reported]
        if not parts:
            yield unit, NotApplicable("", "没有下属单位")
        elif not _is_total(batch, unit):
            yield unit, NotApplicable("", "报的是本级，不是汇总")
        elif absent:
            yield unit, Unchecked("", f"下属单位还没有报齐，缺{'、'.join(absent)}")
        elif any(below.get(unit_name_key(part.name)) for part in parts):
            yield unit, Unchecked("", "下属单位还有下属单位，汇总范围不能确定")
        else:
            own = any(batch.check.texts["本级字样"] in part.name for part in parts)
            yield from _add_up(
                batch, unit, stated[key], [stated[unit_name_key(part.name)] for part in parts], own
            )


def _stated(batch: Batch, keys: Collection[str]) -> dict[str, _Money]:
    """The sums of money that departments and the units under them state, by key of their names."""
    return {
        key: {figure: getattr(unit, figure) for figure in _SUMS}
        for unit in batch.units
        if (key := unit_name_key(unit.unit)) in keys
    }


def _subordinates(roster: Sequence[RosterUnit]) -> dict[str, list[RosterUnit]]:
    """By key of a department's name, the units under it; a department goes by any name or its code."""
    names: dict[str, set[str]] = {}
    for unit in roster:
        for text in (unit.name, unit.code, *unit.aliases):
            if text:
                names.setdefault(unit_name_key(text), set()).add(unit_name_key(unit.name))
    below: dict[str, list[RosterUnit]] = {}
    for unit in roster:
        owners = names.get(unit_name_key(unit.department), set()) - {unit_name_key(unit.name)}
        if len(owners) == 1:
            below.setdefault(next(iter(owners)), []).append(unit)
    return below


def _is_total(batch: Batch, unit: UnitFacts) -> bool:
    """Whether the unit's basic form says that it is a total, in the unit's name or the sheet's.

    A file called so may as well hold all forms of one unit.
    """
    mark = batch.check.texts["汇总字样"]
    sheets = [sheet for form, sheet in unit.places if form == _FORM]
    named = [cell.raw for cell in batch.pick(unit, (_UNIT,)).get(_UNIT, [])]
    return any(mark in text for text in (*sheets, *named))


def _add_up(
    batch: Batch, unit: UnitFacts, stated: _Money, parts: Sequence[_Money], own: bool
) -> Iterator[AcrossResult]:
    slack = max(CENT, HALF_CENT * (len(parts) + 1))
    for title, total, numbers, cell in _figures(batch, unit, stated, parts):
        if total is None or any(number is None for number in numbers):
            yield unit, Unchecked(title, "汇总数或下属单位的数没有填写")
            continue
        added = sum((number for number in numbers if number is not None), Decimal(0))
        left, right = show(total, "万元"), show(added, "万元")
        if abs(total - added) <= slack:
            yield unit, Passed(title, left=left, right=right)
        elif total > added and not own:
            yield (
                unit,
                Unchecked(title, f"汇总数比下属单位合计多{show(total - added, '万元')}万元，可能是本级的数"),
            )
        else:
            words = {
                "部门": unit.unit,
                "项目": title,
                "汇总数": left,
                "合计数": right,
                "n": str(len(parts)),
                "差": show(abs(total - added), "万元"),
            }
            difference = show(total - added, "万元", signed=True)
            name = f"{cell.row}.{cell.column}" if cell else title
            yield (
                unit,
                Violation(
                    name,
                    None,
                    cell,
                    name,
                    words,
                    filled=left,
                    expected=right,
                    right=right,
                    difference=difference,
                ),
            )


def _figures(
    batch: Batch, unit: UnitFacts, stated: _Money, parts: Sequence[_Money]
) -> Iterator[tuple[str, Decimal | None, list[Decimal | None], KeptCell | None]]:
    """(what it is called, the department's figure, those of its units, the cell) for each sum of money."""
    for figure, title, keys in FIGURES:
        if figure in _SUMS:
            cells = batch.pick(unit, keys).get(keys[0], [])
            cell = cells[0] if cells else None
            yield title, stated[figure], [part[figure] for part in parts], cell
