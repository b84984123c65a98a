"""Units of which the comparison finds something: settled where their copies are made, whoever dies of it."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch.config.settings import Settings
from batch.engines.common import DIED
from batch.inbox.scan import AGAIN
from batch.model.reference import Ruling
from batch.model.review import Review
from batch.model.status import Severity, Verdict
from batch.night import run_night
from batch.outputs import Night
from batch.returns.copies import Copies, copies_of
from batch.returns.round_heading import RESULTS_SHEET
from batch.store.unit_tables import rows_of
from batch.unit import inbox_work as shift
from batch.unit import review_bundle
from batch.unit.bundle import Bundle, Sent, UnitWork
from batch.unit.comparison import compare_units
from batch.unit.review_bundle import NO_COPY, reannotate, review_files
from batch.unit.rules import Context
from batch.unit.tasks import RenewResult, RenewTask, renew
from batch.workbook.read.xlsx import read_workbook
from tests.engine_tasks import Deadly
from tests.nights import findings_of, reviews_of
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

    def deadly(review: Any, facts: Any, files: Any, *rest: Any) -> RenewTask:
        given: Any = Deadly(files) if review.unit == "龙伏镇" else files
        return RenewTask(review, facts, given, *rest)

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


def test_only_units_of_which_something_else_is_found_are_renewed(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = tmp_path / "outbox"
    night(inbox, outbox)
    os.utime(inbox / "永安镇" / "附表.xlsx", (1_700_000_000, 1_700_000_000))
    wanted: dict[str, bool] = {}

    def watched(review: Any, facts: Any, files: Any, *rest: Any) -> RenewTask:
        wanted[review.unit] = bool(files)
        return RenewTask(review, facts, files, *rest)

    monkeypatch.setattr(shift, "RenewTask", watched)
    night(inbox, outbox)
    assert wanted == {"永安镇": True}
    # a copy that is gone is made again, and nothing else
    wanted.clear()
    (outbox / "批注" / "社港镇" / "附表.xlsx").unlink()
    night(inbox, outbox)
    assert wanted == {"社港镇": True}
    found = [f for f in findings_of(outbox) if f.check == "J129"]
    assert [f.unit for f in found] == sorted(TOWNS, key=[r.unit for r in reviews_of(outbox)].index)
    # what is no longer found is taken back
    for town in TOWNS[1:]:
        shutil.rmtree(inbox / town)
    night(inbox, outbox)
    assert not [f for f in findings_of(outbox) if f.check == "J129"]
    night(inbox, tmp_path / "anew")
    assert published(tmp_path / "anew").keys() == {
        name for name in published(outbox) if not name.startswith("存档")
    } | {name for name in published(tmp_path / "anew") if name.startswith("存档")}
    assert published(tmp_path / "anew")["results.json"] == published(outbox)["results.json"]
    assert not told(outbox, TOWNS[0])


def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the copies of each unit are made from now on."""
    made: Counter[str] = Counter()

    def copies(review: Review, *rest: Any) -> Copies:
        made[review.unit] += 1
        return copies_of(review, *rest)

    monkeypatch.setattr(review_bundle, "copies_of", copies)
    return made


@pytest.fixture
def wrong(inbox: Path) -> Path:
    """The submission of a unit with 错误, in an inbox with others."""
    shutil.copytree(SAMPLE.parent, inbox / SAMPLE.parent.name)
    return inbox / FILE


