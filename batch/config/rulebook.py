"""Load a pack: the bureau's rulebook as data, with what it extends and what the bureau changed.

A pack is a folder of TOML. `pack.toml` names it, may extend another pack, and gives year and period;
`forms/*.toml` describe the forms, `checks/*.toml` the catalogue, `scoring.toml` the scores. A pack that
extends another says only what differs: forms are replaced by key, checks and indicators merged by id.
This module knows files and merging, nothing about what the data mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta

from batch.config.entries import (
    Entry,
    RulebookError,
    RuleMistakes,
    decoded,
    read_toml,
    told_together,
)
from batch.config.merging import changes_of, in_one_line, laid_over, only, tables
from batch.config.overlay import OverridePlace, overlaid
from batch.config.pack_files import PACK, PackFiles, PackFolder, read_pack, read_text
from batch.config.schema import Keys, Mistakes, Shape, Words, decode, nearest, shown, unknown
from batch.config.toml_text import TomlText, Where

SCORING = "scoring.toml"
CAUSES = "causes.toml"
FIGURES = "figures.toml"
EXAMPLES = "examples.toml"
WORDS = "words.toml"


class _SharedSumKeys(Keys):
    """[[same_sum]], [[part_sum]]: two fields, each as 表.行.栏."""

    one: Words
    other: Words
    name: str = ""


class _NoProjectsKeys(Keys):
    """[no_projects]: fields, each as 表.行.栏."""

    filled: Words
    zero: tuple[Words, ...]


class _PackKeys(Keys):
    """pack.toml: the pack's name and round, and words that all its forms share."""

    name: Words
    title: Words
    version: str = ""
    extends: str = ""
    year: Annotated[int, Meta(ge=2000, le=2100, description="年份，例如 2021")] = 0
    period: Annotated[
        tuple[Annotated[int, Meta(ge=1, le=12)], Annotated[int, Meta(ge=1, le=12)]],
        Meta(description="起止两个月份，例如 [1, 6]"),
    ] = (1, 12)
    forms: tuple[str, ...] = ()
    decor: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    subtotals: tuple[str, ...] = ()
    blank_rows: tuple[str, ...] = ()
    part_rows: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    same_sum: tuple[_SharedSumKeys, ...] = ()
    part_sum: tuple[_SharedSumKeys, ...] = ()
    no_projects: _NoProjectsKeys | None = None


