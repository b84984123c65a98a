"""The checks across the units of a batch: peers, copied texts, uniform scores, and the roll-up itself."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from batch.checks.engine.across import AcrossResult, Batch, Cells, across
from batch.checks.engine.amount import show, told_sum
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.requested_cells import Key
from batch.checks.engine.similar_texts import Texts, bare, twins
from batch.model.unit_facts import KeptCell, UnitFacts

_SCORE: Key = ("项目自评表", "总分", "得分")
_NARRATIVES: tuple[Key, ...] = (
    ("项目自评表", "", "预期目标"),
    ("项目自评表", "", "实际完成情况"),
    ("整体自评表", "", "年初设定目标"),
    ("整体自评表", "", "全年完成情况"),
)
_ZERO, _CENT = Decimal(0), Decimal("0.01")
#: what 单位总表 adds up: figure of the unit, how people call it, the cells it is made of
FIGURES: tuple[tuple[str, str, tuple[Key, ...]], ...] = (
    ("posts", "编制数", (("基础数据表", "", "编制数"),)),
    ("staff", "在职人数", (("基础数据表", "", "在职人数"),)),
    ("total_before", "整体支出上年决算", (("基础数据表", "整体支出", "上年决算"),)),
    ("total_budget", "整体支出年初预算", (("基础数据表", "整体支出", "本年预算"),)),
    ("total_spent", "整体支出本年决算", (("基础数据表", "整体支出", "本年决算"),)),
    ("project_budget", "项目支出预算", (("基础数据表", "项目支出", "本年预算"),)),
    ("project_spent", "项目支出决算", (("基础数据表", "项目支出", "本年决算"),)),
    ("official_before", "三公经费上年决算", (("基础数据表", "三公经费", "上年决算"),)),
    ("official_budget", "三公经费预算", (("基础数据表", "三公经费", "本年预算"),)),
    ("official_spent", "三公经费决算", (("基础数据表", "三公经费", "本年决算"),)),
    ("running_budget", "公用经费预算", (("基础数据表", "公用经费", "本年预算"),)),
    ("running_spent", "公用经费决算", (("基础数据表", "公用经费", "本年决算"),)),
    ("purchase_budget", "政府采购预算", (("基础数据表", "政府采购", "本年预算"),)),
    ("purchase_spent", "政府采购决算", (("基础数据表", "政府采购", "本年决算"),)),
    (
        "funds_budget",
        "整体自评表全年预算",
        tuple(("整体自评表", row, "全年预算数") for row in ("财政拨款", "其他资金")),
    ),
    (
        "funds_spent",
        "整体自评表全年执行",
        tuple(("整体自评表", row, "全年执行数") for row in ("财政拨款", "其他资金")),
    ),
    ("basic_spent", "基本支出执行", (("整体自评表", "基本支出", "全年执行数"),)),
)
#: title of a figure, what a unit enters 单位总表 with, and what its cells add up to or why that is not known
_Entered = tuple[str, Decimal, Decimal | str]
#: title of a figure, and the part of the units it is added up over
_Sum = tuple[str, str]
_SUMMED = frozenset(key for _, _, keys in FIGURES for key in keys)


def _sums(_check: Check, unit: UnitFacts, cells: Cells) -> tuple[_Entered, ...]:
    """The figures that are not just what the unit's cells add up to: of nearly all units there are none."""
    twice = {key[0] for key in _SUMMED if len(cells.get(key, ())) > 1}
    entered: list[_Entered] = []
    for figure, title, keys in FIGURES:
        number: Decimal = getattr(unit, figure) or _ZERO
        own = f"有多份{keys[0][0]}" if keys[0][0] in twice else _sum_of(getattr(unit, figure), cells, keys)
        if number != own:
            entered.append((title, number, own))
    return tuple(entered)


def _sum_of(number: Decimal | None, cells: Cells, keys: tuple[Key, ...]) -> Decimal | str:
    filled = [cell.number for key in keys for cell in cells.get(key, ())]
    exact = [own for own in filled if own is not None]
    if len(exact) < len(filled):
        return Decimal(0) if number is None else "填的不是确切数"
    if number is None and any(key not in cells for key in keys):
        return "表中缺少其中一行"
    return sum(exact, _ZERO)


@across("G802", *_SUMMED, look=_sums)
def rollup_adds_up(batch: Batch) -> Iterator[AcrossResult]:
    """The program checks itself: totals and subtotals of 单位总表 against the cells the units filled in."""
    apart: defaultdict[_Sum, Decimal] = defaultdict(Decimal)
    for unit, entered in zip(batch.units, batch.seen, strict=True):
        for title, number, own in entered:
            if isinstance(own, str):
                yield unit, Unchecked(title, own)
                continue
            for part in _parts(unit):
                apart[title, part] += number - own
    wrong = {place for place, difference in apart.items() if abs(difference) > _CENT}
    told = _told_sums(batch, wrong) if wrong else {}
    for unit, entered in zip(batch.units, batch.seen, strict=True):
        accused = list(_accused(batch, unit, entered, told)) if told else []
        for violation in accused:
            yield unit, violation
        if not accused:
            yield unit, Passed("单位总表合计")


