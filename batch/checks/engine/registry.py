"""Registry of check functions by id, and what they are called with."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batch.checks.engine.amount import as_filled
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult, Passed
from batch.checks.engine.reads import ALL
from batch.forms.spec.spec import PackForms
from batch.model.form import Item, Submission, Table, Value
from batch.model.record import record
from batch.model.reference import Accepted

if TYPE_CHECKING:
    from batch.checks.engine.blanks import Blanks
    from batch.checks.engine.fields import Fields, Slot
    from batch.checks.engine.indicator import Indicator
    from batch.report.facts import ReportFacts


@record(slots=True)
class Run:
    """The input of a check function: the submission, the forms, and what is worked out once for all."""

    check: Check
    submission: Submission
    forms: PackForms
    _fields: Fields
    #: what the blank sums of the forms are
    blanks: Blanks
    #: 错误 found so far; complete for checks that come last
    errors: int = 0
    #: of these, how many are about something that was filled in
    mistakes: int = 0
    #: what the unit's written reports say, taken apart once for all checks
    written_reports: tuple[ReportFacts, ...] = ()
    #: the rows of indicators, by identity, or the columns to look at; None for all
    only: Container[object] | None = None

    def is_wanted(self, part: object) -> bool:
        """Whether a row or a column is to be looked at."""
        return self.only is None or part in self.only

    def field(self, table: Table, name: str) -> Value | None:
        """A field of a table, which the check declares; None where the sheet has no such row or column."""
        self.check.reads.ask(table.form, name)
        return table.fields.get(name)

    def text(self, table: Table, name: str) -> str:
        """A field as filled in, on one line; "" where the sheet has none."""
        value = self.field(table, name)
        return as_filled(value) if value else ""

    def total(self, table: Table, column: str) -> Value | None:
        """A column of the 总分 row, which the check declares."""
        self.check.reads.ask(table.form, f"总分.{column}")
        return table.totals.get(column)

    def accepted(self, form: str, name: str, project: str = "") -> Accepted | None:
        """A field, which the check declares, as it was accepted last year."""
        self.check.reads.ask(form, name)
        last = self.submission.last_year
        return last.find(form, name, project) if last else None

    def passed(self, table: Table) -> Passed:
        """A table on which nothing is wrong."""
        return self._fields.passed(table)

    def indicators(self, table: Table) -> Sequence[Indicator]:
        """The indicators of a table; of their cells the check gets those it declares."""
        return self._fields.indicators(table, self.check.reads)

    def indicator(self, table: Table, item: Item) -> Indicator:
        """One of them."""
        return next(it for it in self.indicators(table) if it.item is item)

    @property
    def fields(self) -> Fields:
        """All fields of the submission, for a check that declares to look at whatever there is."""
        self.check.reads.ask("", ALL)
        return self._fields


#: says what it finds, place by place; a check that says nothing does not apply
Function = Callable[[Run], Iterable[CheckResult]]
FUNCTIONS: dict[str, Function] = {}
#: those that look at what the others found, and those of what was handed in, whatever its year
LAST: set[str] = set()
HANDED_IN: set[str] = set()
#: those that say of each part of a form what they say of it whatever stands in the others: 指标, 列
EACH: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class LooksAt:
    """What a check looks at that declares to look at whatever there is: while nothing of it changes, it says
    the same."""

    #: fields of a pack, as words of `reads`
    named: Callable[[Check, PackForms], Iterable[str]] = lambda *_: ()
    #: whether a field is one that it looks for, beside all fields as they were
    among: Callable[[Slot, Fields], bool] | None = None
    #: whether it looks at what the blank sums are
    blanks: bool = False


LOOKS_AT: dict[str, LooksAt] = {}


def check(
    identity: str,
    *,
    last: bool = False,
    handed_in: bool = False,
    each: str = "",
    looks_at: LooksAt | None = None,
) -> Callable[[Function], Function]:
    """Register a function as the check `identity`; two functions for one id are a mistake.

    `last`: it looks at what the others found. `handed_in`: it is about which forms there are, whether twice
    and of which year, and so looks at forms of any year. `each`: see EACH.
    """

    def register(function: Function) -> Function:
        if identity in FUNCTIONS:
            raise ValueError(f"check {identity} is registered twice")
        FUNCTIONS[identity] = function
        LAST.update([identity] if last else ())
        HANDED_IN.update([identity] if handed_in else ())
        EACH.update({identity: each} if each else {})
        LOOKS_AT.update({identity: looks_at} if looks_at else {})
        return function

    return register
