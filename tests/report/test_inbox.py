"""Reports in the inbox: whose they are, what becomes of them, and what is told of those nobody owns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from batch.config.settings import Settings
from batch.model.narrative import Narrative
from batch.night import run_night
from batch.outputs import Night
from batch.report.ownership import NO_REPORT, NOBODYS, is_report, owner_of
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import reannotate, review_files
from batch.unit.rules import Context
from tests.nights import findings_of
from tests.paper import PACK, SAMPLE, rules
from tests.report.make_docx import docx_of, lines, real_report, report_text

UNIT = "浏阳市数据资源中心"


def night(root: Path, files: dict[str, bytes]) -> Night:
    """A batch over these files."""
    for name, data in files.items():
        path = root / "inbox" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (root / "inbox").mkdir(exist_ok=True)
    return run_night(Settings(inbox=root / "inbox", outbox=root / "out", engine="local"))


def checks(root: Path) -> set[str]:
    return {finding.check for finding in findings_of(root / "out")}


@pytest.mark.parametrize(
    ("workbook", "report"),
    [
        (f"{UNIT}/报表.xlsx", f"{UNIT}/自评报告.docx"),
        (f"{UNIT}/报表.xlsx", f"{UNIT}/报告/2020年部门整体支出绩效自评报告.docx"),
        (f"{UNIT}_2020.xlsx", f"2020年{UNIT}部门整体支出绩效自评报告.docx"),
        (f"{UNIT}/报表.xlsx", f"{UNIT}自评报告.docx"),
        ("附表数据中心_2020.xlsx", "附表数据中心绩效自评.docx"),
    ],
)
def test_a_report_goes_with_its_units_workbook(tmp_path: Path, workbook: str, report: str) -> None:
    done = night(tmp_path, {workbook: SAMPLE.read_bytes(), report: docx_of(lines(report_text()))})
    assert [unit["unit"] for unit in done.units] == [UNIT]
    assert {"R602", "R603", "R604", "R606", "C508", "J131"} <= checks(tmp_path)
    assert (done.unprocessed, done.failed_files, done.troubles) == ([], False, [])
    share = next(finding for finding in findings_of(tmp_path / "out") if finding.check == "R602")
    assert (share.file, share.cell) == (report, None)
    # the report itself is no submission: there is nothing in it to mark
    assert done.units[0]["files"] == [workbook]
    assert len(list((tmp_path / "out" / "批注").rglob("*.xlsx"))) == 1


def test_without_a_report_nothing_is_said_about_one(tmp_path: Path) -> None:
    night(tmp_path, {f"{UNIT}/报表.xlsx": SAMPLE.read_bytes()})
    assert not {check for check in checks(tmp_path) if check.startswith("R")}


def test_a_report_that_belongs_to_nobody_is_told(tmp_path: Path) -> None:
    report = docx_of(lines(report_text()))
    done = night(tmp_path, {f"{UNIT}/报表.xlsx": SAMPLE.read_bytes(), "水利局自评报告.docx": report})
    assert done.unprocessed == [("水利局自评报告.docx", NOBODYS)]
    assert not done.failed_files
    assert "R602" not in checks(tmp_path)


def test_other_documents_are_told_and_not_checked(tmp_path: Path) -> None:
    minutes = "2020年支出总额9999.00万元。"
    files = {
        f"{UNIT}/报表.xlsx": SAMPLE.read_bytes(),
        f"{UNIT}/会议纪要.docx": docx_of([minutes]),
        f"{UNIT}/联系方式.txt": minutes.encode("gb18030"),
        "说明.txt": "请查收。".encode(),
    }
    done = night(tmp_path, files)
    documents = [name for name in files if not name.endswith(".xlsx")]
    assert dict(done.unprocessed) == dict.fromkeys(documents, NO_REPORT)
    assert not {"R601", "F031"} & checks(tmp_path)


def test_a_document_that_cannot_be_read_is_told_and_the_unit_is_not_returned_for_it(tmp_path: Path) -> None:
    broken = docx_of(lines(report_text()))[:5000]
    done = night(tmp_path, {f"{UNIT}/报表.xlsx": SAMPLE.read_bytes(), f"{UNIT}/自评报告.docx": broken})
    assert [file for file, _ in done.unprocessed] == [f"{UNIT}/自评报告.docx"]
    assert done.failed_files
    assert not {"F001", "F031"} & checks(tmp_path)


def test_a_document_with_the_forms_is_a_submission_of_its_own(tmp_path: Path) -> None:
    done = night(tmp_path, {f"{UNIT}自评报告.docx": real_report()})
    assert [(unit["unit"], unit["files"]) for unit in done.units] == [(UNIT, [f"{UNIT}自评报告.docx"])]
    assert {"J101", "X309", "R602", "F003"} <= checks(tmp_path)
    assert (tmp_path / "out" / "批注" / UNIT / f"{UNIT}自评报告.xlsx").is_file()
    written = (tmp_path / "out" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    share = next(record for line in written if (record := json.loads(line))["check"] == "R602")
    assert (share["cell"], share["sheet"], share["form"]) == (None, "第47段", "自评报告")


def test_the_copies_of_a_document_can_be_made_again() -> None:
    sent = Sent("自评报告.docx", 1, real_report())
    unit = review_files(Bundle("", (sent,)), Context(PACK)).units[0]
    assert reannotate(unit.review, [sent], Context(PACK)).made == unit.copies


@pytest.mark.parametrize(
    ("file", "owner"),
    [
        ("县教育局2020年自评报告.docx", "县教育局"),
        ("县教育局/县教育局机关服务中心报告.docx", "县教育局机关服务中心"),
        ("机关服务中心2020.docx", "县教育局机关服务中心"),
        ("自评报告.docx", None),
        ("县水利局报告.docx", None),
    ],
)
def test_whose_report_it_is_follows_from_its_name(file: str, owner: str | None) -> None:
    units = {"县教育局": ["附表.xlsx"], "县教育局机关服务中心": ["机关服务中心_2020.xlsx"]}
    assert owner_of(file, units) == owner


@pytest.mark.parametrize(
    ("file", "first", "expected"),
    [
        ("报告.docx", "2020年部门整体支出绩效自评报告", True),
        ("县教育局部门整体支出绩效自评报告.docx", "县教育局", True),
        ("报告.docx", "浏阳市数据资源中心\n2020年度部门整体支出\n绩效评价报告", True),
        ("报告.docx", "2020年项目支出绩效自评报告", False),
        ("整体支出绩效自评表.docx", "2020年部门整体支出绩效自评表", False),
        ("工作总结.docx", "2020年工作总结", False),
    ],
)
def test_a_report_is_known_by_its_title(file: str, first: str, expected: bool) -> None:
    narrative = Narrative(file, tuple(first.split("\n")))
    assert is_report(narrative, rules().forms.report) is expected


def test_the_next_night_reads_nothing_again_and_says_the_same(tmp_path: Path) -> None:
    files = {f"{UNIT}_2020.xlsx": SAMPLE.read_bytes(), f"{UNIT}自评报告.docx": docx_of(lines(report_text()))}
    first = night(tmp_path, files)
    written = (tmp_path / "out" / "findings.jsonl").read_bytes()
    # or the night would not be run at all
    (tmp_path / "out" / "汇总.xlsx").unlink()
    again = run_night(Settings(inbox=tmp_path / "inbox", outbox=tmp_path / "out", engine="local"))
    assert (first.read, again.read) == (2, 0)
    assert (tmp_path / "out" / "findings.jsonl").read_bytes() == written != b""
    assert (first.unprocessed, again.unprocessed) == ([], [])
