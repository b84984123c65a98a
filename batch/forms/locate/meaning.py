"""What a cell's text may mean to any form of a pack, whatever the year."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from batch.forms.locate.years import REPLACED, all_canonical, drop_year
from batch.forms.spec.labels import TAKEN_OFF, money_unit_in, remembered, squeeze
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.loose_labels import LOOSELY_TAKEN_OFF, loose_label
from batch.forms.spec.spec import FormSpec, PackForms

#: a label is short; longer texts are content and never compared with labels
LABEL_LENGTH = 60
#: how much of a text shows that it is a note
_NOTE_LENGTH = 8
#: what people put around a title: 附件3：…（盖章）
_AROUND = 25
#: all characters that `squeeze` makes a colon of
_COLON = re.compile("[:：︓﹕⩴]")
#: the ideographs that no normalisation changes
_FIRST, _LAST = "\u4e00", "\u9fff"
#: what begins the line that says in which unit sums are
_UNIT_LINE = ("单位:", "金额单位")


class Meaning(NamedTuple):
    """The possible meanings of a text. Most texts, and all that a unit fills in, have none."""

    #: a label, a total, a note or the unit of money is recognised by it
    printed: bool
    #: the form whose title it is
    title: FormSpec | None
    #: it begins as a note does
    note: bool
    #: a label and its value may stand in it
    colon: bool
    #: it may be print that holds nothing
    decor: bool
    #: with another text it may be the heading of a column
    part: bool
    #: it may name what a list adds up to
    sum: bool


@lru_cache(maxsize=4)
def meanings(pack: PackForms) -> Callable[[str], Meaning | None]:
    """A function that gives a text's meaning; None for a text that is no part of any form, so an answer.

    Texts without meaning do not affect the layout key.
    """
    known = frozenset[str]().union(*(spec.spellings for spec in pack.forms.values()))
    loose = frozenset[str]().union(*(spec.loose_spellings for spec in pack.forms.values()))

    parts = _parts(pack)
    is_answer = _answers(pack, known | loose | pack.decor | pack.totals)

    def meaning(raw: str) -> Meaning | None:
        printed = decor = part = sums = False
        if len(raw) <= LABEL_LENGTH:
            squeezed = squeeze(raw)
            if is_answer(squeezed):
                return None
            normal = normalise(raw)
            spelt = all_canonical(squeezed)
            if normal != squeezed:
                spelt |= all_canonical(normal)
            sums = any(pack.sums_up(text) for text in spelt)
            printed = (
                sums
                or not known.isdisjoint(spelt)
                or any(text.startswith(pack.notes) or loose_label(text) in loose for text in spelt)
                or bool(money_unit_in(raw))
            )
            part = not (printed or parts.isdisjoint(spelt))
            decor = any(text in pack.decor or text.startswith(_UNIT_LINE) for text in spelt)
        note = normalise(raw[:_NOTE_LENGTH]).startswith(pack.notes)
        found = Meaning(printed, _titled(raw, pack), note, bool(_COLON.search(raw)), decor, part, sums)
        return found if any(found) else None

    return remembered(meaning)


def _answers(pack: PackForms, printed: frozenset[str]) -> Callable[[str], bool]:
    """A function that tells at a glance of most squeezed texts without meaning that they have none.

    They have an ideograph that no form prints and that nothing takes off a label, and no sign of what may
    stand before or behind any words: brackets, formulas, colons, markup, notes, sums, titles, units of money.
    """
    words = (*printed, *(one.pattern for one in (*TAKEN_OFF, *LOOSELY_TAKEN_OFF, *REPLACED)))
    ours = {char for word in words for char in word if _FIRST <= char <= _LAST}
    signs = {*"(=:<元额", *(word[0] for word in pack.notes), *(word[-1] for word in pack.subtotals)}
    # a title has all of its signs, or where titles share none, some character of one
    signs |= {min(pack.title_signs)} if pack.title_signs else {c for title, _ in pack.titles for c in title}
    foreign = re.compile(f"(?![{''.join(sorted(ours))}])[{_FIRST}-{_LAST}]").search
    told = re.compile(f"[{re.escape(''.join(sorted(signs)))}]").search
    return lambda squeezed: foreign(squeezed) is not None and told(squeezed) is None


def _parts(pack: PackForms) -> frozenset[str]:
    """Beginnings and ends of column headings, which may be in two cells."""
    return frozenset(
        part
        for spec in pack.forms.values()
        for labels in spec.heading_sets
        for text in (*labels.normalised, *labels.alias)
        for cut in range(2, len(text) - 1)
        for part in (text[:cut], text[cut:])
    )


def _titled(text: str, pack: PackForms) -> FormSpec | None:
    """The form whose title a text is, ignoring year, number and a unit's name."""
    if not 5 < len(text) <= 2 * LABEL_LENGTH:
        return None
    # most texts need no second look
    if not all(map(squeeze(text).__contains__, pack.title_signs)):
        return None
    words = normalise(drop_year(squeeze(text)))
    best: tuple[int, FormSpec] | None = None
    for title, spec in pack.titles:
        fits = title in words and len(words) - len(title) <= _AROUND and not words.endswith("。")
        if fits and (best is None or len(title) > best[0]):
            best = (len(title), spec)
    return best[1] if best else None
