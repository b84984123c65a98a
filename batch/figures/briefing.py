"""The batch in a minute: the conclusion, what to decide, the money to ask about, whom to ring up first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.checks.engine.amount import round_half_up
from batch.figures.figure_rules import ConcernRule, FigureRules
from batch.figures.influence import Influence, Totals
from batch.model.briefing import Briefing, Concern, Decision, PhoneCall
from batch.model.cause import Sure
from batch.model.review import Review, kinds
from batch.model.scores import NOT_SCORED, PENDING
from batch.model.status import RETURNED
from batch.model.turnout import Turnout
from batch.model.unit_facts import Number, UnitFacts

#: how many decisions and calls the first page has room for
MOST_DECISIONS, MOST_CALLS = 5, 5
_NOTHING = Decimal(0)


def brief(
    units: Iterable[tuple[UnitFacts, Review]], rules: FigureRules, turnout: Turnout | None = None
) -> Briefing:
    """What leadership is told of the units with a submission; `turnout`: None without a roster."""
    counted = _Counted(Totals(rules), [_Asked(rule) for rule in rules.concerns])
    for place, (unit, review) in enumerate(units):
        counted.add(place, unit, review)
    concerns = tuple(asked.concern() for asked in counted.asked if asked.units)
    decisions = _decisions(concerns, turnout)
    return Briefing(
        conclusion=_conclusion(counted, turnout, len(decisions)),
        outlay=_outlay(counted),
        decisions=decisions,
        concerns=concerns,
        asked=counted.outlay,
        further=_further(decisions, concerns, counted.outlay),
        calls=tuple(counted.calls()),
        unsure=counted.unsure,
        doubted=counted.doubted,
    )


@dataclass(slots=True)
class _Asked:
    """One kind of money, added up."""

    rule: ConcernRule
    units: int = 0
    amount: Decimal = _NOTHING

    def add(self, unit: UnitFacts, violated: frozenset[str]) -> Decimal:
        """One more unit; returns its money, 0 where there is nothing to ask."""
        amount = money_of(self.rule, unit, violated)
        if amount:
            self.units += 1
            self.amount += amount
        return amount

    def concern(self) -> Concern:
        """What it came to."""
        rule = self.rule
        return Concern(rule.name, rule.text, rule.proposal, self.units, self.amount, rule.apart, rule.sheet)


def money_of(rule: ConcernRule, unit: UnitFacts, violated: frozenset[str]) -> Decimal:
    """A unit's money of one kind. `violated`: the checks that found something still open."""
    if rule.checks and rule.checks.isdisjoint(violated):
        return _NOTHING
    amount = getattr(unit, rule.amount)
    base = getattr(unit, rule.above) if rule.above else _NOTHING
    if amount is None or base is None or amount - base <= base * rule.over:
        return _NOTHING
    # a trace left by rounding is nothing
    return amount - base if round_half_up(amount - base, 2) else _NOTHING


@dataclass(slots=True)
class _Counted:
    """What the units come to, taken in one by one."""

    totals: Totals
    asked: list[_Asked]
    outlay: Decimal = _NOTHING
    #: all that was spent, and all that was to be; None where no unit says
    spent: Number = None
    budget: Number = None
    units: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    grades: Counter[str] = field(default_factory=Counter)
    unsure: dict[str, Decimal] = field(default_factory=dict)
    doubted: dict[str, frozenset[str]] = field(default_factory=dict)
    #: the heaviest so far, with what they are sorted by
    heaviest: list[tuple[tuple[Decimal, Decimal, int, int], PhoneCall]] = field(default_factory=list)

    def add(self, place: int, unit: UnitFacts, review: Review) -> None:
        """One more unit; `place` is its position among all."""
        self.units += 1
        self.statuses[unit.status] += 1
        self.grades[unit.grade or NOT_SCORED] += 1
        if main := self.totals.rules.shown.main:
            self.spent = _plus(self.spent, unit.figure(main.spent))
            self.budget = _plus(self.budget, unit.figure(main.budget))
        violated = frozenset(finding.check for finding in kinds(review.findings) if finding.is_open)
        money = {asked.rule.name: asked.add(unit, violated) for asked in self.asked}
        # all of it is part of what the unit spent, so that the largest is surely there, and once
        self.outlay += max((money[a.rule.name] for a in self.asked if not a.rule.apart), default=_NOTHING)
        influence = self.totals.influence(unit, review.causes)
        for figure, amount in influence.most.items():
            self.unsure[figure] = self.unsure.get(figure, _NOTHING) + amount
        if influence.most:
            self.doubted[unit.unit] = frozenset(influence.most)
        if influence.cause is not None:
            self._note(place, unit, influence, review)

    def _note(self, place: int, unit: UnitFacts, influence: Influence, review: Review) -> None:
        wrong = [one for one in review.causes if one.errors]
        stake = max((one.amount for one in wrong if one.amount is not None), default=_NOTHING)
        total = self.totals.called(influence.figure)
        call = PhoneCall(unit.unit, unit.status, influence.largest, total, _to_say(influence, review), place)
        self.heaviest.append(((-influence.expected, -stake, -len(wrong), place), call))
        self.heaviest.sort(key=lambda pair: pair[0])
        del self.heaviest[MOST_CALLS:]

    def calls(self) -> Iterable[PhoneCall]:
        """Those to ring up, the heaviest first."""
        return (call for _, call in self.heaviest)


