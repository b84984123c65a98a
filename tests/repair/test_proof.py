"""Ties held against each other: what contradicts, what follows, what cannot fail."""

from __future__ import annotations

from fractions import Fraction

from batch.repair.linear import Cell, Linear, Row, comparison
from batch.repair.proof import Proven, prove
from batch.repair.rows import Rows
from batch.unit.rule_proof import proven
from tests.repair.planted import rules

A, B, C = (("甲.xlsx", "表", name) for name in ("A1", "B1", "C1"))


def tie(check: str, op: str, constant: int, **parts: int) -> Row:
    """parts and constant, compared with 0."""
    cells: dict[str, Cell] = {"a": A, "b": B, "c": C}
    linear = Linear({cells[n]: Fraction(f) for n, f in parts.items()}, Fraction(constant))
    return Row(check, "", comparison(op, linear, Fraction(0)))


def said(*rows: Row) -> list[tuple[str, Proven, tuple[str, ...]]]:
    return [(one.check, one.proven, one.others) for one in prove(Rows(list(rows)))]


def test_what_the_sums_before_say_already_follows() -> None:
    first, second = tie("T1", "==", 0, a=1, b=-1), tie("T2", "==", 0, b=1, c=-1)
    assert said(first, second, tie("T3", "==", 0, a=1, c=-1)) == [("T3", Proven.FOLLOWS, ("T1", "T2"))]
    assert said(first, second, tie("T3", "<=", 0, a=1, c=-1)) == [("T3", Proven.FOLLOWS, ("T1", "T2"))]


def test_ties_that_cannot_hold_together_contradict() -> None:
    first, second = tie("T1", "==", 0, a=1, b=-1), tie("T2", "==", 0, b=1, c=-1)
    assert said(first, second, tie("T3", "==", 5, a=1, c=-1)) == [("T3", Proven.CONTRADICTS, ("T1", "T2"))]
    assert said(first, tie("T2", "<", 0, a=1, b=-1)) == [("T2", Proven.CONTRADICTS, ("T1",))]
    told = said(tie("T1", "<", 0, a=1, b=-1), tie("T2", "<", 0, b=1, c=-1), tie("T3", "<", 0, c=1, a=-1))
    assert ("T3", Proven.CONTRADICTS, ("T1", "T2")) in told


def test_nothing_is_said_of_ties_that_stand_by_themselves() -> None:
    assert said(tie("T1", "==", 0, a=1, b=-1), tie("T2", "<=", 0, b=1, c=-1)) == []


def test_the_pack_tells_where_its_ties_stand() -> None:
    text = proven(rules())
    (line,) = (line for line in text.splitlines() if line.startswith("C505 "))
    assert "可由别的得出" in line
    assert "C502 " in line
    assert "C504 " in line
    assert "第" in line
    assert "互相矛盾（" not in text
