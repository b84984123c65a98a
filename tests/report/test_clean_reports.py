"""Reports that agree with the forms, however they are worded: nothing is found, something was looked at."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from batch.checks.run import Checked, run_checks
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.model.form import Source, Submission
from batch.model.status import Verdict
from batch.report.reader import read_report
from batch.workbook.read.xlsx import read_workbook
from tests.checks.report_cases import REPORT_CASES
from tests.paper import rules
from tests.report.clean_reports import REPORTS, written
from tests.sample_units import NAMES, clean_unit

UNITS = 8


@cache
def unit(seed: int) -> Submission:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "报送.xlsx"
        clean_unit(path, name=NAMES[seed % len(NAMES)], seed=seed, projects=1 + seed % 3)
        book = read_workbook(path.read_bytes(), path.name)
    file = FileReading("报送.xlsx", 1, read_forms(book, rules().forms, "报送.xlsx"), Source("报送.xlsx"))
    return merge_files([file], rules().forms, "")[0]


def with_report(seed: int, text: str) -> Checked:
    sent = unit(seed)
    sent.reports = [read_report(text.encode(), "自评报告.txt").narrative]
    return run_checks(sent, rules().catalogue, rules().forms)


@pytest.mark.parametrize("style", REPORTS)
@pytest.mark.parametrize("seed", range(UNITS))
def test_a_report_that_agrees_raises_nothing(style: str, seed: int) -> None:
    result = with_report(seed, written(style, unit(seed)))
    assert [f.message for f in result.findings if f.check in REPORT_CASES] == []
    passed = {o.check for o in result.outcomes if o.verdict is Verdict.PASS}
    assert "R601" in passed


def test_the_full_report_is_checked_in_every_respect() -> None:
    result = with_report(1, written("like the real one", unit(1)))
    passed = {o.check for o in result.outcomes if o.verdict is Verdict.PASS}
    assert {"R601", "R602", "R603", "R605", "R607", "J131", "C514"} <= passed
    result = with_report(1, written("budget first", unit(1)))
    passed = {o.check for o in result.outcomes if o.verdict is Verdict.PASS}
    assert {"R601", "R602", "R603", "R604", "R605", "C508"} <= passed
