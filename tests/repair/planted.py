"""Slips of typing planted into the submissions of units without a mistake."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from batch.checks.engine.fields import Slot
from batch.checks.run import Checked, run_checks
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.model.form import BLANK, Source, Submission, Value
from batch.model.status import Severity
from batch.repair.applied import with_values
from batch.repair.followers import Follower, followers_of, refreshed
from batch.repair.linear import Cell
from batch.repair.prices import is_rate
from batch.repair.rows import compile_rows
from batch.repair.sums import cell_of
from batch.unit.rules import Context, Rules, load_rules
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book
from tests.bends import BENDS
from tests.sample_units import clean_unit

KINDS = ("digit", "swap", "added", "omitted", "sign", "×10", "×10000", "blank")
_NUMERIC = ("money", "count", "score", "percent", "value")


@cache
def rules() -> Rules:
    """The rules of the shipped pack."""
    return load_rules(Context("hunan-2020"))


def submission(path: Path, shape: str = "", seed: int = 0) -> Submission:
    """The submission in one workbook, bent first where a shape is named."""
    book = open_book(path.read_bytes(), path.name)
    recalculate(book)
    if shape:
        book = BENDS[shape](book, random.Random(seed))
        # bends move cells and leave formulas as they were written: those would follow from other cells
        for sheet in book.sheets:
            sheet.cells = {place: cell._replace(formula=None) for place, cell in sheet.cells.items()}
    reading = read_forms(book, rules().forms, path.name)
    (made,) = merge_files([FileReading(path.name, 1, reading, Source(path.name))], rules().forms, "")
    return made


@cache
def clean(seed: int, shape: str = "") -> Submission:
    """A unit without a mistake, with one to three projects."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "单位.xlsx"
        clean_unit(path, seed=seed, projects=1 + seed % 3)
        return submission(path, shape, seed)


def checked(of: Submission) -> Checked:
    """What all checks say about a submission."""
    return run_checks(of, rules().catalogue, rules().forms)


@dataclass(frozen=True, slots=True)
class Planted:
    """A submission with slips, and what stood in their cells."""

    submission: Submission
    true: Mapping[Cell, Value]
    #: the unit without slips: its number and shape
    seed: int
    shape: str
    slips: Mapping[Cell, Value]

    def is_told(self, cell: Cell) -> bool:
        """Whether the slip in this cell leads to an 错误 by itself."""
        alone = self.submission
        if len(self.slips) > 1:
            alone = slipped(self.seed, self.shape, {cell: self.slips[cell]})
        return any(finding.severity is Severity.ERROR for finding in checked(alone).findings)


@cache
def targets(seed: int, shape: str = "") -> tuple[Slot, ...]:
    """The filled figures of a clean unit that some tie looks at."""
    of = clean(seed, shape)
    said = checked(of)
    rows = compile_rows(of, rules().catalogue, rules().forms, said.fields)
    return tuple(
        slot
        for slot in said.fields.numbers
        if slot.value.number
        and slot.field.type in _NUMERIC
        and "in-label" not in slot.value.notes
        and cell_of(slot) in rows.slots
    )


def plant(rng: random.Random, seed: int, slips: int = 1, shape: str = "") -> Planted:
    """Slips in different figures of one clean unit."""
    new: dict[Cell, Value] = {}
    true: dict[Cell, Value] = {}
    while len(new) < slips:
        slot = rng.choice(targets(seed, shape))
        value = _slipped(rng, rng.choice(KINDS), slot.value)
        if value is not None and cell_of(slot) not in new:
            new[cell_of(slot)], true[cell_of(slot)] = value, slot.value
    return Planted(slipped(seed, shape, new), true, seed, shape, new)


def slipped(seed: int, shape: str, new: Mapping[Cell, Value]) -> Submission:
    """A clean unit with these values typed; formulas follow, as in every program."""
    of = clean(seed, shape)
    return with_values(of, refreshed(of, followers(seed, shape), new))


@cache
def followers(seed: int, shape: str = "") -> tuple[Follower, ...]:
    """The cells of a clean unit whose formulas follow from others."""
    return followers_of(checked(clean(seed, shape)).fields)


def _slipped(rng: random.Random, kind: str, value: Value) -> Value | None:
    if kind == "blank":
        return Value(BLANK, sheet=value.sheet, ref=value.ref)
    assert value.number is not None
    number = _number(rng, kind, value.number, value.places)
    if number is None or number == value.number:
        return None
    raw = f"{number * 100:f}%" if value.unit == "%" else f"{number:f}"
    return replace(value, number=number, raw=raw, notes=(), formula=None)


def _number(rng: random.Random, kind: str, number: Decimal, places: int) -> Decimal | None:
    if kind == "sign":
        return -number
    if kind.startswith("×"):
        return number * int(kind[1:])
    digits = list(f"{abs(number).scaleb(places).to_integral_value():f}")
    at = rng.randrange(len(digits))
    if kind == "digit":
        digits[at] = rng.choice([d for d in "123456789" if d != digits[at]])
    elif kind == "swap" and at + 1 < len(digits):
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    elif kind == "added":
        digits.insert(at, rng.choice("0123456789"))
    elif kind == "omitted" and len(digits) > 1:
        del digits[at]
    return Decimal("".join(digits)).scaleb(-places)


def is_same(slot: Slot, text: str, true: Value) -> bool:
    """Whether a text to type is the value that stood there, a rate as far as it is printed."""
    assert true.number is not None
    number = Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    return abs(number - true.number) < (Decimal("0.006") if is_rate(slot) else Decimal("0.00005"))
