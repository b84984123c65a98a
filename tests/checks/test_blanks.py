"""A blank is told once: 0 where the form's own sums say so, missing where they do not, and nothing twice."""

from __future__ import annotations

import pytest

from batch.checks.run import Checked
from batch.model.review import Finding
from batch.model.status import Severity, Verdict
from tests.checks.telling import BASIC, MONITORING, PROJECT, WHOLE, Edits, only, told, where
from tests.paper import checked, corrected


def _blank(sheet: str, *places: str) -> dict[str, str | float | None]:
    return {f"{sheet}!{place}": None for place in places}


#: sums as typed; the official workbook has formulas there
_TYPED: Edits = {
    **{f"{BASIC}!{c}6": n for c, n in zip("BCD", (10.25, 9.74, 9.23), strict=True)},
    **{f"{PROJECT}!{c}5": 356.7 for c in "DEF"},
    **{f"{MONITORING}!{c}5": n for c, n in zip("EHN", (356.7, 206.89, 356.7), strict=True)},
}


def _cells(finding: Finding) -> list[str | None]:
    return [finding.cell, *(cell for _, cell in finding.related)]


@pytest.mark.parametrize(
    ("sheet", "places"),
    [
        (PROJECT, ["D7", "E7", "F7"]),
        # a heading above rows of nothing, and a single cell
        (BASIC, ["B8", "C8", "D8", "B10", "C10", "D10"]),
        (BASIC, ["D10"]),
        # a heading that is the sum of the rows below it
        (BASIC, ["B7", "C7", "D7"]),
    ],
)
def test_blanks_that_the_sums_show_to_be_nothing_are_one_hint(
    clean: bytes, sheet: str, places: list[str]
) -> None:
    found = told(clean, {**_TYPED, **_blank(sheet, *places)})
    assert where(found) == [("F037", places[0])]
    assert sorted(map(str, _cells(only(found, "F037")))) == sorted(places)
    assert only(found, "F037").severity is Severity.HINT


@pytest.mark.parametrize(
    ("edits", "errors"),
    [
        # a part that was forgotten: not X301, K201 or J111 as well
        (_blank(PROJECT, "F6"), [("F025", "F6")]),
        (_blank(MONITORING, "N6"), [("F025", "N6")]),
        (_blank(BASIC, "D13"), [("F025", "D13")]),
        # with rows of nothing beside it
        (_blank(PROJECT, "F6", "D7", "E7", "F7"), [("F025", "F6")]),
        # all parts of one column
        (_blank(PROJECT, "E6", "E7", "E8"), [("F025", "E6")]),
        # the sum itself, and a column without anything: one finding, the points of its rate with it
        (_blank(BASIC, "C12"), [("F025", "C12")]),
        (_blank(PROJECT, "F5", "F6", "F7", "F8", "H5", "I5"), [("F025", "F5")]),
        # J116, J121 and C515 need these
        (_blank(BASIC, "B15"), [("F025", "B15")]),
        (_blank(BASIC, "C19"), [("F025", "C19")]),
        # so do sums of points
        (_blank(PROJECT, "G12"), [("F025", "G12")]),
        (_blank(WHOLE, "G22"), [("F025", "G22")]),
    ],
)
def test_a_slip_that_left_a_cell_blank_is_one_finding(
    clean: bytes, edits: Edits, errors: list[tuple[str, str]]
) -> None:
    found = told(clean, edits)
    assert where(found, Severity.ERROR) == errors
    assert {f.check for f in found} <= {"F025", "F037"}


def test_a_row_of_nothing_does_not_hide_a_sum_that_is_wrong(clean: bytes) -> None:
    found = told(clean, {**_blank(PROJECT, "D7", "E7", "F7"), f"{PROJECT}!F5": 300})
    assert ("X301", "F5") in where(found)
    assert [f.check for f in found if f.cell in ("D7", "E7", "F7")] == ["F037"]


def test_parts_that_are_blank_below_the_formula_of_their_sum_are_missing(clean: bytes) -> None:
    found = told(clean, {**_blank(PROJECT, "D6", "D7", "D8"), f"{PROJECT}!D5": "=SUM(D6:D8)"})
    assert ("F025", "D6") in where(found, Severity.ERROR)


def test_what_needs_a_cell_that_was_told_is_not_checked() -> None:
    for typed, check in ((None, "F025"), ("#DIV/0!", "F018"), ("约三十万", "F021")):
        result = checked(corrected({f"{BASIC}!C19": typed}))
        assert [(f.check, f.cell) for f in result.findings if f.severity is Severity.ERROR] == [
            (check, "C19")
        ]
        ended = {o.check: o for o in result.outcomes if o.check in ("J121", "C515")}
        assert {o.verdict for o in ended.values()} == {Verdict.UNCHECKED}
        assert all("C19" in o.reason or "政府采购" in o.reason for o in ended.values())


def test_a_blank_is_nothing_in_a_sum_and_missing_in_a_difference() -> None:
    blank = checked(corrected({f"{BASIC}!D12": None, f"{BASIC}!D13": None}))
    # on the right of the difference in C505, on the left of it in J115: as nothing both would be mistakes
    for check in ("C505", "J115"):
        reasons = [o.reason for o in blank.outcomes if o.check == check and o.verdict is not Verdict.PASS]
        assert reasons
        assert all(reason.endswith("项目支出.本年决算”未填写") for reason in reasons)
    assert not [f for f in blank.findings if f.check in ("C505", "J115")]
    # in a sum it is passed over: one of the parts of 项目支出
    assert ended(checked(corrected({f"{BASIC}!D14": None})), "J111") == {Verdict.PASS}


def ended(result: Checked, check: str) -> set[Verdict]:
    """How a check ended."""
    return {o.verdict for o in result.outcomes if o.check == check}


def test_the_reason_that_a_deduction_wants_is_asked_for_once(clean: bytes) -> None:
    found = told(clean, {f"{PROJECT}!H12": 10, f"{PROJECT}!H21": 95})
    assert [f.cell for f in found if f.check == "X313"] == ["I12"]
