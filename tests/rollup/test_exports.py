"""findings.jsonl and results.json: what programs rely on, name by name and byte by byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from batch.exports import (
    finding_record,
    results,
    unit_record,
    without_causes,
    write_findings,
    write_results,
)
from batch.model.cause import Cause, Sure
from batch.model.review import Finding, Findings, Review
from batch.model.status import Severity

FILE = "某局/某局.xlsx"
FIELDS = [
    *("unit", "file", "sheet", "cell", "related", "check", "title", "severity", "form", "field", "message"),
    *("fix", "filled", "expected", "difference", "category", "status", "first_seen", "fingerprint", "cause"),
]
UNIT_FIELDS = [
    *("unit", "code", "status", "files", "errors", "warnings", "hints", "outcomes"),
    *("self_score", "recomputed_score", "doubtful_points", "grade"),
]


@pytest.fixture
def one(make_finding: Callable[..., Finding]) -> Finding:
    return make_finding("某局", FILE, "J101", Severity.ERROR)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().decode("utf-8").splitlines()]


def test_a_finding_has_exactly_the_fixed_fields_in_their_order(one: Finding) -> None:
    record = finding_record(one, "20210101")
    assert list(record) == FIELDS
    assert record["severity"] == "error"
    assert record["related"] == [["基础数据表", "B4"], ["基础数据表", "C4"]]
    assert (record["cell"], record["status"], record["first_seen"]) == ("D4", "open", "20210101")


@pytest.mark.parametrize(
    ("severity", "code"), [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.HINT, "hint")]
)
def test_severities_have_words_for_programs(make_finding: Any, severity: Severity, code: str) -> None:
    assert finding_record(make_finding("某局", FILE, "J101", severity), "")["severity"] == code


def test_a_missing_thing_has_no_cell_and_a_trial_check_says_so(make_finding: Any) -> None:
    record = finding_record(make_finding("某局", FILE, "F006", Severity.ERROR, cell="", status="试行"), "")
    assert (record["cell"], record["status"]) == (None, "trial")


def test_findings_are_one_a_line_sorted_in_plain_chinese(tmp_path: Path, make_finding: Any) -> None:
    found = [
        make_finding("乙局", "乙.xlsx", "J101", Severity.HINT),
        make_finding("甲局", "甲.xlsx", "J105", Severity.ERROR),
        make_finding("甲局", "甲.xlsx", "J101", Severity.ERROR, cell="", field="b"),
        make_finding("甲局", "甲.xlsx", "J101", Severity.ERROR, field="a"),
    ]
    path = tmp_path / "findings.jsonl"
    write_findings(path, Findings.of(found), {found[1].key: "20210101"}, "20210430")
    data = path.read_bytes()
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert "控制率填100%".encode() in data
    records = lines(path)
    assert [(r["unit"], r["check"], r["field"]) for r in records] == [
        ("乙局", "J101", "控制率"),
        ("甲局", "J101", "a"),
        ("甲局", "J101", "b"),
        ("甲局", "J105", "控制率"),
    ]
    assert [r["first_seen"] for r in records] == ["20210430", "20210430", "20210430", "20210101"]
    write_findings(path, Findings.of(reversed(found)), {found[1].key: "20210101"}, "20210430")
    assert path.read_bytes() == data


def test_text_from_files_cannot_break_a_line_or_the_encoding(tmp_path: Path, make_finding: Any) -> None:
    nasty = '一\u2028二\x85三\n四\ud800五"}'
    path = tmp_path / "findings.jsonl"
    found = make_finding("某局", FILE, "J101", Severity.ERROR, filled=nasty)
    write_findings(path, Findings.of([found]), {}, "b")
    assert [record["filled"] for record in lines(path)] == [nasty]


def test_no_findings_make_an_empty_file(tmp_path: Path) -> None:
    write_findings(tmp_path / "findings.jsonl", Findings.of([]), {}, "b")
    assert (tmp_path / "findings.jsonl").read_bytes() == b""


def test_outcomes_count_checks(county: Any) -> None:
    record = unit_record(county(1).reviews[0])
    assert record["outcomes"] == {"pass": 0, "fail": 1, "not_applicable": 1, "unchecked": 1}
    assert (record["errors"], record["warnings"], record["hints"], record["status"]) == (2, 1, 1, "退回")


def test_scores_are_numbers_with_two_decimals_or_null() -> None:
    review = Review("某局", "1", (FILE,), self_score=Decimal(96), recomputed_score=Decimal("95.125"))
    record = unit_record(review)
    scores = [record["self_score"], record["recomputed_score"], record["doubtful_points"]]
    assert json.dumps(scores) == "[96, 95.13, null]"
    assert list(record) == UNIT_FIELDS


def test_totals_are_the_sums_of_the_units(county: Any) -> None:
    made = county(7)
    content = results(
        {"id": "b1"}, made.reviews, [("b.pdf", "不是Excel文件"), ("a.doc", "打不开")], {"a.doc": "某局"}
    )
    assert list(content) == ["batch", "totals", "units", "unprocessed"]
    assert content["batch"] == {"id": "b1"}
    assert [unit["code"] for unit in content["units"]] == sorted(r.code for r in made.reviews)
    totals = content["totals"]
    assert totals["units"] == 7
    assert totals["statuses"] == {"通过": 0, "待说明": 2, "退回": 5}
    for name in ("errors", "warnings", "hints"):
        assert totals[name] == sum(unit[name] for unit in content["units"])
    assert sum(totals["outcomes"].values()) == 21
    assert content["unprocessed"] == [
        {"file": "a.doc", "reason": "打不开", "unit": "某局"},
        {"file": "b.pdf", "reason": "不是Excel文件", "unit": ""},
    ]


def test_results_are_written_unit_by_unit_as_one_text(tmp_path: Path, county: Any) -> None:
    causes = [Cause(str(n), Sure.CHOICE, f"第{n}件：\n“改”", Severity.ERROR) for n in range(3)]
    reviews = [replace(r, causes=(c,)) for r, c in zip(county(3).reviews, causes, strict=True)]
    content = results({"id": "b1"}, reviews, [("a.doc", "打不开\n重发")])
    for name in ("one", "two"):
        write_results(tmp_path / name, content, reviews)
    data = (tmp_path / "one").read_bytes()
    assert data == (tmp_path / "two").read_bytes()
    said = json.loads(data)
    assert data.decode() == json.dumps(said, ensure_ascii=False, indent=1) + "\n"
    assert [list(unit) for unit in said["units"]] == [[*UNIT_FIELDS, "causes"]] * 3
    assert [unit["causes"][0]["text"] for unit in said["units"]] == [cause.text for cause in causes]
    assert json.loads(data, object_hook=without_causes) == content


def test_results_without_units(tmp_path: Path) -> None:
    write_results(tmp_path / "results.json", results({}, [], []), [])
    said = json.loads((tmp_path / "results.json").read_bytes())
    assert (said["units"], said["totals"]["units"]) == ([], 0)
