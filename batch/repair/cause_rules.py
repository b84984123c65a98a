"""The pack's causes.toml as objects: which findings are one thing to do, what corrections cost, the words."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, defstruct
from msgspec.structs import asdict

from batch.config.entries import Entry, RuleMistakes, decoded, told_together
from batch.config.rulebook import CAUSES, Rulebook
from batch.config.schema import Keys, Mistake, Words
from batch.repair.prices import Prices

#: the sentences a pack has to give
WORDS = (
    "correct",
    "slip",
    "blank",
    "correct_many",
    "way",
    "within",
    "open",
    "choice",
    "range",
    "range_low",
    "range_high",
    "fill",
    "see",
    "between",
    "at_least",
    "at_most",
)


@dataclass(frozen=True, slots=True)
class CauseRule:
    """Findings of these checks are one thing to do."""

    name: str
    checks: frozenset[str]
    text: str
    #: a correction that settles one of these belongs here where it settles one of `checks` as well
    also: frozenset[str] = frozenset()
    #: ready answers where a reason is wanted
    choices: tuple[str, ...] = ()
    #: a paragraph of the written report with one of these words is about it, and a sentence there with one
    #: of those gives the reason
    about: tuple[str, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CauseRules:
    """How findings become causes."""

    rules: tuple[CauseRule, ...] = ()
    prices: Prices = field(default_factory=Prices)
    words: dict[str, str] = field(default_factory=dict)

    def rule_of(self, check: str) -> CauseRule | None:
        """The first rule that names a check."""
        return next((rule for rule in self.rules if check in rule.checks), None)

    def rule_for(self, lead: str, checks: Collection[str]) -> CauseRule | None:
        """The rule for findings of these checks, the gravest of which is of `lead`."""
        together = (rule for rule in self.rules if lead in rule.also and not rule.checks.isdisjoint(checks))
        return self.rule_of(lead) or next(together, None)


class _CauseKeys(Keys):
    """[[cause]]"""

    name: Words
    checks: Annotated[tuple[str, ...], Meta(min_length=1, description="方括号里的一列检查编号")]
    text: Words
    also: tuple[str, ...] = ()
    choices: tuple[Words, ...] = ()
    about: tuple[Words, ...] = ()
    because: tuple[Words, ...] = ()


_Price = Annotated[int, Meta(ge=0)]


if TYPE_CHECKING:
    _PriceKeys = Keys
    _WordKeys = Keys
else:
    _PriceKeys = defstruct(
        "_PriceKeys", [(one.name, _Price, one.default) for one in fields(Prices)], bases=(Keys,)
    )
    _WordKeys = defstruct("_WordKeys", [(name, Words) for name in WORDS], bases=(Keys,))


class _CausesKeys(Keys):
    """causes.toml without its [[cause]]s."""

    price: _PriceKeys
    words: _WordKeys


def cause_rules(book: Rulebook, checks: Collection[str], mistakes: RuleMistakes | None = None) -> CauseRules:
    """Read the causes of a rulebook; `checks`: the ids of its checks.

    `mistakes`: the caller's collection. Raises RulebookError.
    """
    with told_together(mistakes) as noted:
        if not book.causes:
            return CauseRules()
        rules: list[CauseRule] = []
        for entry in book.causes.values():
            with noted.noting():
                rules.append(_rule(entry, checks))
        keys = book.tables(CAUSES, _CausesKeys, noted)
    return CauseRules(tuple(rules), Prices(**asdict(keys.price)), asdict(keys.words))


def _rule(entry: Entry, checks: Collection[str]) -> CauseRule:
    def unknown(keys: _CauseKeys) -> Iterator[Mistake]:
        if bool(keys.about) != bool(keys.because):
            yield Mistake(("about",), "about 和 because 要一起写：说的是哪件事，哪些词后面是原因")
        for key in ("checks", "also"):
            for n, check in enumerate(getattr(keys, key)):
                if check not in checks:
                    yield Mistake((key, n), f"没有编号为 {check} 的检查")

    keys = decoded(entry, _CauseKeys, unknown)
    return CauseRule(
        keys.name,
        frozenset(keys.checks),
        keys.text,
        frozenset(keys.also),
        keys.choices,
        keys.about,
        keys.because,
    )
