"""The pack's words for the written report: how the figures of the forms are called in prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import asdict

from batch.config.entries import RuleMistakes, told_together
from batch.config.expression import ExpressionError, Node, names, parse_expression
from batch.config.rulebook import WORDS, Rulebook
from batch.config.schema import Keys, Mistake, Words, unknown
from batch.config.toml_text import Where
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


class _SubjectKeys(Keys):
    """[[report.subject]]; what the keys mean is said at Subject."""

    name: Words
    said: tuple[Words, ...]
    parts: tuple[str, ...] = ()
    stands_for: str = ""
    projects: bool = False
    before: tuple[str, ...] = ()
    budget: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()


class _ClassKeys(Keys):
    """[[report.class]]"""

    parts: tuple[Words, ...]


class _TwinKeys(Keys):
    """[[report.twins]]"""

    said: Words
    value: Words


class _StaffKeys(Keys):
    """[report.staff]"""

    all: tuple[Words, ...] = ()
    own: tuple[Words, ...] = ()
    outside: tuple[Words, ...] = ()


class _ReportKeys(Keys):
    """[report] of words.toml: tables, and lists of words."""

    subject: tuple[_SubjectKeys, ...] = ()
    classes: tuple[_ClassKeys, ...] = msgspec.field(name="class", default=())
    twins: tuple[_TwinKeys, ...] = ()
    staff: _StaffKeys | None = None
    titles: tuple[Words, ...] = ()
    budget: tuple[Words, ...] = ()
    spent: tuple[Words, ...] = ()
    other: tuple[Words, ...] = ()
    tail: tuple[Words, ...] = ()
    lead: tuple[Words, ...] = ()
    own: tuple[Words, ...] = ()
    partly: tuple[Words, ...] = ()
    limits: tuple[Words, ...] = ()
    overlap: tuple[Words, ...] = ()
    up: tuple[Words, ...] = ()
    down: tuple[Words, ...] = ()
    than_budget: tuple[Words, ...] = ()
    than_before: tuple[Words, ...] = ()
    project_ends: tuple[Words, ...] = ()
    whole: tuple[Words, ...] = ()
    scored: tuple[Words, ...] = ()
    year_end: tuple[Words, ...] = ()
    state: tuple[Words, ...] = ()


_NO_LISTS = frozenset({"subject", "class", "twins", "staff"})


def report_words(book: Rulebook, known: frozenset[str], mistakes: RuleMistakes | None = None) -> ReportWords:
    """The section [report] of words.toml; `known` are the names of the forms' values as 表.行.栏.

    Raises RulebookError for a key, a subject or a value that means nothing.
    """
    data = book.vocabulary.get("report")
    if data is None:
        return ReportWords()
    with told_together(mistakes) as noted:
        keys = book.tables(WORDS, _ReportKeys, noted, "report")
        for wrong in _wrong(keys, known):
            noted.found += book.error(WORDS, ("report", *wrong.where), wrong.message).mistakes
        if noted.found:
            return ReportWords()
    subjects = {
        subject.name: Subject(
            name=subject.name,
            said=_squeezed(subject.said),
            values={column: tuple(map(parse_expression, getattr(subject, column))) for column in COLUMNS},
            parts=subject.parts,
            stands_for=subject.stands_for,
            projects=subject.projects,
        )
        for subject in keys.subject
    }
    staff = asdict(keys.staff) if keys.staff else {}
    return ReportWords(
        subjects=subjects,
        lists={key: _squeezed(words) for key, words in data.items() if key not in _NO_LISTS},
        classes=tuple(frozenset(_squeezed(one.parts)) for one in keys.classes),
        staff={key: _squeezed(words) for key, words in staff.items() if words},
        twins=tuple((squeeze(twin.said), parse_expression(twin.value)) for twin in keys.twins),
    )


def _squeezed(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(squeeze(word) for word in words)


def _wrong(keys: _ReportKeys, known: frozenset[str]) -> Iterator[Mistake]:
    """Subjects that are not there, and values the forms do not have."""
    names_of = [subject.name for subject in keys.subject]
    for n, subject in enumerate(keys.subject):
        at: Where = ("subject", n)
        for m, name in enumerate(subject.parts):
            if name not in names_of:
                yield Mistake((*at, "parts", m), unknown(name, names_of, "没有登记："))
        if subject.stands_for and subject.stands_for not in names_of:
            yield Mistake((*at, "stands_for"), unknown(subject.stands_for, names_of, "没有登记："))
        for column in COLUMNS:
            for m, text in enumerate(getattr(subject, column)):
                yield from _wrong_value(text, known, (*at, column, m))
    for n, twin in enumerate(keys.twins):
        yield from _wrong_value(twin.value, known, ("twins", n, "value"))


def _wrong_value(text: str, known: frozenset[str], where: Where) -> Iterator[Mistake]:
    try:
        used = names(parse_expression(text))
    except ExpressionError as error:
        yield Mistake(where, str(error))
        return
    for name in used:
        if name not in known:
            yield Mistake(where, f"“{name}”不是表里的数")
