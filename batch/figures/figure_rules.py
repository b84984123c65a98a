"""The pack's figures.toml as objects: what the figures of a unit are made of, checked when the pack loads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from batch.checks.engine.amount import show
from batch.checks.engine.check_words import is_word
from batch.checks.engine.requested_cells import AskedCell
from batch.config.entries import Entry, RuleMistakes, decoded, told_together
from batch.config.expression import ExpressionError, Name, Node, names, parse_expression
from batch.config.rulebook import Rulebook
from batch.config.schema import Keys, Words, unknown
from batch.figures.shown_figures import ShownFigures, shown_figures
from batch.forms.spec.spec import PackForms

#: figures as they were declared, and not worked out, end so
FILLED = "_filled"


class _UnitKeys(Keys):
    """[unit]: expressions over all the unit's forms, see UnitFacts."""

    posts: Words = ""
    staff: Words = ""
    staff_rate_filled: Words = ""
    staff_rate: Words = ""
    total_before: Words = ""
    total_budget: Words = ""
    total_spent: Words = ""
    adjustment_rate: Words = ""
    project_budget: Words = ""
    project_spent: Words = ""
    official_before: Words = ""
    official_budget: Words = ""
    official_spent: Words = ""
    official_rate: Words = ""
    running_before: Words = ""
    running_budget: Words = ""
    running_spent: Words = ""
    running_rate: Words = ""
    purchase_budget: Words = ""
    purchase_spent: Words = ""
    funds_budget: Words = ""
    funds_spent: Words = ""
    funds_rate: Words = ""
    basic_spent: Words = ""


class _WholeKeys(Keys):
    """[whole]: expressions over the unit's form of the whole department."""

    form: Words
    score: Words
    score_sum: Words


class _ProjectKeys(Keys):
    """[project]: expressions over one form of a project, see ProjectFacts."""

    form: Words
    budget_initial: Words
    budget: Words
    spent: Words
    rate_filled: Words
    rate: Words
    score: Words
    score_sum: Words


class _MonitoringKeys(Keys):
    """[monitoring]: the same, and columns of its indicators, see MonitoringFacts."""

    form: Words
    budget: Words
    spent: Words
    rate_filled: Words
    rate: Words
    certain: Words
    possible: Words
    impossible: Words
    remarks: Words


class _LastYearKeys(Keys):
    """[last_year]: fields of last year's forms, see LastFacts."""

    total_spent: Words = ""
    official_spent: Words = ""
    posts: Words = ""
    staff: Words = ""
    score: Words = ""


_SHAPES: Mapping[str, type[Keys]] = {
    "unit": _UnitKeys,
    "whole": _WholeKeys,
    "project": _ProjectKeys,
    "monitoring": _MonitoringKeys,
    "last_year": _LastYearKeys,
}
#: the sections that are figures of FigureRules
_PARTS = ("unit", "whole", "project", "monitoring")
#: figures a [money.…] may be made of
_AMOUNTS = (
    *(f for f in _UnitKeys.__struct_fields__ if not f.endswith(("rate", FILLED))),
    "evaluated",
    "at_risk",
)
#: the section of what leadership is to ask about
CONCERNS = "money"
#: keys of [monitoring] that name columns
_COLUMNS = ("certain", "possible", "impossible", "remarks")


@dataclass(frozen=True, slots=True)
class FormFigures:
    """The figures of one form: by name, how they come about on it, and columns of its indicators."""

    form: str = ""
    figures: Mapping[str, Node] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)


class _ConcernKeys(Keys):
    """[money.…]: money to ask about, see ConcernRule."""

    text: Words
    amount: Words
    above: Words = ""
    over: Words = ""
    checks: tuple[Words, ...] = ()
    proposal: str = ""
    apart: bool = False
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class ConcernRule:
    """Which money of a unit leadership is to ask about, by names of its figures."""

    name: str
    text: str
    #: a figure of UnitFacts; without those of `above` where that is another
    amount: str
    above: str = ""
    #: the least share of `above` it must exceed
    over: Decimal = Decimal(0)
    #: one of these must have found something that is still open
    checks: frozenset[str] = frozenset()
    proposal: str = ""
    #: no outlay, so it is not added to the others
    apart: bool = False
    #: the sheet of 汇总.xlsx that lists the units
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class FigureRules:
    """All of figures.toml; what a pack does not say has no figures."""

    unit: FormFigures = field(default_factory=FormFigures)
    whole: FormFigures = field(default_factory=FormFigures)
    project: FormFigures = field(default_factory=FormFigures)
    monitoring: FormFigures = field(default_factory=FormFigures)
    #: by name, (form, field) of what was accepted
    last_year: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    concerns: tuple[ConcernRule, ...] = ()
    #: what of them the books show
    shown: ShownFigures = field(default_factory=ShownFigures)
    #: the cells that ties across units compare
    compared: tuple[AskedCell, ...] = ()

    def has(self, *figures: str) -> bool:
        """Whether units have these figures."""
        return all(_known(self.unit, self.project, self.monitoring)[figure] for figure in figures)


