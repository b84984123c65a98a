"""The forms of the packs that are there: where a drafted form is one of them, its fields get the same names.

Scoring, figures and roll-up go by these names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from batch.config.pack_files import pack_names
from batch.config.rulebook import load_rulebook
from batch.forms.locate.years import drop_year
from batch.forms.spec.label_matching import STEPS, Labels
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import Field, FormSpec

#: the pack without forms that a drafted one builds on
BASE: Final = "base"
#: a form is a known one when its title is, or its name is none of another form's, and this share of what is
#: printed on it are labels of the known one
_TITLED, _UNTITLED = Fraction(2, 5), Fraction(3, 4)
#: fewer labels tell no form by themselves
_FEWEST: Final = 6


@dataclass(frozen=True, slots=True)
class KnownForms:
    """All forms of the packs, by key, and the words for sheets that are no forms."""

    forms: dict[str, FormSpec]
    guides: tuple[str, ...]

    def like(self, title: str, labels: Sequence[str], headings: Sequence[str]) -> FormSpec | None:
        """The form that a blank form with this title and these labels is; `headings`: those of its list.

        一级指标, 分值 and 得分 head many a list: they tell no form that has another title.
        """
        words = normalise(drop_year(title))
        shares = []
        for spec in self.forms.values():
            is_called = any(words == known or words.endswith(known) for known in spec.titles)
            if not is_called and any(word in words for word in spec.not_titles):
                continue
            asked = [*labels, *headings] if is_called else labels
            found = sum(any(one.find(*_spelt(label)) for one in spec.label_sets) for label in asked)
            share = Fraction(found, max(len(asked), 1))
            if share >= _TITLED if is_called else share >= _UNTITLED and found >= _FEWEST:
                shares.append((is_called, share, spec.key))
        return self.forms[max(shares)[2]] if shares else None


@cache
def known_forms() -> KnownForms:
    """The forms of the packs that come with the program."""
    forms: dict[str, FormSpec] = {}
    guides: dict[str, None] = {}
    for name in pack_names():
        if name != BASE:
            pack = load_forms(load_rulebook(name))
            guides |= dict.fromkeys(pack.guides)
            forms |= {key: spec for key, spec in pack.forms.items() if key not in forms}
    return KnownForms(forms, tuple(guides))


def known_fields(labels: Sequence[str], known: Labels, fields: Sequence[Field]) -> list[Field | None]:
    """The known field of each label; where several labels mean one, of the label that is surest its own."""
    by_name = {field.name: field for field in fields}
    hits = [known.find(*_spelt(label)) for label in labels]
    owner: dict[str, int] = {}
    for n, hit in enumerate(hits):
        if hit and (hit[0] not in owner or _step(hit) < _step(hits[owner[hit[0]]])):
            owner[hit[0]] = n
    return [by_name.get(hit[0]) if hit and owner[hit[0]] == n else None for n, hit in enumerate(hits)]


def _step(hit: tuple[str, str] | None) -> int:
    return STEPS.index(hit[1]) if hit else len(STEPS)


def _spelt(label: str) -> tuple[str, str]:
    return squeeze(label), normalise(label)
