"""Everything that is wrong in a pack, at once: its files, its drawings, its ties held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from batch.checks.engine.catalogue import keys_of
from batch.checks.engine.scoring_keys import ScoringKeys
from batch.config.entries import RulebookError, RuleMistakes
from batch.config.pack_files import PackFolder, read_pack
from batch.config.rulebook import SCORING, Rulebook, merged_pack
from batch.config.schema import Located
from batch.forms.spec.load import form_keys
from batch.forms.template.drawn_layout import lay_out
from batch.repair.proof import Proven
from batch.unit.rule_proof import proof_line, proofs
from batch.unit.rules import Rules, rules_of


@dataclass(slots=True)
class PackReport:
    """What was found in a pack."""

    title: str = ""
    #: numbers of its forms and checks
    forms: int = 0
    checks: int = 0
    #: file, line or 0, what is wrong
    mistakes: tuple[Located, ...] = ()
    #: what is no mistake, but worth a look
    remarks: list[str] = field(default_factory=list)


def pack_report(named: str) -> PackReport:
    """Everything wrong in a pack, which is named as on the command line."""
    noted, report = RuleMistakes(), PackReport()
    try:
        with noted.noting():
            _look_at(named, noted, report)
        noted.tell()
    except RulebookError as error:
        report.mistakes = error.mistakes
    return report


def _look_at(named: str, noted: RuleMistakes, report: PackReport) -> None:
    files = read_pack(named)
    book = merged_pack(files, noted)
    if files.outside:
        noted.found += _not_read(Path(named), files.outside[0])
    report.title, report.forms, report.checks = book.title, len(book.forms), len(book.checks)
    for entry in book.forms.values():
        with noted.noting():
            form_keys(entry)
    if noted.found:
        # without all forms nobody can say which of their words are right
        _shapes(book, noted)
        return
    rules = rules_of(book, noted)
    for spec in rules.forms.forms.values():
        if spec.is_issued:
            with noted.noting():
                lay_out(spec, rules.forms, book.year)
    if not noted.found:
        _proofs(rules, noted, report)


def _not_read(folder: Path, pack: PackFolder) -> Iterator[Located]:
    """Files of a pack that stand where nobody looks for them."""
    read = {place for place, _ in pack.files}
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder).as_posix()
        if path.suffix.lower() == ".toml" and place not in read:
            said = "这个文件没有读：表放在 forms 文件夹，检查放在 checks 文件夹，后缀是小写的 .toml"
            yield f"{pack.name}/{place}", 0, said


def _shapes(book: Rulebook, noted: RuleMistakes) -> None:
    """The keys of checks and scores by themselves."""
    for entry in book.checks.values():
        with noted.noting():
            keys_of(entry)
    with noted.noting():
        book.tables(SCORING, ScoringKeys, noted)


def _proofs(rules: Rules, noted: RuleMistakes, report: PackReport) -> None:
    """Ties that contradict each other are mistakes; those that say nothing of their own are told."""
    for proof in proofs(rules):
        if proof.proven is Proven.CONTRADICTS:
            others = "、".join(check for check in proof.others if check != proof.check)
            said = f"检查 {proof.check}：与 {others} 互相矛盾，不可能都成立"
            noted.found += rules.book.checks[proof.check].error(said, "tie").mistakes
        else:
            report.remarks.append(proof_line(rules, proof))
