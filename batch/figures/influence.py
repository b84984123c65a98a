"""How much the open 错误 of a unit may change the totals of all units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from batch.config.expression import Binary, Name, Node
from batch.figures.figure_rules import FigureRules, FormFigures
from batch.model.cause import Cause
from batch.model.unit_facts import UnitFacts

#: the whole outlay of a unit
_OUTLAY = "total_spent"
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Influence:
    """By figure, how much it may change at most, and how much any is expected to."""

    most: Mapping[str, Decimal]
    expected: Decimal = _NOTHING
    #: the cause the largest change is due to, else the unit's gravest; None without 错误
    cause: Cause | None = None
    #: the fields the largest change is about
    fields: Set[tuple[str, str]] = frozenset()

    @property
    def figure(self) -> str:
        """The figure that may change the most; "" for none."""
        return max(self.most, key=lambda figure: self.most[figure], default="")

    @property
    def largest(self) -> Decimal | None:
        """The largest change: one slip goes through several figures, and is not counted twice."""
        return self.most.get(self.figure)

    def is_about(self, form: str, field: str) -> bool:
        """Whether the largest change is of this field."""
        return (form, field) in self.fields


@dataclass(frozen=True)
class Totals:
    """The figures that are added up over all units."""

    rules: FigureRules

    @cached_property
    def _figures(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """By form and field, the figures it is part of."""
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        own = FormFigures(figures=self.rules.shown.own)
        for section in (self.rules.unit, own, self.rules.project, self.rules.monitoring):
            for figure, node in section.figures.items():
                for field in _addends(section, node):
                    found[field] = (*found.get(field, ()), _named(section, figure))
        return found

    def influence(self, unit: UnitFacts, causes: Sequence[Cause]) -> Influence:
        """What the open 错误 of a unit may change."""
        wrong = [cause for cause in causes if cause.errors]
        most: dict[str, Decimal] = {}
        expected: dict[str, Decimal] = {}
        heaviest, first, fields = _NOTHING, wrong[0] if wrong else None, frozenset[tuple[str, str]]()
        for cause in wrong:
            for stake in cause.stakes:
                for figure in self._figures.get((stake.form, stake.field), ()):
                    most[figure] = most.get(figure, _NOTHING) + stake.most
                    expected[figure] = expected.get(figure, _NOTHING) + stake.expected
                    if stake.expected > heaviest:
                        heaviest, first, fields = (
                            stake.expected,
                            cause,
                            frozenset([(stake.form, stake.field)]),
                        )
        if wrong and unit.total_spent is None and (unit.total_budget or _NOTHING) > heaviest:
            # the total lacks the whole unit
            most[_OUTLAY] = expected[_OUTLAY] = unit.total_budget or _NOTHING
            fields = frozenset(field for field, figures in self._figures.items() if _OUTLAY in figures)
            first = self._about(fields, wrong) or first
        return Influence(most, max(expected.values(), default=_NOTHING), first, fields)

    def called(self, figure: str) -> str:
        """A figure as 单位总表 has it: 政府采购预算; one that is not there by its first field."""
        column = next((c for c in self.rules.shown.columns if c.figure == figure), None)
        if column is not None:
            return column.group + column.title.replace("\n", "")
        form, field = next((f for f, figures in self._figures.items() if figure in figures), ("", ""))
        row, _, name = field.rpartition(".")
        return f"{form}“{row}”{name}" if row else f"{form}{name}"

    def _about(self, fields: Set[tuple[str, str]], causes: Sequence[Cause]) -> Cause | None:
        """The first cause with a finding about one of the fields."""
        about = tuple(f"|{form}|{field}" for form, field in fields)
        return next((c for c in causes if any(key.endswith(about) for key in c.findings)), None)


def _named(section: FormFigures, figure: str) -> str:
    """A figure by the name that tells it from those of other forms."""
    return f"{section.form}.{figure}" if section.form else figure


def _addends(section: FormFigures, node: Node) -> Iterator[tuple[str, str]]:
    """The fields a figure is the sum of; none where it is anything else."""
    parts = list(_names(node))
    if None not in parts:
        for part in parts:
            assert part is not None
            form, _, field = part.partition(".")
            yield (section.form, part) if section.form else (form, field)


def _names(node: Node) -> Iterator[str | None]:
    if isinstance(node, Name):
        yield node.text
    elif isinstance(node, Binary) and node.op == "+":
        yield from _names(node.left)
        yield from _names(node.right)
    else:
        yield None
