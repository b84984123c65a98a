"""How much of a pack `jixiao draft` finds again from its blank form and a few filled examples.

    python -m tests.packs.drafts [PACK…]      says it of the packs named, or of all

A tie is found when the drafted pack compares the same cells at every one of its places. A proposal is false
when another unit that was filled in right breaks it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from batch.checks.engine.catalogue import Check
from batch.checks.engine.describe import relation
from batch.checks.engine.evaluate import test
from batch.checks.engine.place import Place
from batch.checks.engine.places import places
from batch.checks.run import run_checks
from batch.config.expression import AGGREGATES, Binary, Call, Compare, Logic, Name, Negative, Node
from batch.draft.answers import confirmed
from batch.draft.steps import confirm_pack, draft_pack
from batch.draft.tie_sentences import in_words
from batch.draft.trial import QUESTIONS
from batch.forms.read.forms import read_forms
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import template_bytes
from batch.model.form import BLANK, Submission
from batch.model.status import IN_FORCE, ON_TRIAL, Severity, Verdict
from batch.unit.rules import Context, Rules, load_rules
from batch.workbook.opening import open_book
from batch.workbook.read.xlsx import read_workbook
from tests.draft.blanks import stripped
from tests.packs.filled import FILLED
from tests.packs.workbooks import Cells, filled

#: filled examples that a draft is made from; units that it is tried on
EXAMPLES, OTHERS = 5, 12

_Cell = tuple[str, str]
#: what is compared at one place: how, the cells of both sides (of an equation together)
_Relation = tuple[str, frozenset[_Cell], frozenset[_Cell]]


@dataclass(slots=True)
class Found:
    """What came of drafting one pack."""

    #: the drafted pack
    rules: Rules
    #: by severity word: ties of the pack, and those among them that were proposed
    ties: dict[str, list[str]] = field(default_factory=dict)
    missed: dict[str, list[str]] = field(default_factory=dict)
    #: the questions, as 待确认.xlsx asks them
    asked: list[str] = field(default_factory=list)
    proposed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    #: cells to fill in by form and address: what they are, and what they were taken for
    types: dict[_Cell, str] = field(default_factory=dict)
    drafted: dict[_Cell, str] = field(default_factory=dict)

    @property
    def mistyped(self) -> dict[_Cell, tuple[str, str | None]]:
        """The cells taken for something else."""
        return {
            at: (one, self.drafted.get(at)) for at, one in self.types.items() if self.drafted.get(at) != one
        }


def drafted(pack: Path, fill: Callable[[Random], Cells], folder: Path, examples: int = EXAMPLES) -> Found:
    """Draft a pack in a folder from units that `fill` makes, and compare the draft with the pack."""
    blank, seen = blank_and_examples(pack, [fill(Random(seed)) for seed in range(examples)], folder)
    out, forms = folder / "包", load_rules(Context(str(pack))).forms
    list(draft_pack(blank, seen, out, forms.year))
    list(confirm_pack(out / QUESTIONS, None, out))
    ours, theirs = load_rules(Context(str(pack))), load_rules(Context(str(out)))
    books = [
        read_workbook(filled(forms, fill(Random(1000 + seed))), f"{seed}.xlsx") for seed in range(OTHERS)
    ]
    units, read = (
        [Submission("", "", (), read_forms(book, rules.forms, str(n)).tables) for n, book in enumerate(books)]
        for rules in (ours, theirs)
    )
    questions = confirmed(open_book((out / QUESTIONS).read_bytes(), QUESTIONS))
    asked = [in_words(tie, questions.forms_of(tie)) for tie in questions.ties]
    found = Found(theirs, asked=asked, types=types(ours), drafted=types(theirs, computed=True))
    _compare(found, ours, theirs, units, read)
    return found


def blank_and_examples(pack: Path, examples: Sequence[Cells], folder: Path) -> tuple[Path, Path]:
    """A pack's blank form, and a folder of filled ones."""
    forms = load_rules(Context(str(pack))).forms
    blank, seen = folder / "空白.xlsx", folder / "样表"
    seen.mkdir(parents=True)
    blank.write_bytes(template_bytes(forms))
    stripped(blank)
    for number, cells in enumerate(examples):
        (seen / f"{number}.xlsx").write_bytes(filled(forms, cells))
    return blank, seen


def types(rules: Rules, *, computed: bool = False) -> dict[_Cell, str]:
    """The types of the cells to fill in, by sheet and address; with `computed` those with a formula too."""
    forms, found = rules.forms, {}
    for spec in (spec for spec in forms.forms.values() if spec.is_issued):
        for slot in lay_out(spec, forms, forms.year).slots.values():
            if (slot.is_input or computed) and slot.preset is None:
                found[spec.drawing.sheet, slot.ref] = slot.field.type
    return found


