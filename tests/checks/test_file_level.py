"""Checks on what was handed in as a whole: forms missing, none at all, a rate that contradicts the data."""

from __future__ import annotations

from batch.checks.run import run_checks
from batch.model.review import verdict_of
from batch.model.status import Verdict
from tests.paper import BASIC, PROJECT, WHOLE, checked, corrected, rules, sample, submission


def test_a_workbook_without_any_form_is_answered_with_the_nearest_one() -> None:
    book = corrected()
    book.sheets = book.sheets[:1]
    book.sheets[0].cells = {
        place: cell for place, cell in book.sheets[0].cells.items() if place[0] in (5, 6, 7)
    }
    findings = checked(book).findings
    assert [(f.check, f.cell) for f in findings] == [("F005", None)]
    assert "基础数据表" in findings[0].message


def test_forms_make_f005_pass() -> None:
    outcomes = [o for o in checked(corrected()).outcomes if o.check == "F005"]
    assert verdict_of(outcomes) is Verdict.PASS


def test_a_missing_form_is_named_and_an_optional_one_is_not() -> None:
    book = corrected()
    book.sheets = [sheet for sheet in book.sheets if sheet.name in (BASIC, WHOLE)]
    findings = [f for f in checked(book).findings if f.check == "F006"]
    assert [(f.form, f.field, f.cell) for f in findings] == [("", "项目自评表", None)]


def test_all_forms_there_make_f006_pass() -> None:
    assert verdict_of(o for o in checked(corrected()).outcomes if o.check == "F006") is Verdict.PASS


def test_one_form_a_workbook_makes_one_submission() -> None:
    books = []
    for name in (BASIC, PROJECT, WHOLE):
        book = corrected()
        book.sheets = [sheet for sheet in book.sheets if sheet.name == name]
        books.append(book)
    together = submission(*books)
    assert {table.form for table in together.tables} == {"基础数据表", "项目自评表", "整体自评表"}
    result = run_checks(together, rules().catalogue, rules().forms)
    assert [f for f in result.findings if f.severity.value == "错误"] == []


def test_an_error_cell_is_reported_once_and_nothing_follows_from_it() -> None:
    """#REF! in a sum: F018 names the cell, whatever needs it is 无法检查, and nobody is told twice."""
    result = checked(corrected({f"{BASIC}!D12": "#REF!"}))
    assert [(f.check, f.cell) for f in result.findings if f.severity.value != "提示"] == [("F018", "D12")]
    for needs_it in ("J111", "J114", "J125", "C502", "C505", "C507"):
        verdict = verdict_of(o for o in result.outcomes if o.check == needs_it)
        assert verdict is Verdict.UNCHECKED, needs_it


def test_a_rate_that_puts_last_years_budget_below_last_years_spending_is_wrong() -> None:
    """Z414: 2 万元 now and +100 % means 1 万元 last year, but 1.86 万元 were spent."""
    findings = [f for f in checked(sample()).findings if f.check == "Z414"]
    assert [(f.sheet, f.cell) for f in findings] == [(WHOLE, "F21")]


def test_a_rate_without_contradiction_is_not_called_right() -> None:
    """Without last year's budget nothing proves the rate: not checked never looks like clean."""
    assert verdict_of(o for o in checked(corrected()).outcomes if o.check == "Z414") is Verdict.UNCHECKED
