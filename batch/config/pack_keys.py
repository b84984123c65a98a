"""The keys of pack.toml."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from batch.config.schema import Keys, Words

_Month = Annotated[int, Meta(ge=1, le=12)]
#: quarters as forms print them, with their months
QUARTERS = {"第一季度": (1, 3), "第二季度": (4, 6), "第三季度": (7, 9), "第四季度": (10, 12)}


class SharedSumKeys(Keys):
    """[[same_sum]], [[part_sum]]: two fields, each as 表.行.栏."""

    one: Words
    other: Words
    name: str = ""


class NoProjectsKeys(Keys):
    """[no_projects]: fields, each as 表.行.栏."""

    filled: Words
    zero: tuple[Words, ...]


class PackKeys(Keys):
    """pack.toml: the pack's name and round, and words that all its forms share."""

    name: Words
    title: Words
    version: str = ""
    extends: str = ""
    remove: tuple[Words, ...] = ()
    year: Annotated[int, Meta(ge=2000, le=2100, description="年份，例如 2021")] = 0
    period: Annotated[
        tuple[_Month, _Month] | Literal["第一季度", "第二季度", "第三季度", "第四季度"],
        Meta(description='起止两个月份，例如 [1, 6]，或 "第一季度" 至 "第四季度"'),
    ] = (1, 12)
    forms: tuple[str, ...] = ()
    decor: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    subtotals: tuple[str, ...] = ()
    blank_rows: tuple[str, ...] = ()
    part_rows: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    categories: tuple[Words, ...] = ()
    families: dict[str, Words] = field(default_factory=dict)
    same_sum: tuple[SharedSumKeys, ...] = ()
    part_sum: tuple[SharedSumKeys, ...] = ()
    no_projects: NoProjectsKeys | None = None
