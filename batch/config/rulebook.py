"""Load a pack: the bureau's rulebook as data, with what it extends and what the bureau changed.

A pack is a folder of TOML. `pack.toml` names it, may extend another pack, and gives year and period;
`forms/*.toml` describe the forms, `checks/*.toml` the catalogue, `scoring.toml` the scores. A pack that
extends another says only what differs: forms are replaced by key, checks and indicators merged by id.
This module knows files and merging, nothing about what the data mean.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from batch.config.overlay import OverlayError, Override, line_of, overlaid

PACKS = Path(__file__).parents[1] / "packs"
SCORING = "scoring.toml"
CAUSES = "causes.toml"
_CALLED = {"check": "每条检查", "alias": "每个别名", "cause": "每一件"}


class RulebookError(Exception):
    """A mistake in a pack or in the bureau's own file: where it is and what to do, in Chinese."""

    def __init__(self, path: Path | str, line: int, message: str) -> None:
        self.file, self.message = Path(path).name, message
        where = f"{self.file} 第{line}行" if line else self.file
        super().__init__(f"规则文件{where}：{message}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a rule file, with the place it was written."""

    data: dict[str, Any]
    path: Path
    line: int

    def error(self, message: str) -> RulebookError:
        """An error that points at this entry."""
        return RulebookError(self.path, self.line, message)


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
    #: the lines of its own file that changed the scoring: (the new value, its place)
    own_scores: list[tuple[str, Entry]] = field(default_factory=list)
    #: the monitoring period of the bureau's settings; None when they say none
    asked_period: tuple[int, int] | None = None

    def at_own_line(self, error: RulebookError) -> RulebookError:
        """An error in the scoring, told where the bureau wrote what it is about; others as they are."""
        if error.file != SCORING or not self.own_scores:
            return error
        named = [entry for value, entry in self.own_scores if value in error.message]
        return (named or [self.own_scores[0][1]])[0].error(error.message)


@dataclass(frozen=True, slots=True)
class LocalRules:
    """The bureau's own rule file: what it says travels with it to workers that do not see its disk."""

    name: str
    text: str


def local_rules(path: Path | None) -> LocalRules | None:
    """Read the bureau's own rule file, if it has one. Raises RulebookError."""
    return LocalRules(path.name, _text(path)) if path else None


def pack_names() -> list[str]:
    """Names of the packs that come with the program."""
    return sorted(p.parent.name for p in PACKS.glob("*/pack.toml"))


def load_rulebook(name: str, local: LocalRules | None = None) -> Rulebook:
    """Load the pack `name` and lay the bureau's own rule file over it.

    Raises RulebookError when a file is missing, is not TOML, or contradicts itself.
    """
    folder = PACKS / name
    if not (folder / "pack.toml").is_file():
        raise RulebookError(name, 0, f"没有名为“{name}”的规则包，可用的有：{'、'.join(pack_names())}")
    head = _toml(folder / "pack.toml")
    book = _inherit(head)
    book.name, book.title, book.version = name, str(head.get("title", name)), str(head.get("version", ""))
    book.year = int(head.get("year", book.year))
    first, last = head.get("period", book.period)
    book.period = (int(first), int(last))
    book.words.update({k: v for k, v in head.items() if k not in {"name", "extends"}})
    for path in sorted((folder / "forms").glob("*.toml")):
        data = _toml(path)
        if "key" not in data:
            raise RulebookError(path, 1, "缺少 key（表的名称）")
        book.forms[data["key"]] = Entry(data, path, 1)
    for path in sorted((folder / "checks").glob("*.toml")):
        _merge_checks(book, path, _text(path), record=False)
    if (folder / SCORING).is_file():
        book.scoring = {**book.scoring, **_toml(folder / SCORING)}
    if (folder / CAUSES).is_file():
        _merge_causes(book, folder / CAUSES)
    if (folder / "words.toml").is_file():
        book.vocabulary = {**book.vocabulary, **_toml(folder / "words.toml")}
    if local is not None:
        _lay_over(book, Path(local.name), local.text)
    order = {key: n for n, key in enumerate(book.words.get("forms", []))}
    book.forms = dict(sorted(book.forms.items(), key=lambda kv: order.get(kv[0], len(order))))
    return book


def _inherit(head: dict[str, Any]) -> Rulebook:
    parent = head.get("extends")
    if parent:
        return load_rulebook(str(parent))
    return Rulebook("", "", "", 0, (1, 12), {})


def _lay_over(book: Rulebook, path: Path, text: str) -> None:
    """The bureau's own file: checks, names of labels, values of the scoring."""
    own = _parse(path, text)
    for key in own:
        if key not in {"check", "alias", "scoring"}:
            raise RulebookError(
                path,
                line_of(text, [key]),
                f"不认识的写法“{key}”，可以写的是 [[check]]、[[alias]] 和 [scoring]",
            )
    _merge_checks(book, path, text, record=True)
    for data in _tables(path, text, "alias"):
        also = data.get("also")
        names = [str(name) for name in also] if isinstance(also, list) else []
        entry = Entry(data, path, line_of(text, ["[[alias]]", str(data.get("label", "")), *names[:1]]))
        book.aliases.append(entry)
        place = f"{data.get('form', '')}“{data.get('label', '')}”"
        book.changes.append((place, "新增别名", "", "、".join(names)))
    if "scoring" in own:
        _lay_scores(book, path, text, own["scoring"])


def _lay_scores(book: Rulebook, path: Path, text: str, own: Any) -> None:
    """The bureau's own values of scoring.toml, which keep their names with “scoring.” before them."""
    try:
        if not isinstance(own, dict):
            raise OverlayError((), "评分要写成 [scoring.…] 或 [[scoring.…]]，名称与 scoring.toml 相同")
        book.scoring, made = overlaid(book.scoring, own)
    except OverlayError as error:
        raise RulebookError(
            path, line_of(text, ["scoring", *error.where]), f"评分：{error.message}"
        ) from error
    for change in made:
        book.changes.append(("评分", " ".join(change.where), _said(change.old), _said(change.new)))
        book.own_scores.append((_said(change.new), _place_of(change, path, text)))


def _place_of(change: Override, path: Path, text: str) -> Entry:
    return Entry({}, path, line_of(text, ["scoring", *change.where]))


def _merge_checks(book: Rulebook, path: Path, text: str, *, record: bool) -> None:
    """Add the checks of one file; an id already known is changed key by key."""
    for data in _tables(path, text, "check"):
        entry = Entry(data, path, _line_of(text, data.get("id", "")))
        if not isinstance(data.get("id"), str):
            raise entry.error("有一条检查没有编号（id）")
        known = book.checks.get(data["id"])
        if known is not None and known.path == path:
            raise entry.error(f"检查 {data['id']} 写了两次")
        if record:
            book.changes += _changes(entry, known)
        merged = data if known is None else _overlay(known.data, data)
        book.checks[data["id"]] = Entry(merged, path, entry.line)


def _merge_causes(book: Rulebook, path: Path) -> None:
    """Put a pack's causes before those it inherits; one of the same name is replaced."""
    text = _text(path)
    data = _parse(path, text)
    own: dict[str, Entry] = {}
    for table in _tables(path, text, "cause"):
        name = str(table.get("name", ""))
        own[name] = Entry(table, path, line_of(text, ["[[cause]]", name]))
    book.causes = {**own, **{name: entry for name, entry in book.causes.items() if name not in own}}
    book.prices = {**book.prices, **data.get("price", {})}
    book.cause_words = {**book.cause_words, **data.get("words", {})}


def _tables(path: Path, text: str, key: str) -> list[dict[str, Any]]:
    """The tables [[key]] of a file."""
    tables = _parse(path, text).get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RulebookError(path, 0, f"{_CALLED[key]}以 [[{key}]] 开头，注意是两层方括号")
    return tables


def _changes(entry: Entry, known: Entry | None) -> list[tuple[str, str, str, str]]:
    """What an entry of the bureau's own file changes against the pack: (id, key, old, new)."""
    data = entry.data
    if known is None:
        if not any(key in data for key in ("tie", "require", "title")):
            raise entry.error(f"没有编号为 {data['id']} 的检查，无法修改；新增的检查要写算式（tie）")
        return [(data["id"], "新增", "", str(data.get("title") or data.get("tie", "")))]
    if "reads" in data:
        raise entry.error(f"检查 {data['id']} 用到哪些项目由程序决定，reads 不能修改")
    thresholds, own = known.data.get("thresholds", {}), data.get("thresholds", {})
    for name in own if isinstance(own, dict) else ():
        if name not in thresholds:
            listed = "、".join(thresholds) or "无"
            raise entry.error(f"检查 {data['id']} 没有界限“{name}”，有的是：{listed}")
    return [
        (data["id"], key, _said(known.data.get(key)), _said(new))
        for key, new in data.items()
        if key != "id" and known.data.get(key) != new
    ]


def _said(value: Any) -> str:
    """A value of a rule file in one line."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "，".join(f"{name} {part}" for name, part in value.items())
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)


def _overlay(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """New keys win; tables such as thresholds are merged key by key."""
    merged = dict(old)
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(old.get(key), dict):
            merged[key] = {**old[key], **value}
        else:
            merged[key] = value
    return merged


def _toml(path: Path) -> dict[str, Any]:
    return _parse(path, _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(path, 0, "文件打不开，或不是UTF-8编码的文本") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _error_line(str(error))
        raise RulebookError(path, line, f"写法有误，请检查引号、等号和方括号（{error}）") from error


def _error_line(text: str) -> int:
    _, _, rest = text.partition("at line ")
    digits = rest.partition(",")[0]
    return int(digits) if digits.isdigit() else 0


def _line_of(text: str, check: str) -> int:
    """The line that names a check: TOML readers keep no positions, so it is looked up in the text."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.replace(" ", "").replace("'", '"')
        if stripped.startswith(f'id="{check}"'):
            return number
    return 0