def _compare(
    found: Found, ours: Rules, theirs: Rules, units: list[Submission], read: list[Submission]
) -> None:
    catalogue = {
        key: replace(check, status=IN_FORCE)
        for key, check in theirs.catalogue.items()
        if check.ties and check.status == ON_TRIAL and check.basis
    }
    found.proposed = list(catalogue)
    broken: dict[str, int] = {}
    for unit in read:
        failed = {
            one.check
            for one in run_checks(unit, catalogue, theirs.forms).outcomes
            if one.verdict is Verdict.FAIL
        }
        for key in failed:
            broken[key] = broken.get(key, 0) + 1
    found.false = [
        f"{key} {theirs.book.checks[key].data['tie']} [{catalogue[key].basis}] {count}/{len(read)}"
        for key, count in broken.items()
    ]
    told: list[set[_Relation]] = [
        {
            one
            for check in catalogue.values()
            for number in range(len(check.ties))
            for one in _relations(check, number, theirs, unit)
        }
        for unit in read
    ]
    for key, check in ours.catalogue.items():
        if check.severity is Severity.HINT or check.status != IN_FORCE or check.thresholds:
            continue
        for number in range(len(check.ties)):
            seen = [set(_relations(check, number, ours, unit)) for unit in units]
            if not any(seen):
                continue
            word = f"{key}.{number} {relation(check, number)}"
            found.ties.setdefault(check.severity.value, []).append(word)
            if not all(one <= other for one, other in zip(seen, told, strict=True)):
                found.missed.setdefault(check.severity.value, []).append(word)


def _relations(check: Check, number: int, rules: Rules, unit: Submission) -> Iterator[_Relation]:
    """What a tie compares at each of its places where it compares cells."""
    tie = check.ties[number]
    if tie.is_of_texts:
        return
    for place in places(check, unit, rules.forms):
        if check.when is not None and test(check.when, place) is not True:
            continue
        left, right = frozenset(_cells(tie.left, place)), frozenset(_cells(tie.right, place))
        if len(left | right) < 2:
            continue
        if tie.op in ("==", "!="):
            yield tie.op, left | right, frozenset()
        elif tie.op.startswith("<"):
            yield tie.op[0], left, right
        else:
            yield "<", right, left


def _cells(node: Node, place: Place) -> Iterator[_Cell]:
    """The cells an expression is about; of rows that are counted, the rows."""
    if isinstance(node, Name):
        value = place.find(node.text)
        if value is not None and value.ref:
            yield value.sheet, value.ref
    elif isinstance(node, Call) and node.function in AGGREGATES:
        name = node.arguments[0]
        assert isinstance(name, Name)
        if len(node.arguments) > 1:
            rows = place.rows(name.text)
            values = [row.find(name.text) for row, _ in rows if test(node.arguments[1], row) is True]
        else:
            values = list(place.parts(name.text))
        for value in values:
            if value is not None and value.ref and value.state is not BLANK:
                is_row = node.function == "个数"
                yield value.sheet, "".join(filter(str.isdigit, value.ref)) if is_row else value.ref
    else:
        inside: tuple[Node, ...] = ()
        if isinstance(node, Binary | Compare):
            inside = (node.left, node.right)
        elif isinstance(node, Negative):
            inside = (node.node,)
        elif isinstance(node, Logic):
            inside = node.nodes
        elif isinstance(node, Call):
            inside = node.arguments
        for part in inside:
            yield from _cells(part, place)


def main() -> None:
    """Say it of the packs named on the command line, or of all."""
    here = Path(__file__).parent
    for pack in sys.argv[1:] or FILLED:
        with tempfile.TemporaryDirectory() as folder:
            found = drafted(here / pack, FILLED[pack], Path(folder))
        for line in told(pack, found):
            sys.stdout.write(f"{line}\n")


def told(pack: str, found: Found) -> Iterator[str]:
    """What came of a pack, line by line."""
    for severity, ties in found.ties.items():
        missed = found.missed.get(severity, [])
        yield f"{pack}: {severity} {len(ties) - len(missed)}/{len(ties)}"
        yield from (f"    missed {one}" for one in missed)
    yield f"{pack}: false {len(found.false)}/{len(found.proposed)}"
    yield from (f"    false {one}" for one in found.false)
    yield f"{pack}: typed {len(found.types) - len(found.mistyped)}/{len(found.types)}"
    yield from (f"    {at} {one}" for at, one in found.mistyped.items())


if __name__ == "__main__":
    main()
