"""Ties across the units of a batch that are data: a figure beside those of all units, a text others have too.

The places of such a tie are the cells of one form of one unit; for the column of a list, each of its cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from statistics import median

from batch.checks.engine.across import AcrossResult, Batch, Cells, by_key
from batch.checks.engine.amount import Amount, Missing, Result, literal, show, show_amount
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.describe import MUST
from batch.checks.engine.evaluate import Scope, calculate, sides, test
from batch.checks.engine.message import Sum
from batch.checks.engine.similar_texts import bare
from batch.checks.engine.ties import side_words, sides_in_one_unit, sides_of
from batch.checks.engine.tolerance import holds
from batch.config.expression import ACROSS, SAME, Binary, Call, Compare, Name, Negative, Node, calls, names
from batch.forms.read.values import says_nothing
from batch.forms.spec.labels import squeeze
from batch.model.unit_facts import KeptCell, UnitFacts

#: what the pack may set under thresholds: fewer units than this are not compared
LEAST = "最少单位数"
_LEAST = {"各单位中位数": 5, "各单位平均": 5}
#: so many others are named
_NAMED = 3

#: by name of the check's field: its number, money in 万元, and what stands in the cell
Looked = Mapping[str, tuple[Decimal | None, str]]


def looked_at(check: Check, cells: Cells) -> list[Looked]:
    """The places of one unit, with what the check compares of them."""
    return [{name: (c.number, c.raw) for name, c in place.items()} for place in _places(check, cells)]


def _places(check: Check, cells: Cells) -> list[dict[str, KeptCell]]:
    """The cells of each place by their names in the check."""
    found: dict[tuple[str, ...], dict[str, KeptCell]] = {}
    for cell in chain.from_iterable(cells.values()):
        for asked in check.compared:
            if asked.fits(cell.form, cell.row, cell.column):
                # every cell of a list's column is a place of its own
                place = (cell.file, cell.sheet, cell.cell if asked.in_list else "")
                found.setdefault(place, {}).setdefault(asked.name, cell)
    return list(found.values())


class _Place(Scope):
    """One place while the tie is worked out."""

    def __init__(self, check: Check, unit: str, looked: Looked) -> None:
        self.check, self.unit, self.looked = check, unit, looked
        self.units = {asked.name: asked.unit for asked in check.compared}
        #: what the parts over all units come to, by `_known_as`
        self.over: dict[str, Result] = {}

    def value(self, name: str) -> Result:
        """See evaluate.Scope."""
        if name in self.over:
            return self.over[name]
        if name in self.check.thresholds:
            return literal(self.check.thresholds[name])
        if name not in self.looked:
            return Missing(f"“{name}”未填写", blank=True)
        number, raw = self.looked[name]
        if number is None:
            return Missing(f"“{name}”填的“{raw.strip()}”不是确切数")
        unit = self.units[name]
        return Amount(number, unit, 2, (), show(number, unit))

    def text(self, name: str) -> str | Missing:
        """See evaluate.Scope."""
        _, raw = self.looked.get(name, (None, ""))
        return squeeze(raw) if raw.strip() else Missing(f"“{name}”未填写", blank=True)

    def values(self, name: str) -> Sequence[Result]:
        """See evaluate.Scope."""
        return [self.value(name)]

    def total(self, name: str) -> Result:
        """See evaluate.Scope."""
        return self.value(name)

    def rows(self, name: str) -> Sequence[tuple[Scope, Result]]:
        """See evaluate.Scope."""
        return [(self, self.value(name))]


def tie_results(batch: Batch) -> Iterator[AcrossResult]:
    """What the ties of a check say of every place of every unit."""
    check = batch.check
    units = [
        [_Place(check, unit.unit, looked) for looked in seen]
        for unit, seen in zip(batch.units, batch.seen, strict=True)
    ]
    whole = [place for places in units for place in places]
    twins = {}
    for tie in check.ties:
        for call in calls(tie):
            if call.function == SAME:
                twins.update(_count_twins(call, whole))
            elif call.function in ACROSS:
                _compare(call, whole, check)
    for unit, places in zip(batch.units, units, strict=True):
        if not places:
            yield unit, Unchecked("", f"“{check.compared[0].name}”未填写")
        for number, place in enumerate(places):
            yield from ((unit, said) for said in _said(unit, number, place, twins))


def _known_as(call: Call) -> str:
    """The name under which a part over all units is known while its tie is worked out."""
    return repr(call)


def _compare(call: Call, places: Sequence[_Place], check: Check) -> None:
    """Work out a sum, mean, median or number over all places."""
    results = [calculate(call.arguments[0], place) for place in places]
    amounts = [result for result in results if isinstance(result, Amount)]
    least = check.thresholds.get(LEAST, Decimal(_LEAST.get(call.function, 2)))
    over: Result
    if len(amounts) < least:
        over = Missing(f"可比的只有{len(amounts)}个，少于{least.normalize():f}个，无法比较")
    else:
        unit, numbers = amounts[0].unit, [amount.value for amount in amounts]
        if call.function == "各单位个数":
            number, unit = Decimal(len(numbers)), ""
        elif call.function == "各单位中位数":
            number = median(numbers)
        else:
            number = sum(numbers, Decimal(0))
            number = number / len(numbers) if call.function == "各单位平均" else number
        over = Amount(number, unit, 2, (), f"{call.function}{show(number, unit)}")
    for place in places:
        place.over[_known_as(call)] = over


def _count_twins(call: Call, places: Sequence[_Place]) -> dict[int, list[str]]:
    """Work out how many other units have the same in a field; the names of the others, by place."""
    (name,) = names(call)
    said = [bare(place.looked[name][1]) if name in place.looked else "" for place in places]
    owners: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for place, text in zip(places, said, strict=True):
        owners[text][place.unit] = None
    filled = {place.unit for place, text in zip(places, said, strict=True) if text}
    twins = {}
    for place, text in zip(places, said, strict=True):
        others = [unit for unit in owners[text] if unit != place.unit]
        over: Result = Amount(Decimal(len(others)), "", 0, (), f"{len(others)}")
        if not text or says_nothing(place.looked[name][1]):
            over = Missing(f"“{name}”未填写", blank=True)
        elif len(filled) < 2:
            over = Missing("本批次只有1个单位填写，无法比较")
        place.over[_known_as(call)] = over
        twins[id(place)] = others
    return twins


def _without_calls(node: Node) -> Node:
    """The expression with names in place of the parts over all units."""
    if isinstance(node, Call) and node.function in ACROSS:
        return Name(_known_as(node))
    if isinstance(node, Binary | Compare):
        return replace(node, left=_without_calls(node.left), right=_without_calls(node.right))
    if isinstance(node, Negative):
        return Negative(_without_calls(node.node))
    if isinstance(node, Call):
        return replace(node, arguments=tuple(map(_without_calls, node.arguments)))
    return node


def _said(
    unit: UnitFacts, number: int, place: _Place, twins: Mapping[int, list[str]]
) -> Iterator[Passed | NotApplicable | Unchecked | Violation[KeptCell]]:
    check = place.check
    name = check.at or check.compared[0].name
    if check.when is not None:
        applies = test(check.when, place)
        if isinstance(applies, Missing):
            yield Unchecked(name, applies.reason)
            return
        if not applies:
            yield NotApplicable(name, f"条件不成立：{check.when_text}")
            return
    for tie in check.ties:
        meant = _without_calls(tie)
        assert isinstance(meant, Compare)
        left, right = sides(meant, place)
        if isinstance(left, Missing):
            yield Unchecked(name, left.reason)
        elif isinstance(right, Missing):
            yield Unchecked(name, right.reason)
        elif holds(tie.op, left, right, check.tolerance):
            yield Passed(name, "", *sides_in_one_unit(left, right))
        else:
            others = twins.get(id(place), [])
            yield _violation(unit, number, place, (tie.op, left, right), others)


def _violation(
    unit: UnitFacts, number: int, place: _Place, compared: tuple[str, Amount, Amount], others: list[str]
) -> Violation[KeptCell]:
    check, (op, left, right) = place.check, compared
    name = check.at or check.compared[0].name
    cells = _places(check, by_key(unit))[number]
    _, due, difference = sides_of(left, right)
    words: dict[str, str | Sum] = {
        asked.name: show_amount(place.value(asked.name)) for asked in check.compared
    }
    words |= {asked: cell.raw.strip() for asked, cell in cells.items() if cell.number is None}
    words |= {key: f"{value.normalize():f}" for key, value in check.thresholds.items()}
    words |= side_words(left, right, difference)
    more = f"等{len(others)}个单位" if len(others) > _NAMED else ""
    words |= {"应": MUST[op], "左式": left.text, "算式": right.text, "列": name, "行": name, "指标": name}
    words |= {"表": check.form, "项": name, "单位": unit.unit, "另一单位": "、".join(others[:_NAMED]) + more}
    one, other = sides_in_one_unit(left, right)
    in_list = check.compared[0].in_list
    return Violation(
        name,
        None,
        cells.get(name),
        f"{cells[name].row}.{name}" if in_list and name in cells else name,
        words,
        filled=cells[name].raw.strip() if name in cells else "",
        expected="" if others else due,
        difference="" if others else difference,
        left=one,
        right=other,
        related=[cell for asked, cell in cells.items() if asked != name],
    )
