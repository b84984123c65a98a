"""Ties that the print of a form promises: sums by numbering and 其中, rates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from batch.draft.draft_words import draft_words
from batch.draft.numbering import is_total, part_sums, taken_apart
from batch.draft.proposal import AMOUNTS, DraftField, DraftForm, DraftGrid, DraftTie
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze

_WORDS = draft_words()
_NUMBERED, _PRINTED, _HEADED = "表上的编号和“其中”", "栏名上印的算式", "栏名"
#: a letter or number that a heading gives its column: 预算数（A）, and what one says of others: （B/A）
_LETTER = re.compile(r"\(?([A-Z]|\d{1,2})\)?$")
_EQUALS = re.compile(r"\(?(?:([A-Z]|\d{1,2})=)?([A-Z\d]{1,2}(?:[-+*/×÷][A-Z\d]{1,2}){1,8})(?:[*×]100%?)?\)?$")


def layout_ties(form: DraftForm) -> Iterator[DraftTie]:
    """All ties that the form's own print speaks for, but those of its list."""
    for grid in form.grids:
        yield from _row_ties(form, grid)
        yield from _column_ties(form, grid)
    yield from _entry_rates(form)
    yield from some_of(form, "表", form.entries)


def sum_text(count: int, op: str = "==", first: int = 1) -> str:
    """{0} == {1} + {2}…"""
    return f"{{0}} {op} " + " + ".join(f"{{{n}}}" for n in range(first, first + count))


def _row_ties(form: DraftForm, grid: DraftGrid) -> Iterator[DraftTie]:
    sums, blocks = part_sums(grid.rows)
    for one in sums:
        whole = grid.rows[one.total]
        parts = [grid.rows[n].id for n in one.parts]
        if len(parts) < 2 and not one.is_some:
            continue
        if one.is_some:
            yield _sum(form, grid, [whole.id, *parts], ">=", _NUMBERED)
            for n in range(len(one.maybe) + 1):
                more = [grid.rows[m].id for m in one.maybe[:n]]
                yield _sum(form, grid, [whole.id, *parts, *more], "==", MAYBE)
        else:
            yield _sum(form, grid, [whole.id, *parts], "==", _NUMBERED)
    for left, right in combinations(blocks, 2):
        parts = [grid.rows[n].id for n in (*left, *right)]
        words = [f"{{{n}}}" for n in range(len(parts))]
        text = f"{' + '.join(words[: len(left)])} == {' + '.join(words[len(left) :])}"
        yield DraftTie(
            "",
            form.id,
            "列",
            text,
            parts,
            columns=amount_columns(grid),
            tolerance="TOL_W",
            source="表上并列的两组",
        )


def amount_columns(grid: DraftGrid) -> list[str]:
    """The columns in which rows add up: none where they do in all."""
    found = [c.id for c in grid.columns if c.type in AMOUNTS]
    return found if len(found) < len(grid.columns) else []


def _sum(form: DraftForm, grid: DraftGrid, ids: list[str], op: str, source: str) -> DraftTie:
    columns = amount_columns(grid)
    if op == ">=":
        # of a difference a part may be more than the whole
        amounts = [c for c in grid.columns if c.type in AMOUNTS]
        whole = [c.id for c in amounts if not any(word in c.label for word in _WORDS.differences)]
        columns = columns if len(whole) == len(amounts) else whole
    return DraftTie(
        "",
        form.id,
        "列",
        sum_text(len(ids) - 1, op),
        ids,
        columns=columns,
        tolerance="TOL_W",
        source=source,
        computes=op == "==",
    )


#: that 其中 is all of it, or that rows after it are parts too: nothing but examples can say so
MAYBE = "表上的“其中”和样表里的数"


def needs_examples(tie: DraftTie) -> bool:
    """Whether the print alone does not say that a tie holds."""
    return tie.source == MAYBE


def _column_ties(form: DraftForm, grid: DraftGrid) -> Iterator[DraftTie]:
    printed = list(_printed_ties(form, grid.columns))
    yield from printed
    told = {tie.parts[0] for tie in printed}
    columns = grid.columns
    rates = [
        _ratio(form, column, *found, each="行")
        for n, column in enumerate(columns)
        if column.id not in told and column.type == "percent"
        if (found := rate_of(column, columns[:n] + columns[n + 1 :]))
    ]
    yield from rates
    for column in columns:
        if column.id not in told and is_total(column.label) and column.type == "money":
            beside = [c for c in columns if c.type == "money" and c is not column]
            if len(beside) > 1:
                yield DraftTie(
                    "",
                    form.id,
                    "行",
                    sum_text(len(beside)),
                    [column.id, *(c.id for c in beside)],
                    tolerance="TOL_W",
                    source=_HEADED,
                    computes=True,
                )
    yield from _points_by_rate(form, columns, [*printed, *rates])
    yield from some_of(form, "行", columns)


