"""The checks across the units of a batch: peers, copied texts, uniform scores, and the roll-up itself."""

from __future__ import annotations

from decimal import Decimal
from statistics import median

from batch.checks.across import Batch, Cell, Key, Unit, across
from batch.checks.alike import bare, twins
from batch.checks.amount import show

_SPENT: Key = ("基础数据表", "整体支出", "本年决算")
_PROJECTS: Key = ("基础数据表", "项目支出", "本年决算")
_STAFF: Key = ("基础数据表", "", "在职人数")
_THRIFT: Key = ("基础数据表", "", "厉行节约保障措施")
_SCORE: Key = ("项目自评表", "总分", "得分")
_NARRATIVES: tuple[Key, ...] = (
    ("项目自评表", "", "预期目标"),
    ("项目自评表", "", "实际完成情况"),
    ("整体自评表", "", "年初设定目标"),
    ("整体自评表", "", "全年完成情况"),
)
_CENT = Decimal("0.01")

#: what 单位总表 adds up: figure of the unit, how people call it, the cells it is made of
FIGURES: tuple[tuple[str, str, tuple[Key, ...]], ...] = (
    ("posts", "编制数", (("基础数据表", "", "编制数"),)),
    ("staff", "在职人数", (_STAFF,)),
    ("total_before", "整体支出上年决算", (("基础数据表", "整体支出", "上年决算"),)),
    ("total_budget", "整体支出年初预算", (("基础数据表", "整体支出", "本年预算"),)),
    ("total_spent", "整体支出本年决算", (_SPENT,)),
    ("project_budget", "项目支出预算", (("基础数据表", "项目支出", "本年预算"),)),
    ("project_spent", "项目支出决算", (_PROJECTS,)),
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
#: a unit, what it enters the sum with, and what its cells add up to
_Entry = tuple[Unit, Decimal, Decimal]
_SUMMED = frozenset(key for _, _, keys in FIGURES for key in keys)


@across("J128", _SPENT, _PROJECTS, _STAFF)
def outlay_per_head(batch: Batch) -> None:
    """基本支出 per head beside the other units: median ± a multiple of the median deviation (MAD)."""
    limits = batch.check.thresholds
    heads = {unit.unit: _per_head(unit) for unit in batch.units}
    known = [head for head in heads.values() if head is not None]
    middle = median(known) if known else Decimal(0)
    spread = median(abs(head - middle) for head in known) if known else Decimal(0)
    for unit in batch.units:
        head = heads[unit.unit]
        if head is None:
            batch.unchecked(unit, "整体支出、项目支出或在职人数没有可用的数")
        elif len(known) < limits["最少单位数"]:
            batch.unchecked(unit, f"可比单位只有{len(known)}个，少于{limits['最少单位数']}个，无法比较")
        elif not spread:
            batch.unchecked(unit, "半数以上单位的人均数相同，没有可比的范围")
        elif abs(head - middle) <= limits["倍数"] * spread:
            batch.passed(unit, "人均基本支出", show(head, "万元"), show(middle, "万元"))
        else:
            low, high = middle - limits["倍数"] * spread, middle + limits["倍数"] * spread
            cells = batch.pick(unit, (_SPENT, _PROJECTS, _STAFF))
            span = f"{show(low, '万元')}至{show(high, '万元')}"
            words = {
                "人均": show(head, "万元"),
                "高低": "高" if head > middle else "低",
                "中位数": show(middle, "万元"),
                "范围": span,
            }
            batch.failed(
                unit,
                _first(cells, _SPENT),
                "整体支出.本年决算",
                words,
                filled=f"人均{words['人均']}",
                expected=span,
                difference=show(head - middle, "万元", signed=True),
                related=[found[0] for key in (_PROJECTS, _STAFF) if (found := cells.get(key))],
            )


def _per_head(unit: Unit) -> Decimal | None:
    if unit.total_spent is None or unit.project_spent is None or not unit.staff:
        return None
    return (unit.total_spent - unit.project_spent) / unit.staff


def _first(cells: dict[Key, list[Cell]], key: Key) -> Cell | None:
    return next(iter(cells.get(key, ())), None)


@across("J129", _THRIFT)
def same_thrift(batch: Batch) -> None:
    """厉行节约措施 word for word the same in several units."""
    most = int(batch.check.thresholds["雷同单位数"])
    cells = {unit.unit: _first(batch.pick(unit, (_THRIFT,)), _THRIFT) for unit in batch.units}
    texts = {name: bare(cell.raw) for name, cell in cells.items() if cell}
    owners: dict[str, list[str]] = {}
    for name, text in texts.items():
        owners.setdefault(text, []).append(name)
    for unit in batch.units:
        cell = cells[unit.unit]
        if cell is None or not texts[unit.unit]:
            batch.not_applicable(unit, "厉行节约保障措施未填写")
            continue
        others = [name for name in owners[texts[unit.unit]] if name != unit.unit]
        if len(others) >= most:
            words = {"n": str(len(others)), "单位": "、".join(others[:most])}
            batch.failed(unit, cell, _THRIFT[2], words)
        elif len(texts) <= most:
            batch.unchecked(unit, f"本批次只有{len(texts)}个单位填写，无法比较")
        else:
            batch.passed(unit, _THRIFT[2])


@across("G802", *_SUMMED)
def rollup_adds_up(batch: Batch) -> None:
    """The program checks itself: totals and subtotals of 单位总表 against the cells the units filled in."""
    filled = {unit.unit: batch.pick(unit, _SUMMED) for unit in batch.units}
    wrong: set[str] = set()
    for figure, title, keys in FIGURES:
        entries: list[_Entry] = []
        for unit in batch.units:
            cells = filled[unit.unit]
            number: Decimal | None = getattr(unit, figure)
            if any(len(found) > 1 for key, found in cells.items() if key[0] == keys[0][0]):
                batch.unchecked(unit, f"有多份{keys[0][0]}", title)
                continue
            own, exact = _own(cells, keys)
            if number is not None and not exact:
                batch.unchecked(unit, "填的不是确切数", title)
                continue
            entries.append((unit, number or Decimal(0), own if exact else Decimal(0)))
        told: set[str] = set()
        for part, members in _parts(entries).items():
            rolled = sum((number for _, number, _ in members), Decimal(0))
            added = sum((own for _, _, own in members), Decimal(0))
            if abs(rolled - added) <= _CENT:
                continue
            for unit, number, own in members:
                if number != own and unit.unit not in told:
                    told.add(unit.unit)
                    a, b = f"{rolled:,f}", f"{added:,f}"
                    cell = next((found[0] for key in keys if (found := filled[unit.unit].get(key))), None)
                    batch.failed(
                        unit,
                        cell,
                        ".".join(keys[0][1:]).strip("."),
                        {"项目": f"{part}{title}", "汇总数": a, "合计数": b},
                        filled=f"{own:,f}",
                        expected=f"{number:,f}",
                        difference=f"{number - own:+,f}",
                    )
        wrong |= told
    for unit in batch.units:
        if unit.unit not in wrong:
            batch.passed(unit, "单位总表合计")


def _parts(entries: list[_Entry]) -> dict[str, list[_Entry]]:
    """All units together, and those of each 主管部门, by what a message calls the sum."""
    parts = {"": entries}
    for entry in entries:
        if entry[0].department:
            parts.setdefault(f"{entry[0].department}小计的", []).append(entry)
    return parts


def _own(cells: dict[Key, list[Cell]], keys: tuple[Key, ...]) -> tuple[Decimal, bool]:
    """The sum of what stands in the cells, and whether all of it is exact numbers."""
    total, exact = Decimal(0), True
    for key in keys:
        for cell in cells.get(key, ()):
            if isinstance(cell.value, Decimal):
                total += cell.value if cell.money is None else cell.money
            else:
                exact = False
    return total, exact


@across("G805", _SCORE)
def all_full_marks(batch: Batch) -> None:
    """Every project of a unit with full marks tells nothing."""
    limits = batch.check.thresholds
    for unit in batch.units:
        scores = batch.pick(unit, (_SCORE,)).get(_SCORE, [])
        full = [cell for cell in scores if cell.value == limits["满分"]]
        if len(scores) < limits["最少项目数"]:
            batch.not_applicable(unit, f"有得分的项目只有{len(scores)}个")
        elif len(full) < len(scores):
            batch.passed(unit, "项目自评得分")
        else:
            words = {"单位": unit.unit, "n": str(len(full)), "分": f"{limits['满分']:f}"}
            batch.failed(unit, full[0], "总分.得分", words, filled=words["分"], related=full[1:])


@across("G806", *_NARRATIVES)
def copied_between_units(batch: Batch) -> None:
    """Goals and results that two units share nearly word for word."""
    limits = batch.check.thresholds
    picked = [(unit, batch.pick(unit, _NARRATIVES)) for unit in batch.units]
    for key in _NARRATIVES:
        texts = [(unit, cell, bare(cell.raw)) for unit, cells in picked for cell in cells.get(key, ())]
        long = [entry for entry in texts if len(entry[2]) >= limits["最少字数"]]
        found = twins([(unit.unit, text) for unit, _, text in long], limits["雷同下限率"])
        for (unit, cell, _), twin in zip(long, found, strict=True):
            if twin is not None:
                more = f"等{twin.owners}个单位" if twin.owners > 1 else ""
                share = show(twin.share, "%")
                words = {"单位": unit.unit, "另一单位": twin.owner + more, "字段": key[2], "雷同": share}
                batch.failed(unit, cell, key[2], words)
            elif len(batch.units) == 1:
                batch.unchecked(unit, "本批次只有1个单位，无法比较", key[2])
            else:
                batch.passed(unit, key[2])
