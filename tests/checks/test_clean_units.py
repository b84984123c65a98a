"""Two hundred units without a mistake, in every bent shape: false alarms cost more trust than late ones."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from batch.checks.run import run_checks
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.model.form import Source, Submission
from batch.model.reference import LastYear, Reference
from batch.model.status import Severity
from batch.workbook.read.xlsx import read_workbook
from tests.bends import BENDS
from tests.checks.known import entry_of, year_before
from tests.paper import rules
from tests.sample_units import NAMES, clean_unit

UNITS = 200


def knowing(sent: Submission) -> Reference:
    """The unit as its roster and its accepted figures of last year have it."""
    before = year_before(sent)
    # the clean units' 变动率 rests on a budget 2 % above last year's outlay
    outlay = before["基础数据表", "", "三公经费.本年决算"]
    assert outlay.number is not None
    number = outlay.number * Decimal("1.02")
    budget = replace(outlay, field="三公经费.本年预算", raw=f"{number}", number=number)
    last = LastYear(2019, (*before.values(), budget))
    return Reference(sent.unit, entry_of(sent), "全称", last)


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
        sent = merge_files([file], rules().forms, "")[0]
        findings = run_checks(sent, rules().catalogue, rules().forms).findings
        errors = [f for f in findings if f.severity is Severity.ERROR]
        assert errors == [], shape
        told.update(f.severity for f in findings)
        sent.has_roster, sent.reference = True, knowing(sent)
        known = run_checks(sent, rules().catalogue, rules().forms).findings
        assert {f.key for f in known} <= {f.key for f in findings}, shape
    assert told[Severity.WARNING] <= UNITS