def _told_sums(batch: Batch, wrong: Collection[_Sum]) -> dict[_Sum, tuple[str, str]]:
    """Of the sums that differ, what the units enter and what their cells add up to, as a message shows it."""
    rolled: defaultdict[_Sum, Decimal] = defaultdict(Decimal)
    added: defaultdict[_Sum, Decimal] = defaultdict(Decimal)
    for unit, entered in zip(batch.units, batch.seen, strict=True):
        others = {title: own for title, _, own in entered}
        for figure, title, _ in FIGURES:
            number = getattr(unit, figure) or _ZERO
            own = others.get(title, number)
            for place in ((title, part) for part in _parts(unit)):
                if place in wrong and not isinstance(own, str):
                    rolled[place] += number
                    added[place] += own
    return {place: (told_sum(rolled[place]), told_sum(added[place])) for place in rolled}


def _parts(unit: UnitFacts) -> tuple[str, ...]:
    """The sums a unit enters, by what a message calls them: of all units, and of its 主管部门."""
    return ("", f"{unit.department}小计的") if unit.department else ("",)


def _accused(
    batch: Batch, unit: UnitFacts, entered: Sequence[_Entered], wrong: Mapping[_Sum, tuple[str, str]]
) -> Iterator[Violation[KeptCell]]:
    """The cells of a unit that make a sum differ, one a figure."""
    cells = batch.pick(unit, _SUMMED)
    for title, number, own in entered:
        part = next((part for part in _parts(unit) if (title, part) in wrong), None)
        if isinstance(own, str) or part is None:
            continue
        keys = next(keys for _, called, keys in FIGURES if called == title)
        total, sum_of_cells = wrong[title, part]
        name = ".".join(keys[0][1:]).strip(".")
        yield Violation(
            name,
            None,
            next((cells[key][0] for key in keys if key in cells), None),
            name,
            {"项目": f"{part}{title}", "汇总数": total, "合计数": sum_of_cells},
            filled=told_sum(own),
            expected=told_sum(number),
            right=told_sum(number),
            difference=show(number - own, "万元", signed=True),
        )


def _marks(check: Check, _unit: UnitFacts, cells: Cells) -> tuple[int, int]:
    """How many scores of projects there are, and how many of them are full marks."""
    scores = cells.get(_SCORE, ())
    return len(scores), sum(cell.number == check.thresholds["满分"] for cell in scores)


@across("G805", _SCORE, look=_marks)
def all_full_marks(batch: Batch) -> Iterator[AcrossResult]:
    """Every project of a unit with full marks tells nothing."""
    limits = batch.check.thresholds
    for unit, (scores, full) in zip(batch.units, batch.seen, strict=True):
        if scores < limits["最少项目数"]:
            yield unit, NotApplicable("", f"有得分的项目只有{scores}个")
        elif full < scores:
            yield unit, Passed("项目自评得分")
        else:
            first, *others = batch.pick(unit, (_SCORE,))[_SCORE]
            words = {"单位": unit.unit, "n": str(full), "分": f"{limits['满分']:f}"}
            yield (
                unit,
                Violation("总分.得分", None, first, "总分.得分", words, filled=words["分"], related=others),
            )


def _told(check: Check, _unit: UnitFacts, cells: Cells) -> tuple[tuple[Key, int, str], ...]:
    """The narratives that are long enough to be compared: their number among its cells, and their words."""
    told = ((key, n, bare(cell.raw)) for key in _NARRATIVES for n, cell in enumerate(cells.get(key, ())))
    least = check.thresholds["最少字数"]
    return tuple((key, n, text) for key, n, text in told if len(text) >= least)


class _Narratives:
    """The narratives of all units that are compared, by field."""

    def __init__(self) -> None:
        self._units = 0
        self._fields = {key: (array("I"), array("I"), Texts()) for key in _NARRATIVES}

    def append(self, told: Iterable[tuple[Key, int, str]]) -> None:
        """Those of one more unit, see `_told`."""
        for key, number, text in told:
            units, numbers, texts = self._fields[key]
            units.append(self._units)
            numbers.append(number)
            texts.append(text)
        self._units += 1

    def of(self, key: Key) -> tuple[Sequence[int], Sequence[int], Sequence[str]]:
        """Of one field: the units by their place, the number of the cell among theirs, and the words."""
        return self._fields[key]


@across("G806", *_NARRATIVES, look=_told, seen=_Narratives)
def copied_between_units(batch: Batch) -> Iterator[AcrossResult]:
    """Goals and results that two units share nearly word for word."""
    least, narratives = batch.check.thresholds["雷同下限率"], batch.seen
    for key in _NARRATIVES:
        places, numbers, texts = narratives.of(key)
        units = [batch.units[place] for place in places]
        found = twins([unit.unit for unit in units], texts, least)
        for unit, number, twin in zip(units, numbers, found, strict=True):
            if twin is not None:
                more = f"等{twin.owners}个单位" if twin.owners > 1 else ""
                share = show(twin.share, "%")
                words = {"单位": unit.unit, "另一单位": twin.owner + more, "字段": key[2], "雷同": share}
                yield unit, Violation(key[2], None, batch.pick(unit, (key,))[key][number], key[2], words)
            elif len(batch.units) == 1:
                yield unit, Unchecked(key[2], "本批次只有1个单位，无法比较")
            else:
                yield unit, Passed(key[2])
