"""Columns of points beside each level of an indicator table: 一级指标 | 分值 | 二级指标 | 分值 | … | 得分.

They share one heading, so only the position says whose points they are.
"""

from __future__ import annotations

from batch.forms.locate.view import LabelText
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import Field, ListSpec

#: a row with so many names of levels is the heading of the list
_LEVELS = 2


def name_points(texts: dict[int, list[LabelText]], ls: ListSpec) -> dict[int, list[LabelText]]:
    """The texts, by row, with each heading of points replaced by the pack's words for its level."""
    labels = {column.name: column for column in ls.columns}
    return {row: _named(found, ls, labels) for row, found in texts.items()}


def _named(texts: list[LabelText], ls: ListSpec, columns: dict[str, Field]) -> list[LabelText]:
    """One row of them, from the left.

    Some forms also print 得分 above the points of each level: the last one is the score, one directly after a
    level is its points. Points of the deepest level are those of the indicator.
    """
    names = [hit[0] if (hit := ls.labels.find(t.squeezed, t.normal)) else "" for t in texts]
    levels = [ls.levels.index(name) for name in names if name in ls.levels]
    if len(levels) < _LEVELS:
        return texts
    left = dict(enumerate((*ls.level_points[: max(levels)], ls.level_points[-1])))
    named: list[LabelText] = []
    level, behind = -1, False
    for n, (text, name) in enumerate(zip(texts, names, strict=True)):
        scored_later = ls.score in names[n + 1 :]
        meant = name
        if name in ls.levels:
            level = ls.levels.index(name)
        elif name in ls.level_points or (name == ls.score and behind and scored_later):
            meant = left.pop(level, "")
        elif name == ls.score and scored_later:
            meant = ""
        behind = name in ls.levels
        if meant == name:
            named.append(text)
        elif meant:
            words = squeeze(columns[meant].label)
            named.append(text._replace(squeezed=words, normal=words))
    return named
