"""Load a pack: the bureau's rulebook as data, with what it extends and what the bureau changed.

A pack is a folder of TOML. `pack.toml` names it, may extend another pack, and gives year and period;
`forms/*.toml` describe the forms, `checks/*.toml` the catalogue, `scoring.toml` the scores. A pack that
extends another says only what differs: everything is merged key by key, see batch.config.merging, after what
`remove` names was taken out. This module knows files and merging, nothing about what the data mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from batch.config.entries import (
    Entry,
    RulebookError,
    RuleMistakes,
    decoded,
    read_toml,
    told_together,
)
from batch.config.merging import changes_of, in_one_line, laid_over, only, outputs_over, tables
from batch.config.overlay import OverridePlace, overlaid
from batch.config.pack_files import OUTPUTS, PACK, PackFiles, PackFolder, read_pack, read_text
from batch.config.pack_keys import QUARTERS, PackKeys
from batch.config.removal import remove
from batch.config.schema import Located, Mistakes, Shape, decode, nearest, unknown
from batch.config.toml_text import TomlText, Where

SCORING = "scoring.toml"
CAUSES = "causes.toml"
FIGURES = "figures.toml"
EXAMPLES = "examples.toml"
WORDS = "words.toml"


@dataclass(slots=True)
class Rulebook:
    """A pack with everything it inherits, merged."""

    name: str
    title: str
    version: str
    year: int
    period: tuple[int, int]
    #: pack.toml, scoring.toml, words.toml, outputs.toml, and causes.toml without its causes
    files: dict[str, Entry] = field(default_factory=dict)
    #: by form key, in the order of the forms
    forms: dict[str, Entry] = field(default_factory=dict)
    #: by check id, in the order of the catalogue
    checks: dict[str, Entry] = field(default_factory=dict)
    #: figures.toml: by section, what the figures of a unit are made of
    figures: dict[str, Entry] = field(default_factory=dict)
    #: causes.toml: by name, which findings are one thing to do; the pack's own before what it inherits
    causes: dict[str, Entry] = field(default_factory=dict)
    #: the bureau's own names of labels: its [[alias]] tables
    aliases: list[Entry] = field(default_factory=list)
    #: what the bureau's own file changed: (check id, form and label, or 评分; key; old; new)
    changes: list[tuple[str, str, str, str]] = field(default_factory=list)
    #: how the forms print the period; "" for its months
    period_words: str = ""
    #: the monitoring period of the bureau's settings; None when they say none
    asked_period: tuple[int, int] | None = None

    @property
    def words(self) -> dict[str, Any]:
        """pack.toml: decor, notes, totals, …"""
        return self._file(PACK).data

    @property
    def scoring(self) -> dict[str, Any]:
        """scoring.toml, with what the bureau's own file changed of it."""
        return self._file(SCORING).data

    @property
    def vocabulary(self) -> dict[str, Any]:
        """words.toml: what texts are judged by."""
        return self._file(WORDS).data

    def error(self, file: str, where: Where, message: str) -> RulebookError:
        """An error in one of these files, at the pack that says it, or in the bureau's own file."""
        return self._file(file).error(message, *where)

    def tables(self, file: str, shape: type[Shape], noted: RuleMistakes, section: str = "") -> Shape:
        """One of these files, or a section of it, as its shape. Mistakes are noted, and end the reading
        here."""
        mistakes, data = Mistakes(), self._file(file).data
        keys = (
            decode(data[section], shape, mistakes, (section,)) if section else decode(data, shape, mistakes)
        )
        for mistake in mistakes.found:
            noted.found += self.error(file, mistake.where, mistake.message).mistakes
        if keys is None:
            noted.tell()
        assert keys is not None
        return keys

    def _file(self, file: str) -> Entry:
        return self.files.get(file) or Entry({}, TomlText(file, ""))


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
        book = merged_pack(files or read_pack(name), noted)
        noted.tell()
        if local is not None:
            _lay_over(book, TomlText(local.name, local.text), noted)
    return book


def merged_pack(files: PackFiles, noted: RuleMistakes) -> Rulebook:
    """A pack with what it extends. Mistakes are noted, and what they stand in is left out."""
    book = Rulebook("", "", "", 0, (1, 12))
    knows = False
    for folder in reversed(files.folders):
        knows = _extend(book, folder, noted)
    if knows and not book.year:
        noted.found += book.error(PACK, ("name",), "缺少“year”，应为年份，例如 2021").mistakes
    order = {key: n for n, key in enumerate(book.words.get("forms", ()))}
    book.forms = dict(sorted(book.forms.items(), key=lambda kv: order.get(kv[0], len(order))))
    return book


#: files of a pack beside its forms and checks
_FILES = (PACK, SCORING, WORDS, CAUSES, FIGURES, OUTPUTS, EXAMPLES)


