"""What to correct: the cheapest changes of each cluster of violated rows, and how sure they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from batch.model.form import State
from batch.model.status import Severity
from batch.repair.elimination import Inequality, interval
from batch.repair.linear import SCALE, Cell, Row
from batch.repair.prices import Prices, Standing, is_rate
from batch.repair.rows import Rows, base_of, unit_of
from batch.repair.search import Problem, Solution, solve
from batch.repair.slips import point_or_sign, slip

#: more ways than this are no choice to put before anybody
MOST_OPTIONS = 4
#: decimals people type, by unit; points are typed with one at most
_PLACES = {"万元": 2, "千元": 2, "元": 2, "亿元": 4, "人": 0, "分": 1}


@dataclass(frozen=True, slots=True)
class Change:
    """One cell with what it should hold: a number, or one between two; neither: only the unit knows."""

    cell: Cell
    #: in the unit of the cell
    number: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    #: the slip of typing that explains it
    slip: str = ""
    #: number of the row whose tie gives the value once the other changes are made; -1 for none
    follows: int = -1

    @property
    def is_exact(self) -> bool:
        """Whether one value is known, or follows."""
        return self.number is not None or self.follows >= 0

    @property
    def is_bounded(self) -> bool:
        """Whether it is known to lie between two values, or on one side of one; above 0 says nothing."""
        return self.number is None and (bool(self.low) or self.high is not None)


@dataclass(frozen=True, slots=True)
class Option:
    """One way to mend a cluster."""

    changes: tuple[Change, ...]
    cost: int
    #: 核实 that this way leaves to be explained: (check, place)
    left: frozenset[tuple[str, str]] = frozenset()

    @property
    def cells(self) -> frozenset[Cell]:
        """The cells it changes."""
        return frozenset(change.cell for change in self.changes)

    @property
    def is_exact(self) -> bool:
        """Whether the value of each of its cells is known."""
        return all(change.is_exact for change in self.changes)


@dataclass(slots=True)
class Proposal:
    """The ways to mend some violated rows: one, a choice, or none that can be told."""

    #: numbers of the rows that are violated
    broken: list[int]
    options: list[Option] = field(default_factory=list)


@dataclass(slots=True)
class _Setting:
    """What all clusters of a submission share."""

    compiled: Rows
    prices: Prices
    problem: Problem
    #: the same with every tie held to the last digit
    exact: Problem
    severities: list[Severity]


def propose(
    compiled: Rows, missing: Collection[Cell], prices: Prices, confirmed: Collection[Cell] = ()
) -> list[Proposal]:
    """The ways to mend the violated 错误 rows, one proposal for what belongs together.

    `missing`: blank cells that have to be filled in; `confirmed`: cells another source says the same of.
    Numbers of rows beyond those of `compiled` are the blanks, in the order of their cells.
    """
    setting = _setting(compiled, missing, prices, confirmed)
    proposals: list[Proposal] = []
    for broken, options in _mended(setting):
        proposals += _apart(setting, broken, options)
    return sorted(proposals, key=lambda proposal: proposal.broken)


def _setting(
    compiled: Rows, missing: Collection[Cell], prices: Prices, confirmed: Collection[Cell]
) -> _Setting:
    severities = [source.check.severity for source in compiled.sources]
    rows = [
        # the way out of a 核实 is to explain it
        row
        if severity is Severity.ERROR
        else replace(row, freed_by=row.freed_by | {("", row.check, row.place)})
        for row, severity in zip(compiled.rows, severities, strict=True)
    ]
    blanks = [cell for cell in sorted(missing) if cell in compiled.slots]
    rows += [Row("F025", cell[2], (), frozenset([cell])) for cell in blanks]
    severities += [Severity.ERROR] * len(blanks)
    tied = frozenset(
        cell for row in compiled.rows if row.is_equality and row.holds(compiled.values) for cell in row.cells
    )

    def standing(cell: Cell) -> Standing:
        if cell in missing:
            return Standing.MISSING
        if cell in confirmed:
            return Standing.CONFIRMED
        return Standing.TIED if cell in tied else Standing.LOOSE

    cost = {cell: prices.of(slot, standing(cell)) for cell, slot in compiled.slots.items()}
    for row in rows:
        cost |= dict.fromkeys(row.freed_by - cost.keys(), prices.explain)
    values = {cell: compiled.values.get(cell, 0) for cell in cost}
    positive = frozenset(cell for cell, number in compiled.values.items() if number >= 0)
    return _Setting(
        compiled,
        prices,
        Problem(rows, values, cost, positive),
        Problem([row.to_the_digit() for row in rows], values, cost, positive),
        severities,
    )


def _clusters(setting: _Setting) -> list[list[int]]:
    """The violated rows that share cells, together; without those that hold nothing but 核实."""
    clusters: list[tuple[list[int], frozenset[Cell]]] = []
    for number in setting.problem.broken:
        numbers, cells = [number], _real(setting, setting.problem.rows[number].cells)
        apart = []
        for cluster in clusters:
            if cluster[1] & cells:
                numbers = numbers + cluster[0]
                cells |= cluster[1]
            else:
                apart.append(cluster)
        clusters = [*apart, (numbers, cells)]
    wrong = [numbers for numbers, _ in clusters if _has_errors(setting, numbers)]
    return sorted(sorted(numbers) for numbers in wrong)


def _has_errors(setting: _Setting, numbers: Iterable[int]) -> bool:
    return any(setting.severities[number] is Severity.ERROR for number in numbers)


def _real(setting: _Setting, cells: Iterable[Cell]) -> frozenset[Cell]:
    return frozenset(cell for cell in cells if cell in setting.compiled.slots)


def _mended(setting: _Setting) -> list[tuple[list[int], list[Option]]]:
    """Each cluster with its options; a solution that touches another cluster's cells joins the two."""
    todo = _clusters(setting)
    done: list[tuple[list[int], list[Option], frozenset[Cell]]] = []
    while todo:
        broken = todo.pop(0)
        near = setting.prices.margin + setting.prices.slip
        solutions = solve(setting.problem, broken, near, setting.prices.most)
        used = _real(setting, (cell for solution in solutions for cell in solution.cells))
        rest = [other for other in todo if not _cells(setting, other) & used]
        apart = [entry for entry in done if not _cells(setting, entry[0]) & used]
        if len(rest) < len(todo) or len(apart) < len(done):
            joined = {*broken, *(n for other in todo if other not in rest for n in other)}
            joined.update(n for entry in done if entry not in apart for n in entry[0])
            todo, done = [sorted(joined), *rest], apart
            continue
        done.append((broken, _options(setting, broken, solutions), used))
    return [(broken, options) for broken, options, _ in done]


