"""Collect what one check finds on one submission: outcomes everywhere, findings where it is violated."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from batch.checks.engine.amount import MONEY, as_filled
from batch.checks.engine.catalogue import Check
from batch.forms.spec.labels import remembered, squeeze
from batch.model.form import State, Submission, Table, Value
from batch.model.quoting import quoted
from batch.model.review import Finding, Outcome, fingerprint
from batch.model.status import NOT_APPLICABLE, PASS, Severity, Verdict

_SLOT = re.compile(r"\{([^{}]+)\}")
#: the unit a message gives a sum, right behind its slot
_MONEY = re.compile("|".join(sorted(MONEY, key=len, reverse=True)))
#: a sum of one part: 20＝20
_TWICE = re.compile(r"(?<![\d.,+×÷−-])(-?[\d,]+(?:\.\d+)?)＝\1(?![\d.,])")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
#: how much of a filled-in text a finding repeats
_FILLED = 120
#: characters of a field's name: headings of three levels and the project
_NAME = 500
#: cells that take part are named up to so many
_RELATED = 100
#: findings of one check on one form told one by one; more are counted only
MANY = 300


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum in a message, with the unit it is in: the message's own 万元 or 元 gives way to it.

    No text itself: equal texts are taken for one another by whatever is kept from unit to unit.
    """

    text: str
    #: any: what is no money is a text like others
    unit: str

    def __str__(self) -> str:
        """As told."""
        return self.text

    @property
    def money_unit(self) -> str:
        """The unit of money to tell it in; "" for what is no money, or no number."""
        return self.unit if self.unit in MONEY and _DIGIT.search(self.text) else ""


#: what fills a message's slots, by their names
Words = Mapping[str, str | Sum]


#: the states of a cell that has nothing to compare
_NOTHING = {
    State.BLANK: "未填写",
    State.ERROR: "是公式错误值",
    State.UNCACHED: "是未保存结果的公式",
    State.UNREADABLE: "无法识别",
}


class ToldCells:
    """The cells of a submission that a finding tells to be blank, unreadable or an error.

    The first finding that marks such a cell tells it. Whatever rests on the cell after that is 无法检查, so
    that one slip is told once, whichever checks need the cell.
    """

    def __init__(self, known: Collection[int] = ()) -> None:
        """`known`: blanks that are no gap, for it is plain what they stand for; see `blanks`."""
        self._known = known
        #: by the identity of a value: what is the matter with it
        self._told: dict[int, str] = {}
        #: those that are words somebody asks for: nothing is worked out from them
        self._words: dict[int, str] = {}

    def tell(self, check: Check, value: Value, related: Iterable[Value]) -> None:
        """A finding marks this cell, and others beside it that have nothing either."""
        if value.state not in _NOTHING:
            return
        for one in (value, *related):
            if one.state in _NOTHING and id(one) not in self._known:
                told = self._words if check.require else self._told
                told.setdefault(id(one), f"{one.sheet}!{one.ref}{_NOTHING[one.state]}")

    def spoil(self, values: Iterable[Value], reason: str) -> None:
        """Results of formulas that a cell told as blank is missing from."""
        for value in values:
            self._told.setdefault(id(value), reason)

    def reason(self, value: Value | None, related: Iterable[Value]) -> str:
        """Why a finding that marks `value` would say nothing new; "" where it says something."""
        marked = self._words.get(id(value), "") if value else ""
        return marked or self.missing([value, *related] if value else related)

    def missing(self, values: Iterable[Value]) -> str:
        """Why nothing can be worked out from these values; "" when none of them is told."""
        return next((self._told[id(value)] for value in values if id(value) in self._told), "")


