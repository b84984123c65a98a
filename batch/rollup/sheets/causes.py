"""件清单: one row for each thing a unit has to do, with the cell to change and what is to be typed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice
from typing import NamedTuple

from batch.model.cause import Cause, Corrections, Sure
from batch.model.status import SEVERITY_WORDS
from batch.outbox.paths import copy_paths
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent, external
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.typed_text import look_of, typed

NAME = "件清单"
_ERROR, _WARNING, _HINT = SEVERITY_WORDS
#: a list nobody could read; results.json has them all
MAX_ROWS = 200_000
_NOTE = (
    "说明：一件是一次改正或一句说明能解决的几项问题。“确定”只有一个填法，“二选一”“三选一”是几种填法选一种，“范围”在两数之间，"
    "“单位写”只有单位知道，“说明”不用改、要写原因。只有提示的不列，见“问题清单”。"
)


class _CauseRow(NamedTuple):
    number: int
    unit: str
    cause: Cause
    #: into the annotated copy; "" when there is none
    link: str


COLUMNS: list[Column[_CauseRow]] = [
    Column("序号", 6, "center", lambda r: r.number),
    Column("单位", 18, "wrap", lambda r: r.unit),
    Column("要做的事", 60, "wrap", lambda r: r.cause.text),
    Column("把握", 8, "center", lambda r: r.cause.how_sure),
    Column("位置", 22, "wrap", lambda r: _position(r.cause), link=lambda r: r.link),
    Column("原填", 15, "wrap", lambda r: typed(_was(r.cause)), mark=lambda r: look_of(_was(r.cause))),
    Column("改为", 26, "wrap", lambda r: typed(_to(r.cause)), mark=lambda r: look_of(_to(r.cause))),
    Column(_ERROR, 6, "count", lambda r: r.cause.errors, "解决问题（项）", "sum"),
    Column(_WARNING, 6, "count", lambda r: r.cause.warnings, "解决问题（项）", "sum"),
    Column(_HINT, 6, "count", lambda r: r.cause.hints, "解决问题（项）", "sum"),
    Column("涉及金额", 14, "money", lambda r: r.cause.amount),
]


def write(rollup: Rollup) -> None:
    """Add 件清单: by unit as on 单位总表, the gravest of each first."""
    table = SheetTable(
        rollup,
        rollup.page(NAME, "C0504D"),
        rollup.head.title("件清单"),
        COLUMNS,
        unit_line="金额单位：万元；原填、改为按各表的单位",
    )
    table.write(islice(_rows(rollup), MAX_ROWS), [_NOTE])


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    if any(cause.is_to_do for review in content.reviews for cause in review.causes):
        return ""
    return "没有要改正或说明的事" if content.facts else "本批次没有可以审核的报表"


def _rows(rollup: Rollup) -> Iterator[_CauseRow]:
    numbers = count(1)
    for review in rollup.reviews:
        copies = copy_paths(review.unit, review.files)
        for cause in review.causes:
            if cause.is_to_do:
                yield _CauseRow(next(numbers), review.unit, cause, _link(cause, copies))


def _link(cause: Cause, copies: dict[str, str]) -> str:
    if not cause.cells or cause.cells[0][0] not in copies:
        return ""
    file, sheet, cell = cause.cells[0]
    return external(copies[file], sheet, cell or "A1")


def _position(cause: Cause) -> str:
    """The first of its cells, and how many there are."""
    if not cause.cells:
        return ""
    _, sheet, cell = cause.cells[0]
    first = f"{sheet}!{cell}" if cell else sheet
    return f"{first}等{len(cause.cells)}格" if len(cause.cells) > 1 else first


def _was(cause: Cause) -> str:
    """What stands in the one cell it is about; nothing where there are several."""
    changes = [*cause.changes, *(change for way in cause.options for change in way)]
    return changes[0].was or "空" if len({change.place for change in changes}) == 1 else ""


def _to(cause: Cause) -> str:
    """What is to be typed; where there are several cells or ways, each with its cell."""
    if (
        len(cause.changes) == 1
        and not cause.options
        and (cause.sure is Sure.CERTAIN or len(cause.cells) == 1)
    ):
        return cause.changes[0].to
    lines = [_cells(cause.changes)] if cause.changes else []
    return "\n".join([*lines, *(f"（{number}）{_cells(way)}" for number, way in enumerate(cause.options, 1))])


def _cells(changes: Corrections) -> str:
    return "，".join(f"{change.cell}{f'填{change.told}' if change.to else '据实填写'}" for change in changes)