def _known(unit: FormFigures, project: FormFigures, monitoring: FormFigures) -> dict[str, bool]:
    """By name of a figure of a unit, whether the pack has it."""
    known = {name: name in unit.figures for name in _UnitKeys.__struct_fields__}
    return known | {"evaluated": bool(project.form), "at_risk": bool(monitoring.form)}


def figure_rules(
    book: Rulebook,
    forms: PackForms,
    mistakes: RuleMistakes | None = None,
    compared: Iterable[AskedCell] = (),
) -> FigureRules:
    """The rulebook's figures.

    `compared`: the cells its ties across units compare. `mistakes`: the caller's collection for what is
    wrong. Raises RulebookError, with file and line, for a key or a word that means nothing.
    """
    made: dict[str, FormFigures] = {}
    last: dict[str, tuple[str, str]] = {}
    concerns: list[ConcernRule] = []
    with told_together(mistakes) as noted:
        for section, entry in book.figures.items():
            with noted.noting():
                if section == CONCERNS:
                    concerns = _concerns(entry, book, noted)
                    continue
                said = _said(section, entry)
                figures = _form_figures(said, entry, forms, noted)
                if section == "last_year":
                    last = {name: _parted(text) for name, text in said.items()}
                else:
                    made[section] = figures
        unit, whole, project, monitoring = (made.get(part, FormFigures()) for part in _PARTS)
        shown = shown_figures(book, forms, _known(unit, project, monitoring), noted)
    asked = tuple(dict.fromkeys(compared))
    return FigureRules(unit, whole, project, monitoring, last, tuple(concerns), shown, asked)


def _concerns(section: Entry, book: Rulebook, noted: RuleMistakes) -> list[ConcernRule]:
    made = []
    for name, table in section.data.items():
        entry = Entry(table, section.text, (*section.where, name))
        with noted.noting():
            made.append(_concern(name, entry, book))
    return made


def _concern(name: str, entry: Entry, book: Rulebook) -> ConcernRule:
    keys = decoded(entry, _ConcernKeys)
    for key in ("amount", "above"):
        figure = getattr(keys, key)
        if figure and figure not in _AMOUNTS:
            raise entry.error(unknown(figure, _AMOUNTS), key)
    for place, check in enumerate(keys.checks):
        if check not in book.checks:
            raise entry.error(f"没有检查“{check}”", "checks", place)
    over = Decimal(0)
    if keys.over:
        check, _, threshold = keys.over.partition(".")
        known = book.checks[check].data.get("thresholds", {}) if check in book.checks else {}
        if threshold not in known:
            raise entry.error(f"“{keys.over}”应为“检查编号.界限”，例如“J126.零分率”", "over")
        over = Decimal(known[threshold])
    text = keys.text.replace("{界限}", show(over, "%").replace(".00%", "%"))
    return ConcernRule(
        name,
        text,
        keys.amount,
        keys.above,
        over,
        frozenset(keys.checks),
        keys.proposal,
        keys.apart,
        keys.sheet,
    )


def _said(section: str, entry: Entry) -> dict[str, str]:
    """A section as it is written, every key of it known and a text."""
    if section not in _SHAPES:
        raise entry.error(unknown(section, _SHAPES))
    keys = decoded(entry, _SHAPES[section])
    return {name: text for name, text in msgspec.structs.asdict(keys).items() if text}


def _form_figures(
    said: Mapping[str, str], entry: Entry, forms: PackForms, noted: RuleMistakes
) -> FormFigures:
    form = said.get("form", "")
    if form and form not in forms.forms:
        raise entry.error(unknown(form, forms.forms, "没有这张表："), "form")
    columns = {name: said[name] for name in _COLUMNS if name in said}
    figures: dict[str, Node] = {}
    for name, text in ((name, text) for name, text in said.items() if name != "form"):
        with noted.noting():
            node = Name(text) if name in columns else _node(name, text, entry)
            for word in names(node):
                if not is_word(f"{form}.{word}" if form else word, "", forms):
                    raise entry.error(f"“{word}”不是{form or '表'}里的项目或栏目", name)
            if name not in columns:
                figures[name] = node
    return FormFigures(form, figures, columns)


def _node(name: str, text: str, entry: Entry) -> Node:
    try:
        node = parse_expression(text)
    except ExpressionError as error:
        raise entry.error(str(error), name) from error
    if (name.endswith(FILLED) or entry.where == ("last_year",)) and not isinstance(node, Name):
        raise entry.error(f"“{name}”要写一个项目的名称，不是算式", name)
    return node


def _parted(text: str) -> tuple[str, str]:
    form, _, name = text.partition(".")
    return form, name