def _cells(setting: _Setting, numbers: Iterable[int]) -> frozenset[Cell]:
    return _real(setting, (cell for number in numbers for cell in setting.problem.rows[number].cells))


def _options(setting: _Setting, broken: Sequence[int], solutions: Sequence[Solution]) -> list[Option]:
    """The options that cost little more than the cheapest, slips counted; cheapest first."""
    options = [_option(setting, broken, solution) for solution in solutions]
    options = [option for option in options if option.changes]
    options.sort(key=lambda option: (option.cost, sorted(option.cells)))
    near: list[Option] = []
    for option in options:
        if option.cost > options[0].cost + setting.prices.margin:
            break
        if not any(_is_worse(option, other, options) for other in near):
            near.append(option)
    return near


def _is_worse(option: Option, other: Option, options: Sequence[Option]) -> bool:
    """Whether an option is another one half done: it shares cells with it and leaves more unexplained."""
    common = frozenset.intersection(*(one.cells for one in options))
    return other.left < option.left and bool((option.cells & other.cells) - common)


def _option(setting: _Setting, broken: Sequence[int], solution: Solution) -> Option:
    numbers = setting.problem.touching(solution.cells, broken)
    within = setting.problem.system(solution.cells, numbers)
    exact = setting.exact.system(solution.cells, numbers)
    changes = tuple(
        _change(setting, cell, numbers, exact, within) for cell in sorted(_real(setting, solution.cells))
    )
    saved = sum(setting.prices.slip for change in changes if change.slip)
    left = frozenset((check, place) for file, check, place in solution.cells if not file)
    return Option(changes, solution.cost - saved, left)


