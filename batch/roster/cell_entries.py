"""Strict parsing of a roster cell: a date, money, a mail address, names, forms."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from batch.forms.locate.numerals import MONEY
from batch.forms.read.values import parse_number
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import PackForms

_NAMES = re.compile(r"[、,，;；/\n]+")
_MAILS = re.compile(r"[、,，;；\s]+")
_MAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_DATE = re.compile(
    r"(?P<y>20\d\d)(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})[日号]"
    r"|(?P<m3>\d\d)(?P<d3>\d\d))(?:\s*\d{1,2}:\d\d(?::\d\d)?)?"
)
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d{0,6}")
_ALL_FORMS = {"全部", "所有", "各表", "全部报表"}


def split_names(text: str) -> tuple[str, ...]:
    """The names in a cell, each once: “教育局、县教委” → ("教育局", "县教委")."""
    return tuple(dict.fromkeys(name for part in _NAMES.split(text) if (name := part.strip())))


def read_date(text: str) -> str | None:
    """A day as "2021-03-15"; None for anything that is not one day with its year."""
    found = _DATE.fullmatch("".join(text.split()))
    if not found:
        return None
    month, day = found["m"] or found["m2"] or found["m3"], found["d"] or found["d2"] or found["d3"]
    try:
        return date(int(found["y"]), int(month), int(day)).isoformat()
    except ValueError:
        return None


def read_money(text: str, unit: str) -> Decimal | None:
    """Money in 万元; `unit` is the heading's, 万元 when it states none, and one typed in the cell decides.

    None for what is no number, or a negative one.
    """
    read = parse_number(text)
    if read.kind != "number" or read.number is None or read.number < 0:
        return None
    stated = read.unit or unit or "万元"
    return read.number * MONEY[stated] / MONEY["万元"] if stated in MONEY else None


def read_score(text: str) -> Decimal | None:
    """A score from 0 to 100; None for anything else."""
    read = parse_number(text)
    fits = read.kind == "number" and read.number is not None and read.unit in ("", "分")
    return read.number if fits and read.number is not None and 0 <= read.number <= 100 else None


def read_mails(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(addresses, what is no address) of a cell that may hold several.

    A line break is how a header is slipped into a mail: nothing around one is taken for an address.
    """
    if len(text.strip().splitlines()) > 1:
        return (), (" ".join(text.split()),)
    parts = [part for part in _MAILS.split(text.strip()) if part]
    good = tuple(part for part in parts if _MAIL.fullmatch(part))
    return good, tuple(part for part in parts if part not in good)


def read_forms_due(text: str, forms: PackForms) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(keys of the pack's forms, names that are no form): “监控表、甲表” → (("监控表",), ("甲表",))."""
    by_name = _form_names(forms)
    found: dict[str, None] = {}
    unknown = []
    for name in split_names(text):
        words = normalise(name)
        if words in _ALL_FORMS:
            return (), ()
        if words in by_name:
            found[by_name[words]] = None
        else:
            unknown.append(name)
    return tuple(key for key in forms.forms if key in found), tuple(unknown)


def read_form(text: str, forms: PackForms) -> str | None:
    """The key of the form with this name, in short or in full; None for a name of no form."""
    return _form_names(forms).get(normalise(text))


def _form_names(forms: PackForms) -> dict[str, str]:
    return {
        normalise(name): key
        for key, spec in forms.forms.items()
        for name in filter(None, (key, spec.drawing.sheet, *spec.titles))
    }


def read_place(text: str, forms: PackForms) -> str | None:
    """A place as lists show it: “基础数据表！d15” → "基础数据表!D15", “D15” → "D15"; None for no cell.

    A form's official name before the cell becomes its short one.
    """
    sheet, _, ref = squeeze(text).rpartition("!")
    sheet = sheet.strip("'\"")
    if not _CELL.fullmatch(ref.upper()):
        return None
    return f"{read_form(sheet, forms) or sheet}!{ref.upper()}" if sheet else ref.upper()
