"""Ties that the notes of a form say in words: 公用经费应不小于办公经费、水电费、会议费之和."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from batch.draft.draft_words import draft_words
from batch.draft.layout_ties import amount_columns
from batch.draft.parts import plain_label
from batch.draft.proposal import DraftField, DraftForm, DraftTie
from batch.forms.spec.labels import squeeze

SOURCE = "表上的说明"
_SENTENCE = re.compile(r"[。；;！!\n]")
_TOKEN = re.compile(r"\{[^{}]*\}")
#: between the fields of a sum
_JOINED = re.compile(r"[、与和及加+,]|以及")
#: a name of one sign stands in too many words
_SHORTEST = 2


def note_ties(form: DraftForm) -> Iterator[DraftTie]:
    """The sentences that compare one field with others of its kind."""
    for note in form.notes:
        for sentence in _SENTENCE.split(squeeze(note)):
            found = next(
                (w for w in draft_words().compared if any(word in sentence for word in w.words)), None
            )
            if found is None:
                continue
            left, _, right = sentence.partition(next(word for word in found.words if word in sentence))
            for each, fields, columns in _kinds(form):
                whole, parts = _named(left, fields), _named(right, fields)
                is_sum = len(parts) == 1 or _is_sum(right, parts)
                if len(whole) == 1 and parts and is_sum and whole[0][1] not in [field for _, field in parts]:
                    ids = [whole[0][1].id, *(field.id for _, field in parts)]
                    words = " + ".join(f"{{{n}}}" for n in range(1, len(ids)))
                    yield DraftTie(
                        "", form.id, each, f"{{0}} {found.op} {words}", ids,
                        columns=columns, tolerance="TOL_W", source=SOURCE,
                    )  # fmt: skip
                    break


def _kinds(form: DraftForm) -> Iterator[tuple[str, Sequence[DraftField], list[str]]]:
    """Fields that a tie may compare: rows of a grid, its columns, entries, columns of the list; and the
    columns it is for."""
    for grid in form.grids:
        yield "列", grid.rows, amount_columns(grid)
        yield "行", grid.columns, []
    yield "表", form.entries, []
    for listed in form.lists:
        yield "指标", listed.columns, []


def _named(text: str, fields: Sequence[DraftField]) -> list[tuple[int, DraftField]]:
    """The fields a text names, with where; of two names at one place the longer."""
    names = [(_TOKEN.sub("", plain_label(field.label)), field) for field in fields]
    found: list[tuple[int, DraftField]] = []
    taken: set[int] = set()
    for name, field in sorted(names, key=lambda pair: -len(pair[0])):
        at = text.find(name) if len(name) >= _SHORTEST else -1
        span = set(range(at, at + len(name)))
        if at >= 0 and not span & taken:
            taken |= span
            found.append((at, field))
    return sorted(found, key=lambda pair: pair[0])


def _is_sum(text: str, parts: Sequence[tuple[int, DraftField]]) -> bool:
    """Whether a text adds its fields up: 之和 behind them, or signs between."""
    between = [
        text[at + len(_TOKEN.sub("", plain_label(field.label))) : following]
        for (at, field), (following, _) in pairwise(parts)
    ]
    added = any(word in text for word in draft_words().added_up) or all("+" in gap for gap in between)
    return added and all(_JOINED.fullmatch(gap) for gap in between)
