"""However the sheets are bent, the same things are read and the same mistakes found."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batch.checks.engine.fields import Fields
from batch.checks.run import run_checks
from batch.forms.spec.labels import squeeze
from batch.model.book import Book
from batch.model.form import State
from batch.model.status import Severity
from tests.bends import BENDS
from tests.paper import corrected, rules, sample, submission

#: findings that report the bend itself
LAST = ("noisy_labels", "stacked")
ABOUT_THE_BEND = {"F012", "F013", "F015", "F016", "F017", "F020", "F022", "F029", "Z424"}

Values = dict[tuple[str, str, str], tuple[State, str | Decimal]]


def values(book: Book) -> Values:
    """Every field that says something: (form, project, field) → how it is filled, and with what."""
    read = {}
    for slot in Fields(submission(book), rules().forms).slots:
        if slot.value.is_blank:
            continue
        project = slot.table.fields.get("项目名称")
        key = (slot.table.form, squeeze(project.raw) if project else "", slot.name)
        number = slot.value.number
        read[key] = (slot.value.state, squeeze(slot.value.raw) if number is None else number.normalize())
    return read


def mistakes(book: Book) -> set[tuple[str, str, str, Severity]]:
    """Every finding but those about the bend: check, form, field, severity."""
    found = run_checks(submission(book), rules().catalogue, rules().forms).findings
    return {(f.check, f.form, f.field, f.severity) for f in found if f.check not in ABOUT_THE_BEND}


def bent(book: Book, *names: str, seed: int = 0) -> Book:
    rng = random.Random(seed)
    for name in names:
        book = BENDS[name](book, rng)
    return book


@pytest.mark.parametrize("name", BENDS)
def test_the_same_values_are_read(name: str) -> None:
    assert values(bent(sample(), name)) == values(sample())


@pytest.mark.parametrize("name", BENDS)
def test_the_same_mistakes_are_found(name: str) -> None:
    assert mistakes(bent(sample(), name)) == mistakes(sample())


@pytest.mark.parametrize("name", BENDS)
def test_a_clean_unit_stays_clean(name: str) -> None:
    assert {m for m in mistakes(bent(corrected(), name)) if m[3] is not Severity.HINT} == set()


@settings(max_examples=60)
@given(st.lists(st.sampled_from(sorted(BENDS)), min_size=2, max_size=4, unique=True), st.integers(0, 999))
def test_bends_upon_bends(names: list[str], seed: int) -> None:
    # some bends look for texts as they are printed, and all but the last for one form a sheet
    names.sort(key=lambda name: LAST.index(name) if name in LAST else -1)
    assert values(bent(sample(), *names, seed=seed)) == values(sample())
    assert mistakes(bent(sample(), *names, seed=seed)) == mistakes(sample())
