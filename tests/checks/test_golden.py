"""The real 2020 submission: exactly what is wrong in it, at the very cells, and nothing once put right."""

from __future__ import annotations

import pytest

from batch.model.status import Severity
from tests.paper import (
    BASIC,
    MONITORING,
    OF_THIS_YEAR,
    PROJECT,
    WHOLE,
    checked,
    corrected,
    found,
    sample,
)

#: what the domain's golden list calls sure, and what follows from it: check, cell, filled, computed
ERRORS = [
    ("J101", f"{BASIC}!D4", "100%", "86.67%"),  # S-01
    ("J111", f"{BASIC}!B12", "634.13", "630.89"),  # S-04
    ("J111", f"{BASIC}!D12", "949.97", "979.97"),  # S-05
    ("J112", f"{BASIC}!D13", "979.97", "不超过949.97"),  # S-05
    ("F025", f"{BASIC}!B15", "", ""),  # S-08, S-19: the blank is told, not what follows from it (J116)
    ("F025", f"{BASIC}!C19", "", ""),  # S-13, S-19, S-67: not J121 and C515, which need the blank
    ("F025", f"{PROJECT}!F6", "", ""),  # S-19, S-32: not X301
    ("X308", f"{PROJECT}!B16", "40", "50"),  # S-33
    ("X309", f"{PROJECT}!G21", "100", "110"),  # S-34
    ("X310", f"{PROJECT}!H21", "96", "106"),  # S-35
    ("X313", f"{PROJECT}!I13", "", ""),  # S-37, four cells
    ("X313", f"{PROJECT}!I16", "", ""),
    ("X313", f"{PROJECT}!I17", "", ""),
    ("X313", f"{PROJECT}!I20", "", ""),
    ("Z402", f"{WHOLE}!G4", "100.00%", "177.36%"),  # S-46
    ("Z403", f"{WHOLE}!G5", "100.00%", "空"),  # S-47
    ("Z402", f"{WHOLE}!G6", "100.00%", "109.07%"),  # S-48
    ("Z402", f"{WHOLE}!G7", "100.00%", "198.64%"),  # S-49
    ("Z411", f"{WHOLE}!H19", "", ""),  # S-51, four cells
    ("Z411", f"{WHOLE}!H29", "", ""),
    ("Z411", f"{WHOLE}!H30", "", ""),
    ("Z411", f"{WHOLE}!H33", "", ""),
    ("Z413", f"{WHOLE}!F20", "100.00%", "86.67%"),  # S-53
    ("Z414", f"{WHOLE}!F21", "100.00%", "+7.53%"),  # S-54
    ("Z415", f"{WHOLE}!F22", "100.00%", "177.36%"),  # S-55
    ("Z418", f"{WHOLE}!F28", "100.00%", "177.36%"),  # S-55
    ("Z417", f"{WHOLE}!F26", "100.00%", "42.70%"),  # S-57
]