def _change(
    setting: _Setting,
    cell: Cell,
    numbers: Sequence[int],
    exact: Sequence[Inequality],
    within: Sequence[Inequality],
) -> Change:
    slot = setting.compiled.slots[cell]
    if slot.field.type in ("text", "tick") or "in-label" in slot.value.notes:
        return Change(cell)
    for tie in numbers:
        if cell == setting.problem.rows[tie].result:
            return Change(cell, follows=tie)
    unit = unit_of(slot)
    places = _PLACES.get(unit, max(slot.value.places, 2))
    least, most = _limits(within, cell, unit)
    sharp_least, sharp_most = _limits(exact, cell, unit) if exact else (None, None)
    number: Decimal | None = None
    if sharp_least is not None and sharp_least == sharp_most:
        number = _typed(sharp_least, max(places, slot.value.places))
    elif least is not None and most is not None:
        number = _only_one(least, most, places)
    typed = slot.value.number if slot.value.state is State.FILLED else None
    if number is None and typed is not None:
        number = _only_slip(typed, least, most, places)
    if number is None:
        low, high = (sharp_least, sharp_most) if exact else (least, most)
        return Change(cell, None, _inside(low, places, up=True), _inside(high, places, up=False))
    told = "" if typed is None or is_rate(slot) else slip(typed, number, max(places, slot.value.places))
    return Change(cell, number, slip=told)


def _limits(system: Sequence[Inequality], cell: Cell, unit: str) -> tuple[Fraction | None, Fraction | None]:
    least, most = interval(system, cell)
    return _in_unit(least, unit), _in_unit(most, unit)


def _only_slip(typed: Decimal, low: Fraction | None, high: Fraction | None, places: int) -> Decimal | None:
    """The one number between the limits that a moved point or a wrong sign made into what was typed."""
    fitting = [
        number
        for number in point_or_sign(typed)
        if (low is None or number >= low)
        and (high is None or number <= high)
        and number == number.quantize(Decimal(1).scaleb(-places))
    ]
    return fitting[0] if len(fitting) == 1 and high is not None else None


def _in_unit(limit: Fraction | None, unit: str) -> Fraction | None:
    return None if limit is None else limit / SCALE / base_of(unit)


def _typed(limit: Fraction | None, places: int) -> Decimal | None:
    if limit is None:
        return None
    number = Decimal(limit.numerator) / Decimal(limit.denominator)
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _inside(limit: Fraction | None, places: int, *, up: bool) -> Decimal | None:
    """A limit in so many decimals that still keeps it."""
    if limit is None:
        return None
    number = -((-limit * 10**places) // 1) if up else (limit * 10**places) // 1
    return Decimal(int(number)).scaleb(-places)


def _only_one(low: Fraction, high: Fraction, places: int) -> Decimal | None:
    """The one number of so many decimals between two limits; None when there are several, or none."""
    first, last = -((-low * 10**places) // 1), (high * 10**places) // 1
    return Decimal(int(first)).scaleb(-places) if first == last else None


def _apart(setting: _Setting, broken: Sequence[int], options: Sequence[Option]) -> list[Proposal]:
    """A cluster as proposals of their own: what all options say alike, and the choice that is left.

    Changes belong together when they mend a violated row between them.
    """
    if not options:
        return [Proposal(list(broken))]
    alike = [c for c in options[0].changes if all(c in option.changes for option in options)]
    rest = [replace(option, changes=tuple(c for c in option.changes if c not in alike)) for option in options]
    varied = frozenset(c.cell for option in rest for c in option.changes)
    groups: list[tuple[list[int], frozenset[Cell]]] = []
    for number in broken:
        cells = setting.problem.rows[number].cells & (varied | {c.cell for c in alike})
        numbers = [number]
        if cells & varied:
            cells |= varied
        apart = []
        for group in groups:
            if group[1] & cells:
                numbers, cells = [*group[0], *numbers], cells | group[1]
            else:
                apart.append(group)
        groups = [*apart, (numbers, cells)]
    proposals = []
    for numbers, cells in groups:
        if not cells and not _has_errors(setting, numbers):
            continue
        own = tuple(c for c in alike if c.cell in cells)
        if cells & varied:
            told = [replace(option, changes=(*own, *option.changes)) for option in rest]
            proposals.append(Proposal(sorted(numbers), told if len(told) <= MOST_OPTIONS else []))
        else:
            proposals.append(Proposal(sorted(numbers), [replace(options[0], changes=own)]))
    return proposals
