"""A drafted pack tried at once: its template drawn and read back, a night on the examples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from batch.config.entries import RulebookError
from batch.config.settings import Settings
from batch.draft.drafted_files import MARK, drafted_files
from batch.draft.proposal import PackProposal
from batch.forms.read.forms import read_forms
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import template_bytes
from batch.model.status import Severity
from batch.night import run_night
from batch.outputs import Night
from batch.unit.rules import context_of, load_rules
from batch.workbook.opening import open_book

QUESTIONS: Final = "待确认.xlsx"
TEMPLATE: Final = "附表模板.xlsx"
#: where the night on the examples goes
NIGHT: Final = "试跑"


def write_draft(proposal: PackProposal, folder: Path, questions: bytes) -> None:
    """The pack, and the questions beside it. Raises OSError; FileExistsError where another pack lies."""
    head = folder / "pack.toml"
    if head.exists() and not _is_ours(head):
        raise FileExistsError(str(head))
    files = drafted_files(proposal, folder.resolve().name)
    for old in (*folder.glob("forms/*.toml"), *folder.glob("checks/*.toml"), *folder.glob("*.toml")):
        if old.relative_to(folder).as_posix() not in files and _is_ours(old):
            old.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    path = folder / QUESTIONS
    if not path.exists() or path.read_bytes() != questions:
        path.write_bytes(questions)


def _is_ours(path: Path) -> bool:
    """Whether a file of a pack was drafted."""
    return MARK in path.read_text(encoding="utf-8", errors="replace").partition("\n")[0]


def try_draft(folder: Path, examples: Path | None) -> Iterator[str]:
    """What comes of the pack, line by line in Chinese: template, blank test, a night on the examples.

    Raises RulebookError for a pack that does not load, OSError for what cannot be written.
    """
    settings = Settings(pack=str(folder), engine="local")
    rules = load_rules(context_of(settings))
    drawn = 0
    for spec in rules.forms.forms.values():
        try:
            drawn += len(
                [
                    slot
                    for slot in lay_out(spec, rules.forms, rules.forms.year).slots.values()
                    if slot.is_input
                ]
            )
        except RulebookError as error:
            yield f"“{spec.key}”的模板画不出来：{error}。请在空白表上把这几处改得与别的栏目不同，再起草一次。"
            return
    data = template_bytes(rules.forms)
    (folder / TEMPLATE).write_bytes(data)
    reading = read_forms(open_book(data, TEMPLATE), rules.forms, TEMPLATE)
    amiss = [bend for table in reading.tables for bend in table.bends if bend.check in ("F014", "F015")]
    told = (
        "都认得"
        if not amiss
        else f"有{len(amiss)}处不认得：{'、'.join(b.expected or b.found for b in amiss[:5])}"
    )
    yield f"空白模板：{folder / TEMPLATE}，要填的{drawn}格，读回来{told}。"
    if examples is not None:
        night = run_night(replace(settings, inbox=examples, outbox=folder / NIGHT), force=True)
        yield from _night(night, folder / NIGHT)


def _night(night: Night, outbox: Path) -> Iterator[str]:
    found = (outbox / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    trial = sum(json.loads(line)["status"] == "trial" for line in found)
    counts = "、".join(f"{severity.value}{night.count(severity)}条" for severity in Severity)
    yield (
        f"在样表上试跑一晚：{len(night.units)}户，{counts}；"
        f"其中提议的勾稽（试行）提示{trial}条。结果在 {outbox}。"
    )
    for name, reason in night.unprocessed[:5]:
        yield f"  {name}：{reason}"
