"""The keys of a form's TOML file."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from batch.config.schema import Keys, Words
from batch.config.toml_text import Where

FieldType = Literal["text", "money", "count", "number", "percent", "score", "date", "choice", "value", "tick"]
#: what the roster knows of a unit and its projects, as forms may name it under [known]
Known = Literal["单位全称", "单位编码", "主管部门", "主管部门及编码", "项目名称", "年初预算"]
#: the entry that names the project, where a form does not say which
PROJECT = "项目名称"
_Count = Annotated[int, Meta(ge=0)]


class FieldKeys(Keys):
    """What every field may say; what the keys mean is said at batch.forms.spec.spec.Field."""

    name: Words
    label: str = ""
    aliases: tuple[Words, ...] = ()
    type: FieldType | None = None
    choices: tuple[Words, ...] = ()
    formula: str = ""
    preset: str = ""
    answer: bool = True
    optional: bool = False
    absent: bool = False


class EntryKeys(FieldKeys):
    """[[entry]]"""

    required: bool = False
    required_if: str = ""
    place: Literal["right", "below"] = "right"


class RowKeys(FieldKeys):
    """[[grid.row]]"""

    parent: str = ""
    part_of: str = ""
    open: bool = False
    part_words: tuple[Words, ...] = ()
    indent: _Count = 0


class ColumnKeys(FieldKeys):
    """[[grid.column]]"""

    required: bool | None = None
    required_if: str = ""
    only: tuple[str, ...] = ()
    last_year: str = ""


class ItemKeys(FieldKeys):
    """[[list.column]]"""

    required: bool = False
    required_if: str = ""
    total: str = ""


class GridKeys(Keys):
    """[[grid]]"""

    name: Words
    column: tuple[ColumnKeys, ...]
    row: tuple[RowKeys, ...]
    type: FieldType = "money"
    required: bool = False
    formulas: dict[str, Words] = msgspec.field(default_factory=dict)


class ListKeys(Keys):
    """[list], or several [[list]]"""

    name: Words
    column: tuple[ItemKeys, ...]
    levels: tuple[str, ...] = ()
    points: str = ""
    group_weight: str = ""
    level_points: tuple[str, ...] = ()
    score: str = ""
    weights: Literal["label"] | None = None
    sign: str = ""
    measure: str = ""
    signs: dict[str, tuple[Words, ...]] = msgspec.field(default_factory=dict)


class IndicatorKeys(Keys):
    """[[indicator]]"""

    name: Words
    aliases: tuple[Words, ...]


class DrawingKeys(Keys):
    """[template]"""

    sheet: Words
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    heights: dict[str, float] = msgspec.field(default_factory=dict)
    landscape: bool = False


class FormKeys(Keys):
    """A form's file; what the keys mean is said at batch.forms.spec.spec.FormSpec."""

    key: Words
    title: Words
    titles: tuple[Words, ...] = ()
    not_titles: tuple[Words, ...] = ()
    per: Literal["单位", "项目"] = "单位"
    required: bool = False
    money: Literal["元", "千元", "万元", "百万元", "亿元"] = "万元"
    unit_field: str = ""
    project_field: str = ""
    instead_of: str = ""
    entry: tuple[EntryKeys, ...] = ()
    grid: tuple[GridKeys, ...] = ()
    list: ListKeys | tuple[ListKeys, ...] | None = None
    indicator: tuple[IndicatorKeys, ...] = ()
    known: dict[str, Known] = msgspec.field(default_factory=dict)
    template: DrawingKeys | None = None


def lists_of(form: FormKeys) -> tuple[tuple[Where, ListKeys], ...]:
    """The lists of a form, each with the place of its table: one is written [list], several [[list]]."""
    if form.list is None:
        return ()
    if isinstance(form.list, ListKeys):
        return ((("list",), form.list),)
    return tuple((("list", n), listed) for n, listed in enumerate(form.list))
