"""From a blank workbook and filled examples to a proposal: what the print promises, tried on the examples."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from batch.config.pack_files import PackFiles, PackFolder
from batch.draft.blank_form import propose
from batch.draft.carried_over import carried_over
from batch.draft.cross_laws import cross_laws
from batch.draft.drafted_files import check_ids, drafted_files
from batch.draft.examples import Examples, count_support, note_practice, read_examples
from batch.draft.formula_ties import formula_ties
from batch.draft.known_forms import BASE
from batch.draft.laws import laws
from batch.draft.layout_ties import layout_ties, needs_examples
from batch.draft.note_ties import note_ties
from batch.draft.observations import FEWEST, SOURCE
from batch.draft.proposal import DraftForm, DraftTie, PackProposal
from batch.unit.rules import Context, Rules, load_rules
from batch.workbook.opening import open_book
from batch.workbook.read.sheet_design import read_designs


def draft(blank: Path, folder: Path | None, year: int) -> tuple[PackProposal, Examples]:
    """The proposal for a blank workbook, and the examples in a folder; `year` where the forms name none.

    Raises Unreadable for a workbook that cannot be read, RulebookError for one that no pack can be made of,
    OSError for files that are not there.
    """
    data = blank.read_bytes()
    book = open_book(data, blank.name)
    proposal = propose(book, read_designs(data) if book.container in ("xlsx", "xlsm") else {}, year)
    examples = Examples()
    if folder is not None and proposal.forms:
        examples = read_examples(folder, rules_of(proposal))
        if [form for form in proposal.forms if note_practice(form, examples)]:
            # what was taken for words are numbers or ticks: read as these
            examples = read_examples(folder, rules_of(proposal))
    for form in proposal.forms:
        proposal.ties += _printed(proposal, form)
    if examples.read:
        _count(proposal, examples)
        for form in proposal.forms:
            proposal.ties += laws(form, examples, [tie for tie in proposal.ties if tie.tried == tie.held])
        proposal.ties += cross_laws(proposal.forms, examples)
        _count(proposal, examples)
    order = [*(form.id for form in proposal.forms), ""]
    asked = _worth_asking(proposal.ties, len(examples.read))
    proposal.ties = sorted(asked, key=lambda tie: order.index(tie.form))
    _number(proposal)
    carried_over(proposal, partial(rules_of, proposal))
    return proposal, examples


def _printed(proposal: PackProposal, form: DraftForm) -> list[DraftTie]:
    """The ties that a form itself says: its formulas, and what its print speaks for beside them."""
    ties, unknown = formula_ties(form)
    if unknown:
        proposal.left.append((form.title, f"的公式没有看懂：{'、'.join(unknown[:8])}，要查的请自己写勾稽"))
    computed = {(tie.each, tie.parts[0]) for tie in ties}
    printed = [*layout_ties(form), *note_ties(form)]
    return [*ties, *(tie for tie in printed if " == " not in tie.text or _target(tie) not in computed)]


def _target(tie: DraftTie) -> tuple[str, str]:
    return tie.each, tie.parts[0] if tie.parts else ""


def rules_of(proposal: PackProposal, more: Mapping[str, str] = MappingProxyType({})) -> Rules:
    """The drafted pack loaded, as a night would, with further files. Raises RulebookError."""
    files = tuple({**drafted_files(proposal, "草稿"), **more}.items())
    digest = hashlib.sha256(repr(files).encode()).hexdigest()
    return load_rules(Context(BASE, files=PackFiles(digest, BASE, (PackFolder("草稿", files),))))


def _count(proposal: PackProposal, examples: Examples) -> None:
    _number(proposal)
    count_support(proposal, check_ids(proposal), rules_of(proposal), examples)


def _number(proposal: PackProposal) -> None:
    for number, tie in enumerate(proposal.ties):
        tie.id = f"勾稽{number + 1}"


def _worth_asking(ties: Sequence[DraftTie], examples: int) -> Iterator[DraftTie]:
    """The ties to ask about: what holds; of sums for one row the strongest that does."""
    asked = [tie for tie in ties if _holds(tie, examples)]
    for tie in asked:
        rivals = [other for other in asked if _is_rival(other, tie)]
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
