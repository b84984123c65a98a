"""What a form of another county does not have is not missing, and what follows from that is not checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from batch.config.rulebook import load_rulebook
from batch.forms.spec.label_matching import labels_of
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import Grid, PackForms
from batch.forms.template.drawn_layout import lay_out
from batch.model.status import Severity, Verdict
from tests.paper import MONITORING, PROJECT, Edits, checked, corrected

#: the row of 上年结转资金 taken out of the project's form
NO_CARRY: Edits = {f"{PROJECT}!{column}7": None for column in "CDEF"}
#: the headings of another county's print
OTHER: Edits = {
    f"{PROJECT}!A2": "项目名称",
    f"{PROJECT}!E11": "年度目标值",
    f"{PROJECT}!F11": "全年实际值",
    f"{PROJECT}!H11": "自评得分",
    f"{PROJECT}!I11": "未完成原因",
}
NO_RATE: Edits = {f"{PROJECT}!H4": None, f"{PROJECT}!H5": None}


def told(*checks: str, edits: Edits) -> list[tuple[str, Severity, str]]:
    findings = checked(corrected(edits)).findings
    return [(f.check, f.severity, f.message) for f in findings if f.check in checks]


def test_an_optional_row_is_not_missed_and_the_sum_goes_without() -> None:
    assert told("F014", "F034", "F025", "X301", edits=NO_CARRY) == []
    outcomes = [o for o in checked(corrected(NO_CARRY)).outcomes if o.check == "X301"]
    assert {o.verdict for o in outcomes} == {Verdict.PASS}
    assert [c for c, *_ in told("X301", edits={**NO_CARRY, f"{PROJECT}!D5": 500})] == ["X301"]


def test_a_column_gone_from_our_own_print_is_an_error() -> None:
    assert [(check, severity) for check, severity, _ in told("F014", "F034", edits=NO_RATE)] == [
        ("F014", Severity.ERROR)
    ]


def test_another_print_is_told_once_and_what_needs_the_column_is_not_checked() -> None:
    edits: Edits = {**OTHER, **NO_RATE}
    (found,) = told("F014", "F034", edits=edits)
    assert found[:2] == ("F034", Severity.HINT)
    assert "没有这些行或列：执行率" in found[2]
    outcomes = [o for o in checked(corrected(edits)).outcomes if o.check == "X302"]
    assert {o.verdict for o in outcomes} == {Verdict.UNCHECKED}


def test_rows_only_other_prints_have_count_in_the_sum() -> None:
    labels: Edits = {f"{PROJECT}!C8": "单位资金", f"{MONITORING}!C7": "上年结转资金"}
    assert told("F014", "F015", "X301", "K201", edits=labels) == []
    wrong: Edits = {**labels, f"{PROJECT}!D8": 50, f"{MONITORING}!E7": 50}
    assert {check for check, *_ in told("X301", "K201", edits=wrong)} == {"X301", "K201"}


@pytest.mark.parametrize("word", ["optional", "absent"])
def test_a_bureau_says_what_its_own_form_lacks(word: str) -> None:
    pack = _without(load_forms(load_rulebook("hunan-2020")), "财政拨款", word)
    layout = lay_out(pack.forms["项目自评表"], pack, pack.year)
    assert "财政拨款.年初预算数" not in layout.slots
    assert "上年结转.年初预算数" in layout.slots


def _without(pack: PackForms, name: str, word: str) -> PackForms:
    """The pack with a row of the project's form declared so, and not drawn."""
    spec = pack.forms["项目自评表"]
    grid: Grid = spec.grids[0]
    said = replace(next(row for row in grid.rows if row.name == name), optional=word == "optional")
    said = replace(said, absent=word == "absent")
    rows = tuple(said if row.name == name else row for row in grid.rows)
    label = next(row.label for row in rows if row.name == name)
    drawn = tuple(row for row in spec.drawing.rows if label not in row)
    spec = replace(
        spec,
        grids=(replace(grid, rows=rows, row_labels=labels_of(rows)),),
        drawing=replace(spec.drawing, rows=drawn),
    )
    return replace(pack, forms={**pack.forms, spec.key: spec})