def _to_say(influence: Influence, review: Review) -> str:
    """The first sentence of what to correct where that is certain, else of what is wrong with the figure."""
    cause = influence.cause
    assert cause is not None
    about = next(
        (f for f in review.findings if f.key in cause.findings and influence.is_about(f.form, f.field)), None
    )
    text = cause.text if about is None or cause.sure is Sure.CERTAIN else about.message
    return text.partition("。")[0] + "。"


def _plus(total: Number, number: Number) -> Number:
    return total if number is None else (total or _NOTHING) + number


def _outlay(counted: _Counted) -> str:
    """The whole outlay of all units beside its budget, as on 首页."""
    main = counted.totals.rules.shown.main
    if main is None or counted.spent is None:
        return ""
    told = f"{main.outlay}{round_half_up(counted.spent, 2):,}万元"
    if counted.budget is not None:
        told += f"，年初预算{round_half_up(counted.budget, 2):,}万元"
    return f"{told}。"


def _decisions(concerns: Sequence[Concern], turnout: Turnout | None) -> tuple[Decision, ...]:
    """Who has not reported, then the money, the most first."""
    made = []
    if turnout and (turnout.missing or turnout.unreadable):
        text = "没有报送，或报来的文件读不了" if turnout.unreadable else "没有报送"
        absent = len(turnout.missing) + len(turnout.unreadable)
        made.append(Decision(text, absent, None, "定最后期限，逾期的通报"))
    made += [
        Decision(c.text, c.units, c.amount, c.proposal, c.name, c.sheet)
        for c in sorted(concerns, key=lambda c: (-c.amount, c.name))
        if c.proposal
    ]
    return tuple(made[:MOST_DECISIONS])


def _further(decisions: Sequence[Decision], concerns: Sequence[Concern], asked: Decimal) -> str:
    """The money that is asked about in no decision, and what all outlay comes to, nothing counted twice."""
    shown = {decision.concern for decision in decisions}
    parts = [
        f"另有{concern.text}{concern.units}户，{round_half_up(concern.amount, 2):,}万元"
        for concern in concerns
        if concern.name not in shown
    ]
    if sum(not concern.apart for concern in concerns) > 1:
        parts.append(f"以上支出共{round_half_up(asked, 2):,}万元，一户有几项的只计最大的一项")
        parts += [f"{concern.text}不在其中" for concern in concerns if concern.apart]
    return "；".join(parts) + "。" if parts else ""


def _conclusion(counted: _Counted, turnout: Turnout | None, decisions: int) -> str:
    """How many of whom, how they stand, and how much there is to decide."""
    stand = turnout.counts if turnout else {"已报": counted.units}
    told = "，".join(f"{word}{number}户" for word, number in stand.items())
    if not counted.units:
        return f"{told}；没有收到可以处理的报表。"
    graded = counted.units - counted.grades[PENDING] - counted.grades[NOT_SCORED]
    parts = [told]
    if counted.totals.rules.whole.form:
        parts.append(f"{graded}户可定等次" if graded else "还没有可定等次的")
    if counted.statuses[RETURNED]:
        parts.append(f"{counted.statuses[RETURNED]}户退回")
    if decisions:
        parts.append(f"{decisions}件事请您定")
    return f"{'；'.join(parts)}。"
