"""A unit's work comes out of its bytes as it went in; what is large stays packed until it is gone through."""

from __future__ import annotations

import pickle
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch.model.review import Findings, Review
from batch.model.reviewed import LazyFindings
from batch.model.unit_facts import UnitFacts
from batch.store.lazy_sequence import LazySequence, ordered
from batch.store.spool import Spool
from batch.unit.review_bundle import Bundle, Context, Sent, review_files
from batch.unit.serialization import PackedFindings, Settled, condensed, pack
from batch.unit.stored_unit import StoredUnit
from tests.paper import FILE, PACK, SAMPLE


@pytest.fixture(scope="module")
def worked() -> tuple[Review, UnitFacts]:
    (unit,) = review_files(Bundle("", (Sent(FILE, 0, SAMPLE.read_bytes()),)), Context(PACK)).units
    return unit.review, unit.facts


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path)


def test_what_is_unpacked_is_what_was_packed(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    review, facts = worked
    unit = StoredUnit.of(pack(review, facts), spool)
    again, same = unit.review(), unit.facts()
    assert list(again.findings) == list(again.findings) == review.findings
    assert len(again.findings) == len(review.findings) > 50
    assert list(again.figures) == review.figures
    assert again.outcomes == condensed(review.outcomes)
    assert again.counts() == review.counts()
    assert again.status == review.status == "退回"
    assert list(same.details) == list(facts.details)
    assert list(same.ties) == list(facts.ties)
    assert (same.quality, same.quality_lost) == (facts.quality, facts.quality_lost) != ((), ())
    assert (list(same.asked), same.places) == (list(facts.asked), facts.places)
    assert replace(same, details=facts.details, ties=facts.ties, asked=facts.asked) == facts


def test_what_the_comparison_asks_for_is_picked_where_the_unit_is_read(
    worked: tuple[Review, UnitFacts],
) -> None:
    _, facts = worked
    picked = {(cell.form, cell.row, cell.column): cell for cell in facts.asked}
    spent, thrift = picked["基础数据表", "整体支出", "本年决算"], picked["基础数据表", "", "厉行节约保障措施"]
    assert (spent.number, spent.cell) == (facts.total_spent, "D20")
    assert (thrift.number, thrift.cell) == (None, "B21")
    assert len(facts.asked) < len(facts.details) / 5
    assert {row.cell for row in facts.details if row.form == spent.form} > {spent.cell, thrift.cell}
    assert set(facts.places) == {(row.form, row.sheet) for row in facts.details}


def test_units_that_ended_alike_share_how_they_did(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    review, facts = worked
    other = replace(review, unit="另一单位"), replace(facts, unit="另一单位")
    one, another = (StoredUnit.of(pack(*unit), spool) for unit in ((review, facts), other))
    assert one.review().outcomes is another.review().outcomes
    assert one.facts().quality_lost is another.facts().quality_lost


def test_further_findings_are_taken_over(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    review, facts = worked
    unit, beside = (StoredUnit.of(pack(review, facts), spool) for _ in range(2))
    was, found = unit.facts(), review.findings[:3]
    changed = {"errors": 7, "grade": "待核"}
    unit.settle(Settled(PackedFindings.of(found), (), "待核", Decimal("2.5"), changed))
    now = unit.review()
    assert (list(now.findings), now.grade, now.doubtful_points) == (found, "待核", Decimal("2.5"))
    assert (list(now.figures), now.outcomes) == (review.figures, condensed(review.outcomes))
    settled = unit.facts()
    # packed things are not compared, but gone through
    alike = replace(settled, details=was.details, asked=was.asked, ties=was.ties)
    assert alike == replace(was, errors=7, grade="待核")
    assert list(settled.details) == list(facts.details)
    assert settled.quality_lost is was.quality_lost
    assert list(unit.card()) == [review.scorecard]
    unit.settle(Settled(PackedFindings.of([]), (), "优", None, {}))
    assert list(unit.review().findings) == []
    assert list(beside.review().findings) == review.findings


def test_facts_of_a_batch_are_put_together_one_by_one(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    names = ("甲", "乙", "丙")
    packed = [pack(worked[0], replace(worked[1], unit=name, errors=len(name))) for name in names]
    facts = LazySequence([StoredUnit.of(unit, spool) for unit in packed], StoredUnit.facts)
    assert [unit.unit for unit in facts] == [unit.unit for unit in facts] == list(names)
    assert (len(facts), facts[-1].unit, facts[1:][0].unit) == (3, "丙", "乙")
    assert facts[0] is not facts[0]
    assert [unit.unit for unit in facts[::-1]] == ["丙", "乙", "甲"]
    turned = ordered(facts, lambda unit: names.index(unit.unit) % 2)
    assert [unit.unit for unit in turned] == ["甲", "丙", "乙"]


def test_the_first_of_them_may_be_kept() -> None:
    made: list[int] = []

    def double(number: int) -> int:
        made.append(number)
        return 2 * number

    numbers = LazySequence(range(5), double, keep=3)
    assert [list(numbers), list(numbers)] == [[0, 2, 4, 6, 8]] * 2
    assert made == [0, 1, 2, 3, 4, 3, 4]
    assert (numbers[1], numbers[-1], list(numbers[1:4])) == (2, 8, [2, 4, 6])
    assert made[7:] == [4, 3]


def test_what_is_equal_and_not_the_same_is_not_shared(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    review, facts = worked
    shown = []
    for points in ("1.0", "1.00"):
        scored = replace(facts, quality=(("准确性", Decimal(points), None),))
        shown.append(str(StoredUnit.of(pack(review, scored), spool).facts().quality[0][1]))
    assert shown == ["1.0", "1.00"]


def test_the_scorecard_is_unpacked_by_itself(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    review, facts = worked
    unit = StoredUnit.of(pack(review, facts), spool)
    assert unit.review().scorecard is None
    assert list(unit.card()) == [review.scorecard]
    assert list(StoredUnit.of(pack(replace(review, scorecard=None), facts), spool).card()) == []


def test_the_same_work_gives_the_same_bytes(worked: tuple[Review, UnitFacts], spool: Spool) -> None:
    packed = pack(*worked)
    assert pack(*worked) == packed
    unit = StoredUnit.of(packed, spool)
    review = unit.review()
    (review.scorecard,) = unit.card()
    assert pack(review, unit.facts()) == packed


@pytest.mark.parametrize("away", [False, True])
def test_packed_findings_travel_packed(worked: tuple[Review, UnitFacts], spool: Spool, *, away: bool) -> None:
    findings = PackedFindings.of(worked[0].findings)
    if away:
        kept = StoredUnit.of(pack(*worked), spool).review().findings
        assert isinstance(kept, PackedFindings)
        findings = kept
    assert len(pickle.dumps(findings)) < len(pickle.dumps(worked[0].findings)) / 3
    assert list(pickle.loads(pickle.dumps(findings))) == worked[0].findings
    assert findings[0] == worked[0].findings[0]
    assert findings[-2:] == worked[0].findings[-2:]


def test_all_findings_of_a_batch_unit_by_unit(worked: tuple[Review, UnitFacts]) -> None:
    found = worked[0].findings
    batch = Findings({"甲局": PackedFindings.of(found[:3]), "乙局": PackedFindings.of(found[3:5])})
    assert (len(batch), list(batch)) == (5, list(found[:5]))
    assert found[4] in batch
    assert found[5] not in batch
    reviews = [
        replace(worked[0], unit="甲局", findings=found[:3]),
        replace(worked[0], unit="乙局", findings=[]),
    ]
    in_turn = Findings(LazyFindings(LazySequence(reviews, lambda review: review)))
    assert (len(in_turn), list(in_turn), in_turn.by_unit.get("丙局")) == (3, list(found[:3]), None)
    assert dict(Findings.of(reversed(found)).by_unit) == {found[0].unit: list(reversed(found))}