@dataclass(slots=True)
class Rulebook:
    """A pack with everything it inherits, merged."""

    name: str
    title: str
    version: str
    year: int
    period: tuple[int, int]
    #: pack.toml's own words: decor, notes, totals, …
    words: dict[str, Any]
    #: by form key, in the order of the forms
    forms: dict[str, Entry] = field(default_factory=dict)
    #: by check id, in the order of the catalogue
    checks: dict[str, Entry] = field(default_factory=dict)
    scoring: dict[str, Any] = field(default_factory=dict)
    #: figures.toml: by section, what the figures of a unit are made of
    figures: dict[str, Entry] = field(default_factory=dict)
    #: causes.toml: by name, which findings are one thing to do; the pack's own before what it inherits
    causes: dict[str, Entry] = field(default_factory=dict)
    #: causes.toml: prices of corrections and words for causes
    prices: dict[str, Any] = field(default_factory=dict)
    cause_words: dict[str, str] = field(default_factory=dict)
    #: words.toml: what texts are judged by
    vocabulary: dict[str, Any] = field(default_factory=dict)
    #: the bureau's own names of labels: its [[alias]] tables
    aliases: list[Entry] = field(default_factory=list)
    #: what the bureau's own file changed: (check id, form and label, or 评分; key; old; new)
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)
    #: what of the scoring its own file changed: (where by names, the place there)
    own_scores: list[tuple[Where, Entry]] = field(default_factory=list)
    #: file and key at its top → the text it comes from
    texts: dict[tuple[str, str], TomlText] = field(default_factory=dict)
    #: the monitoring period of the bureau's settings; None when they say none
    asked_period: tuple[int, int] | None = None

    def error(self, file: str, where: Where, message: str) -> RulebookError:
        """An error in scoring.toml, words.toml, causes.toml or pack.toml, at the pack that says it.

        What the bureau's own file changed of the scoring is told there.
        """
        return RulebookError(*self._place(file, where), message)

    def tables(self, file: str, data: Mapping[str, Any], shape: type[Shape], noted: RuleMistakes) -> Shape:
        """The merged tables of such a file as their shape. Mistakes are noted, and end the reading here."""
        mistakes = Mistakes()
        keys = decode(data, shape, mistakes)
        for mistake in mistakes.found:
            noted.found += self.error(file, mistake.where, mistake.message).mistakes
        if keys is None:
            noted.tell()
        assert keys is not None
        return keys

    def _place(self, file: str, where: Where) -> tuple[str, int]:
        named = self._by_names(where)
        for changed, entry in self.own_scores if file == SCORING and where else ():
            if changed[: len(named)] == named or named[: len(changed)] == changed:
                return entry.place(())
        text = self.texts.get((file, str(where[0]))) if where else None
        return (text.name, text.line(where)) if text else (file, 0)

    def _by_names(self, where: Where) -> Where:
        """The same place in the scoring with tables by their names instead of their numbers."""
        found: Any = self.scoring
        path: list[str | int] = []
        for part in where:
            try:
                found = found[part]
            except (LookupError, TypeError):
                found = None
            named = isinstance(part, int) and isinstance(found, dict)
            path.append(str(found.get("name", found.get("word", part))) if named else part)
        return tuple(path)


@dataclass(frozen=True, slots=True)
class LocalRules:
    """The bureau's own rule file: what it says travels with it to workers that do not see its disk."""

    name: str
    text: str


def local_rules(path: Path | None) -> LocalRules | None:
    """Read the bureau's own rule file, if it has one. Raises RulebookError."""
    return LocalRules(path.name, read_text(path, path.name)) if path else None


def load_rulebook(
    name: str,
    local: LocalRules | None = None,
    mistakes: RuleMistakes | None = None,
    files: PackFiles | None = None,
) -> Rulebook:
    """Load the pack `name` and lay the bureau's own rule file over it.

    `files`: the pack's, where they were read before. `mistakes`: the caller's collection for what is wrong
    but leaves something to go on with. Raises RulebookError when a file is missing, is not TOML, or
    contradicts itself.
    """
    with told_together(mistakes) as noted:
        book = Rulebook("", "", "", 0, (1, 12), {})
        for folder in reversed((files or read_pack(name)).folders):
            _extend(book, folder, noted)
        if not book.year:
            raise book.error(PACK, ("name",), "缺少“year”，应为年份，例如 2021")
        noted.tell()
        if local is not None:
            _lay_over(book, TomlText(local.name, local.text), noted)
        order = {key: n for n, key in enumerate(book.words.get("forms", []))}
        book.forms = dict(sorted(book.forms.items(), key=lambda kv: order.get(kv[0], len(order))))
    return book


def _extend(book: Rulebook, folder: PackFolder, noted: RuleMistakes) -> None:
    """Lay a pack over the one it extends."""
    text = folder.text(PACK)
    assert text is not None
    head = Entry(read_toml(text), text)
    keys = decoded(head, _PackKeys)
    book.name, book.title, book.version = keys.name, keys.title, keys.version
    book.year = keys.year or book.year
    if "period" in head.data:
        book.period = keys.period
    book.words.update({k: v for k, v in head.data.items() if k not in {"name", "extends"}})
    book.texts.update({(PACK, key): text for key in head.data})
    for text in folder.texts("forms"):
        entry = Entry(read_toml(text), text)
        key = entry.data.get("key")
        if isinstance(key, str) and key.strip():
            book.forms[key] = entry
        else:
            noted.found += entry.error("缺少“key”，应为表的名称", "key").mistakes
    # what follows from a form or check that cannot be told apart is not told as well
    noted.tell()
    for n, key in enumerate(keys.forms):
        if key not in book.forms:
            said = unknown(key, book.forms, "没有这张表：")
            noted.found += head.error(said, "forms", n).mistakes
    for text in folder.texts("checks"):
        _merge_checks(book, text, noted)
    for file, merged in ((SCORING, book.scoring), (WORDS, book.vocabulary)):
        if text := folder.text(file):
            data = read_toml(text)
            merged.update(data)
            book.texts.update({(file, key): text for key in data})
    if text := folder.text(FIGURES):
        book.figures |= {key: Entry(table, text, (key,)) for key, table in read_toml(text).items()}
    if text := folder.text(CAUSES):
        _merge_causes(book, text, noted)


