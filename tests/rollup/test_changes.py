"""本次变化: what is new, gone and moved since the batch before, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batch.model.reference import RosterUnit
from batch.model.review import Finding, Findings
from batch.model.status import Severity
from batch.model.turnout import Turnout, UnreadUnit
from batch.model.unit_facts import UnitFacts
from batch.rollup.parts.batch_changes import FigureChange, UnitChange, changes_since
from batch.store.history import BatchRecord, Before, FindingRecord, SubmissionRecord, before, record
from batch.store.ledger import open_ledger

D = Decimal


def finding(unit: str, check: str, **more: Any) -> Finding:
    return Finding(
        unit, f"{unit}.xlsx", "基础数据表", "C4", check, "标题", Severity.WARNING, "基础数据表", "控制率",
        "填错", "改正", **more,
    )  # fmt: skip


def facts(unit: str, status: str, **figures: Any) -> UnitFacts:
    return UnitFacts(unit, "", status, (f"{unit}.xlsx",), 0, 0, 0, **figures)


Was = Callable[..., Before]


@pytest.fixture
def was(tmp_path: Path) -> Iterator[Was]:
    with open_ledger(tmp_path) as ledger:

        def recorded(*findings: Finding, told: dict[str, str] | None = None, **figures: str) -> Before:
            """What a batch left in the ledger; `told`: what was said of all its findings besides."""
            record(
                ledger,
                BatchRecord("前一批", "2021-03-10 08:00", 2020),
                [
                    FindingRecord(f.key, f.unit, {"check": f.check, "message": f.message, **(told or {})}).row
                    for f in findings
                ],
                [
                    SubmissionRecord("甲", "", "退回", (("甲.xlsx", "1"),), figures),
                    SubmissionRecord("乙", "", "通过", (("乙.xlsx", "2"),), {"整体支出决算": "50"}),
                ],
            )
            return before(ledger, "这一批", 2020)

        yield recorded


def test_the_first_batch_has_nothing_to_compare_with() -> None:
    assert changes_since(Before(), [facts("甲", "通过")], Findings.of([])).before is None


def test_new_gone_and_still_open_are_told_apart(was: Was) -> None:
    old, stays, new = finding("甲", "J101"), finding("甲", "J102"), finding("甲", "J103")
    changes = changes_since(was(old, stays), [facts("甲", "待说明")], Findings.of([stays, new]))
    assert [f.check for f in changes.new] == ["J103"]
    assert [record.summary["check"] for record in changes.gone] == ["J101"]
    assert changes.still == 1
    assert changes.units == [
        UnitChange("甲", "退回", "待说明", 1, 1, 1, ("J103",)),
        UnitChange("乙", "通过", "未报", 0, 0, 0),
    ]


def test_of_very_many_problems_some_are_listed_and_all_counted(was: Was) -> None:
    each = [f"第{n:03}行" for n in range(503)]
    old, new = ([replace(finding("甲", check), field=row) for row in each] for check in ("J101", "J102"))
    changes = changes_since(was(*old), [facts("甲", "退回")], Findings.of(new))
    assert changes.new == new[:500]
    assert [record.key for record in changes.gone] == [f.key for f in old[:500]]
    assert (changes.new_count, changes.gone_count, changes.still) == (503, 503, 0)
    assert changes.units[0] == UnitChange("甲", "退回", "退回", 503, 503, 0, ("J102",))


def test_an_explained_finding_is_gone_and_comes_back_when_it_expires(was: Was) -> None:
    question = finding("甲", "J118")
    explained = replace(question, answer="已说明")
    changes = changes_since(was(question), [facts("甲", "通过")], Findings.of([explained]))
    assert (changes.new, [record.key for record in changes.gone]) == ([], [question.key])
    again = changes_since(
        was(question, told={"answer": "已说明"}),
        [facts("甲", "待说明")],
        Findings.of([replace(question, answer="已过期")]),
    )
    assert [f.key for f in again.new] == [question.key]


@pytest.mark.parametrize("told", [{"status": "试行"}, {"answer": "未报"}])
def test_what_never_counted_is_not_solved(was: Was, told: dict[str, str]) -> None:
    changes = changes_since(was(finding("甲", "J101"), told=told), [facts("甲", "退回")], Findings.of([]))
    assert (changes.gone, changes.still) == ([], 0)


def test_a_unit_whose_file_broke_is_not_said_to_be_missing(was: Was) -> None:
    stand = Turnout(2, 1, (UnreadUnit(RosterUnit("乙")),), (), 0)
    changes = changes_since(was(), [facts("甲", "退回")], Findings.of([]), stand)
    assert changes.units == [UnitChange("乙", "通过", "读不了", 0, 0, 0)]


def test_a_total_that_moved_names_the_units_it_comes_from(was: Was) -> None:
    now = [facts("甲", "通过", total_spent=D("120"), score=D(95)), facts("丙", "通过", total_spent=D(7))]
    changes = changes_since(was(整体支出决算="100", 自评得分="96"), now, Findings.of([]))
    assert changes.figures == [
        FigureChange("", "整体支出决算", D(150), D(127)),
        FigureChange("乙", "整体支出决算", D(50), None),
        FigureChange("甲", "整体支出决算", D(100), D(120)),
        FigureChange("丙", "整体支出决算", None, D(7)),
        FigureChange("甲", "自评得分", D(96), D(95)),
    ]
    assert changes.figures[0].difference == D(-23)
