"""How far filled examples speak for proposed ties: in how many each holds, and where it does not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from batch.checks.run import run_checks
from batch.draft.examples import Examples
from batch.draft.layout_ties import needs_examples
from batch.draft.observations import FEWEST, SOURCE
from batch.draft.proposal import DraftTie, PackProposal
from batch.model.form import Submission
from batch.model.review import Finding
from batch.model.status import Verdict
from batch.unit.rules import Rules

#: a digit other than 0: a tie of nothing but zeros says nothing
_SOMETHING = re.compile("[1-9]")


def count_support(
    proposal: PackProposal, checks: Mapping[str, str], rules: Rules, examples: Examples
) -> None:
    """Note at every tie in how many examples it says something, in how many of these it holds, and where the
    only one stands in which it does not.

    `checks`: the id of its check, by that of the tie.
    """
    held: dict[str, int] = defaultdict(int)
    against: dict[str, list[str]] = defaultdict(list)
    catalogue = {check: rules.catalogue[check] for check in checks.values()}
    for example in examples.read:
        submission = Submission("", "", (example.name,), example.tables)
        done = run_checks(submission, catalogue, rules.forms, tells_sides=True)
        broken = {finding.check: _place(example.name, finding) for finding in reversed(done.findings)}
        for check, place in broken.items():
            against[check].append(place)
        passed = (one for one in done.outcomes if one.verdict is Verdict.PASS)
        saying = {one.check for one in passed if _SOMETHING.search(f"{one.left} {one.right}")}
        for check in saying - broken.keys():
            held[check] += 1
    for tie in proposal.ties:
        check = checks[tie.id]
        tie.held, tie.tried = held[check], held[check] + len(against[check])
        tie.against = against[check][0] if len(against[check]) == 1 else ""


def _place(example: str, finding: Finding) -> str:
    """Where a tie is broken, as people find it: 3.xlsx“采购季报”C6."""
    return f"{example}“{finding.sheet}”{finding.cell or ''}"


def worth_asking(ties: Sequence[DraftTie], examples: int) -> Iterator[DraftTie]:
    """The ties to ask about: what holds, of sums for one row the strongest that does; last what holds in all
    examples but one, where nothing else is said of its field. A slip in an example hides no law, and makes
    none: the latter are left out unless somebody wants them.
    """
    asked = [tie for tie in ties if _holds(tie, examples)]
    yield from _strongest(asked)
    nearly = [
        tie
        for tie in ties
        if tie.against
        and tie.held >= FEWEST
        and not needs_examples(tie)
        and not any(_is_said_by(other, tie) for other in asked)
    ]
    for tie in _strongest(nearly):
        tie.is_left_out = True
        yield tie


def _is_said_by(other: DraftTie, tie: DraftTie) -> bool:
    """Whether a tie that holds says of the same field what it is, of some of the same parts."""
    is_same = " == " in other.text and other.target == tie.target and tie.parts
    return bool(is_same and set(other.parts[1:]) & set(tie.parts[1:]))


def _strongest(ties: Sequence[DraftTie]) -> Iterator[DraftTie]:
    for tie in ties:
        rivals = [other for other in ties if _is_rival(other, tie)]
        if tie is max((tie, *rivals), key=_strength):
            yield tie


def _holds(tie: DraftTie, examples: int) -> bool:
    if needs_examples(tie) and (examples < FEWEST or not tie.tried):
        return False
    return tie.held == tie.tried


def _is_rival(other: DraftTie, tie: DraftTie) -> bool:
    """Whether two ties say what one row is made of, in other words: all of it or at least that, with more
    parts or less."""
    both = (other, tie)
    return (
        other is not tie
        and all(one.each == "列" and one.parts for one in both)
        and other.parts[0] == tie.parts[0]
        and other.parts[1] == tie.parts[1]
        and all(one.text.startswith(("{0} == ", "{0} >= ")) for one in both)
    )


def _strength(tie: DraftTie) -> tuple[bool, bool, int]:
    """All of it says more than at least that; print more than figures; fewer parts more of each."""
    return " == " in tie.text, tie.source != SOURCE, -len(tie.parts)
