"""Take out of a pack what the pack that extends it does not want: `remove` of pack.toml.

Each entry names one thing: forms.监控表, checks.K206 or checks.K* for a family, causes.漏填,
figures.monitoring, scoring.grade.中, words.guides.封面. What rests on a removed form or check goes with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, Protocol

from batch.config.entries import Entry, RuleMistakes
from batch.config.pack_files import OUTPUTS
from batch.config.schema import unknown

_KINDS = ("forms", "checks", "causes", "figures", "scoring", "words")
#: keys that name a form
_FORMS = ("form", "needs")
#: whether a text under a key names what is removed
NamesIt = Callable[[str, str], bool]
#: the keys of a check that say what it is about
_ABOUT = ("form", "needs", "tie", "when", "require", "say", "at", "zero")


class Inherited(Protocol):
    """What a pack inherits; see batch.config.rulebook.Rulebook."""

    files: dict[str, Entry]
    forms: dict[str, Entry]
    checks: dict[str, Entry]
    figures: dict[str, Entry]
    causes: dict[str, Entry]

    @property
    def words(self) -> dict[str, Any]:
        """pack.toml"""

    @property
    def scoring(self) -> dict[str, Any]:
        """scoring.toml"""

    @property
    def vocabulary(self) -> dict[str, Any]:
        """words.toml"""


def remove(book: Inherited, head: Entry, noted: RuleMistakes) -> None:
    """Take out of what was inherited what `head`, a pack.toml, does not want; unknown names are noted."""
    forms, checks = set(book.forms), set(book.checks)
    for n, named in enumerate(head.data.get("remove", ())):
        kind, _, name = named.partition(".")
        said = _one(book, kind, name) if kind in _KINDS else unknown(kind, _KINDS)
        if said:
            noted.found += head.error(f"remove 里的“{named}”：{said}", "remove", n).mistakes
    for form in forms - set(book.forms):
        _without_form(book, form)
    if gone := checks - set(book.checks):
        _without_checks(book, gone)


def _one(book: Inherited, kind: str, name: str) -> str:
    """Take out one thing; what is wrong with its name, "" for nothing."""
    if kind == "words":
        return "" if _taken(book.vocabulary, name) or _taken(book.words, name) else f"没有“{name}”"
    if kind == "scoring":
        return "" if _taken(book.scoring, name) else f"没有“{name}”"
    known: dict[str, Entry] = getattr(book, kind)
    found = [key for key in known if fnmatchcase(key, name)] if kind == "checks" else [name]
    if not found or found[0] not in known:
        return unknown(name, known, "没有")
    for key in found:
        del known[key]
    return ""


def _taken(table: Any, name: str) -> bool:
    """Take the entry that a dotted name leads to out of a table, in which lists are entered by names."""
    for key in (name, name.partition(".")[0]):
        rest = name[len(key) + 1 :]
        if isinstance(table, dict) and key in table:
            if rest:
                return _taken(table[key], rest)
            del table[key]
            return True
        if isinstance(table, list):
            for n, entry in enumerate(table):
                called = entry.get("name", entry.get("word")) if isinstance(entry, dict) else entry
                if called == key:
                    if rest:
                        return _taken(entry, rest)
                    del table[n]
                    return True
    return False


def _without_form(book: Inherited, form: str) -> None:
    """Take out what names a form that is gone."""
    word = re.compile(rf"(?<![\w.]){re.escape(form)}\.")

    def names_it(key: str, text: str) -> bool:
        return word.search(text) is not None or (text == form and key in _FORMS)

    for identity, check in list(book.checks.items()):
        kept = _pruned(check.data, names_it, whole=True)
        reads_nothing = check.data.get("reads") and not kept["reads"]
        if reads_nothing or any(_mentions(key, check.data.get(key), names_it) for key in _ABOUT):
            del book.checks[identity]
        else:
            book.checks[identity] = replace(check, data=kept)
    for key, spec in book.forms.items():
        if spec.data.get("instead_of") == form:
            book.forms[key] = replace(spec, data={**spec.data, "instead_of": ""})
    values = {name for entry in book.figures.values() for name in entry.data}
    figures = {figure["name"] for figure in book.scoring.get("figure", ())}
    for entries in (book.figures, book.files):
        for key, entry in list(entries.items()):
            if entry.data.get("form") == form:
                del entries[key]
            else:
                # of what is shown each part stands by itself
                whole = key != OUTPUTS
                entries[key] = replace(entry, data=_pruned(entry.data, names_it, whole=whole))
    # of what is made of figures, as in [money], that goes which has none left
    lost = values - {name for entry in book.figures.values() for name in entry.data}
    for section, entry in book.figures.items():
        left = _pruned(entry.data, lambda _, text: text in lost, whole=True)
        book.figures[section] = replace(entry, data=left)
    gone = figures - {figure["name"] for figure in book.scoring.get("figure", ())}
    if "metric" in book.scoring:
        book.scoring["metric"] = [
            metric for metric in book.scoring["metric"] if metric.get("figure", metric["name"]) not in gone
        ]


def _without_checks(book: Inherited, gone: Collection[str]) -> None:
    """Take out what names checks that are gone: K206, or a threshold of it."""

    def names_one(_: str, text: str) -> bool:
        return text.partition(".")[0] in gone

    for name, cause in list(book.causes.items()):
        book.causes[name] = replace(cause, data=_pruned(cause.data, names_one))
        if not book.causes[name].data.get("checks"):
            del book.causes[name]
    for file, entry in book.files.items():
        book.files[file] = replace(entry, data=_pruned(entry.data, names_one))
    for section, entry in book.figures.items():
        book.figures[section] = replace(entry, data=_pruned(entry.data, names_one, whole=True))


def _mentions(key: str, value: Any, names_it: NamesIt) -> bool:
    if isinstance(value, str):
        return names_it(key, value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_mentions(key, part, names_it) for part in parts)


def _pruned(table: Mapping[str, Any], names_it: NamesIt, *, whole: bool = False) -> dict[str, Any]:
    """A table without what names the thing: values, entries of lists, tables in lists.

    `whole`: sections in it that name the thing, or have lists of nothing else, go as a whole.
    """
    kept: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            left = _pruned(value, names_it, whole=whole)
            emptied = any(value[one] and not left.get(one) for one in value if isinstance(value[one], list))
            if not (whole and (emptied or _says(value, names_it))):
                kept[key] = left
        elif isinstance(value, list):
            kept[key] = [
                _pruned(part, names_it, whole=whole) if isinstance(part, dict) else part
                for part in value
                if not (_says(part, names_it) if isinstance(part, dict) else _mentions(key, part, names_it))
            ]
        elif not names_it("form", key) and not (isinstance(value, str) and names_it(key, value)):
            kept[key] = value
    return kept


def _says(table: Mapping[str, Any], names_it: NamesIt) -> bool:
    return any(isinstance(value, str) and names_it(key, value) for key, value in table.items())
