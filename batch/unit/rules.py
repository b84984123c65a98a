"""The settings files are processed under, and the rulebook compiled once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from batch.checks.engine.catalogue import Check
from batch.checks.rerun import Checks
from batch.checks.run import catalogue_of
from batch.config.entries import RuleMistakes
from batch.config.pack_files import PackFiles, read_pack
from batch.config.pack_keys import QUARTERS
from batch.config.rulebook import LocalRules, Rulebook, load_rulebook, local_rules
from batch.config.settings import Settings
from batch.figures.figure_rules import FigureRules, figure_rules
from batch.forms.locate.years import period_in
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import PackForms
from batch.model.limits import DEFAULT, Limits
from batch.repair.cause_rules import CauseRules, cause_rules
from batch.scoring.rules import ScoringRules, scoring_rules


@dataclass(frozen=True, slots=True)
class Context:
    """The settings files are processed under: small enough to travel with every task."""

    #: name of a pack that comes with the program, unless `files` has another
    pack: str
    local: LocalRules | None = None
    limits: Limits = DEFAULT
    #: tried on files with an open password; never guessed
    passwords: tuple[str, ...] = ()
    #: the round's last day, and whom to ask: printed on what goes back to units
    deadline: str = ""
    contact: str = ""
    #: the round's year, 0 for the pack's own; the monitoring period, "" for what each form says
    year: int = 0
    period: str = ""
    #: who signs what goes back to units, and how many working days they have
    bureau: str = ""
    correct_days: int = 3
    #: of the pack, as they were when the batch began: a pack that is edited is another context
    files: PackFiles | None = None


@dataclass(frozen=True)
class Rules:
    """A loaded rulebook with everything compiled from it."""

    book: Rulebook
    forms: PackForms
    catalogue: dict[str, Check]
    scoring: ScoringRules
    causes: CauseRules
    figures: FigureRules

    @cached_property
    def checks(self) -> Checks:
        """What corrections are tried with."""
        return Checks(self.catalogue, self.forms)


def context_of(settings: Settings) -> Context:
    """The context of the bureau's settings. Raises RulebookError."""
    given = (settings.deadline, settings.contact, settings.year, settings.period)
    files = read_pack(settings.pack)
    return Context(
        files.inside,
        local_rules(settings.rules),
        settings.limits,
        settings.passwords,
        *given,
        bureau=settings.bureau,
        correct_days=settings.correct_days,
        files=files,
    )


@lru_cache(maxsize=4)
def load_rules(at: Context) -> Rules:
    """Load and check a rulebook, once per process. Raises RulebookError."""
    mistakes = RuleMistakes()
    book = load_rulebook(at.pack, at.local, mistakes, at.files)
    book.year = at.year or book.year
    if at.period:
        book.asked_period = period_in(at.period)
        book.period_words = at.period if at.period in QUARTERS else ""
    rules = rules_of(book, mistakes)
    mistakes.tell()
    return rules


def rules_of(book: Rulebook, mistakes: RuleMistakes) -> Rules:
    """Everything compiled from a rulebook. Mistakes are noted; RulebookError for those that end it."""
    forms = load_forms(book, mistakes)
    catalogue = catalogue_of(book, forms, mistakes)
    scoring = scoring_rules(book, forms, mistakes)
    causes = cause_rules(book, book.checks, mistakes)
    compared = (cell for check in catalogue.values() for cell in check.compared)
    figures = figure_rules(book, forms, mistakes, compared)
    return Rules(book, forms, catalogue, scoring, causes, figures)