#: what the golden list calls likely, or tells for information: S-number → check and cells
QUESTIONS: dict[str, list[tuple[str, str]]] = {
    "S-02": [("J109", f"{BASIC}!C6")],
    "S-03": [("J110", f"{BASIC}!D6")],
    "S-05": [("J113", f"{BASIC}!D13")],
    "S-06": [("J114", f"{BASIC}!D12")],
    "S-07": [("J115", f"{BASIC}!D12")],
    "S-09": [("J117", f"{BASIC}!D15")],
    "S-10": [("J118", f"{BASIC}!D15")],
    "S-11": [("J119", f"{BASIC}!D16")],
    "S-15": [("F012", f"{MONITORING}!F9")],
    # its other headings say the same period as the date that stands there: F013 alone
    "S-16": [("F013", f"{MONITORING}!F9")],
    "S-17": [
        ("F020", f"{BASIC}!D4"),
        ("F020", f"{MONITORING}!K5"),
        ("F020", f"{PROJECT}!H5"),
        ("F020", f"{WHOLE}!G4"),
    ],
    "S-18": [("F022", f"{BASIC}!A1"), ("F022", f"{WHOLE}!A1")],
    "S-21": [("J126", f"{BASIC}!D20")],
    "S-22": [("J127", f"{BASIC}!D20")],
    "S-23": [("J130", f"{BASIC}!D18")],
    "S-24": [("K206", f"{MONITORING}!K5")],
    "S-25": [("K207", f"{MONITORING}!K5"), ("K208", f"{MONITORING}!H5")],
    "S-26": [("K214", f"{MONITORING}!F12"), ("K214", f"{MONITORING}!F13")],
    "S-27": [("K215", f"{MONITORING}!C19"), ("K215", f"{PROJECT}!C20")],
    "S-28": [("K216", f"{MONITORING}!F11")],
    "S-29": [("K217", f"{MONITORING}!F14"), ("K217", f"{MONITORING}!G14")],
    "S-30": [
        ("K218", f"{MONITORING}!D15"),
        ("K219", f"{MONITORING}!D15"),
        ("K219", f"{MONITORING}!D16"),
    ],
    "S-31": [("K220", f"{MONITORING}!A20"), ("K221", f"{MONITORING}!C3")],
    "S-36": [("X311", f"{PROJECT}!B16")],
    "S-39": [("X316", f"{PROJECT}!H{row}") for row in (13, 16, 17)],
    "S-40": [("X318", f"{PROJECT}!F{row}") for row in (13, 14, 16, 17)],
    "S-41": [("X319", f"{PROJECT}!F15"), ("X319", f"{PROJECT}!F20")],
    "S-42": [("X320", f"{PROJECT}!F20")],
    "S-43": [
        ("X322", f"{sheet}!D{row}")
        for sheet, rows in ((MONITORING, (17, 18)), (PROJECT, (18, 19)))
        for row in rows
    ],
    "S-44": [("X324", f"{PROJECT}!D12")],
    "S-45": [("X326", f"{PROJECT}!E10")],
    "S-46": [("Z404", f"{WHOLE}!F4")],
    "S-48": [("Z404", f"{WHOLE}!F6")],
    "S-49": [("Z404", f"{WHOLE}!F7")],
    "S-50": [("Z405", f"{WHOLE}!E4")],
    "S-52": [("Z412", f"{WHOLE}!G{row}") for row in (19, 29, 30)],
    "S-56": [("Z416", f"{WHOLE}!F24")],
    "S-58": [("Z419", f"{WHOLE}!G22"), ("Z419", f"{WHOLE}!G28")],
    "S-59": [("Z420", f"{WHOLE}!F33")],
    "S-61": [("Z423", f"{WHOLE}!E29"), ("Z423", f"{WHOLE}!D32")],
    # S-60 and the rest of S-62 are words the form prints beside its own indicators
    "S-62": [("Z424", f"{WHOLE}!{cell}") for cell in ("D30", "D31")],
    "S-63": [("Z425", f"{WHOLE}!F12")],
    "S-64": [("C506", f"{BASIC}!D12")],
    "S-66": [("C509", f"{MONITORING}!C2"), ("C509", f"{PROJECT}!C2")],
    "S-68": [("C516", f"{WHOLE}!F33")],
}
#: told without a number in the list, and hints that follow from its rules though it does not name them
OTHERS = {
    # blanks of 监控表 that its sums show to be 0: told once, not as six errors of S-19
    ("F037", f"{MONITORING}!H6"),
    ("X321", f"{PROJECT}!F20"),
    ("X331", f"{PROJECT}!C3"),
    ("Z426", f"{WHOLE}!E9"),
    ("Z427", f"{WHOLE}!G34"),
    ("K219", f"{PROJECT}!D16"),
    ("K219", f"{PROJECT}!D17"),
}


