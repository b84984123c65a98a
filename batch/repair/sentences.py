"""The sentences of a cause: what to type where, in one or two sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from batch.checks.engine.amount import MONEY, as_told, told_sum
from batch.checks.engine.fields import Slot
from batch.model.cause import Correction, Corrections
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.changes import Change
from batch.repair.linear import Cell
from batch.repair.proposals import Option
from batch.repair.sums import unit_of
from batch.repair.trial import Tried

#: so many problems are quoted in one sentence
_QUOTED = 3


@dataclass(frozen=True, slots=True)
class Teller:
    """Sentences in the pack's words."""

    words: Mapping[str, str]
    #: what the form expects in each cell
    slots: Mapping[Cell, Slot]

    def of_rule(self, text: str, findings: Sequence[Finding], parts: int) -> str:
        """The sentence of a rule, {n} and {问题} filled in."""
        return _filled(text, n=str(parts), 问题=problems(findings))

    def of_proposals(self, proposals: Sequence[Tried]) -> str:
        """What is to be typed, after all the proposals of one cause: the certain ones first."""
        certain, told, choices = [], [], []
        unknown: list[Correction] = []
        for tried in proposals:
            if len(tried.options) > 1:
                choices.append(self.choice_of(tried))
            elif tried.options[0].is_exact:
                certain.append(self._certain(tried.options[0], tried.corrections[0]))
            else:
                pairs = list(zip(tried.options[0].changes, tried.corrections[0], strict=True))
                told += [self._bounded(change, one) for change, one in pairs if change.is_bounded]
                unknown += [one for change, one in pairs if not change.is_bounded and not one.was]
        if unknown:
            told.append(_filled(self.words["fill"], 格=_addresses(unknown)))
        return "".join((*certain, *told, *choices))

    def choice_of(self, tried: Tried) -> str:
        """The ways of a proposal, one of which is to be chosen."""
        ways = [self._way(*way) for way in zip(tried.options, tried.corrections, strict=True)]
        told = "；".join(f"（{number}）{way}" for number, way in enumerate(ways, 1))
        return _filled(self.words["choice"], 各法=told)

    def see(self, tried: Tried) -> str:
        """The one way of a proposal, told at a finding that it settles."""
        return _filled(self.words["see"], 各格=self._way(tried.options[0], tried.corrections[0]))

    def bounds(self, change: Change) -> str:
        """Between which values a cell lies, as a value to compare with; "" for any."""
        unit = unit_of(self.slots[change.cell])
        low, high = self._limits(change, unit)
        key = "between" if low and high else "at_least" if low else "at_most"
        return _filled(self.words[key], 低=low, 高=high) if low or high else ""

    def _certain(self, option: Option, corrections: Corrections) -> str:
        if len(corrections) > 1:
            told = self._way(option, corrections)
            return _filled(self.words["correct_many"], n=str(len(corrections)), 各格=told)
        (change,), (one,) = option.changes, corrections
        key = "slip" if change.slip and one.was else "correct" if one.was else "blank"
        was = as_told(self.slots[one.place].value)
        return _filled(self.words[key], 格=_place(one), 原=was, 新=self.printed(one), 笔误=change.slip)

    def _way(self, option: Option, corrections: Corrections) -> str:
        """All cells of a way: what to type, or that only the unit knows it, and between which values."""
        sheet, told = "", []
        for change, one in zip(option.changes, corrections, strict=True):
            bounds = "" if one.to else self.bounds(change)
            key = "way" if one.to else "within" if bounds else "open"
            place = _place(one, told="" if one.sheet == sheet else one.sheet)
            told.append(_filled(self.words[key], 格=place, 新=self.printed(one), 界=bounds))
            sheet = one.sheet
        return "，".join(told)

    def _bounded(self, change: Change, one: Correction) -> str:
        unit = unit_of(self.slots[change.cell])
        low, high = self._limits(change, unit)
        key = "range" if low and high else "range_low" if low else "range_high"
        return _filled(self.words[key], 格=_place(one), 低=f"{low}{unit}", 高=f"{high}{unit}")

    def _limits(self, change: Change, unit: str) -> tuple[str, str]:
        low = _told(change.low, unit) if change.low else ""
        return low, _told(change.high, unit) if change.high is not None else ""

    def printed(self, one: Correction) -> str:
        """What to type, as a sentence tells it."""
        return told_sum(Decimal(one.to)) if one.to and self.slots[one.place].field.type == "money" else one.to


def problems(findings: Sequence[Finding]) -> str:
    """What is wrong, each check's first message, the gravest ones."""
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    first: dict[str, str] = {}
    for finding in errors or findings:
        first.setdefault(finding.check, finding.message.rstrip("。"))
    return "；".join(list(first.values())[:_QUOTED])


def _told(number: Decimal, unit: str) -> str:
    return told_sum(number) if unit in MONEY else f"{number.normalize():f}"


def _place(one: Correction, told: str | None = None) -> str:
    return f"{one.sheet if told is None else told}{one.cell}（{one.label}）"


def _addresses(corrections: Iterable[Correction]) -> str:
    """Many cells by their addresses, sheet by sheet."""
    by_sheet: dict[str, list[str]] = {}
    for one in corrections:
        by_sheet.setdefault(one.sheet, []).append(one.cell)
    return "，".join(f"{sheet}{'、'.join(dict.fromkeys(cells))}" for sheet, cells in by_sheet.items())


def _filled(template: str, **words: str) -> str:
    for name, word in words.items():
        template = template.replace(f"{{{name}}}", word)
    return template
