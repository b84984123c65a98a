"""The pack's causes.toml as objects: which findings are one thing to do, what corrections cost, the words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields

from batch.config.rulebook import Entry, Rulebook
from batch.repair.prices import Prices

_KEYS = {"name", "checks", "also", "text", "choices"}
#: the sentences a pack has to give
WORDS = (
    "correct",
    "slip",
    "blank",
    "correct_many",
    "way",
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


def cause_rules(book: Rulebook, checks: Collection[str]) -> CauseRules:
    """Read the causes of a rulebook; `checks`: the ids of its catalogue. Raises RulebookError."""
    rules = tuple(_rule(entry, checks) for entry in book.causes.values())
    known = {one.name for one in fields(Prices)}
    place = next(iter(book.causes.values()), None)
    for name, price in book.prices.items():
        if place is not None and (name not in known or not isinstance(price, int) or price < 0):
            raise place.error(f"[price] 里的“{name}”要是 {'、'.join(sorted(known))} 之一，值是不小于0的整数")
    for name in WORDS:
        if place is not None and name not in book.cause_words:
            raise place.error(f"[words] 里缺少“{name}”")
    return CauseRules(rules, Prices(**book.prices), dict(book.cause_words))


def _rule(entry: Entry, checks: Collection[str]) -> CauseRule:
    for key in entry.data:
        if key not in _KEYS:
            raise entry.error(f"不认识的写法“{key}”，可以写的是 {'、'.join(sorted(_KEYS))}")
    for key in ("name", "checks", "text"):
        if not entry.data.get(key):
            raise entry.error(f"每一件都要写 {key}")
    for check in (*entry.data["checks"], *entry.data.get("also", ())):
        if check not in checks:
            raise entry.error(f"没有编号为 {check} 的检查")
    return CauseRule(
        entry.data["name"],
        frozenset(entry.data["checks"]),
        entry.data["text"],
        frozenset(entry.data.get("also", ())),
        tuple(entry.data.get("choices", ())),
    )
