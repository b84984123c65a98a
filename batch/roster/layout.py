"""The layout of 单位名册.xlsx: sheets and columns from layout.toml and the pack's forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from msgspec.structs import asdict

from batch.config.entries import Entry, decoded, read_toml
from batch.config.schema import Keys, Words
from batch.config.toml_text import TomlText
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import Field, PackForms

#: signs with which people mark a column as one that must be filled in
_MARKED = re.compile(r"^\*+|\*+$|\((?:必填|选填|可不填)\)$")


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """One column of a sheet."""

    key: str
    label: str
    #: what is expected: see layout.toml
    kind: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    width: float = 12
    note: str = ""
    example: str = ""
    #: what a cell usually holds, offered for choosing
    list: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet of the roster."""

    name: str
    #: other names of the sheet, normalised, its own included
    names: frozenset[str]
    purpose: str
    columns: tuple[RosterColumn, ...]
    #: whether a column for each figure carried over from last year follows
    figures: bool = False
    #: what a pack must have for the sheet to be of use: see layout.toml
    needs: tuple[str, ...] = ()

    @property
    def required(self) -> frozenset[str]:
        """The columns without which a row is not taken for this sheet's header."""
        return frozenset(column.key for column in self.columns if column.required)

    def column(self, key: str) -> RosterColumn:
        """A column by its key."""
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True, slots=True)
class RosterLayout:
    """All sheets of the roster, and the words that mark rows that are no entries."""

    sheets: tuple[SheetSpec, ...]
    ignored: frozenset[str]
    notes: tuple[str, ...]
    totals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Carried:
    """A figure that last year's form hands on to this year's."""

    form: str
    row: Field
    #: this year's column, and last year's that it comes from
    column: str
    source: str

    @property
    def key(self) -> str:
        """The key of the roster's column for it."""
        return f"{self.form}|{self.row.name}.{self.column}"

    @property
    def label(self) -> str:
        """The heading of that column."""
        return normalise(self.row.label)


def header_words(text: str) -> str:
    """A column heading normalised for comparison: without blanks, unit, numbering and the star of 必填."""
    return normalise(_MARKED.sub("", normalise(text)))


def carried_figures(forms: PackForms) -> Iterator[Carried]:
    """Every figure of the pack's forms that stands for one of last year, in the order of the forms."""
    for form in forms.forms.values():
        for grid in form.grids:
            for column in grid.columns:
                if not column.last_year:
                    continue
                for row in grid.rows:
                    if grid.has_cell(row.name, column):
                        yield Carried(form.key, row, column.name, column.last_year)


def roster_layout(forms: PackForms) -> RosterLayout:
    """The roster for a pack: the sheets of layout.toml, and a column for each figure carried over."""
    layout = _from_file()[0]
    figures = [_figure(figure) for figure in carried_figures(forms)]
    sheets = tuple(
        replace(sheet, columns=(*sheet.columns, *figures)) if sheet.figures else sheet
        for sheet in layout.sheets
    )
    return replace(layout, sheets=sheets)


def _figure(figure: Carried) -> RosterColumn:
    return RosterColumn(
        key=figure.key,
        label=figure.label,
        kind="money",
        aliases=(figure.row.name, *figure.row.aliases),
        width=13,
        note=f"上年审定的{figure.label}，以万元填报，没有发生填0。",
        example="0",
    )


def code_labels() -> frozenset[str]:
    """The labels of the unit's code in a workbook, normalised."""
    return _from_file()[1]


class _ColumnKeys(Keys):
    """[[sheet.column]]; what the keys mean is said in layout.toml and at RosterColumn."""

    key: Words
    label: Words
    kind: Literal[
        "text", "unit", "names", "department", "phone", "mail", "forms", "date", "money", "score", "file"
    ]
    aliases: tuple[Words, ...] = ()
    required: bool = False
    width: float = 12
    note: str = ""
    example: str = ""
    list: tuple[Words, ...] = ()


class _SheetKeys(Keys):
    """[[sheet]]"""

    name: Words
    purpose: Words
    column: tuple[_ColumnKeys, ...]
    aliases: tuple[Words, ...] = ()
    figures: bool = False
    needs: tuple[Words, ...] = ()


class _LayoutKeys(Keys):
    """layout.toml"""

    ignore: tuple[Words, ...]
    notes: tuple[Words, ...]
    totals: tuple[Words, ...]
    code_labels: tuple[Words, ...]
    sheet: tuple[_SheetKeys, ...]


@cache
def _from_file() -> tuple[RosterLayout, frozenset[str]]:
    path = Path(__file__).parent / "layout.toml"
    return layout_of(TomlText(path.name, path.read_text(encoding="utf-8")))


def layout_of(text: TomlText) -> tuple[RosterLayout, frozenset[str]]:
    """What layout.toml says, and the words before a unit's code. Raises RulebookError."""
    keys = decoded(Entry(read_toml(text), text), _LayoutKeys)
    layout = RosterLayout(
        sheets=tuple(
            SheetSpec(
                name=sheet.name,
                names=frozenset(map(normalise, (sheet.name, *sheet.aliases))),
                purpose=sheet.purpose,
                columns=tuple(RosterColumn(**asdict(column)) for column in sheet.column),
                figures=sheet.figures,
                needs=sheet.needs,
            )
            for sheet in keys.sheet
        ),
        ignored=frozenset(map(normalise, keys.ignore)),
        notes=keys.notes,
        totals=frozenset(map(normalise, keys.totals)),
    )
    return layout, frozenset(map(normalise, keys.code_labels))
