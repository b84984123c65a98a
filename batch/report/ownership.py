"""Which unit a report belongs to, and whether a document is a report at all: folders hold other documents
too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from batch.forms.spec.labels import squeeze
from batch.forms.spec.report_words import ReportWords
from batch.model.form import Submission
from batch.model.narrative import Narrative

NO_REPORT = "不是Excel文件，也不是单位的自评报告，未处理"
NOBODYS = "是自评报告，但没有找到它所属单位的报表，未核对；请与报表放在同一文件夹里，文件名写明单位"
#: reasons that are told, and are no failure: nothing was sent that should have been read
TOLD_ONLY = (NO_REPORT, NOBODYS)
#: paragraphs among which the title stands, and the longest one may be
_FIRST, _TITLE = 6, 60
#: a file's name up to its first number or sign: what it begins like
_HEAD = re.compile(r"[^\d_\-—（(【\[.,，、\s]+")
_LEAST = 4


def is_report(narrative: Narrative, words: ReportWords) -> bool:
    """Whether the file's name or first lines call it the report on the unit's overall outlay."""
    lines = [line for paragraph in narrative.paragraphs[:_FIRST] for line in (squeeze(paragraph),)]
    # a title may be broken over two lines
    said = [_stem(narrative.file), *(line for line in lines if len(line) <= _TITLE), "".join(lines[:3])]
    return any(title in text for text in said for title in words.of("titles"))


def attach(narratives: Sequence[Narrative], submissions: Sequence[Submission]) -> list[str]:
    """Add each report to the submission it belongs to; returns the files that belong to none."""
    nobodys: list[str] = []
    units = {squeeze(sent.unit): sent for sent in submissions}
    for narrative in narratives:
        if len(submissions) == 1:
            owner: str | None = next(iter(units))
        else:
            owner = owner_of(narrative.file, {name: sent.files for name, sent in units.items()})
        if owner is None:
            nobodys.append(narrative.file)
        else:
            units[owner].reports.append(narrative)
    return nobodys


def owner_of(file: str, units: Mapping[str, Iterable[str]]) -> str | None:
    """The unit named in a report's file name; `units` are their files by their squeezed names.

    The name contains the unit's, or begins like the name of one of its workbooks. None unless exactly one
    matches.
    """
    name = _stem(file)
    named = [unit for unit in units if unit and unit in name]
    if named:
        longest = max(map(len, named))
        found = [unit for unit in named if len(unit) == longest]
    else:
        found = [unit for unit, files in units.items() if any(_begins_like(name, other) for other in files)]
    return found[0] if len(found) == 1 else None


def _begins_like(name: str, other: str) -> bool:
    head = _HEAD.match(_stem(other))
    return head is not None and len(head[0]) >= _LEAST and name.startswith(head[0])


def _stem(file: str) -> str:
    return squeeze(file.rpartition("/")[2].rpartition(".")[0])
