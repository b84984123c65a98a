"""The rows of the long tables come out the same wherever they are spelt, and whatever happens there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from batch.engines.engine import open_engine
from batch.forms.spec.spec import PackForms
from batch.model.review import Findings
from batch.model.unit_facts import UnitFacts
from batch.rollup.rollup import RollupContent, RollupHead, write_rollup
from batch.rollup.unit_chunks import in_turn
from batch.workbook.integrity import require_sound
from tests.engine_tasks import Deadly


@pytest.fixture
def roll(
    county: Callable[[int], Any], tmp_path: Path, head: RollupHead, forms: PackForms
) -> Callable[..., bytes]:
    """`roll(run)`: 清单.xlsx of twenty units; `change` changes their facts before."""

    def write(run: Any, change: Callable[[int, UnitFacts], UnitFacts] = lambda _, unit: unit) -> bytes:
        made = county(20)
        facts = [change(n, unit) for n, unit in enumerate(made.facts)]
        path = tmp_path / "清单.xlsx"
        findings = Findings.of(made.findings)
        content = RollupContent(head=head, facts=facts, findings=findings, forms=forms)
        parsed = write_rollup(path, content, run)
        require_sound(path, parsed)
        # nothing was taken for parsed that is not well-formed
        require_sound(path)
        return path.read_bytes()

    return write


def test_processes_spell_what_this_one_does(roll: Any) -> None:
    with open_engine("process", 2) as engine:
        assert roll(engine.run) == roll(in_turn)


def test_rows_a_worker_dies_of_are_spelt_here(roll: Any) -> None:
    def deadly(number: int, unit: UnitFacts) -> UnitFacts:
        return replace(unit, details=Deadly(unit.details)) if number in (3, 11) else unit

    with open_engine("process", 2) as engine:
        assert roll(engine.run, deadly) == roll(in_turn)
