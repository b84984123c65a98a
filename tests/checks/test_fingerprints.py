"""A unit's explanation holds for what it was told, as long as that stays so: no longer, and no shorter."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.model.book import Book, Kind, column_letters
from batch.model.review import Finding
from batch.model.status import Severity
from tests.bends import BENDS
from tests.forms.test_bends import ABOUT_THE_BEND, bent
from tests.paper import Edits, checked, sample

Key = tuple[str, str, str]

#: every number of the real submission, by sheet and cell
NUMBERS = sorted(
    f"{sheet.name}!{column_letters(place[1])}{place[0]}"
    for sheet in sample().sheets
    for place, cell in sheet.cells.items()
    if cell.kind is Kind.NUMBER
)


def asked(book: Book) -> dict[Key, Finding]:
    """All findings that a unit can explain, by what they are about."""
    found = checked(book).findings
    return {(f.check, f.form, f.field): f for f in found if f.severity is Severity.WARNING}


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, 900), min_size=1, max_size=3))
def test_told_something_else_it_is_asked_again(edits: Edits) -> None:
    before, after = asked(sample()), asked(sample(edits))
    same = {
        key
        for key in before.keys() & after.keys()
        if before[key].message != after[key].message and before[key].fingerprint == after[key].fingerprint
    }
    assert same == set()


@pytest.mark.parametrize("name", BENDS)
def test_told_the_same_of_a_bent_sheet_the_explanation_holds(name: str) -> None:
    before, after = asked(sample()), asked(bent(sample(), name, seed=random.Random(name).randrange(100)))
    about_values = {key for key in before if key[0] not in ABOUT_THE_BEND}
    assert len(about_values) >= 30
    assert {key for key in about_values if before[key].fingerprint != after[key].fingerprint} == set()
