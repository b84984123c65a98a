"""Try each proposal before it is shown: apply it and run all checks again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from batch.checks.rerun import Checks, Reruns
from batch.checks.run import Checked
from batch.model.cause import Correction, Corrections
from batch.model.form import Submission, Value
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.applied import Applied
from batch.repair.changes import Change
from batch.repair.expressions import TooMany
from batch.repair.linear import Cell
from batch.repair.prices import Prices
from batch.repair.proposals import Option, Proposal, propose
from batch.repair.rows import Rows, compile_rows
from batch.repair.witnesses import confirmed_cells

#: the check that tells blank cells
BLANK = "F025"


@dataclass(slots=True)
class Tried:
    """A proposal with its options that raise no new 错误, and the findings it is about."""

    #: keys of the findings it settles; those that tell its violated rows where there is no option
    findings: list[str]
    options: list[Option] = field(default_factory=list)
    #: of each option
    corrections: list[Corrections] = field(default_factory=list)


@dataclass(slots=True)
class Trial:
    """All proposals for one submission, tried."""

    compiled: Rows
    tried: list[Tried] = field(default_factory=list)


def try_proposals(
    submission: Submission,
    checked: Checked,
    findings: Sequence[Finding],
    by: Checks,
    prices: Prices,
) -> Trial:
    """The proposals for a submission whose checks gave these findings."""
    missing = missing_cells(findings)
    try:
        compiled = compile_rows(submission, by.catalogue, by.forms, checked.fields, missing)
    except TooMany:
        return Trial(Rows())
    trial = Trial(compiled)
    blanks = [cell for cell in sorted(missing) if cell in compiled.slots]
    proposals = propose(compiled, missing, prices, confirmed_cells(submission, checked, by.forms))
    if proposals:
        bench = _Bench(submission, _About(compiled, findings, blanks), checked, findings, by, prices)
        # what follows from other figures is worked out once these are as they should be
        in_turn = sorted(proposals, key=lambda one: one.has_followers)
        trial.tried = [bench.tried(proposal) for proposal in in_turn]
    return trial


def missing_cells(findings: Sequence[Finding]) -> frozenset[Cell]:
    """The blank cells that have to be filled in."""
    return frozenset(
        (finding.file, finding.sheet, cell)
        for finding in findings
        if finding.check == BLANK
        for cell in [finding.cell or ""]
        if cell
    )


class _About:
    """Which findings tell a violated row."""

    def __init__(self, compiled: Rows, findings: Sequence[Finding], blanks: Sequence[Cell]) -> None:
        self.compiled = compiled
        self._blanks = blanks
        #: files of other forms are not known from a finding's related cells
        self._by_check: dict[str, list[tuple[set[tuple[str, str]], str]]] = {}
        for finding in findings:
            cells = {(finding.sheet, finding.cell or ""), *finding.related}
            self._by_check.setdefault(finding.check, []).append((cells, finding.key))

    def keys(self, number: int) -> list[str]:
        """The keys of the findings about one row."""
        rows = self.compiled.rows
        if number < len(rows):
            check, cells = rows[number].check, rows[number].cells
        else:
            check, cells = BLANK, frozenset([self._blanks[number - len(rows)]])
        places = [cell[1:] for cell in cells]
        return [key for told, key in self._by_check.get(check, ()) if not told.isdisjoint(places)]


@dataclass(frozen=True, slots=True)
class _Way:
    """One option, what is to be typed for it, and the keys of the findings it clears."""

    option: Option
    corrections: Corrections
    cleared: frozenset[str]


class _Bench:
    """Tries proposals one after the other."""

    def __init__(
        self,
        submission: Submission,
        about: _About,
        checked: Checked,
        findings: Sequence[Finding],
        by: Checks,
        prices: Prices,
    ) -> None:
        self._prices = prices
        self._about = about
        #: with their keys
        self._findings = [(one, one.key) for one in findings]
        self._compiled = about.compiled
        self._applied = Applied(submission, about.compiled, by.forms)
        self._reruns = Reruns(checked, by)
        #: what cells hold by all that is certain so far, and the cells of which nobody knows the value
        self._certain: dict[Cell, Value] = {}
        self._unsure: set[Cell] = set()
        #: keys of findings that a proposal settles already
        self._settled: set[str] = set()

    def tried(self, proposal: Proposal) -> Tried:
        """A proposal with those of its options that raise no new 错误."""
        told = dict.fromkeys(key for number in proposal.broken for key in self._about.keys(number))
        made = Tried(list(told))
        ways: list[_Way] = []
        known = self._certain if proposal.has_followers else {}
        for option in (self._without_unsure(option) for option in proposal.options):
            new, texts = self._applied.values(option.changes, known)
            result = self._reruns.effect(self._applied.edited(new))
            if not result.is_safe:
                continue
            final = _as_known(option, texts)
            texts_of = _corrections(self._compiled, final.changes, texts)
            ways.append(_Way(final, texts_of, frozenset(result.cleared)))
        if ways:
            ways = self._likely(ways)
            if len(ways) == 1:
                ways = [self._doubted(ways[0])]
            made.options = [way.option for way in ways]
            made.corrections = [way.corrections for way in ways]
            # what no way settles is another matter; what only follows from what is wrong goes with it
            by_any = frozenset[str]().union(*(way.cleared for way in ways)) - self._settled
            cells = {cell for way in ways for cell in way.option.cells}
            made.findings = [
                key
                for one, key in self._findings
                if key in by_any
                and (key in ways[0].cleared or key in told or (one.file, one.sheet, one.cell) in cells)
            ]
            self._settled.update(made.findings)
        self._remember(proposal, made)
        return made

    def _likely(self, ways: list[_Way]) -> list[_Way]:
        """The ways that cost little more than the cheapest.

        A way that leaves an 错误 which another one clears needs at least one correction more.
        """
        errors = {key for one, key in self._findings if one.severity is Severity.ERROR} - self._settled
        clearable = errors.intersection(frozenset[str]().union(*(way.cleared for way in ways)))
        cost = [way.option.cost + (0 if way.cleared >= clearable else self._prices.rate) for way in ways]
        limit = min(cost) + self._prices.margin
        ordered = sorted(range(len(ways)), key=lambda number: (cost[number], number))
        return [ways[number] for number in ordered if cost[number] <= limit]

    def _doubted(self, way: _Way) -> _Way:
        """The only way left, with values open that a tie speaks against which holds now.

        The parts of a sum may both be wrong, and the total right.
        """
        against = way.option.against
        if not against:
            return way
        changes = tuple(Change(one.cell) if one.cell in against else one for one in way.option.changes)
        corrections = tuple(replace(one, to="") if one.place in against else one for one in way.corrections)
        return replace(way, option=replace(way.option, changes=changes), corrections=corrections)

    def _without_unsure(self, option: Option) -> Option:
        """The option without values that follow from cells of which nobody knows what they hold."""
        if all(change.follows < 0 for change in option.changes):
            return option
        changes = tuple(
            Change(change.cell)
            if change.follows >= 0
            and not self._unsure.isdisjoint(self._compiled.rows[change.follows].cells - option.cells)
            else change
            for change in option.changes
        )
        return replace(option, changes=changes)

    def _remember(self, proposal: Proposal, made: Tried) -> None:
        if len(made.options) == 1 and made.options[0].is_exact:
            changes = made.options[0].changes
            self._certain, _ = self._applied.values(changes, self._certain)
            return
        for option in proposal.options:
            self._unsure |= option.cells
        if not proposal.options:
            rows = (self._compiled.rows[n] for n in proposal.broken if n < len(self._compiled.rows))
            self._unsure.update(cell for row in rows for cell in row.cells)


def _as_known(option: Option, texts: Mapping[Cell, str]) -> Option:
    """The option in which what follows from other figures, and does not come out, is open."""
    if all(c.cell in texts for c in option.changes if c.is_exact):
        return option
    changes = (Change(c.cell) if c.is_exact and c.cell not in texts else c for c in option.changes)
    return replace(option, changes=tuple(changes))


def _corrections(compiled: Rows, changes: Sequence[Change], texts: dict[Cell, str]) -> Corrections:
    return tuple(
        Correction(
            *change.cell,
            compiled.slots[change.cell].value.raw.strip(),
            texts.get(change.cell, ""),
            compiled.slots[change.cell].label,
        )
        for change in changes
    )
