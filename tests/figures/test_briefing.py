"""What leadership is told first: the conclusion, the decisions, the money once, whom to ring up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from batch.figures.briefing import brief
from batch.model.cause import Cause, Stake, Sure
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Review
from batch.model.status import Severity
from batch.model.turnout import Turnout, UnreadUnit
from batch.model.unit_facts import UnitFacts
from tests.paper import rules

D = Decimal
FORM = "基础数据表"


def facts(name: str, **own: Any) -> UnitFacts:
    status = "退回" if own.get("grade") == "待核" else "通过"
    return replace(UnitFacts(name, "", status, (f"{name}.xlsx",), 0, 0, 0, grade="优"), **own)


def finding(unit: str, check: str, field: str, message: str = "", answer: str = "") -> Finding:
    severity = Severity.WARNING if check == "J126" else Severity.ERROR
    return Finding(
        unit, f"{unit}.xlsx", FORM, "D20", check, "", severity, FORM, field, message, "", answer=answer
    )


def cause(found: Finding, *stakes: tuple[str, str, str], **own: Any) -> Cause:
    """A cause of one 错误; stakes: (field, most, expected)."""
    made = tuple(Stake(FORM, field, D(most), D(expected)) for field, most, expected in stakes)
    return Cause(
        found.check, own.pop("sure", Sure.CHOICE), own.pop("text", "请改正。详见清单。"), Severity.ERROR,
        findings=(found.key,), errors=1, stakes=made, **own,
    )  # fmt: skip


def review(name: str, findings: tuple[Finding, ...] = (), causes: tuple[Cause, ...] = ()) -> Review:
    return Review(name, "", (f"{name}.xlsx",), findings, causes=causes)


def test_money_above_the_budget_is_asked_for_and_counted_once() -> None:
    much, little, told = "追加多", "追加少", "说明了"
    added = {"total_budget": D(100), "total_spent": D(140)}
    units = [
        # its running costs above the budget are part of what it spent more
        (facts(much, **added, running_budget=D(5), running_spent=D(12)),
         review(much, (finding(much, "J126", "整体支出.本年决算"),))),
        (facts(little, total_budget=D(100), total_spent=D(120)),
         review(little, (finding(little, "J126", "整体支出.本年决算"),))),
        (facts(told, **added, official_budget=D(3), official_spent=D("3.50")),
         review(told, (finding(told, "J126", "整体支出.本年决算", answer="已说明"),))),
        (facts("缺数", total_spent=D(900), running_spent=D(9)), review("缺数")),
    ]  # fmt: skip
    made = brief(units, rules().figures)
    assert [(d.text, d.units, d.amount) for d in made.decisions] == [
        ("年中追加超过30%，还没有说明", 1, D(40)),
        ("公用经费超预算", 1, D(7)),
        ("三公经费超预算", 1, D("0.50")),
    ]
    assert all(d.proposal and d.sheet for d in made.decisions)
    assert made.asked == D("40.50")
    assert made.conclusion == "已报4户；4户可定等次；3件事请您定。"


def test_all_of_the_roster_are_accounted_for() -> None:
    entry = RosterUnit("某局", "1")
    turnout = Turnout(5, 2, (UnreadUnit(entry),), (entry, entry), outside=1)
    units = [(facts(name), review(name)) for name in ("甲", "乙")] + [
        (facts("外", grade="待核"), review("外"))
    ]
    made = brief(units, rules().figures, turnout)
    assert made.conclusion == (
        "应报5户，已报2户，读不了1户，未报2户，名册外1户；2户可定等次；1户退回；1件事请您定。"
    )
    assert [(d.text, d.units, d.amount) for d in made.decisions] == [
        ("没有报送，或报来的文件读不了", 3, None)
    ]
    nobody = brief([], rules().figures, Turnout(1, 0, (), (entry,), 0))
    assert nobody.conclusion == "应报1户，已报0户，未报1户；没有收到可以处理的报表。"


def test_those_that_change_the_sums_most_are_rung_up_first() -> None:
    def one(name: str, field: str, most: str, expected: str, **own: Any) -> tuple[UnitFacts, Review]:
        found = finding(name, "J111", field, f"{name}的数不对。请查。")
        return (
            facts(name, total_spent=D(10)),
            review(name, (found,), (cause(found, (field, most, expected), **own),)),
        )

    lost = finding("读不出", "F021", "整体支出.本年决算", "应填数字，现为“#REF!”。")
    units = [
        one("两可", "整体支出.本年决算", "60", "30"),
        one("确定", "三公经费.本年决算", "40", "40", sure=Sure.CERTAIN, text="D7请改为4。改后消2处。"),
        one("不入合计", "公务用车.本年决算", "500", "500", amount=D(500)),
        (facts("读不出", total_budget=D(35)), review("读不出", (lost,), (cause(lost),))),
        (facts("没错"), review("没错")),
    ]
    made = brief(units, rules().figures)
    assert [(c.unit, c.total, c.influence, c.text, c.place) for c in made.calls] == [
        ("确定", "三公经费决算", D(40), "D7请改为4。", 1),
        ("读不出", "整体支出本年决算", D(35), "应填数字，现为“#REF!”。", 3),
        ("两可", "整体支出本年决算", D(60), "两可的数不对。", 0),
        ("不入合计", "", None, "请改正。", 2),
    ]
    assert made.outlay == "整体支出决算30.00万元，年初预算35.00万元。"
    assert made.unsure == {"total_spent": D(95), "official_spent": D(40)}


@pytest.mark.parametrize("slips", [("", ""), ("整体支出.本年决算", "整体支出.本年预算")])
def test_one_slip_in_several_figures_counts_once(slips: tuple[str, str]) -> None:
    found = finding("甲", "J111", "整体支出.本年决算")
    made = brief(
        [(facts("甲"), review("甲", (found,), (cause(found, *((s, "30", "30") for s in slips if s)),)))],
        rules().figures,
    )
    assert [c.influence for c in made.calls] == [D(30) if slips[0] else None]