@dataclass(slots=True)
class Report:
    """What one check says about one submission."""

    check: Check
    submission: Submission
    #: shared by all reports on the submission
    told: ToldCells = field(default_factory=ToldCells)
    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: 错误, and of these those about something that was filled in
    errors: int = 0
    mistakes: int = 0
    #: how often it is violated on a form, and where in `findings` the last of these told one by one stands
    _told: dict[int, tuple[int, int]] = field(default_factory=dict)

    def passed(self, where: str, form: str = "", left: str = "", right: str = "", diff: str = "") -> None:
        """It was looked at and is right."""
        sides = quoted(left), quoted(right), quoted(diff)
        self.outcomes.append(Outcome(self.check.id, PASS, quoted(where), "", *sides, form or self.check.form))

    def not_applicable(self, where: str, reason: str) -> None:
        """By design there is nothing to look at."""
        self._not_looked_at(NOT_APPLICABLE, where, reason)

    def unchecked(self, where: str, reason: str) -> None:
        """It should have been looked at, and could not."""
        self._not_looked_at(Verdict.UNCHECKED, where, reason)

    def _not_looked_at(self, verdict: Verdict, where: str, reason: str) -> None:
        where, reason = quoted(where), quoted(reason)
        self.outcomes.append(Outcome(self.check.id, verdict, where, reason, form=self.check.form))

    def _is_one_more(self, table: Table | None) -> bool:
        """Whether the check is violated on a form so often already that this one is only counted."""
        times, last = self._told.get(id(table), (0, 0))
        if times < MANY:
            last = len(self.findings)
        self._told[id(table)] = times + 1, last
        return times >= MANY

    def close(self) -> None:
        """Say beside the last finding of a form how many more there are than were told one by one."""
        for times, last in self._told.values():
            if times > MANY:
                finding = self.findings[last]
                message = f"{finding.message}（同类问题另有{times - MANY}处，不再逐条列出）"
                self.findings[last] = replace(finding, message=message)

    def failed(
        self,
        where: str,
        table: Table | None,
        value: Value | None,
        name: str,
        words: Words,
        *,
        filled: str | None = None,
        expected: str = "",
        difference: str = "",
        left: str = "",
        right: str = "",
        related: Sequence[Value] = (),
        file: str = "",
        sheet: str = "",
        form: str = "",
        case: str = "",
    ) -> None:
        """It is violated: `value` is the cell to mark, `words` fill the message's slots.

        `name` is the field in the form's words; it identifies the finding from night to night together
        with the check, the form and the project, so it must not hold a row number. `form` is said where
        there is no table, `case` where the check has a severity of its own for it.
        A violation that rests on a cell told before is no finding: see ToldCells.
        """
        check, form = self.check, table.form if table else form or self.check.form
        if reason := self.told.reason(value, related):
            self.unchecked(where, reason)
            return
        if value:
            self.told.tell(check, value, related)
        if self._is_one_more(table):
            return
        severity = check.severity_for(case or form)
        if severity is Severity.ERROR and check.status == "正式":
            self.errors += 1
            self.mistakes += value is None or value.state not in _NOTHING
        shown = filled if filled is not None else (as_filled(value) if value else "")
        project = table.fields.get("项目名称") if table else None
        prefix = f"{quoted(squeeze(project.raw))}｜" if project and project.is_filled else ""
        name = quoted(name, _NAME)
        related = related[:_RELATED]
        involved = [value, *related] if value else list(related)
        self.findings.append(
            Finding(
                unit=self.submission.unit,
                file=file or (table.file if table else (self.submission.files or ("",))[0]),
                sheet=sheet or (value.sheet if value else (table.sheet if table else "")),
                cell=value.ref if value and value.ref else None,
                check=check.id,
                title=check.title,
                severity=severity,
                form=form,
                field=prefix + name,
                message=fill(check.message, words),
                fix=fill(check.fix, words),
                filled=shown[:_FILLED],
                expected=quoted(expected),
                difference=quoted(difference),
                category=check.category,
                status=check.status,
                related=tuple(
                    dict.fromkeys(
                        (v.sheet, v.ref)
                        for v in related
                        if v.ref and not (value and (v.sheet, v.ref) == (value.sheet, value.ref))
                    )
                ),
                fingerprint=fingerprint(check.id, form, name, *map(_meant, involved), *told_numbers(words)),
            )
        )
        self.outcomes.append(
            Outcome(
                check.id,
                Verdict.FAIL,
                quoted(where),
                "",
                quoted(left or shown),
                quoted(right),
                quoted(difference),
                form,
            )
        )


def _meant(value: Value) -> str:
    """A value whatever way it is written: a number as text, or with other blanks, is the same one."""
    if value.number is None:
        return squeeze(value.raw)
    upper = "" if value.upper is None else f"-{value.upper.normalize():f}"
    # a percentage is a fraction here, so its sign adds nothing
    return f"{value.op}{value.number.normalize():f}{upper}{value.unit.removesuffix('%')}"


def told_numbers(words: Words) -> list[str]:
    """What a message says in numbers, of cells it does not name too: an explanation holds only for these."""
    return [told for slot in sorted(words) if (told := _told(quoted(str(words[slot]))))]


# the findings of a unit tell the same words again and again
@remembered
def _told(word: str) -> str:
    """A word as told, its numbers without what only their format adds; "" without a number."""
    return _NUMBER.sub(lambda found: _plain(found[0]), squeeze(word)) if _DIGIT.search(word) else ""


def _plain(number: str) -> str:
    """A number without what only its format adds."""
    return f"{Decimal(number.replace(',', '')).normalize():f}"


def fill(template: str, words: Words) -> str:
    """Put words into a message's {slots}. A slot nobody filled is a mistake in the rulebook: KeyError.

    What a message calls 万元 may have been given in 元, or 元 in 万元: a sum goes with its own unit.
    """
    text, slots = _pieces(template)
    for slot, after in slots:
        given = words[slot]
        word, unit = (given.text, given.money_unit) if isinstance(given, Sum) else (given, "")
        word = quoted(word)
        # quoted words that hold quotes themselves
        inside = text.endswith("“") and after.startswith("”")
        text += word.replace("“", "‘").replace("”", "’") if inside else word
        said = _MONEY.match(after) if unit else None
        text += after if said is None else ("" if word.endswith(unit) else unit) + after[said.end() :]
    # the search alone takes longer than the rest of it
    return _TWICE.sub(r"\1", text) if "＝" in text else text


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A message cut at its slots: the text before them, and each slot's name with the text behind it."""
    first, *pieces = _SLOT.split(template)
    return first, tuple(zip(pieces[::2], pieces[1::2], strict=True))