@pytest.mark.parametrize("number", QUESTIONS)
def test_each_question_of_the_golden_list_is_asked_at_its_cell(number: str) -> None:
    assert set(QUESTIONS[number]) <= found(sample(OF_THIS_YEAR))


def test_the_monitoring_of_next_year_is_asked_about_once() -> None:
    """S-14; and nothing of S-15 to S-17, S-24 to S-31, S-43 and S-66 that concerns it."""
    result = checked(sample())
    own = [(f.check, f.cell) for f in result.findings if f.sheet == MONITORING]
    assert own == [("F011", "A1")]
    assert not [f for f in result.findings if (MONITORING, "C2") in f.related or f.check == "C509"]
    reasons = {o.reason for o in result.outcomes if o.check in ("C509", "C510", "C511")}
    assert reasons == {"监控表是2021年的，不与本批次的表核对"}


def test_nothing_else_is_asked() -> None:
    asked = {
        (f.check, f"{f.sheet}!{f.cell}")
        for f in checked(sample(OF_THIS_YEAR)).findings
        if f.severity is not Severity.ERROR
    }
    assert asked - {place for places in QUESTIONS.values() for place in places} <= OTHERS


def test_the_real_submission_has_exactly_these_errors() -> None:
    errors = [
        (f.check, f"{f.sheet}!{f.cell}", f.filled, f.expected)
        for f in checked(sample()).findings
        if f.severity is Severity.ERROR
    ]
    assert sorted(errors) == sorted(ERRORS)


@pytest.mark.parametrize(
    ("check", "cell", "difference"),
    [
        ("J101", "D4", "+13.33个百分点"),
        ("J111", "B12", "+3.24"),
        ("J111", "D12", "-30.00"),
        ("X308", "B16", "-10"),
        ("Z404", "F4", "+4,852,478.85"),
        ("Z404", "F6", "+135,200.00"),
        ("Z404", "F7", "+4,717,278.85"),
    ],
)
def test_the_difference_is_told_to_the_cent(check: str, cell: str, difference: str) -> None:
    finding = next(f for f in checked(sample()).findings if f.check == check and f.cell == cell)
    assert finding.difference == difference


def test_the_mistyped_part_is_told_apart_from_the_sum() -> None:
    """979.97 or 949.97? The other form says 949.97, and the unit is told so."""
    finding = next(f for f in checked(sample()).findings if f.check == "J112")
    assert "疑为分项写错" in finding.fix


def test_an_undecidable_rate_offers_both_repairs() -> None:
    finding = next(f for f in checked(sample()).findings if f.check == "Z402" and f.cell == "G4")
    assert "改正预算数" in finding.fix
    assert "177.36%" in finding.fix


def test_put_right_nothing_is_left() -> None:
    """The sure fixes make the findings vanish, and no new 错误 or 核实 comes of them."""
    left = [f for f in checked(corrected()).findings if f.severity is not Severity.HINT]
    assert left == []


def test_the_four_sure_fixes_alone_make_their_findings_vanish() -> None:
    before = {(f.check, f.cell) for f in checked(sample()).findings if f.severity is Severity.ERROR}
    fixes: dict[str, str | float | int | None] = {
        f"{BASIC}!D13": 949.97,
        f"{BASIC}!D4": "86.67%",
        f"{WHOLE}!F20": "86.67%",
        f"{WHOLE}!G4": "177.36%",
        f"{WHOLE}!G5": None,
        f"{WHOLE}!G6": "109.07%",
        f"{WHOLE}!G7": "198.64%",
        f"{PROJECT}!F6": 403,
    }
    after = {(f.check, f.cell) for f in checked(sample(fixes)).findings if f.severity is Severity.ERROR}
    assert before - after == {
        ("J111", "D12"),
        ("J112", "D13"),
        ("J101", "D4"),
        ("Z413", "F20"),
        ("Z402", "G4"),
        ("Z403", "G5"),
        ("Z402", "G6"),
        ("Z402", "G7"),
        ("F025", "F6"),
    }
    assert after - before == set()