def some_of(form: DraftForm, each: str, fields: Sequence[DraftField]) -> Iterator[DraftTie]:
    """合计 and 其中：… beside it: no part is more than what it is a part of."""
    whole: DraftField | None = None
    for field in fields:
        is_part = taken_apart(field.label).is_part
        if is_part and whole is not None and whole.type == field.type:
            yield DraftTie(
                "", form.id, each, "{0} >= {1}", [whole.id, field.id], tolerance="TOL_W", source=_NUMBERED
            )
        elif field.type in AMOUNTS and not is_part:
            whole = field


def rate_of(rate: DraftField, beside: Sequence[DraftField]) -> tuple[DraftField, DraftField] | None:
    """Which two fields a rate is made of, as its words say: what is above and what is below the line."""
    words = next((w for w in _WORDS.rate if any(word in rate.label for word in w.rate)), None)
    if words is None:
        return None
    top, bottom = _named(words.top, beside, rate), _named(words.bottom, beside, rate)
    return (top, bottom) if top and bottom and top is not bottom else None


def _named(words: Sequence[str], fields: Sequence[DraftField], rate: DraftField) -> DraftField | None:
    """The last of the fields that has the first of the words; one of the rate's own period before others."""
    period = re.match(r"\{\S+?\}", normalise(rate.label))
    for word in words:
        found = [f for f in fields if word in f.label and f.type not in ("percent", "score", "text")]
        same = [f for f in found if period and f.label.startswith(period[0])]
        plain = [f for f in found if "预计" not in f.label] or found
        if found:
            return (same or plain)[-1]
    return None


def _ratio(form: DraftForm, rate: DraftField, top: DraftField, bottom: DraftField, each: str) -> DraftTie:
    return DraftTie(
        "",
        form.id,
        each,
        "{0} == {1} / {2}",
        [rate.id, top.id, bottom.id],
        when="{2} != 0",
        tolerance="TOL_P",
        source=_HEADED,
        computes=True,
    )


def _printed_ties(form: DraftForm, columns: Sequence[DraftField]) -> Iterator[DraftTie]:
    """执行率（B/A） beside 预算数（A） and 执行数（B）."""
    letters: dict[str, DraftField] = {}
    for column in columns:
        label = squeeze(column.label)
        equals = _EQUALS.search(label)
        letter = equals[1] if equals else (found[1] if (found := _LETTER.search(label)) else "")
        if letter:
            letters.setdefault(letter, column)
    for column in columns:
        equals = _EQUALS.search(squeeze(column.label))
        used = re.findall(r"[A-Z]|\d+", equals[2]) if equals else []
        if not equals or any(letter not in letters for letter in used):
            continue
        parts = [column.id, *(letters[letter].id for letter in used)]
        signs = re.findall(r"[-+*/×÷]", equals[2])
        text = "{1}" + "".join(f" {sign} {{{n}}}" for n, sign in enumerate(signs, 2))
        text = text.translate(str.maketrans("×÷", "*/"))
        is_rate = "/" in text
        yield DraftTie(
            "",
            form.id,
            "行",
            f"{{0}} == {text}",
            parts,
            when=f"{{{len(parts) - 1}}} != 0" if is_rate else "",
            tolerance="TOL_P" if is_rate else "TOL_W",
            source=_PRINTED,
            computes=True,
        )


def _points_by_rate(
    form: DraftForm, columns: Sequence[DraftField], rates: Sequence[DraftTie]
) -> Iterator[DraftTie]:
    """分值, 执行率, 得分 side by side: the score is the rate's share of the points."""
    scores = [c for c in columns if c.type == "score" and any(w in c.label for w in _WORDS.list.score)]
    points = [c for c in columns if c.type == "score" and c not in scores]
    percents = [c for c in columns if c.type == "percent"]
    if not len(percents) == len(scores) == len(points) == 1:
        return
    parts = [scores[0].id, percents[0].id, points[0].id]
    computed = "四舍五入(最小({1}, 1) * {2}, 2)"
    text, when = f"{{0}} == {computed}", "{0} <= {2}"
    for rate in rates:
        if rate.parts[0] == percents[0].id and rate.text == "{0} == {1} / {2}":
            # a wrong rate is told once, and does not make the score wrong too
            parts += rate.parts[1:]
            text, when = "{0} == 四舍五入(最小({3} / {4}, 1) * {2}, 2)", "{4} != 0 且 {0} <= {2}"
    yield DraftTie(
        "",
        form.id,
        "行",
        text,
        parts,
        when=when,
        tolerance="0.05",
        source=_HEADED,
        computes=True,
        formula=computed,
    )
    yield DraftTie("", form.id, "行", "{0} <= {1}", [scores[0].id, points[0].id], source=_HEADED)


def _entry_rates(form: DraftForm) -> Iterator[DraftTie]:
    """A rate of the two numbers before it: 编制数, 在职人数, 控制率."""
    entries = form.entries
    for n, rate in enumerate(entries):
        before = entries[max(n - 2, 0) : n]
        if rate.type != "percent" or len(before) < 2 or any(e.type not in AMOUNTS for e in before):
            continue
        # its words say which is which, where they say anything
        found = rate_of(rate, before) or (before[1], before[0])
        yield _ratio(form, rate, *found, each="表")
