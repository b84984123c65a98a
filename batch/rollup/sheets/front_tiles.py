"""The figures at the top of 首页: how many of whom, their scores, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from batch.checks.engine.amount import round_half_up, show
from batch.model.scores import PENDING
from batch.model.status import UNIT_STATUSES, Severity
from batch.rollup.parts.context import Rollup
from batch.rollup.sheets import (
    missing as sheets_missing,
)
from batch.rollup.sheets import (
    ranking as sheets_ranking,
)
from batch.rollup.sheets import (
    units as sheets_units,
)

#: grades that count as good: 优良率
_GOOD = ("优", "良")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure with its name above and a remark below."""

    name: str
    value: str
    note: str = ""
    style: str = ""
    link: str = ""


def tiles_of(rollup: Rollup) -> list[Tile]:
    """Who reported, how they stand, and how they think of themselves."""
    summary = rollup.summary
    units, whole = summary.units, rollup.to(sheets_units.NAME)
    return [
        _reported(rollup),
        *(
            Tile(status, f"{count}户", f"占{show(Decimal(count) / units, '%')}" if units else "—",
                 f"ink {status}", whole)
            for status, count in ((s, summary.statuses[s]) for s in reversed(UNIT_STATUSES))
        ),
        *(_scores(rollup) if rollup.head.figures.whole.form else _problems(rollup)),
    ]  # fmt: skip


def _scores(rollup: Rollup) -> list[Tile]:
    """How units think of themselves."""
    summary, whole = rollup.summary, rollup.to(sheets_units.NAME)
    by_number, by_amount = summary.grade_share(_GOOD)
    waiting = summary.units - summary.graded
    good = f"按金额{show(by_amount, '%')}" if by_amount is not None else ""
    left_out = f"{PENDING}{waiting}户不计" if waiting else ""
    return [
        Tile(f"优良率（已定等次{summary.graded}户）", show(by_number, "%") if by_number is not None else "—",
             "；".join(filter(None, (good, left_out))), link=rollup.to(sheets_ranking.NAME)),
        Tile("自评平均分", _score(summary.score_mean), f"按支出加权{_score(summary.score_weighted)}",
             link=whole),
    ]  # fmt: skip


def _problems(rollup: Rollup) -> list[Tile]:
    """How much is found and open."""
    summary = rollup.summary
    return [
        Tile(Severity.ERROR.value, f"{summary.errors}项", "要改正", link=rollup.to(sheets_units.NAME)),
        Tile(
            Severity.WARNING.value, f"{summary.warnings}项", "要改正或说明", link=rollup.to(sheets_units.NAME)
        ),
    ]


def _reported(rollup: Rollup) -> Tile:
    """Who has reported: of how many, where there is a roster; units from outside it stand apart."""
    left_out = rollup.summary.unprocessed
    files = f"另有{left_out}个文件未处理" if left_out else "没有未处理的文件"
    link = rollup.to(sheets_missing.NAME)
    if rollup.turnout is None:
        return Tile("已报户数", f"{rollup.summary.units}户", files, link=link)
    counts = rollup.turnout.counts
    outside = counts.pop("名册外", 0)
    note = f"名册外{outside}户；{files}" if outside else files
    return Tile(f"{'／'.join(counts)}（户）", "／".join(map(str, counts.values())), note, link=link)


def _score(score: Decimal | None) -> str:
    return f"{round_half_up(score, 2)}分" if score is not None else "—"
