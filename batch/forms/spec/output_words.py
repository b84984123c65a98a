"""The pack's words on what goes out: [words] of outputs.toml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from msgspec import field

from batch.config.entries import RuleMistakes
from batch.config.pack_files import OUTPUTS
from batch.config.rulebook import Rulebook
from batch.config.schema import Keys, Words

#: what a title says of the year, and in brackets
_WITHOUT = re.compile(r"（[^（）]*）|\([^()]*\)|\d{4}年度?")


@dataclass(frozen=True, slots=True)
class OutputWords:
    """How this year's work is called on what goes out, and what the template says about filling it in."""

    #: 绩效自评: what titles, subjects and names of files are made of
    work: str = "绩效自评"
    #: what units send in
    reports: str = "绩效自评表"
    #: of the template: the title of the cover, and the text of 填表说明
    cover: str = "绩效自评报表"
    guide: str = ""
    #: what the template says at a cell for a number of people or things
    count: str = "填整数。"
    #: whom to ask at the bureau, where no name and number are given
    clerk: str = "经办人"
    #: how a spot check names the unit as a whole, beside its projects
    whole: str = "整体"
    #: the field that examples name, 表.行.栏; "" for the first amount of the first form
    example: str = ""

    def title(self, year: int, what: str) -> str:
        """The title of an output: 2020年度绩效自评单位总表."""
        return f"{year}年度{self.work}{what}"


class _WordKeys(Keys):
    """[words]: how this year's work is called on what goes out."""

    work: str = ""
    reports: str = ""
    cover: str = ""
    guide: str = ""
    count: Words = "填整数。"
    clerk: Words = "经办人"
    whole: Words = "整体"
    example: str = ""


class _OutputKeys(Keys):
    """outputs.toml; [rollup] is read by itself."""

    words: _WordKeys = field(default_factory=_WordKeys)
    rollup: Any = None


def output_words(book: Rulebook, noted: RuleMistakes) -> OutputWords:
    """The words as the pack writes them; what it leaves open follows from its title."""
    keys = book.tables(OUTPUTS, _OutputKeys, noted).words
    work = keys.work.strip() or _WITHOUT.sub("", book.title).strip() or book.title
    reports = keys.reports or f"{work.removesuffix('表')}表"
    return OutputWords(
        work,
        reports,
        keys.cover or work,
        keys.guide,
        keys.count,
        keys.clerk,
        keys.whole,
        keys.example,
    )
