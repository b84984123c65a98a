"""Run the checks that are data: ties between amounts, and cells required on a condition."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import (
    MONEY,
    Amount,
    Missing,
    as_filled,
    round_half_up,
    same_unit,
    show,
    show_amount,
)
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.collect import ReportedCells
from batch.checks.engine.describe import MUST
from batch.checks.engine.evaluate import calculate, sides, test
from batch.checks.engine.message import Sum, fill
from batch.checks.engine.place import Place
from batch.checks.engine.places import Spots
from batch.checks.engine.plain_figures import Figures
from batch.checks.engine.plain_ties import Condition, PlainTie
from batch.checks.engine.several import NotPlain
from batch.checks.engine.tolerance import holds
from batch.checks.engine.unsigned_rates import as_rate
from batch.config.expression import Compare, Name, Node, Quoted, names
from batch.forms.spec.spec import PackForms
from batch.model.form import Submission, Table, Value

#: of a side of a tie: 元 in 万元 has six
_PLACES = 6


def run_ties(
    check: Check,
    submission: Submission,
    forms: PackForms,
    reported: ReportedCells,
    spots: Spots | None = None,
    *,
    tells_sides: bool = False,
) -> Iterator[CheckResult]:
    """Look at every place of the submission where the check's ties or requirements stand.

    `reported`: nothing is compared with these cells. `spots`: see `places`. `tells_sides`: whether ties tell
    what they compare, also those that hold; those between forms do.
    """
    tells_sides = tells_sides or check.is_between_forms
    found = (spots or Spots()).at(check, submission, forms)
    if not found:
        yield NotApplicable("", f"{check.form}中没有这类行")
    for place, figures in found:
        if check.when is not None:
            plainly = _plainly(check.plain.when, figures)
            if plainly is None:
                place.turn_to(check)
            applies = test(check.when, place) if plainly is None else plainly
            if isinstance(applies, Missing):
                yield Unchecked(place.label, applies.reason)
                continue
            if not applies:
                yield NotApplicable(place.label, f"条件不成立：{check.when_text}")
                continue
        for tie, plain in zip(check.ties, check.plain.ties, strict=True):
            passed = _passed(place.label, plain, figures, reported, tells_sides=tells_sides)
            if passed is not None:
                yield passed
            else:
                place.turn_to(check)
                yield _tie_result(check, tie, place, reported, tells_sides=tells_sides)
        if check.require:
            place.turn_to(check)
            yield from _requirement_results(check, place)


def _passed(
    where: str, tie: PlainTie | None, figures: Figures, reported: ReportedCells, *, tells_sides: bool
) -> Passed | None:
    """What is said of a tie that surely holds, with no cell of it reported; None where words say more."""
    if tie is None or not _plainly(tie.holds, figures) or reported.takes_part(tie, figures):
        return None
    if not tells_sides:
        return Passed(where)
    sides = tie.told(figures)
    return None if sides is None else Passed(where, "", *(_in_words(side, "万元") for side in sides))


def _plainly(condition: Condition | None, figures: Figures) -> bool | None:
    """Whether a condition holds by its figures alone; None where these do not say."""
    if condition is None:
        return None
    try:
        return condition(figures)
    except NotPlain:
        return None


def _tie_result(
    check: Check, tie: Compare, place: Place, reported: ReportedCells, *, tells_sides: bool
) -> CheckResult:
    if tie.is_of_texts:
        return _text_result(check, tie, place, reported, tells_sides=tells_sides)
    left, right = sides(tie, place)
    if isinstance(left, Missing):
        return Unchecked(place.label, left.reason)
    if isinstance(right, Missing):
        return Unchecked(place.label, right.reason)
    if reason := reported.missing(place.asked.values()):
        return Unchecked(place.label, reason)
    if tie.op == "==":
        left = as_rate(left, right, check.tolerance)
    told = sides_in_one_unit(left, right) if tells_sides else ("", "")
    if holds(tie.op, left, right, check.tolerance):
        return Passed(place.label, "", *told)
    _, shown_right, difference = sides_of(left, right)
    name = check.at or next(iter(names(tie)))
    table, value = _marked(place, name, left)
    words = PlaceWords(place).sides(left, right, difference)
    words["应"] = MUST[tie.op]
    # what should be more than nothing is not due to be nothing, and not off by nothing
    due, gap = (f"大于{shown_right}", "") if tie.op == ">" else (shown_right, difference)
    return Violation(
        place.label,
        table,
        value,
        path_of(place, name),
        words,
        filled=as_filled(value) if value else None,
        expected=fill(check.computed, words) if check.computed else due,
        difference=fill(check.gap, words) if check.gap else gap,
        left=told[0],
        right=told[1],
        related=list(place.asked.values()),
    )


def _text_result(
    check: Check, tie: Compare, place: Place, reported: ReportedCells, *, tells_sides: bool
) -> CheckResult:
    """A tie between what a cell says and a word, or another cell."""
    holds_here = test(tie, place)
    if isinstance(holds_here, Missing):
        return Unchecked(place.label, holds_here.reason)
    if reason := reported.missing(place.asked.values()):
        return Unchecked(place.label, reason)
    left, right = (_said(side, place) for side in (tie.left, tie.right))
    if holds_here:
        return Passed(place.label, "", left, right) if tells_sides else Passed(place.label)
    name = check.at or next(iter(names(tie)))
    value = place.find(name)
    words = PlaceWords(place)
    words |= {"左": left, "右": right, "差": "", "应": MUST[tie.op], "左式": left, "算式": right}
    return Violation(
        place.label,
        place.table,
        value,
        path_of(place, name),
        words,
        filled=as_filled(value) if value else None,
        expected=right if tie.op == "==" else f"不是{right}",
        left=left,
        right=right,
        related=list(place.asked.values()),
    )


def _said(side: Node, place: Place) -> str:
    value = place.find(side.text) if isinstance(side, Name) else None
    return as_filled(value) if value else side.text if isinstance(side, Quoted) else ""


def sides_of(left: Amount, right: Amount) -> tuple[str, str, str]:
    """Both sides and their difference as text, in the unit of the left side."""
    a, b, unit = same_unit(left, right)
    difference = a - b
    if left.unit in MONEY and unit != left.unit:
        difference /= MONEY[left.unit]
        unit = left.unit
    apart = show(difference, unit, signed=True)
    if unit == "%":
        apart = apart.replace("%", "个百分点")
    return show_amount(left), _in_unit_of(left, right), apart


def sides_in_one_unit(left: Amount, right: Amount) -> tuple[str, str]:
    """Both sides of a tie in one unit, money in 万元: 478.24万元, 86.67%, 13人."""
    sides = []
    for side in (left, right):
        value = side.value * MONEY.get(side.unit, 100 if side.unit == "%" else 1)
        unit = "万元" if side.unit in MONEY else side.unit or left.unit or right.unit
        sides.append(_in_words(value, unit))
    return sides[0], sides[1]


def _in_words(number: Decimal, unit: str) -> str:
    return f"{round_half_up(number, _PLACES).normalize():f}{unit}"


def side_words(left: Amount, right: Amount, difference: str) -> dict[str, str | Sum]:
    """Both sides and how far they are apart, for a message."""
    return {
        "左": Sum(show_amount(left), left.unit),
        "右": Sum(_in_unit_of(left, right), right.unit),
        "差": Sum(difference.lstrip("+-−"), left.unit),
    }


def _in_unit_of(left: Amount, right: Amount) -> str:
    if right.unit in MONEY and left.unit in MONEY and right.unit != left.unit:
        return f"{show_amount(right)}{right.unit}"
    return show_amount(right)


def _requirement_results(check: Check, place: Place) -> Iterator[CheckResult]:
    missing = [
        (name, value)
        for name in check.require
        if (value := place.find(name)) is not None and not value.is_filled
    ]
    if not missing:
        yield Passed(place.label)
        return
    if check.when is not None:
        # what the condition is about takes part
        test(check.when, place)
    for name, value in missing:
        words = PlaceWords(place)
        words["项"] = name
        yield Violation(
            place.label,
            place.table,
            value,
            path_of(place, name),
            words,
            filled="",
            related=list(place.asked.values()),
        )


def _marked(place: Place, name: str, left: Amount) -> tuple[Table | None, Value | None]:
    """The cell to mark: the named one, else the first that took part on the left."""
    value = place.find(name) or (left.sources[0] if left.sources else None)
    head = name.partition(".")[0]
    if head in place.forms.forms:
        tables = place.submission.of(head)
        return (tables[0] if tables else None), value
    return place.table, value


def path_of(place: Place, name: str) -> str:
    """The field of a name at a place, in the form's words and without row numbers."""
    if place.item is not None:
        return f"{'/'.join(place.item.path)}.{name}"
    if place.group is not None:
        return f"{'/'.join(place.group.path)}.{name}"
    if place.table is not None and place.column and f"{name}.{place.column}" in place.table.fields:
        return f"{name}.{place.column}"
    if place.table is not None and place.row and f"{place.row}.{name}" in place.table.fields:
        return f"{place.row}.{name}"
    return name


class PlaceWords(dict[str, str | Sum]):
    """Everything a message may mention at a place; a field's own name stands for what is filled in there."""

    def __init__(self, place: Place) -> None:
        super().__init__({"列": place.label, "行": place.label, "指标": place.label, "表": place.label})
        self._place = place
        for name, number in place.check.thresholds.items():
            self[name] = _threshold(name, number)
        for name, node in place.check.say.items():
            result = calculate(node, place)
            self[name] = Sum(show_amount(result), result.unit if isinstance(result, Amount) else "")

    def __missing__(self, name: str) -> str | Sum:
        value = self._place.find(name)
        return Sum.of(value) if value else "空"

    def sides(self, left: Amount, right: Amount, difference: str) -> PlaceWords:
        """The two sides of a tie, their arithmetic and their difference."""
        self |= side_words(left, right, difference)
        self |= {"左式": left.text, "算式": right.text}
        return self


def _threshold(name: str, number: Decimal) -> str:
    return show(number, "%").replace(".00%", "%") if name.endswith("率") else f"{number.normalize():f}"
