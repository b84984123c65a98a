"""What came of files is read from the ledger as it was written, and what the comparison found beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch.model.cause import Cause, Sure
from batch.model.kept_details import KeptDetails
from batch.model.review import Review, kinds
from batch.model.status import Severity, Verdict
from batch.model.unit_facts import UnitFacts
from batch.store.lazy_sequence import LazySequence
from batch.store.ledger import open_ledger, transaction
from batch.store.tables import ListTable, RecordTable, make_tables
from batch.store.unit_tables import OWED, BundleEntry, Copy, UnitEntry, rows_of
from batch.store.units import UnitStore
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import FILE, PACK, SAMPLE

COPY = Copy("批注/某局/表.xlsx", "0" * 64, 7)

DETAILS = KeptDetails(2, b"\x00rows", b"\xffyear")


@pytest.fixture(scope="module")
def worked() -> tuple[Review, UnitFacts]:
    (unit,) = review_files(Bundle("", (Sent(FILE, 0, SAMPLE.read_bytes()),)), Context(PACK)).units
    return unit.review, unit.facts


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with open_ledger(tmp_path) as connection:
        yield connection


@pytest.fixture
def store(ledger: sqlite3.Connection) -> UnitStore:
    return UnitStore(ledger)


def put(store: UnitStore, *units: tuple[Review, UnitFacts], key: str = "表.xlsx") -> list[UnitEntry]:
    entry = BundleEntry(key, f"digest of {key}", (("坏.xlsx", "打不开"),), ((key, "001\n某局"),))
    return store.keep(entry, [(rows_of(*unit, DETAILS), [COPY]) for unit in units])


def test_what_is_read_is_what_was_written(worked: tuple[Review, UnitFacts], store: UnitStore) -> None:
    review, facts = worked
    (entry,) = put(store, worked)
    again, same = store.review(entry.id), store.facts(entry.id)
    assert (list(again.findings), len(again.findings)) == (review.findings, len(review.findings))
    assert len(review.findings) > 50
    assert again.verdicts == review.verdicts
    # what was recomputed is read by who makes the copies again
    assert tuple(again.causes) == review.causes
    assert replace(again, findings=[], verdicts={}, causes=()) == replace(
        review, findings=[], verdicts={}, causes=(), figures=[], scorecard=None
    )
    # counted without the rest, a finding counts as it does with it
    counted = [
        (k.unit, k.check, k.category, k.severity, k.status, k.answer, k.is_open)
        for k in kinds(again.findings)
    ]
    assert counted == [
        (f.unit, f.check, f.category, f.severity, f.status, f.answer, f.is_open) for f in review.findings
    ]
    assert again.counts() == review.counts()
    whole, renewable = store.renewable(entry.id)
    assert whole == replace(review, verdicts={})
    assert renewable == replace(facts, details=(), summed=(), ties=(), asked=())
    assert (list(same.ties), list(same.asked)) == (list(facts.ties), list(facts.asked))
    assert len(facts.summed) > 20
    assert repr(list(same.summed)) == repr(list(facts.summed))
    assert store.details(entry.id) == DETAILS
    # decimals with all their zeros
    held = replace(same, projects=tuple(same.projects), monitoring=tuple(same.monitoring))
    assert repr(replace(held, details=(), summed=(), ties=(), asked=())) == repr(renewable)
    assert same.summed[3:5] == list(facts.summed)[3:5]


def test_rows_are_plain_and_the_same_every_time(worked: tuple[Review, UnitFacts]) -> None:
    rows = rows_of(*worked, DETAILS)
    assert rows == rows_of(*worked, DETAILS)
    kinds = {type(value) for table in rows.rows.values() for row in table for value in row}
    assert kinds == {str, int, bytes, type(None)}


def test_a_bundle_stands_until_its_inputs_are_others(
    worked: tuple[Review, UnitFacts], store: UnitStore
) -> None:
    put(store, worked)
    kept = store.bundle("表.xlsx", "digest of 表.xlsx")
    assert kept is not None
    assert (kept.unprocessed, kept.claims) == ((("坏.xlsx", "打不开"),), (("表.xlsx", "001\n某局"),))
    assert store.bundle("表.xlsx", "another") is None
    assert store.bundle("别.xlsx", "digest of 表.xlsx") is None
    # a file that was still changing is read again whatever comes
    store.keep(BundleEntry("新.xlsx", ""), [])
    assert store.bundle("新.xlsx", "") is None
    assert (store.keys(), store.keys(settled=True)) == ({"表.xlsx", "新.xlsx"}, {"表.xlsx"})


def test_nothing_is_left_of_a_bundle_that_is_gone(
    worked: tuple[Review, UnitFacts], store: UnitStore, ledger: sqlite3.Connection
) -> None:
    review, facts = worked
    (old,) = put(store, worked)
    store.renewed(old.id, "found", rows_of(review, facts), [COPY, COPY])
    put(store, (replace(review, unit="另一单位"), facts))
    (entry,) = store.entries("表.xlsx")
    assert (entry.unit, store.review(entry.id).unit) == ("另一单位", "另一单位")
    store.forget({"表.xlsx"})
    tables = {name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    counts = {name: ledger.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables}
    assert {name: count for name, count in counts.items() if count} == {}


def test_what_the_comparison_found_stands_beside_what_the_files_gave(
    worked: tuple[Review, UnitFacts], store: UnitStore
) -> None:
    review, facts = worked
    entry, beside = put(store, worked, (replace(review, unit="另一单位"), facts))
    found = replace(review, findings=review.findings[:3], causes=(), grade="待核", doubtful_points=None)
    store.renewed(entry.id, "found", rows_of(found, replace(facts, errors=7, grade="待核")), [])
    store.place([beside.id, entry.id], lambda entry: entry.own_verdicts | {"J129": Verdict.FAIL})
    now = store.review(entry.id)
    assert (list(now.findings), list(now.causes), now.grade) == (review.findings[:3], [], "待核")
    assert list(store.findings(entry.id)) == review.findings[:3]
    assert now.verdicts["J129"] is Verdict.FAIL
    assert (store.facts(entry.id).errors, store.facts(entry.id).grade) == (7, "待核")
    assert store.entry(entry.id).compared_for == "found"
    assert store.placed() == [beside.id, entry.id]
    store.place([entry.id], lambda entry: entry.verdicts)
    assert store.placed() == [entry.id]
    # the next comparison begins with what the files gave
    own = store.review(entry.id, own=True)
    assert (list(own.findings), tuple(own.causes)) == (review.findings, review.causes)
    assert "J129" not in own.verdicts
    assert store.facts(entry.id, own=True).errors == facts.errors
    assert list(store.review(beside.id).findings) == review.findings
    # something else is found, and then nothing any more
    store.renewed(entry.id, "other", rows_of(replace(found, findings=found.findings[:2]), facts), [])
    assert len(store.review(entry.id).findings) == 2
    store.renewed(entry.id, "", None, [])
    assert list(store.review(entry.id).findings) == review.findings


def test_copies_are_recorded_with_what_they_were_made_for(
    worked: tuple[Review, UnitFacts], store: UnitStore
) -> None:
    (entry,) = put(store, worked)
    assert (store.copies(entry.id), entry.copied_for) == ([COPY], "")
    store.renewed(entry.id, "found", None, [replace(COPY, size=8), replace(COPY, path="批注/另一件.xlsx")])
    assert [copy.size for copy in store.copies(entry.id)] == [8, 7]
    assert store.entry(entry.id).copied_for == "found"
    # none were made: they stay, and are out of date
    store.renewed(entry.id, "other", None, [])
    assert [copy.size for copy in store.copies(entry.id)] == [8, 7]
    assert (store.entry(entry.id).compared_for, store.entry(entry.id).copied_for) == ("other", "found")
    (owing,) = store.keep(BundleEntry("乙.xlsx", "d"), [(rows_of(*worked)._replace(owes_copies=True), [])])
    assert (store.copies(owing.id), owing.copied_for) == ([], OWED)
    # of a unit of the batch that is something to do, also with some of its copies made
    assert store.keys(settled=True) == {"表.xlsx", "乙.xlsx"}
    store.place([owing.id], lambda entry: entry.own_verdicts)
    store.renewed(owing.id, "found", None, [COPY], owing=True)
    assert (store.keys(settled=True), store.keys()) == ({"表.xlsx"}, {"表.xlsx", "乙.xlsx"})
    store.renewed(owing.id, "found", None, [COPY])
    assert store.keys(settled=True) == {"表.xlsx", "乙.xlsx"}


def test_a_program_with_other_fields_begins_with_empty_tables(ledger: sqlite3.Connection) -> None:
    was, now = RecordTable("t", Copy, ("path",)), RecordTable("t", Cause, ("id",), without=("choices",))
    for table in (was, was):
        with transaction(ledger):
            make_tables(ledger, [table])
            table.insert(ledger, table.rows([COPY]))
    assert was.read(ledger, "path = ?", (COPY.path,)) == [COPY]
    with transaction(ledger):
        make_tables(ledger, [now])
    assert now.count(ledger, "1") == 0
    cause = Cause("a", Sure.CHOICE, "改", Severity.ERROR, amount=Decimal("1.50"), cells=(("a", "b", "C1"),))
    now.insert(ledger, now.rows([cause, replace(cause, id="b", amount=None)]))
    assert list(map(repr, now.read(ledger, "1"))) == [repr(cause), repr(replace(cause, id="b", amount=None))]


def test_tables_of_earlier_programs_are_deleted(ledger: sqlite3.Connection) -> None:
    def tables() -> set[str]:
        return {name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    with transaction(ledger):
        ledger.execute("CREATE TABLE value (unit_id INTEGER, raw TEXT)")
    UnitStore(ledger)
    assert "details" in tables()
    assert "value" not in tables()


def test_a_list_of_records_stands_in_one_row(ledger: sqlite3.Connection) -> None:
    """It is counted and read like records in rows of their own, and made anew for a record with other
    fields."""
    was, now = ListTable("t", Copy, ("unit_id", "n")), ListTable("t", BundleEntry, ("unit_id", "n"))
    with transaction(ledger):
        make_tables(ledger, [was])
    copies = [COPY, replace(COPY, size=8)]
    for number, listed in enumerate((copies, [COPY], [])):
        was.insert(ledger, was.rows(listed), 7, number)
    assert ledger.execute("SELECT COUNT(*) FROM t").fetchone() == (2,)
    assert was.read(ledger, "unit_id = 7") == [*copies, COPY]
    assert [was.count(ledger, "n = ?", (number,)) for number in range(3)] == [2, 1, 0]
    was.insert(ledger, was.rows([COPY]), 7, 0)
    assert was.read(ledger, "n = 0") == [COPY]
    with transaction(ledger):
        make_tables(ledger, [now])
    assert (now.count(ledger, "1"), now.read(ledger, "1")) == (0, [])


def test_items_of_a_sequence_are_made_when_they_are_asked_for() -> None:
    made: list[int] = []

    def double(number: int) -> int:
        made.append(number)
        return 2 * number

    numbers = LazySequence(range(5), double)
    assert (len(numbers), made) == (5, [])
    assert (numbers[1], numbers[-1], list(numbers[1:4])) == (2, 8, [2, 4, 6])
    assert made == [1, 4, 1, 2, 3]
