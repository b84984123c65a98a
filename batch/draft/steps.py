"""The two steps of drafting a pack, as the command runs them; what came of each, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from batch.draft.answers import DraftError, confirmed
from batch.draft.carried_over import carried_over
from batch.draft.drafting import draft, rules_of
from batch.draft.examples import Examples
from batch.draft.proposal import PackProposal
from batch.draft.question_book import question_bytes
from batch.draft.tie_sentences import in_words
from batch.draft.trial import QUESTIONS, try_draft, write_draft
from batch.model.book import Unreadable
from batch.workbook.opening import open_book


def draft_pack(blank: Path, examples: Path | None, out: Path, year: int) -> Iterator[str]:
    """From a blank workbook: the pack, and the questions about it; `year` where the forms name none.

    Raises DraftError and RulebookError for what no pack can be made of, OSError for files that cannot be read
    or written.
    """
    try:
        proposal, seen = draft(blank, examples, year)
    except Unreadable as error:
        raise DraftError(f"{blank}：{error.reason}") from None
    if not proposal.forms:
        raise DraftError(f"{blank}里没有认出要填的表：看是不是没有填过的报表。")
    write_draft(proposal, out, question_bytes(proposal))
    yield from _found(proposal, seen)
    yield from try_draft(out, examples)
    yield f"请打开 {out / QUESTIONS}，看过改好后运行："
    yield f"  jixiao draft --confirm {out / QUESTIONS} --out {out}"


def confirm_pack(questions: Path, examples: Path | None, out: Path) -> Iterator[str]:
    """From 待确认.xlsx as it came back: the pack as it was confirmed. Raises as `draft_pack`."""
    data = questions.read_bytes()
    try:
        proposal = confirmed(open_book(data, questions.name))
    except Unreadable as error:
        raise DraftError(f"{questions}：{error.reason}") from None
    # a field under another name is none of the known pack's any more
    carried_over(proposal, partial(rules_of, proposal))
    rules_of(proposal)
    write_draft(proposal, out, data)
    in_force = sum(tie.in_force for tie in proposal.ties)
    yield f"规则包已写好：{out}，勾稽{len(proposal.ties)}条，其中正式{in_force}条，其余试行。"
    yield from try_draft(out, examples)
    yield f"用它审核：jixiao run --pack {out}"


def _found(proposal: PackProposal, seen: Examples) -> Iterator[str]:
    for form in proposal.forms:
        ties = [tie for tie in proposal.wanted() if tie.form == form.id]
        known = "；与已有规则包的表相同，名称照用" if form.known else ""
        yield f"{proposal.printed(form.title)}：要填的{len(form.cells)}格，勾稽{len(ties)}条{known}。"
        if form.unnamed:
            yield f"  看不出是哪一栏、没有读取的{len(form.unnamed)}格：{'、'.join(form.unnamed[:8])}"
    if between := sum(bool(tie.needs) for tie in proposal.wanted()):
        yield f"表间勾稽{between}条。"
    for sheet, what in proposal.left:
        yield f"表页“{sheet}”{what}。"
    if seen.read or seen.unread:
        tried = sum(bool(tie.tried) for tie in proposal.wanted())
        yield f"样表{len(seen.read)}份，有{tried}条勾稽能在样表里试，全部成立。"
    for tie in proposal.ties:
        if tie.is_left_out:
            said = in_words(tie, proposal.forms_of(tie))
            yield f"  没有写进规则包，因为一份样表不符（{tie.against}）：{said}"
    for name, reason in seen.unread[:10]:
        yield f"  没有用上 {name}：{reason}"