def test_copies_of_a_unit_with_errors_are_made_once(
    inbox: Path, wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, outbox = counted(monkeypatch), tmp_path / "outbox"
    night(inbox, outbox)
    unit = wrong.parent.name
    # the comparison finds something of the others, whose copies are there by then
    assert made == {**dict.fromkeys(TOWNS, 2), unit: 1}
    sent = [
        Sent(str(path.relative_to(inbox)), path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(wrong.parent.iterdir())
    ]
    (alone,) = review_files(Bundle(unit, tuple(sent)), Context(PACK)).units
    assert len(alone.copies) > 2
    assert {path: (outbox / path).read_bytes() for path, _ in alone.copies} == dict(alone.copies)
    # nothing else is found of it the next night, and of none of the others
    made.clear()
    os.utime(inbox / "永安镇" / "附表.xlsx", (1_700_000_000, 1_700_000_000))
    night(inbox, outbox)
    assert made == {"永安镇": 2}


def test_a_unit_that_never_got_its_copies_is_told_and_gets_them_later(
    inbox: Path, wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox, unit = tmp_path / "outbox", wrong.parent.name

    def failing(*_: Any) -> Copies:
        raise ArithmeticError("ours")

    def deadly(review: Any, facts: Any, files: Any, *rest: Any) -> RenewTask:
        given: Any = Deadly(files) if review.unit == unit else files
        return RenewTask(review, facts, given, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(shift, "RenewTask", deadly)
        dead = night(inbox, outbox, "process")
    names = {name for name, reason in dead.unprocessed if reason == DIED}
    assert FILE in names
    assert (dead.failed_files, dead.troubles) == (True, [f"{unit}：{DIED}"])
    assert not list((outbox / "批注" / unit).glob("*.xlsx"))
    assert next(review for review in reviews_of(outbox) if review.unit == unit).count(Severity.ERROR) > 20
    with monkeypatch.context() as patched:
        patched.setattr(review_bundle, "copies_of", failing)
        failed = night(inbox, outbox)
    assert {name for name, reason in failed.unprocessed if reason == NO_COPY} >= names
    assert any("ArithmeticError" in trouble for trouble in failed.troubles)
    # until it is made up for, no night has nothing to do
    after = night(inbox, outbox)
    assert not names.intersection(name for name, _ in after.unprocessed)
    assert list((outbox / "批注" / unit).glob("*.xlsx"))


def test_a_file_saved_again_between_reading_and_marking_waits(
    inbox: Path, wrong: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox = tmp_path / "outbox"

    def saved(review: Any, *rest: Any) -> RenewTask:
        wrong.touch()
        return RenewTask(review, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(shift, "RenewTask", saved)
        told = dict(night(inbox, outbox).unprocessed)
    assert AGAIN in told[FILE]
    assert not list((outbox / "批注" / wrong.parent.name).glob("*.xlsx"))
    assert FILE not in dict(night(inbox, outbox).unprocessed)
    assert list((outbox / "批注" / wrong.parent.name).glob("*.xlsx"))


@pytest.fixture(scope="module")
def sample() -> tuple[UnitWork, Sent]:
    sent = Sent(FILE, 0, SAMPLE.read_bytes())
    (unit,) = review_files(Bundle("", (sent,)), Context(PACK)).units
    return unit, sent


def again(unit: UnitWork, *files: Sent, errors: int = 1) -> RenewTask:
    """The unit with so many of its 错误 as if they were found only by the comparison."""
    found = [f for f in unit.review.findings if f.severity is Severity.ERROR][:errors]
    known = replace(unit.review, findings=[f for f in unit.review.findings if f not in found])
    facts = replace(unit.facts, details=(), summed=(), ties=(), asked=())
    return RenewTask(known, facts, files, Context(PACK), found)


def test_findings_that_come_later_end_as_those_that_were_there_at_once(sample: tuple[UnitWork, Sent]) -> None:
    unit, sent = sample
    renewed = renew(again(unit, sent, errors=5))
    assert unit.review.count(Severity.ERROR) > 5
    as_at_once = (
        replace(unit.review, scorecard=None),
        replace(unit.facts, details=(), summed=(), ties=(), asked=()),
    )
    assert renewed.worked == rows_of(*as_at_once)
    assert list(renewed.copies) == unit.copies == reannotate(unit.review, [sent], Context(PACK)).made
    # without files no copies are wanted, without findings nothing is to be settled
    assert renew(again(unit)).copies == ()
    assert renew(again(unit, sent, errors=0)) == RenewResult(None, tuple(unit.copies))


def test_what_the_bureau_waived_is_waived_among_units_too(sample: tuple[UnitWork, Sent]) -> None:
    unit, _ = sample
    facts = [replace(unit.facts, unit=name) for name in TOWNS]
    ruling = Ruling("J129", "", "", "豁免", "统一措施")
    reviews = [replace(unit.review, unit=name, rulings=(ruling,) * (name == TOWNS[1])) for name in TOWNS]
    said = compare_units(reviews, facts, Context(PACK))
    assert all("Z424" in told.checks for told in said.printed.values())
    ended = [said.verdicts(name, {"J101": Verdict.PASS, "Z424": Verdict.FAIL}) for name in TOWNS]
    assert [(by["J101"], by["J129"], by["Z424"]) for by in ended] == [
        (Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE)
    ] * len(TOWNS)
    answers = {name: f.answer for name in TOWNS for f in said.findings[name] if f.check == "J129"}
    assert answers == {name: "豁免" if name == TOWNS[1] else "" for name in TOWNS}