def _extend(book: Rulebook, folder: PackFolder, noted: RuleMistakes) -> bool:
    """Lay a pack over the one it extends; whether its pack.toml could be read."""
    head = _whole(folder, PACK, noted)
    keys = None
    with noted.noting():
        keys = decoded(head, PackKeys) if head else None
    if head and keys:
        remove(book, head, noted)
        _take_head(book, keys, head)
    whole = _merge_forms(book, folder, noted)
    if head and keys:
        noted.found += _odd_words(keys, head)
    for n, key in enumerate(keys.forms if head and keys and whole else ()):
        if head and key not in book.forms:
            said = unknown(key, book.forms, "没有这张表：")
            noted.found += head.error(said, "forms", n).mistakes
    for text in folder.texts("checks"):
        with noted.noting():
            _merge_checks(book, text, noted)
    for file in (SCORING, WORDS):
        if entry := _whole(folder, file, noted):
            book.files[file] = laid_over(book.files.get(file), entry, words=file == WORDS)
    if entry := _whole(folder, OUTPUTS, noted):
        book.files[OUTPUTS] = outputs_over(book.files.get(OUTPUTS), entry)
    if entry := _whole(folder, FIGURES, noted):
        for key, table in entry.data.items():
            known = book.figures.get(key) if isinstance(table, dict) else None
            book.figures[key] = laid_over(known, Entry(table, entry.text, (key,)))
    if entry := _whole(folder, CAUSES, noted):
        _merge_causes(book, entry, noted)
    for place, _ in folder.files:
        if "/" not in place and place not in _FILES:
            noted.found.append((f"{folder.name}/{place}", 0, unknown(place, _FILES, "不认识的文件")))
    return keys is not None


def _odd_words(keys: PackKeys, head: Entry) -> Iterator[Located]:
    """What pack.toml says in vain."""
    for letter in keys.families:
        if not (len(letter) == 1 and "A" <= letter <= "Z"):
            yield from head.error(f"“{letter}”应为检查编号开头的一个大写字母", "families", letter).mistakes
    if head.data.get("forms") == []:
        said = '“forms”是空的：写出各表的先后，例如 forms = ["季报"]；不写这一行，就按文件的先后'
        yield from head.error(said, "forms").mistakes


def _merge_forms(book: Rulebook, folder: PackFolder, noted: RuleMistakes) -> bool:
    """Lay the forms of a pack over those it inherits; whether all of them could be told apart."""
    before = len(noted.found)
    own: dict[str, TomlText] = {}
    for text in folder.texts("forms"):
        with noted.noting():
            entry = Entry(read_toml(text), text)
            key = entry.data.get("key")
            if not isinstance(key, str) or not key.strip():
                raise entry.error("缺少“key”，应为表的名称", "key")
            if key in own:
                raise entry.error(f"“{key}”这张表在 {own[key].name} 里已经写过", "key")
            own[key] = text
            book.forms[key] = laid_over(book.forms.get(key), entry)
    return len(noted.found) == before


def _take_head(book: Rulebook, keys: PackKeys, head: Entry) -> None:
    """Name and round of a pack, and the words of its forms."""
    book.name, book.title, book.version = keys.name, keys.title, keys.version
    book.year = keys.year or book.year
    if isinstance(keys.period, str):
        book.period, book.period_words = QUARTERS[keys.period], keys.period
    elif "period" in head.data:
        book.period, book.period_words = keys.period, ""
    forms = {"forms": head.data.get("forms", book.words.get("forms", []))}
    merged = laid_over(book.files.get(PACK), head, words=True)
    # the order of the forms is no list of words to add to
    book.files[PACK] = replace(merged, data=merged.data | forms)


def _whole(folder: PackFolder, file: str, noted: RuleMistakes) -> Entry | None:
    """One of a pack's files; None where it has none, or one that is no TOML, which is noted."""
    text = folder.text(file)
    entries: list[Entry] = []
    with noted.noting():
        entries += [Entry(read_toml(text), text)] if text else []
    return next(iter(entries), None)


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
            book.checks[name] = laid_over(known, entry)


def _merge_causes(book: Rulebook, whole: Entry, noted: RuleMistakes) -> None:
    """Put a pack's causes before those it inherits; one of the same name is changed key by key."""
    own: dict[str, Entry] = {}
    for entry in tables(whole.text, "cause", noted):
        name = str(entry.data.get("name", ""))
        own[name] = laid_over(book.causes.get(name), entry)
    book.causes = {**own, **{name: entry for name, entry in book.causes.items() if name not in own}}
    only(("cause", "price", "words"), whole.text, noted)
    rest = {key: table for key, table in whole.data.items() if key in ("price", "words")}
    book.files[CAUSES] = laid_over(book.files.get(CAUSES), replace(whole, data=rest))


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
        data, made = overlaid(book.scoring, own, mistakes, OverridePlace((), ("scoring",)))
        book.files[SCORING] = Entry(data, text, ("scoring",), book.files.get(SCORING))
    else:
        made = []
        mistakes.add(("scoring",), "要写成 [scoring.…] 或 [[scoring.…]]，名称与 scoring.toml 相同")
    noted.found += [(*whole.place(mistake.where), f"评分：{mistake.message}") for mistake in mistakes.found]
    for change in made:
        named = change.place.named
        told = (in_one_line(change.old), in_one_line(change.new))
        book.changes.append(("评分", " ".join(map(str, named)), *told))