def _merge_checks(book: Rulebook, text: TomlText, noted: RuleMistakes, *, own: bool = False) -> None:
    """Add the checks of one file; an id already known is changed key by key. `own`: changes are recorded."""
    if not own:
        only(("check",), text, noted)
    for entry in tables(text, "check", noted):
        with noted.noting():
            name = entry.data.get("id")
            if not isinstance(name, str):
                raise entry.error("有一条检查没有编号（id）", nearest("id", entry.data))
            known = book.checks.get(name)
            if known is not None and known.text == text:
                raise entry.error(f"检查 {name} 写了两次", "id")
            if own:
                book.changes += changes_of(entry, known)
            book.checks[name] = entry if known is None else laid_over(known, entry)


def _merge_causes(book: Rulebook, text: TomlText, noted: RuleMistakes) -> None:
    """Put a pack's causes before those it inherits; one of the same name is replaced."""
    own = {str(entry.data.get("name", "")): entry for entry in tables(text, "cause", noted)}
    book.causes = {**own, **{name: entry for name, entry in book.causes.items() if name not in own}}
    only(("cause", "price", "words"), text, noted)
    data = read_toml(text)
    for key, merged in (("price", book.prices), ("words", book.cause_words)):
        found = data.get(key, {})
        if isinstance(found, dict):
            merged.update(found)
        else:
            said = f"“{key}”应写成 [{key}] 一节，现为{shown(found)}"
            noted.found.append((text.name, text.line((key,)), said))
    book.texts.update({(CAUSES, key): text for key in data})


def _lay_over(book: Rulebook, text: TomlText, noted: RuleMistakes) -> None:
    """The bureau's own file: checks, names of labels, values of the scoring."""
    own = read_toml(text)
    only(("check", "alias", "scoring"), text, noted)
    _merge_checks(book, text, noted, own=True)
    for entry in tables(text, "alias", noted):
        also = entry.data.get("also")
        names = "、".join(map(str, also)) if isinstance(also, list) else ""
        place = f"{entry.data.get('form', '')}“{entry.data.get('label', '')}”"
        book.aliases.append(entry)
        book.changes.append((place, "新增别名", "", names))
    if "scoring" in own:
        _lay_scores(book, text, own["scoring"], noted)


def _lay_scores(book: Rulebook, text: TomlText, own: Any, noted: RuleMistakes) -> None:
    """The bureau's own values of scoring.toml, which keep their names with “scoring.” before them."""
    whole = Entry({}, text)
    mistakes = Mistakes()
    if isinstance(own, dict):
        book.scoring, made = overlaid(book.scoring, own, mistakes, OverridePlace((), ("scoring",)))
    else:
        made = []
        mistakes.add(("scoring",), "要写成 [scoring.…] 或 [[scoring.…]]，名称与 scoring.toml 相同")
    noted.found += [(*whole.place(mistake.where), f"评分：{mistake.message}") for mistake in mistakes.found]
    for change in made:
        named = change.place.named
        told = (in_one_line(change.old), in_one_line(change.new))
        book.changes.append(("评分", " ".join(map(str, named)), *told))
        book.own_scores.append((named, Entry({}, text, change.place.where)))
