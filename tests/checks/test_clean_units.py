"""Two hundred units without a mistake, in every bent shape: false alarms cost more trust than late ones."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from batch.checks.engine import run_checks
from batch.forms.gather import FileReading, gather
from batch.forms.read import read_forms
from batch.model.form import Source
from batch.model.review import Severity
from batch.workbook.reader import read_workbook
from tests.bends import BENDS
from tests.paper import rules
from tests.sample_units import NAMES, clean_unit

UNITS = 200


def test_clean_units_raise_no_error_and_hardly_a_question(tmp_path: Path) -> None:
    told: Counter[Severity] = Counter()
    shapes = sorted(BENDS)
    for seed in range(UNITS):
        path = tmp_path / "u.xlsx"
        clean_unit(path, name=NAMES[seed % len(NAMES)], seed=seed, projects=1 + seed % 3)
        book = read_workbook(path.read_bytes(), path.name)
        shape = shapes[seed % len(shapes)]
        book = BENDS[shape](book, random.Random(seed))
        file = FileReading(path.name, 1, read_forms(book, rules().forms, path.name), Source(path.name))
        sent = gather([file], rules().forms, "")[0]
        findings = run_checks(sent, rules().catalogue, rules().forms).findings
        errors = [f for f in findings if f.severity is Severity.ERROR]
        assert errors == [], shape
        told.update(f.severity for f in findings)
    assert told[Severity.WARNING] <= UNITS
