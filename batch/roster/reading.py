"""Read 单位名册.xlsx: correct entries are used, every incorrect one is reported by its cell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from batch.errors import in_chinese
from batch.forms.spec.spec import PackForms
from batch.model.book import Unreadable
from batch.model.limits import DEFAULT, Limits
from batch.model.reference import LastYear, RosterUnit
from batch.roster.cell_entries import read_date, read_forms_due, read_mails, split_names
from batch.roster.layout import roster_layout
from batch.roster.problems import Notebook, RosterError
from batch.roster.roster import Roster, name_key
from batch.roster.tables import RosterRow, read_rows
from batch.roster.unit_details import Details, read_details
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book

#: the sheet without which there is no roster
UNITS = "单位"
_LONGEST_NAME = 80


def read_roster(
    path: Path, forms: PackForms, limits: Limits = DEFAULT, passwords: Sequence[str] = ()
) -> Roster:
    """Read the roster in whatever format it was saved.

    Raises RosterError, in Chinese, when the file cannot be opened or has no list of units; every other
    mistake is in the roster's `problems`, and the entries that are right are used. A list without a single
    unit, as `jixiao init` makes it, gives a roster without units: as good as none.
    """
    try:
        book = open_book(path.read_bytes(), path.name, limits, passwords)
    except OSError as error:
        raise RosterError(
            f"打不开单位名册 {path}：{in_chinese(error)}。请核对文件名，文件若已打开请先关闭。"
        ) from error
    except Unreadable as error:
        raise RosterError(f"单位名册 {path.name} 无法读取：{error.reason}") from error
    recalculate(book)
    notes = Notebook(path.name)
    rows, sheets = read_rows(book, roster_layout(forms), notes)
    if UNITS not in sheets:
        raise RosterError(
            f"单位名册 {path.name} 里没有找到单位：请在“{UNITS}”页写上表头（至少要有“单位全称”）。"
        )
    entries = _units([row for row in rows if row.spec.name == UNITS], forms, notes)
    if not entries:
        notes.error(
            sheets[UNITS], "", "一个单位也没有填，按没有名册处理。", "请从表头下一行起，一个单位一行。"
        )
    units = _with_departments(entries, notes)
    units, details = read_details(units, [row for row in rows if row.spec.name != UNITS], forms, notes)
    problems = notes.in_order([sheet.name for sheet in book.sheets])
    rulings = tuple(details.rulings)
    return Roster(units, problems, _digest(units, details), details.figures, details.files, rulings)


def _digest(units: tuple[RosterUnit, ...], details: Details) -> str:
    figures: list[tuple[str, LastYear]] = sorted(details.figures.items(), key=lambda pair: pair[0])
    rulings = [(given.unit, given.ruling) for given in details.rulings]
    said = repr((units, figures, sorted(details.files.items()), rulings))
    return hashlib.sha256(said.encode()).hexdigest()


def _units(rows: list[RosterRow], forms: PackForms, notes: Notebook) -> list[tuple[RosterUnit, RosterRow]]:
    """The units with their rows. A full name that occurs twice counts once; codes and aliases are
    compared."""
    found: dict[str, tuple[RosterUnit, RosterRow]] = {}
    codes: dict[str, str] = {}
    for row in rows:
        name = row.texts.get("name", "")
        if not name_key(name):
            notes.error(row.sheet, row.ref("name"), "没有填单位全称，这一行没有读。", "请填写单位全称。")
            continue
        if len(name) > _LONGEST_NAME:
            what = f"单位全称有{len(name)}个字，不像单位名称，这一行没有读。"
            notes.error(row.sheet, row.ref("name"), what, "请只写单位全称。")
            continue
        if name_key(name) in found:
            first = _place(found[name_key(name)][1], "name")
            notes.error(
                row.sheet,
                row.ref("name"),
                f"单位全称“{name}”与{first}重复，这一行没有读。",
                "请删去多余的一行。",
            )
            continue
        found[name_key(name)] = (_unit(row, name, forms, notes), row)
        code = name_key(row.texts.get("code", ""))
        if code and code in codes:
            notes.error(
                row.sheet,
                row.ref("code"),
                f"单位编码“{row.texts['code']}”与{codes[code]}重复，这个编码暂不用来识别单位。",
                "请核对并改正其中一个。",
            )
        elif code:
            codes[code] = _place(row, "code")
    entries = list(found.values())
    _note_short_codes(entries, notes)
    _note_aliases(entries, notes)
    return entries


def _place(row: RosterRow, key: str) -> str:
    return f"“{row.sheet}”页{row.ref(key)}"


def _unit(row: RosterRow, name: str, forms: PackForms, notes: Notebook) -> RosterUnit:
    texts = row.texts
    names = split_names(texts.get("short", "")) + split_names(texts.get("former", ""))
    return RosterUnit(
        name=name,
        code=texts.get("code", ""),
        aliases=tuple(alias for alias in dict.fromkeys(names) if name_key(alias) != name_key(name)),
        department=texts.get("department", ""),
        level=texts.get("level", ""),
        contact=texts.get("contact", ""),
        phone=texts.get("phone", ""),
        mail=_mail(row, notes),
        forms_due=_forms_due(row, forms, notes),
        deadline=_deadline(row, notes),
    )


def _mail(row: RosterRow, notes: Notebook) -> str:
    cell = row.cells.get("mail")
    # as written: texts of entries come without their line breaks
    good, bad = read_mails(cell.raw if cell is not None else "")
    for part in bad:
        notes.error(
            row.sheet,
            row.ref("mail"),
            f"“{part}”不是邮箱地址，没有读。",
            "请改成 名称@域名 的写法，如 cw@example.com；几个地址写在一行里，用顿号分开。",
        )
    return ", ".join(good)


def _forms_due(row: RosterRow, forms: PackForms, notes: Notebook) -> tuple[str, ...]:
    due, unknown = read_forms_due(row.texts.get("forms", ""), forms)
    for name in unknown:
        used = "其余各表照读。" if due else "按应报全部的表处理。"
        notes.error(
            row.sheet,
            row.ref("forms"),
            f"应报表“{name}”不是规定的表名，{used}",
            f"可用的有：{'、'.join(forms.forms)}，多个用顿号隔开。",
        )
    return due


def _deadline(row: RosterRow, notes: Notebook) -> str:
    text = row.texts.get("deadline", "")
    day = read_date(text) if text else ""
    if day is None:
        notes.error(
            row.sheet, row.ref("deadline"), f"截止日期“{text}”读不出是哪一天，按统一的截止日期处理。",
            "请写明年月日，如2021-03-15。",
        )  # fmt: skip
    return day or ""


def _note_short_codes(entries: list[tuple[RosterUnit, RosterRow]], notes: Notebook) -> None:
    """Report a code stored as a number that is shorter than the others: it probably lost leading zeros."""
    longest = max((len(unit.code) for unit, row in entries if _is_text(row, "code")), default=0)
    for unit, row in entries:
        if unit.code and not _is_text(row, "code") and len(unit.code) < longest:
            notes.hint(
                row.sheet,
                row.ref("code"),
                f"单位编码“{unit.code}”是数字格式，比别的编码短，前面的0可能丢了。",
                "请把单元格设成文本格式，重新填写编码。",
            )


def _is_text(row: RosterRow, key: str) -> bool:
    cell = row.cells.get(key)
    return cell is not None and cell.raw == row.texts.get(key) and cell.kind.value == "text"


def _note_aliases(entries: list[tuple[RosterUnit, RosterRow]], notes: Notebook) -> None:
    """Report aliases that are also an alias or the full name of another unit."""
    full = {name_key(unit.name): unit.name for unit, _ in entries}
    owners: dict[str, tuple[str, str]] = {}
    for unit, row in entries:
        for alias in unit.aliases:
            key, fix = name_key(alias), "请改成只有这个单位才用的名称，或者删去。"
            column = "short" if key in map(name_key, split_names(row.texts.get("short", ""))) else "former"
            if key in full:
                notes.error(
                    row.sheet, row.ref(column), f"别名“{alias}”是另一个单位的全称，遇到它按全称识别。", fix
                )
            elif key in owners and owners[key][0] != unit.name:
                name, place = owners[key]
                what = f"别名“{alias}”与{name}（{place}）的相同，暂不用来识别单位。"
                notes.error(row.sheet, row.ref(column), what, fix)
            else:
                owners[key] = (unit.name, _place(row, column))


def _with_departments(entries: list[tuple[RosterUnit, RosterRow]], notes: Notebook) -> tuple[RosterUnit, ...]:
    """The units with 主管部门 by its full name where it is a unit of the roster; "" for their own."""
    known = Roster(tuple(unit for unit, _ in entries))
    units = []
    for unit, row in entries:
        found = known.find(code=unit.department, name=unit.department)
        if found:
            name = "" if found.unit.name == unit.name else found.unit.name
            unit = replace(unit, department=name)
        elif known.is_shared(unit.department):
            what = f"主管部门“{unit.department}”在名册里不止一个单位用，分不清是哪一个。"
            notes.error(row.sheet, row.ref("department"), what, "请改写单位全称。")
            unit = replace(unit, department="")
        elif unit.department:
            notes.hint(
                row.sheet,
                row.ref("department"),
                f"主管部门“{unit.department}”不在名册的单位里，照写的名称使用。",
                "如果它也要报送，请在名册里加一行；如果写错了，请改正。",
            )
        units.append(unit)
    return tuple(units)
