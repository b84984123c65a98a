"""What is odd about one file costs no more than that: its own submission is read, and a copy comes back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from batch.checks.run import run_checks
from batch.forms.spec.labels import label, squeeze
from batch.model.book import Unreadable
from batch.model.form import Submission
from batch.model.review import Finding
from batch.unit.bundle import Bundle, BundleResult, Sent
from batch.unit.review_bundle import NO_COPY, TROUBLE, review_files
from batch.unit.rules import Context
from batch.workbook.integrity import Originals
from batch.workbook.read.xlsx import read_workbook
from tests.sample_units import clean_unit
from tests.workbook.rich import members, once, repacked

AT = Context("hunan-2020")
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("one") / "表.xlsx"
    clean_unit(path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("other") / "表.xlsx"
    clean_unit(path, "县水利局", seed=1)
    return path.read_bytes()


@pytest.fixture(scope="module")
def mistaken(clean: bytes) -> bytes:
    """The workbook with sums that do not add up: its messages tell many of them."""
    sheet = members(clean)[SHEET].decode()
    number = iter(range(1000))
    changed = re.sub(
        r"<v>([0-9]+\.[0-9]+)</v>", lambda found: f"<v>{float(found[1]) + next(number)}</v>", sheet
    )
    return repacked(clean, {SHEET: changed.encode()})


def worked(data: bytes, name: str = "县教育局/表.xlsx") -> BundleResult:
    return review_files(Bundle(name.partition("/")[0], (Sent(name, 0, data),)), AT)


def findings(done: BundleResult) -> Sequence[Finding]:
    assert (done.unprocessed, done.troubles) == ([], [])
    return done.units[0].review.findings


def with_part(data: bytes, name: str, old: str, new: str) -> bytes:
    return repacked(data, {name: once(members(data)[name], old, new)})


def renamed(data: bytes, old: str, new: str) -> bytes:
    return repacked(data, {old: None, new: members(data)[old]})


def with_notes(data: bytes, comments: str) -> bytes:
    """The workbook with a comments part, whatever is in it, on its first sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{office}/comments" Target="../comments1.xml"/></Relationships>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    data = with_part(
        data,
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/xl/comments1.xml" ContentType="{kind}"/></Types>',
    )
    part = f'<comments xmlns="{main}">{comments}</comments>'.encode()
    return repacked(data, {"xl/comments1.xml": part, "xl/worksheets/_rels/sheet1.xml.rels": rels.encode()})


OWN_NOTE = (
    '<commentList><comment ref="A1" authorId="0"><text><t>单位自己的批注</t></text></comment></commentList>'
)


def odd(clean: bytes) -> dict[str, bytes]:
    """Workbooks that Excel opens, and what is odd about each."""
    last = max(int(n) for n in re.findall(rb'sheetId="(\d+)"', members(clean)["xl/workbook.xml"]))
    module = f'<sheet name="Module1" sheetId="{last + 1}" state="veryHidden" r:id=""/></sheets>'
    return {
        "types in lower case": renamed(clean, "[Content_Types].xml", "[content_types].xml"),
        "relations in upper case": renamed(clean, "xl/_rels/workbook.xml.rels", "xl/_rels/Workbook.XML.rels"),
        "a module of macros without a part": with_part(clean, "xl/workbook.xml", "</sheets>", module),
        "notes without authors": with_notes(clean, OWN_NOTE),
        "notes without lists": with_notes(clean, ""),
        "relations nobody reads are broken": repacked(clean, {"xl/drawings/_rels/drawing9.xml.rels": b"<"}),
        "an attribute twice": with_part(clean, "xl/styles.xml", "<borders ", '<borders x="1" x="1" '),
    }


@pytest.mark.parametrize("number", range(7))
def test_an_odd_package_is_read_as_the_straight_one_and_comes_back(clean: bytes, number: int) -> None:
    name, data = list(odd(clean).items())[number]
    done = worked(data)
    assert findings(done) == findings(worked(clean)), name
    copy = dict(done.units[0].copies)["批注/县教育局/表.xlsx"]
    read_workbook(copy, "表.xlsx")
    # marking the copy once more finds the same, and piles nothing up
    again = worked(copy)
    assert [f.message for f in findings(again)] == [f.message for f in findings(done)], name
    assert [len(members(data)) for _, data in again.units[0].copies] == [len(members(copy))], name
    if name == "notes without authors":
        assert "单位自己的批注" in members(copy)["xl/comments1.xml"].decode()
    told = b"".join(members(copy).values()).decode("utf-8", "replace")
    # no parser takes it, so that the copy is made of what was read, and says so
    assert ("请以原文件为准" in told) == (name == "an attribute twice")


def test_columns_merged_to_the_end_of_the_sheet_leave_the_unit_its_result(clean: bytes) -> None:
    sheet = members(clean)[SHEET].decode()
    for area in ("A3:D1048576", "A1:XFD1048576"):
        merged = re.sub(
            r"<mergeCells.*</mergeCells>", f'<mergeCells><mergeCell ref="{area}"/></mergeCells>', sheet
        )
        done = worked(repacked(clean, {SHEET: merged.encode()}))
        assert all(f.cell is None or not f.cell.endswith("1048577") for f in findings(done))
        assert len(done.units[0].copies) > 0


def test_what_another_unit_was_told_does_not_change_a_result(clean: bytes, mistaken: bytes) -> None:
    alone = worked(clean)
    # kept answers of the other's messages are asked for the same texts again
    told = findings(worked(mistaken))
    sums = {text for finding in told for text in re.findall(r"\d[\d,.]*\d", finding.message)}
    for text in sums:
        assert {type(known) for known in (squeeze(text), label(text))} == {str}
    again = worked(clean)
    assert [u.review for u in again.units] == [u.review for u in alone.units]
    assert [u.copies for u in again.units] == [u.copies for u in alone.units]


def test_a_unit_that_fails_costs_its_neighbour_nothing(
    clean: bytes, other: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = run_checks

    def failing(submission: Submission, *rest: Any) -> Any:
        if submission.unit == "县教育局":
            raise ArithmeticError("ours")
        return checks(submission, *rest)

    monkeypatch.setattr("batch.unit.review_bundle.run_checks", failing)
    done = review_files(Bundle("", (Sent("甲.xlsx", 0, clean), Sent("乙.xlsx", 0, other))), AT)
    assert [unit.review.unit for unit in done.units] == ["县水利局"]
    assert done.unprocessed == [("甲.xlsx", TROUBLE)]
    assert "ArithmeticError" in done.troubles[0]


def test_an_output_that_fails_in_every_way_costs_only_itself(
    clean: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Originals, copy: bytes, name: str) -> None:
        raise Unreadable("F001", f"{name} of {len(copy)} bytes is not whole")

    monkeypatch.setattr(Originals, "require_sound", failing)
    done = worked(clean)
    assert [(unit.review.unit, unit.copies) for unit in done.units] == [("县教育局", [])]
    assert done.unprocessed == [("县教育局/表.xlsx", NO_COPY)]
    assert len(done.troubles) == 3
