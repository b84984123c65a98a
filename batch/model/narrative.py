"""A written report as submitted: paragraphs and tables, uninterpreted."""

from __future__ import annotations

from dataclasses import dataclass

#: endings of files that may be written reports
REPORTS = (".docx", ".txt")
#: the rows of a table of the text, each the texts of its cells
TextTable = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Narrative:
    """One report. Its paragraphs are numbered from 1, blank ones not counted."""

    #: path relative to the inbox, with forward slashes
    file: str
    paragraphs: tuple[str, ...]
    tables: tuple[TextTable, ...] = ()

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.file.rpartition("/")[2]
