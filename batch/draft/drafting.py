"""From a blank workbook and filled examples to a proposal: what the print promises, tried on the examples."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from batch.config.pack_files import PackFiles, PackFolder
from batch.draft.blank_form import propose
from batch.draft.carried_over import carried_over
from batch.draft.drafted_files import check_ids, drafted_files
from batch.draft.examples import Examples, note_practice, read_examples
from batch.draft.formula_ties import formula_ties
from batch.draft.known_forms import BASE
from batch.draft.laws import laws, near_laws
from batch.draft.layout_ties import layout_ties
from batch.draft.list_ties import list_ties
from batch.draft.note_ties import note_ties
from batch.draft.proposal import DraftForm, DraftTie, PackProposal
from batch.draft.support import count_support, worth_asking
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
        for search in (laws, near_laws):
            # a slip in one example takes nothing back that the form's print says
            known = [tie for tie in proposal.ties if tie.tried == tie.held or tie.against]
            said = {tie.key for tie in proposal.ties}
            found = search(proposal.forms, examples, known)
            proposal.ties += [tie for tie in found if tie.key not in said]
            _count(proposal, examples)
    order = [*(form.id for form in proposal.forms), ""]
    proposal.ties = sorted(
        worth_asking(proposal.ties, len(examples.read)),
        key=lambda tie: (order.index(tie.form), tie.is_left_out),
    )
    _number(proposal)
    carried_over(proposal, partial(rules_of, proposal))
    return proposal, examples


def _printed(proposal: PackProposal, form: DraftForm) -> list[DraftTie]:
    """The ties that a form itself says: its formulas, and what its print speaks for beside them."""
    ties, unknown = formula_ties(form)
    if unknown:
        proposal.left.append((form.title, f"的公式没有看懂：{'、'.join(unknown[:8])}，要查的请自己写勾稽"))
    computed = {tie.target for tie in ties}
    printed = [*layout_ties(form), *list_ties(form), *note_ties(form)]
    return [*ties, *(tie for tie in printed if " == " not in tie.text or tie.target not in computed)]


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
