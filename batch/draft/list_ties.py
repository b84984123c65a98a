"""Ties that the print of a list promises: points by level, the row of totals, one tick of several."""

from __future__ import annotations

from collections.abc import Iterator

from batch.draft.draft_words import draft_words
from batch.draft.layout_ties import MAYBE, some_of
from batch.draft.proposal import AMOUNTS, DraftForm, DraftList, DraftTie

_WORDS = draft_words()


def list_ties(form: DraftForm) -> Iterator[DraftTie]:
    """All ties that the print of a form's lists speaks for."""
    for listed in form.lists:
        yield from _of_list(form, listed)


def _of_list(form: DraftForm, listed: DraftList) -> Iterator[DraftTie]:
    points = points_of(listed)
    source = "表上的分值"
    # every level's points stand in brackets, or in a column of their own
    is_stated = listed.in_labels or len(listed.level_points) > 1
    if points and is_stated and len(listed.levels) > 2:
        yield DraftTie(
            "",
            form.id,
            "二级指标",
            "权重 == 合计({0})",
            [points],
            when="已填(权重)",
            tolerance="TOL_S",
            source=source,
        )
    if points and (is_stated or listed.group_weight):
        yield DraftTie(
            "",
            form.id,
            "一级指标",
            "权重 == 合计(下级)",
            [],
            when="已填(权重)",
            tolerance="TOL_S",
            source=source,
        )
    if points and listed.score:
        yield DraftTie("", form.id, "指标", "{0} <= {1}", [listed.score, points], source=source)
    if listed.group_weight:
        yield DraftTie(
            "", form.id, "表", "合计({0}) == 100", [listed.group_weight], tolerance="TOL_S", source=source
        )
    yield from some_of(form, "指标", listed.columns)
    if listed.total:
        added = [c.id for c in listed.columns if c.type in AMOUNTS and not listed.levels]
        blank = set(form.cells.values())
        for column in (listed.points, listed.score, *added):
            if f"总分.{column}" in blank:
                yield from _total(form, listed, column)
    yield from _one_tick(form, listed)


def points_of(listed: DraftList) -> str:
    """The column of a row's points: that of its own, or of those in brackets; "" for none."""
    return listed.points or (_WORDS.list.points if listed.in_labels else "")


def _total(form: DraftForm, listed: DraftList, column: str) -> Iterator[DraftTie]:
    """The 总分 row: the list's own sum, with what a grid above has of the same points."""
    name = next(c.name for c in listed.columns if c.id == column)
    above = [
        f"{row.id}.{c.id}"
        for grid in form.grids
        for c in grid.columns
        if c.type == "score" and c.name == name
        for row in grid.rows[:1]
    ]
    more = "".join(f" + {{{n}}}" for n in range(2, 2 + len(above)))
    yield DraftTie(
        "",
        form.id,
        "表",
        f"{{0}} == 合计({{1}}){more}",
        [f"总分.{column}", column, *above],
        tolerance="TOL_S",
        source="表上的合计行",
        computes=True,
    )


def _one_tick(form: DraftForm, listed: DraftList) -> Iterator[DraftTie]:
    """Boxes to tick under one heading, of which one is ticked: only examples can say so."""
    ticks = [column for column in listed.columns if column.type == "tick"]
    for group in dict.fromkeys(column.group for column in ticks):
        run = [column for column in ticks if column.group == group]
        if len(run) > 1:
            words = " + ".join(f"{{{n}}}" for n in range(len(run)))
            yield DraftTie("", form.id, "指标", f"{words} == 1", [c.id for c in run], source=MAYBE)
