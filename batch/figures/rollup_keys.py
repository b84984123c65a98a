"""The keys of [rollup] in outputs.toml."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from batch.config.schema import Keys, Words

SheetName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[^\[\]:*?/\\']+$",
        max_length=31,
        description="表页名称：不超过31个字，没有 [ ] : * ? / \\ ' 这些字符",
    ),
]


class ShownColumnKeys(Keys):
    """[[rollup.column]]: a figure as a column of 单位总表."""

    figure: Words
    title: Words
    group: str = ""
    kind: Literal["money", "count", "rate"] = "money"
    over: str = ""
    under: str = ""
    growth: bool = False
    width: Annotated[float, msgspec.Meta(ge=3, le=60)] = 0
    name: Annotated[str, msgspec.Meta(pattern=r"^\w*$", description="汉字、字母、数字")] = ""


class ShownLineKeys(Keys):
    """[[rollup.line]]: one kind of money on 首页."""

    name: Words
    spent: Words
    budget: str = ""
    before: str = ""


class ControlSheetKeys(Keys):
    """[[rollup.control]]: a sheet with outlay beside the budget, unit by unit."""

    sheet: SheetName
    title: Words
    lines: tuple[Words, ...]


class StaffSheetKeys(Keys):
    """[rollup.staff]: a sheet with people beside the posts there are for them, unit by unit."""

    sheet: SheetName
    title: Words
    posts: Words
    staff: Words
    excess: Words
    over: Words
    group: Words
    rate: Words


class SumSheetKeys(Keys):
    """[[rollup.sum]]: a form drawn as the template draws it, with the sums of all units."""

    form: Words
    sheet: SheetName
    fill: dict[str, str] = msgspec.field(default_factory=dict)


class RollupKeys(Keys):
    """[rollup]: which figures and sheets 汇总.xlsx and 清单.xlsx have."""

    column: tuple[ShownColumnKeys, ...] = ()
    line: tuple[ShownLineKeys, ...] = ()
    control: tuple[ControlSheetKeys, ...] = ()
    staff: StaffSheetKeys | None = None
    sum: tuple[SumSheetKeys, ...] = ()
    without: tuple[Words, ...] = ()
