"""The pack's words for reading a written report: how people call the figures of the forms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from batch.config.expression import ExpressionError, Node, names, parse
from batch.config.rulebook import PACKS, Rulebook, RulebookError
from batch.forms.spec.labels import squeeze

#: what a figure may be of: last year's outlay, this year's budget, this year's outlay
COLUMNS = ("before", "budget", "spent")


@dataclass(frozen=True, slots=True)
class Subject:
    """Something the report states figures of, and where the forms have them."""

    name: str
    #: how reports call it, squeezed
    said: tuple[str, ...]
    #: column of COLUMNS → expressions over the forms, any of which may be meant
    values: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    #: subjects that make it up, all of them
    parts: tuple[str, ...] = ()
    #: the subject it is also given for, where nothing else belongs to that one
    stands_for: str = ""
    #: whether its parts are projects
    projects: bool = False


@dataclass(frozen=True, slots=True)
class ReportWords:
    """All words by which reports are read; empty for a pack that has none."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: parts of one classification, which cannot add up to more than their total
    classes: tuple[frozenset[str], ...] = ()
    #: "all", "own", "outside" → how staff is called
    staff: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: (as said in the report, expression over the forms): sums whose being equal is odd
    twins: tuple[tuple[str, Node], ...] = ()

    def of(self, name: str) -> tuple[str, ...]:
        """One of the lists of words, squeezed; () when the pack has none."""
        return self.lists.get(name, ())


_LISTS = {
    "titles", "budget", "spent", "other", "tail", "lead", "own", "partly", "limits", "overlap", "up", "down",
    "than_budget", "than_before", "project_ends", "whole", "scored", "year_end", "state",
}  # fmt: skip
_SUBJECT_KEYS = {"name", "said", "parts", "stands_for", "projects", *COLUMNS}


def report_words(book: Rulebook, known: frozenset[str]) -> ReportWords:
    """The section [report] of words.toml; `known` are the names of the forms' values as 表.行.栏.

    Raises RulebookError for a key, a subject or a value that means nothing.
    """
    data: dict[str, Any] = book.vocabulary.get("report", {})
    path = PACKS / book.name / "words.toml"
    for key in data:
        if key not in _LISTS | {"subject", "class", "staff", "twins"}:
            raise RulebookError(path, 0, f"[report] 里不认识的写法“{key}”")
    subjects = {}
    for entry in data.get("subject", []):
        wrong = next((key for key in entry if key not in _SUBJECT_KEYS), None)
        if wrong or "name" not in entry or "said" not in entry:
            raise RulebookError(path, 0, f"[[report.subject]] 要有 name、said，不认识“{wrong or ''}”")
        subjects[entry["name"]] = Subject(
            name=entry["name"],
            said=_squeezed(entry["said"]),
            values={
                column: tuple(_node(text, known, path) for text in entry.get(column, ()))
                for column in COLUMNS
            },
            parts=tuple(entry.get("parts", ())),
            stands_for=entry.get("stands_for", ""),
            projects=bool(entry.get("projects", False)),
        )
    for subject in subjects.values():
        for name in (*subject.parts, *filter(None, [subject.stands_for])):
            if name not in subjects:
                raise RulebookError(path, 0, f"[[report.subject]] “{subject.name}”里的“{name}”没有登记")
    return ReportWords(
        subjects=subjects,
        lists={key: _squeezed(data[key]) for key in data if key in _LISTS},
        classes=tuple(frozenset(_squeezed(entry["parts"])) for entry in data.get("class", [])),
        staff={key: _squeezed(words) for key, words in data.get("staff", {}).items()},
        twins=tuple(
            (squeeze(entry["said"]), _node(entry["value"], known, path)) for entry in data.get("twins", [])
        ),
    )


def _squeezed(words: list[str]) -> tuple[str, ...]:
    return tuple(squeeze(word) for word in words)


def _node(text: str, known: frozenset[str], path: Any) -> Node:
    try:
        node = parse(text)
    except ExpressionError as error:
        raise RulebookError(path, 0, f"[report]：{error}") from error
    for name in names(node):
        if name not in known:
            raise RulebookError(path, 0, f"[report]：“{name}”不是表里的数")
    return node
