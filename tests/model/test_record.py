"""A record is made by C, and is all the same what it says: a frozen dataclass."""

from __future__ import annotations

import pickle
from dataclasses import fields, replace
from decimal import Decimal

import pytest

from batch.checks.engine.check_result import Passed, Violation
from batch.model.form import State, Value
from batch.model.unit_facts import UnitFacts

SAID = Value(State.FILLED, "12.50", Decimal("12.5"), 2, notes=("text-number",))


def test_a_record_is_what_a_frozen_dataclass_is() -> None:
    same = Value(State.FILLED, "12.50", Decimal("12.5"), 2, notes=("text-number",))
    assert same == SAID
    assert len({same, SAID, replace(SAID, raw="13")}) == 2
    assert Passed("12.50") != SAID  # type: ignore[comparison-overlap]
    assert pickle.loads(pickle.dumps(SAID)) == SAID
    assert [field.name for field in fields(Value)][:3] == ["state", "raw", "number"]
    assert SAID.said == "12.50"
    assert Passed.verdict is Passed("").verdict
    with pytest.raises(AttributeError):
        SAID.raw = "13"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Value()  # type: ignore[call-arg]


def test_what_a_record_is_filled_with_by_default_is_its_own() -> None:
    one, other = (UnitFacts("甲", "", "", (), 0, 0, 0) for _ in range(2))
    one.own["数"] = Decimal(1)
    assert other.own == {}
    assert Violation[Value]("", None, SAID, "", {}).spoilt == ()
