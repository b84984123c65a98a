"""Rows and columns added, taken out or misnamed: nothing is lost, nothing guessed, and each is told once."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from batch.forms.spec.labels import squeeze
from batch.model.book import Book
from batch.model.review import Finding
from batch.model.status import Severity
from tests.bends import LAYOUTS, OTHER_COLUMNS
from tests.forms.test_bends import Values, values
from tests.paper import BASIC, MONITORING, PROJECT, THE_PROJECT, checked, corrected, found, submission

SECOND = "数据中心机房运行维护经费"


def bent(name: str) -> Book:
    return LAYOUTS[name](corrected(), random.Random(0))


def added(name: str) -> list[Finding]:
    """What is found on the bent submission and not on the straight one, by what it is about."""
    before = {(f.check, f.form, f.field) for f in checked(corrected()).findings}
    return [f for f in checked(bent(name)).findings if (f.check, f.form, f.field) not in before]


def places(name: str, least: Severity = Severity.WARNING) -> set[tuple[str, str]]:
    """(check, sheet!cell) of what the bend adds, hints left out."""
    heavy = {Severity.ERROR} if least is Severity.ERROR else {Severity.ERROR, Severity.WARNING}
    return {(f.check, f"{f.sheet}!{f.cell or ''}") for f in added(name) if f.severity in heavy}


def changed(name: str) -> Values:
    """The fields that the bend gave another value, or a value at all."""
    before, after = values(corrected()), values(bent(name))
    return {key: value for key, value in after.items() if before.get(key) != value}


def lost(name: str) -> set[str]:
    """The names of fields that are no longer read."""
    return {key[2] for key in set(values(corrected())) - set(values(bent(name)))}


@pytest.mark.parametrize("name", ["subtotals", "totals_between", "title_deleted", "last_years_form"])
def test_what_is_filled_in_is_read_all_the_same(name: str) -> None:
    assert values(bent(name)) == values(corrected())


def test_other_provinces_columns_disturb_nothing_and_what_is_not_read_is_told() -> None:
    (told,) = added("other_provinces_columns")
    assert (told.check, f"{told.sheet}!{told.cell}") == ("F015", f"{PROJECT}!I11")
    assert f"列有规定格式以外的内容“{told.filled}”等10格" in told.message
    assert len(told.related) == 9
    # 正向指标 and 百分比 change nothing about targets that say both themselves
    assert lost("other_provinces_columns") == set()
    names = [key[2].rpartition(".")[2] for key in changed("other_provinces_columns")]
    assert sorted(names) == sorted(list(OTHER_COLUMNS)[:2] * 9)


@pytest.mark.parametrize("name", ["subtotals", "totals_between"])
def test_subtotals_are_left_out_of_every_sum_and_told(name: str) -> None:
    told = {(f.check, f"{f.sheet}!{f.cell}") for f in added(name)}
    assert told == {("F015", f"{BASIC}!A15"), ("F015", f"{PROJECT}!B16")}


@pytest.mark.parametrize(
    ("name", "sheet", "top"), [("a_sheet_a_project", "项目2", 1), ("projects_stacked", PROJECT, 24)]
)
def test_every_project_is_read_by_itself(name: str, sheet: str, top: int) -> None:
    tables = submission(bent(name)).of("项目自评表")
    projects = [(t.fields["项目名称"].raw, t.sheet, t.title_ref) for t in tables]
    assert projects == [(THE_PROJECT, PROJECT, "A1"), (SECOND, sheet, f"A{top}")]
    first, second = (
        {k[2]: v for k, v in values(bent(name)).items() if k[1] == squeeze(p)} for p in (THE_PROJECT, SECOND)
    )
    assert {k: v for k, v in second.items() if k != "项目名称"} == {
        k: v for k, v in first.items() if k in second and k != "项目名称"
    }
    assert [len(table.items) for table in tables] == [9, 9]


def test_several_projects_on_one_sheet_are_told() -> None:
    assert [f.cell for f in added("projects_stacked") if f.check == "F029"] == ["A1"]


def test_a_row_a_project_counts_in_the_sum() -> None:
    assert added("a_row_a_project") == []
    extra = {key[2]: number for key, (_, number) in changed("a_row_a_project").items()}
    assert extra["数据中心建设.上年决算"] == Decimal(100)
    # and were it another amount, the sum would be wrong
    book = bent("a_row_a_project")
    basic = book.sheets[0]
    basic.cells[15, 2] = basic.cells[15, 2]._replace(raw="90")
    assert ("J111", f"{BASIC}!B12") in found(book)


def test_a_deleted_indicator_costs_only_its_points() -> None:
    errors = places("indicator_deleted", Severity.ERROR)
    assert errors == {("X308", f"{PROJECT}!B16"), ("X309", f"{PROJECT}!G20"), ("X310", f"{PROJECT}!H20")}
    assert {name.rpartition(".")[0] for name in lost("indicator_deleted")} == {
        "效益指标/生态效益指标/节省能源"
    }
    assert changed("indicator_deleted") == {}


def test_a_deleted_row_is_named() -> None:
    findings = [f for f in added("row_deleted") if f.severity is not Severity.HINT]
    assert [(f.check, f.form, f.field, f.cell) for f in findings] == [
        ("F014", "基础数据表", "公用经费", None)
    ]
    assert "缺少规定的行或列：公用经费" in findings[0].message
    assert changed("row_deleted") == {}


def test_a_misspelt_label_is_asked_about_and_never_used() -> None:
    findings = [f for f in added("label_misspelt") if f.severity is not Severity.HINT]
    assert [(f.check, f.field, f.cell) for f in findings] == [("F014", "公用经费", "A15")]
    assert "相近的“公用经弗”（A15）" in findings[0].message
    assert changed("label_misspelt") == {}
    assert lost("label_misspelt") == {"公用经费.上年决算", "公用经费.本年预算", "公用经费.本年决算"}
    # what stands beside it is told as left over, not taken for one more project
    (left,) = [f for f in added("label_misspelt") if f.check == "F015"]
    assert [left.cell, *(ref for _, ref in left.related)] == ["B15", "C15", "D15"]


def test_forms_without_titles_are_known_by_their_labels() -> None:
    assert added("title_deleted") == []
    forms = [(t.form, t.sheet, t.title) for t in submission(bent("title_deleted")).tables]
    assert [form for form, _, _ in forms] == ["基础数据表", "监控表", "项目自评表", "整体自评表"]
    assert [sheet for _, sheet, _ in forms][:3] == [BASIC, MONITORING, PROJECT]
    assert {title for _, _, title in forms} == {""}


def test_the_form_of_another_year_is_told() -> None:
    findings = [f for f in added("last_years_form") if f.severity is not Severity.HINT]
    assert [(f.check, f.form, f.filled, f.expected) for f in findings] == [
        ("F011", "基础数据表", "2019年", "2020年")
    ]
