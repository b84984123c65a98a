"""The made-up county: its units as county.toml describes them, and the files they send."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from batch.demo.county_figures import DemoUnit, Work, demo_pack, pages_of
from batch.demo.webpage import as_web_page
from batch.forms.read.forms import read_forms
from batch.forms.template.workbook import template_bytes
from batch.model.book import Book
from batch.model.filenames import safe_name
from batch.workbook.annotate.edit_cells import Place, Typed, type_in
from batch.workbook.read.xlsx import read_workbook

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Actor:
    """One unit of the county, and how it goes about its two nights."""

    code: str
    name: str
    works: tuple[Work, ...]
    short: str = ""
    level: str = ""
    department: str = ""
    seed: int = 0
    thrift: str = ""
    goal: str = ""
    done: str = ""
    #: when its file arrives: 1 or 2, 0 for never
    night: int = 0
    #: name of its file; "" for the one the bureau handed out
    file: str = ""
    #: on the first night the file is cut off in the middle
    broken: bool = False
    #: a file of the package that is sent instead of a made-up one
    real: str = ""
    #: a file of the package that is sent along: the written report
    report: str = ""
    #: what is typed over the right figures in what it sends first
    first: Mapping[str, Typed] = field(default_factory=dict)
    #: what it types into the marked copy, and which cells it puts right there
    second: Mapping[str, Typed] = field(default_factory=dict)
    right: tuple[str, ...] = ()
    #: check → explanation and the document it rests on; "*" for all others
    explain: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Its first file below the inbox."""
        return f"{safe_name(self.name)}/{self.file or f'{safe_name(self.name)}_{demo_pack().year}.xlsx'}"

    @property
    def corrects(self) -> bool:
        """Whether it sends its marked copy back on the second night."""
        return bool(self.second or self.right or self.explain)


@cache
def county() -> tuple[Actor, ...]:
    """All units, in the order of the roster."""
    data = tomllib.loads((_HERE / "county.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return tuple(_actor(unit) for unit in data["unit"])


def _actor(unit: dict[str, Any]) -> Actor:
    values = dict(unit)
    values["works"] = tuple(Work(**work) for work in values.pop("work"))
    values["right"] = tuple(values.get("right", ()))
    values["explain"] = {check: tuple(said) for check, said in values.get("explain", {}).items()}
    for key in ("first", "second"):
        typed = values.get(key, {})
        values[key] = {at: Decimal(what) if isinstance(what, int) else what for at, what in typed.items()}
    return Actor(**values)


def sent(actor: Actor) -> bytes:
    """What a unit sends first, mistakes included."""
    if actor.real:
        return (_HERE / "files" / actor.real).read_bytes()
    clean = _clean(actor)
    data = type_in(clean, placed(actor.first, clean, actor.path))
    if not actor.path.endswith(".xls"):
        return data
    book = read_workbook(data, actor.path)
    forms = {table.sheet for table in read_forms(book, demo_pack(), actor.path).tables}
    # what a system exports is the forms, without the sheet on how to fill them in
    return as_web_page([sheet for sheet in book.sheets if sheet.name in forms])


def report(actor: Actor) -> bytes:
    """The written report a unit sends along."""
    return (_HERE / "files" / actor.report).read_bytes()


def corrections(actor: Actor, copy: bytes) -> dict[Place, Typed]:
    """What a unit types into the forms of its marked copy."""
    clean = read_workbook(_clean(actor), "")
    cells = {(sheet.name, cell.ref): cell.raw for sheet in clean.sheets for cell in sheet.cells.values()}
    places = _places(clean)
    right: dict[str, Typed] = {at: _content(cells.get(places[at], "")) for at in actor.right}
    return placed({**right, **actor.second}, copy, actor.path)


def placed(typed: Mapping[str, Typed], data: bytes, name: str) -> dict[Place, Typed]:
    """What is typed by the cells of a workbook, found by their labels. Raises KeyError."""
    places = _places(read_workbook(data, name)) if typed else {}
    return {places[at]: what for at, what in typed.items()}


def _places(book: Book) -> dict[str, Place]:
    """Every field of a workbook by the name county.toml gives it."""
    found: dict[str, Place] = {}
    count: Counter[str] = Counter()
    for table in read_forms(book, demo_pack(), book.name).tables:
        count[table.form] += 1
        form = table.form + (str(count[table.form]) if count[table.form] > 1 else "")
        totals = {f"总分.{column}": value for column, value in table.totals.items()}
        for field_name, value in (table.fields | totals).items():
            found[f"{form}!{field_name}"] = (value.sheet, value.ref)
    return found


def _content(raw: str) -> Typed:
    return Decimal(raw) if re.fullmatch(r"-?\d+(\.\d+)?", raw) else raw


def _clean(actor: Actor) -> bytes:
    unit = DemoUnit(
        actor.name,
        actor.works,
        actor.seed,
        actor.department or "县人民政府",
        actor.thrift,
        actor.goal,
        actor.done,
    )
    return template_bytes(demo_pack(), pages=pages_of(unit))
