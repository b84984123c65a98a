"""Proposals tried before they are told: each is applied, and all checks are run again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from batch.checks.engine.catalogue import Check
from batch.checks.run import Checked
from batch.forms.spec.spec import PackForms
from batch.model.cause import Correction, Corrections
from batch.model.form import Submission
from batch.model.review import Finding
from batch.repair.applied import changed, effect
from batch.repair.changes import Change
from batch.repair.linear import Cell
from batch.repair.prices import Prices
from batch.repair.proposals import Option, Proposal, propose
from batch.repair.rows import Rows, TooMany, compile_rows

#: the check that tells blank cells
BLANK = "F025"


@dataclass(frozen=True, slots=True)
class Checks:
    """What a submission is checked by."""

    catalogue: dict[str, Check]
    forms: PackForms


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
    proposals = propose(compiled, missing, prices)
    about = _About(compiled, findings, [cell for cell in sorted(missing) if cell in compiled.slots])
    for proposal in proposals:
        trial.tried.append(_tried(proposal, about, submission, findings, by))
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
        self._by_check: dict[str, list[tuple[frozenset[Cell], str]]] = {}
        for finding in findings:
            places = [(finding.sheet, finding.cell or ""), *finding.related]
            cells = frozenset((finding.file, sheet, cell) for sheet, cell in places)
            self._by_check.setdefault(finding.check, []).append((cells, finding.key))

    def keys(self, number: int) -> list[str]:
        """The keys of the findings about one row."""
        rows = self.compiled.rows
        if number < len(rows):
            check, cells = rows[number].check, rows[number].cells
        else:
            check, cells = BLANK, frozenset([self._blanks[number - len(rows)]])
        return [
            key
            for told, key in self._by_check.get(check, ())
            # files of other forms are not known from a finding's related cells
            if {cell[1:] for cell in told} & {cell[1:] for cell in cells}
        ]


def _tried(
    proposal: Proposal,
    about: _About,
    submission: Submission,
    findings: Sequence[Finding],
    by: Checks,
) -> Tried:
    told = dict.fromkeys(key for number in proposal.broken for key in about.keys(number))
    made = Tried(list(told))
    cleared: list[set[str]] = []
    for option in proposal.options:
        other, texts = changed(submission, about.compiled, option.changes, by.forms)
        result, _ = effect(findings, other, by.catalogue, by.forms)
        if not result.is_safe:
            continue
        made.options.append(option)
        made.corrections.append(_corrections(about.compiled, option.changes, texts))
        cleared.append(set(result.cleared))
    if cleared:
        # what no way settles is another matter; what only follows from what is wrong goes with it
        by_any, by_all = set.union(*cleared), set.intersection(*cleared)
        cells = {cell for option in made.options for cell in option.cells}
        made.findings = [
            one.key
            for one in findings
            if one.key in by_all
            or (one.key in by_any and (one.key in told or (one.file, one.sheet, one.cell) in cells))
        ]
    return made


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
