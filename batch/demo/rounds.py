"""`jixiao demo`: a folder with a small county in it, and two nights run on it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from batch.config.settings import CLERK_BOOK, ROSTER, load_settings
from batch.demo.county import Actor, corrections, county, report, sent
from batch.demo.county_figures import demo_pack
from batch.model.book import Sheet, column_letters
from batch.model.status import WAIVED
from batch.night import run_night
from batch.outputs import Night
from batch.roster.blank import roster_bytes
from batch.roster.new_file import put_new
from batch.start.folder import period_words, start_folder, text_bytes
from batch.workbook.annotate.edit_cells import AddedRows, Place, Typed, type_in
from batch.workbook.read.xlsx import read_workbook

#: when the first file of each night was saved, and how far apart they are; local time, as file times are
FIRST: Final = datetime(2021, 3, 12, 15, 0)  # noqa: DTZ001
SECOND: Final = datetime(2021, 3, 15, 9, 30)  # noqa: DTZ001
_APART: Final = timedelta(minutes=7)
_SETTINGS: Final = "jixiao.toml"
#: what the units got after the first night, kept to be looked at
KEPT: Final = "第一晚"
GUIDE: Final = "说明.txt"
#: what the clerk writes into the book between the nights: a ruling in a row of its own, by its columns, and
#: what a unit said on the phone
_RULING: Final = {
    "单位": "县实验小学",
    "核查项": "K206",
    "裁定": WAIVED,
    "理由": "上级补助下半年才下达",
    "裁定人": "绩效股",
}
_REMINDED: Final = "县农业农村局"
_REMINDER: Final = {
    "催报时间": "2021-03-13",
    "方式": "电话",
    "对方答复": "经办人出差，下周报",
    "经办人": "绩效股",
}
_PDF: Final = b"%PDF-1.4\n%\n"


class DemoError(Exception):
    """Why the demonstration cannot be made here, in Chinese."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What the two nights came to."""

    first: Night
    second: Night


def make_demo(target: Path, tell: Callable[[str], None] = lambda _text: None) -> Demo:
    """Make `target` a ready folder with a county, and run two nights on it; `tell` hears what goes on.

    File times and figures are fixed, so the nights come to the same every time. Raises DemoError when
    something lies in `target` already, OSError when it cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DemoError(f"{target} 里已经有文件。请换一个新的文件夹名，例如 {target.name}2。")
    _furnish(target)
    settings = replace(load_settings(target / _SETTINGS), engine="local")
    inbox, outbox = settings.inbox, settings.outbox
    tell("第一晚：各单位送来报表，有的填错、有的传坏、有的没到……")
    for number, actor in enumerate(_arriving(1)):
        data = sent(actor)
        _save(inbox / actor.path, data[: len(data) // 2] if actor.broken else data, FIRST, number)
        if actor.report:
            _save((inbox / actor.path).with_name(actor.report), report(actor), FIRST, number)
    _save(inbox / "县统计局" / "情况说明（盖章扫描）.pdf", _PDF, FIRST, 1)
    first = run_night(settings)
    for folder, copy in ((inbox, "收件箱"), (outbox, "发件箱")):
        shutil.copytree(folder, target / KEPT / copy, ignore=shutil.ignore_patterns(".jixiao"))
    (target / CLERK_BOOK).write_bytes(_noted((target / CLERK_BOOK).read_bytes()))
    tell("第二晚：单位在批注件上改错、写说明，迟到的补报……")
    for number, actor in enumerate(_arriving(2)):
        path, data = actor.path, sent(actor)
        if actor.corrects:
            # the copy replaces what was sent before; that of an old format has another ending
            (inbox / path).unlink()
            path = path.rpartition(".")[0] + ".xlsx"
            data = _corrected(actor, (outbox / "批注" / path).read_bytes())
        _save(inbox / path, data, SECOND, number)
    second = run_night(settings)
    return Demo(first, second)


def _furnish(target: Path) -> None:
    """Roster and settings of the county, then all that `jixiao init` makes."""
    settings = text_bytes(_SETTINGS, period_words(demo_pack()))
    for key in (b"deadline", b"contact"):
        settings = settings.replace(b"# " + key, key)
    put_new(target / _SETTINGS, settings)
    put_new(target / ROSTER, _roster())
    put_new(target / GUIDE, _guide())
    start_folder(target)


def _guide() -> bytes:
    text = (Path(__file__).parent / "files" / GUIDE).read_text(encoding="utf-8")
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def _roster() -> bytes:
    units = [
        {
            "code": actor.code,
            "name": actor.name,
            "short": actor.short,
            "department": actor.department,
            "level": actor.level,
            "contact": "财务室",
            "phone": "0000-0000000",
        }
        for actor in county()
    ]
    projects = [{"unit": actor.name, "project": work.name} for actor in county() for work in actor.works]
    return roster_bytes(demo_pack(), {"单位": units, "项目": projects})


def _arriving(night: int) -> list[Actor]:
    """Whose files come on a night: new ones, sound ones for broken ones, and marked copies."""
    if night == 1:
        return [actor for actor in county() if actor.night == 1]
    return [actor for actor in county() if actor.night == 2 or actor.broken or actor.corrects]


def _save(path: Path, data: bytes, since: datetime, number: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment = (since + number * _APART).timestamp()
    os.utime(path, (moment, moment))


def _noted(book: bytes) -> bytes:
    """The clerk's book after the clerk worked on it."""
    sheets = {sheet.name: sheet for sheet in read_workbook(book, "").sheets}
    rulings, reminders = sheets["裁定"], sheets["催报"]
    row = max(row for row, _ in rulings.cells) + 1
    (rung,) = (cell.row for cell in reminders.cells.values() if cell.raw == _REMINDED)
    typed = _in_row(rulings, row, _RULING) | _in_row(reminders, rung, _REMINDER)
    return type_in(book, typed, added=AddedRows(dict.fromkeys(typed, "input")))


def _in_row(sheet: Sheet, row: int, cells: Mapping[str, str]) -> dict[Place, Typed]:
    """Where the cells of a row are, by the headings in the first one."""
    columns = {cell.raw: col for (at, col), cell in sheet.cells.items() if at == 1}
    return {(sheet.name, f"{column_letters(columns[key])}{row}"): text for key, text in cells.items()}


def _corrected(actor: Actor, copy: bytes) -> bytes:
    """The marked copy after the unit worked on it."""
    typed = corrections(actor, copy)
    for sheet in read_workbook(copy, "").sheets:
        if sheet.name == "说明填写":
            typed |= _explanations(actor, sheet)
    return type_in(copy, typed)


def _explanations(actor: Actor, sheet: Sheet) -> dict[Place, Typed]:
    """Where a unit writes what: a row for each finding, known by the number in its second column."""
    heads = {cell.raw: cell for cell in sheet.cells.values()}
    number, said, basis = (heads[word] for word in ("编号", "单位说明", "依据文号"))
    typed: dict[Place, Typed] = {}
    for (row, col), cell in sheet.cells.items():
        words = actor.explain.get(cell.raw, actor.explain.get("*"))
        if col == number.col and row > number.row and words:
            for column, text in zip((said.col, basis.col), words, strict=True):
                typed[sheet.name, f"{column_letters(column)}{row}"] = text
    return typed
