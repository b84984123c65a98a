"""Official workbooks have live sums: a formula that follows from a wrong figure is no witness for it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl

from batch.model.cause import Cause, Sure
from batch.model.review import Review
from batch.model.status import Severity
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import PACK
from tests.sample_units import clean_unit


def typed(folder: Path, ref: str, number: float | str | None) -> Review:
    """A clean unit's review after somebody typed into a cell of 基础数据表 and saved; formulas follow."""
    path = folder / "报送.xlsx"
    clean_unit(path, seed=7, projects=2)
    book = openpyxl.load_workbook(path)
    assert number is not None or not str(book["基础数据表"][ref].value).startswith("=")
    book["基础数据表"][ref] = number
    book.save(path)
    bundle = Bundle("县教育局", (Sent("县教育局/报送.xlsx", 1, path.read_bytes()),))
    (unit,) = review_files(bundle, Context(PACK)).units
    return unit.review


def certain(review: Review) -> list[tuple[str, str]]:
    """What is to be typed for certain, by cell."""
    return [(one.cell, one.to) for cause in review.causes for one in cause.changes]


def to_do(review: Review) -> list[Cause]:
    """What is to be done, but for F017: who saved the test's workbook calculates nothing."""
    return [cause for cause in review.causes if cause.is_to_do and cause.rule != "F017"]


def test_a_sum_typed_over_is_what_is_wrong_not_the_part_below_it(tmp_path: Path) -> None:
    # D7 = D8 + D9 is typed over; D6 is a formula of D7 and says the same wrong thing
    review = typed(tmp_path, "D7", 3.9)
    assert certain(review) == [("D7", "3.10")]
    (cause,) = to_do(review)
    # what is at stake is the sum that follows as well
    stakes = {stake.field: (stake.most, stake.expected) for stake in cause.stakes}
    assert stakes == dict.fromkeys(("公务用车.本年决算", "三公经费.本年决算"), (Decimal("0.80"),) * 2)


def test_of_a_wrong_sum_with_a_formula_its_parts_are_corrected(tmp_path: Path) -> None:
    # D12 is a formula of D13 and D14; the other forms know what it came to
    review = typed(tmp_path, "D13", 525.22)
    (cause,) = to_do(review)
    assert cause.sure is Sure.CHOICE
    ways = [[(one.cell, one.to) for one in option if one.sheet == "基础数据表"] for option in cause.options]
    assert ways[:2] == [[("D13", "535.22")], [("D14", "10.00")]]
    assert not [cell for way in ways for cell, _ in way if cell == "D12"]
    errors = {f.key for f in review.findings if f.severity is Severity.ERROR}
    assert errors <= set(cause.findings)


def test_a_sum_that_leaves_a_blank_out_does_not_say_that_it_is_0(tmp_path: Path) -> None:
    review = typed(tmp_path, "D11", None)
    assert ("F025", "D11") in {(f.check, f.cell) for f in review.findings}
    assert "0" not in {to.rstrip("0").rstrip(".") or "0" for cell, to in certain(review) if cell == "D11"}


def test_a_way_with_a_cell_only_the_unit_knows_says_so_with_its_limits(tmp_path: Path) -> None:
    (cause,) = to_do(typed(tmp_path, "B16", 300))
    assert cause.text.endswith(
        "请选一种改法：（1）基础数据表B16（办公经费的2019年决算数）改为0.03；"
        "（2）基础数据表B15（公用经费的2019年决算数）据实填写（315.20至344.04）。"
    )
    assert [one.to for way in cause.options for one in way] == ["0.03", ""]


def test_a_formula_that_leaves_a_part_out_is_what_is_wrong(tmp_path: Path) -> None:
    # 公务接待 (D11, 2.90) is missing in the sum; it is no reason to make it 0
    assert certain(typed(tmp_path, "D6", "=SUM(D7,D10)")) == [("D6", "6.00")]
