"""Answers that are none are told, and answers that only look like it are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from batch.checks.run import run_checks
from batch.model.reference import Reference, RosterUnit
from batch.model.status import Severity
from batch.repair.applied import with_values
from tests.checks.telling import MONITORING, PROJECT, Edits, only, told
from tests.paper import PROJECT as SENT
from tests.paper import corrected, rules, submission

if TYPE_CHECKING:
    from openpyxl import Workbook


@pytest.mark.parametrize(
    ("answer", "is_told"),
    [
        ("请对照左边的目标写明完成得怎样（百字以内）", True),
        ("简要说明年度目标完成情况", True),
        ("（根据年初目标填写）", True),
        ("填写实际完成情况", True),
        ("概述项目实施效果，300字左右", True),
        ("简要说明：全年举办业务培训10次，培训500人，合格率100%。", False),
        ("根据年初目标，全年举办业务培训10次。", False),
        ("说明会、座谈会共开10次，业务能力明显提高。", False),
        ("（一）举办业务培训10次；（二）验收合格。", False),
    ],
)
def test_an_instruction_is_no_answer(clean: bytes, answer: str, is_told: bool) -> None:
    found = told(clean, {f"{PROJECT}!E10": answer})
    assert [(f.cell, f.severity) for f in found if f.check == "X335"] == [("E10", Severity.WARNING)] * is_told
    assert not (is_told and {f.check for f in found if f.cell == "E10"} - {"X335"})


@pytest.mark.parametrize("raw", ["12.50□√", "12.50<br>"])
def test_what_a_format_prints_beside_a_number_is_left_behind_as_what_was_typed_is(raw: str) -> None:
    sent = submission(corrected())
    number = sent.of("基础数据表")[0].fields["三公经费.本年预算"]
    printed = with_values(sent, {(sent.files[0], number.sheet, number.ref): replace(number, raw=raw)})
    before, after = (run_checks(one, rules().catalogue, rules().forms).findings for one in (sent, printed))
    assert "F028" not in {finding.check for finding in before}
    assert [finding.cell for finding in after if finding.check == "F028"] == [number.ref]


def test_a_target_may_print_how_it_is_worked_out(clean: bytes) -> None:
    assert "X335" not in {f.check for f in told(clean, {f"{PROJECT}!E13": "（合格数÷验收数，填写百分比）"})}


@pytest.mark.parametrize(
    ("edits", "checks"),
    [
        # short goals are like their results by chance
        ({f"{PROJECT}!B10": "完成检测任务", f"{PROJECT}!E10": "完成检测任务。"}, set()),
        # what the points are by chance, and what has a unit
        ({f"{PROJECT}!E12": 15, f"{PROJECT}!F12": 15}, set()),
        (
            {
                f"{PROJECT}!E{r}": f"≥{p}次"
                for r, p in ((12, 15), (13, 15), (14, 10), (16, 8), (17, 8), (18, 7))
            },
            set(),
        ),
        ({f"{PROJECT}!D12": "合同金额", f"{PROJECT}!E12": 40, f"{PROJECT}!F12": 40}, {"X337"}),
        # paying is told as such
        (
            {f"{PROJECT}!D12": "资金支付金额", f"{PROJECT}!E12": "40万元"},
            {"X329"},
        ),
    ],
)
def test_what_only_looks_misfilled_is_not_told(clean: bytes, edits: Edits, checks: set[str]) -> None:
    watched = {"X329", "X334", "X336", "X337"}
    assert {f.check for f in told(clean, edits)} & watched == checks


def test_department_and_unit_that_changed_places_are_told_once(clean: bytes) -> None:
    """Where the other form has them the right way round; a department that reports itself is no mistake."""
    found = told(clean, {f"{PROJECT}!C3": "县教育局", f"{PROJECT}!F3": "县人民政府办公室"})
    finding = only(found, "X338")
    assert (finding.cell, finding.severity) == ("C3", Severity.WARNING)
    assert "与监控表（业务能力建设）正好相反" in finding.message
    assert "F009" not in {f.check for f in found}
    below = {
        f"{form}!{ref}": name
        for form, ref, name in (
            (PROJECT, "C3", "县教育局"),
            (PROJECT, "F3", "县第一中学"),
            (MONITORING, "C3", "县教育局（代码165001）"),
            (MONITORING, "J3", "县第一中学"),
        )
    }
    assert "X338" not in {f.check for f in told(clean, below)}


def test_the_roster_knows_which_is_the_department() -> None:
    sent = submission(corrected({f"{SENT}!C3": "浏阳市数据资源中心", f"{SENT}!F3": "市数据局"}))
    sent.reference = Reference("浏阳市数据资源中心", RosterUnit("浏阳市数据资源中心", department="市数据局"))
    found = run_checks(sent, rules().catalogue, rules().forms).findings
    assert "与单位名册正好相反" in only(found, "X338").message


def test_what_is_beside_the_form_is_told_once_a_column_or_row_as_it_is_shown(clean: bytes) -> None:
    def bend(book: Workbook) -> None:
        sheet = book[PROJECT]
        for row, typed in ((11, "上年完成值"), (12, 0.925), (13, "—"), (14, 0.88)):
            sheet.cell(row, 11, typed).number_format = "0.0%"
        sheet["K22"], sheet["L22"], sheet["M25"] = "备查", 5, "/"
        sheet["I21"] = "等级：优"

    found = [f for f in told(clean, {}, bend) if f.check == "F015"]
    assert [(f.cell, f.filled, [ref for _, ref in f.related]) for f in found] == [
        ("K11", "上年完成值", ["K12", "K14", "K22"]),
        ("L22", "5", []),
    ]
    assert "K列有规定格式以外的内容“上年完成值”等4格" in found[0].message


def test_a_cell_alone_is_told_as_it_is_shown(clean: bytes) -> None:
    def bend(book: Workbook) -> None:
        book[PROJECT].cell(12, 11, 0.925).number_format = "0.0%"

    assert "）有规定格式以外的内容“92.5%”，" in only(told(clean, {}, bend), "F015").message


def test_weights_are_not_asked_about_where_a_part_is_missing(clean: bytes) -> None:
    edits: Edits = {f"{PROJECT}!{column}20": None for column in "BCDEFGH"}
    found = {f.check for f in told(clean, edits)}
    assert "X328" in found
    assert "X311" not in found
