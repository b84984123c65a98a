"""Units of which the comparison finds something: settled where their copies are made, whoever dies of it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch.config.settings import Settings
from batch.engines.common import DIED
from batch.model.reference import Ruling
from batch.model.status import Severity, Verdict
from batch.night import Night, run_night
from batch.returns.round_heading import RESULTS_SHEET
from batch.unit import inbox_work as shift
from batch.unit.comparison import compare_units
from batch.unit.review_bundle import Bundle, Context, Sent, UnitWork, reannotate, review_files
from batch.unit.serialization import PackedCard, PackedFigures, PackedFindings
from batch.unit.tasks import RenewResult, RenewTask, renew
from batch.workbook.read.xlsx import read_workbook
from tests.engine_tasks import Deadly
from tests.paper import FILE, PACK, SAMPLE
from tests.sample_units import clean_unit

TOWNS = ("永安镇", "北盛镇", "龙伏镇", "社港镇", "官渡镇")
#: words of J129, which all of them get, and where it is marked
SAME = "厉行节约保障措施与"
J129 = ("基础数据表", "B21")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    for seed, name in enumerate(TOWNS):
        (tmp_path / "inbox" / name).mkdir(parents=True)
        clean_unit(tmp_path / "inbox" / name / "附表.xlsx", name, seed, projects=1)
    return tmp_path / "inbox"


def night(inbox: Path, outbox: Path, engine: str = "local") -> Night:
    return run_night(Settings(inbox=inbox, outbox=outbox, engine=engine, workers=2))


def published(outbox: Path) -> dict[str, bytes]:
    """What people see of an outbox."""
    files = (path for path in sorted(outbox.rglob("*")) if path.is_file())
    return {str(p.relative_to(outbox)): p.read_bytes() for p in files if ".jixiao" not in p.parts}


def told(outbox: Path, unit: str) -> bool:
    """Whether the copy of a unit says what the comparison found."""
    copy = read_workbook((outbox / "批注" / unit / "附表.xlsx").read_bytes(), "")
    results = next(sheet for sheet in copy.sheets if sheet.name == RESULTS_SHEET)
    return any(SAME in cell.raw for cell in results.cells.values())


def test_a_worker_that_dies_costs_a_unit_its_copy_and_none_of_its_findings(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, short = tmp_path / "whole", tmp_path / "short"
    night(inbox, whole)

    def deadly(review: Any, files: Any, *rest: Any) -> RenewTask:
        given: Any = Deadly(files) if review.unit == "龙伏镇" else files
        return RenewTask(review, given, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(shift, "RenewTask", deadly)
        assert night(inbox, short, "process").troubles == [f"龙伏镇：{DIED}"]
    right, wrong = published(whole), published(short)
    assert [name for name in right if right[name] != wrong[name]] == [str(Path("批注/龙伏镇/附表.xlsx"))]
    found = [json.loads(line) for line in wrong["findings.jsonl"].decode("utf-8").splitlines()]
    assert [(f["unit"], f["sheet"], f["cell"]) for f in found if f["check"] == "J129"] == [
        (town, *J129) for town in sorted(TOWNS)
    ]
    assert {town: told(short, town) for town in TOWNS} == {town: town != "龙伏镇" for town in TOWNS}
    # the next night that has anything to do makes up for it
    clean_unit(inbox / "永安镇" / "附表.xlsx", "永安镇", 9, projects=1)
    assert night(inbox, short).troubles == []
    assert told(short, "龙伏镇")


def test_a_unit_whose_copies_stand_is_settled_and_not_read_again(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night(inbox, tmp_path / "outbox")
    os.utime(inbox / "永安镇" / "附表.xlsx", (1_700_000_000, 1_700_000_000))
    wanted: dict[str, bool] = {}

    def watched(review: Any, files: Any, *rest: Any) -> RenewTask:
        wanted[review.unit] = bool(files)
        return RenewTask(review, files, *rest)

    monkeypatch.setattr(shift, "RenewTask", watched)
    reviews = night(inbox, tmp_path / "outbox").reviews
    assert wanted == {town: town == "永安镇" for town in TOWNS}
    assert {r.unit: sum(f.check == "J129" for f in r.findings) for r in reviews} == dict.fromkeys(TOWNS, 1)
    night(inbox, tmp_path / "anew")
    assert published(tmp_path / "anew")["results.json"] == published(tmp_path / "outbox")["results.json"]


@pytest.fixture(scope="module")
def sample() -> tuple[UnitWork, Sent]:
    sent = Sent(FILE, 0, SAMPLE.read_bytes())
    (unit,) = review_files(Bundle("", (sent,)), Context(PACK)).units
    return unit, sent


def again(unit: UnitWork, *files: Sent, errors: int = 1) -> RenewTask:
    """The unit with so many of its 错误 as if they were found only by the comparison."""
    found = [f for f in unit.review.findings if f.severity is Severity.ERROR][:errors]
    review = unit.review
    assert review.scorecard is not None
    few = [f for f in review.findings if f not in found]
    known = replace(
        review, findings=PackedFindings.of(few), figures=PackedFigures.of(review.figures), scorecard=None
    )
    card = PackedCard.of([review.scorecard])
    return RenewTask(known, files, Context(PACK), found, card, unit.facts.projects)


def test_findings_that_come_later_end_as_those_that_were_there_at_once(sample: tuple[UnitWork, Sent]) -> None:
    unit, sent = sample
    renewed = renew(again(unit, sent, errors=5))
    settled = renewed.settled
    assert settled is not None
    assert list(settled.findings) == unit.review.findings
    assert (settled.grade, settled.doubtful_points) == (unit.review.grade, unit.review.doubtful_points)
    assert settled.facts == {name: getattr(unit.facts, name) for name in settled.facts}
    assert settled.facts["errors"] == unit.review.count(Severity.ERROR) > 5
    assert list(renewed.copies) == unit.copies == reannotate(unit.review, [sent], Context(PACK)).made
    # without files no copies are wanted, without findings nothing is to be settled
    assert renew(again(unit)).copies == ()
    assert renew(again(unit, sent, errors=0)) == RenewResult(None, tuple(unit.copies))


def test_what_the_bureau_waived_is_waived_among_units_too(sample: tuple[UnitWork, Sent]) -> None:
    unit, _ = sample
    facts = [replace(unit.facts, unit=name) for name in TOWNS]
    ruling = Ruling("J129", "", "", "豁免", "统一措施")
    reviews = [replace(unit.review, unit=name, rulings=(ruling,) * (name == TOWNS[1])) for name in TOWNS]
    found, ended, printed = compare_units(reviews, facts, Context(PACK))
    assert all("Z424" in told.checks for told in printed.values())
    verdicts = [o.verdict for outcomes in ended for o in outcomes if o.check == "J129"]
    assert verdicts == [Verdict.FAIL] * len(TOWNS)
    answers = {name: f.answer for name in TOWNS for f in found[name] if f.check == "J129"}
    assert answers == {name: "豁免" if name == TOWNS[1] else "" for name in TOWNS}
