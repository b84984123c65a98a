"""What a batch found is kept as spans, from the first batch that saw it to the last."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from batch.store.history import BatchRecord, FindingRecord, SubmissionRecord, before, record
from batch.store.ledger import _MIGRATIONS, NAME, open_ledger
from batch.store.units import UnitStore


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with open_ledger(tmp_path) as connection:
        yield connection


def put(ledger: sqlite3.Connection, batch: str, *keys: str, status: str = "退回") -> None:
    """Record a batch that found these."""
    found = [FindingRecord(key, "某局", {"message": f"{key}，见于{batch}"}).row for key in keys]
    sent = [SubmissionRecord("某局", "", status, (("附表.xlsx", "1"),), {"自评得分": "95"})]
    record(ledger, BatchRecord(batch, f"{batch}截止", 2020), found, sent)


def seen(ledger: sqlite3.Connection) -> dict[str, str]:
    """By key, the batch that saw it first, as the next batch is told."""
    return before(ledger, "下一批", 2020).first_seen


def test_a_finding_is_as_old_as_the_batches_that_saw_it_without_a_gap(ledger: sqlite3.Connection) -> None:
    put(ledger, "一", "甲", "乙")
    put(ledger, "二", "甲", "丙")
    put(ledger, "三", "甲", "乙")
    assert seen(ledger) == {"甲": "一", "乙": "三"}


def test_what_was_found_twice_under_one_name_stays_as_old_as_it_is(ledger: sqlite3.Connection) -> None:
    put(ledger, "一", "甲", "甲")
    put(ledger, "二", "甲", "甲")
    assert seen(ledger) == {"甲": "一"}
    assert ledger.execute("SELECT count(*) FROM finding_spans").fetchone() == (1,)


def test_the_same_batch_again_is_recorded_in_its_place(ledger: sqlite3.Connection) -> None:
    put(ledger, "一", "甲", "乙")
    put(ledger, "二", "甲", "丙")
    put(ledger, "二", "乙")
    assert seen(ledger) == {"乙": "一"}
    assert before(ledger, "二", 2020).first_seen.keys() == {"甲", "乙"}


def test_more_findings_than_are_written_in_one_go(ledger: sqlite3.Connection) -> None:
    keys = [str(number) for number in range(2500)]
    put(ledger, "一", *keys[:2000])
    put(ledger, "二", *keys[500:])
    assert seen(ledger) == {key: "一" if int(key) < 2000 else "二" for key in keys[500:]}


def test_what_is_gone_is_looked_up_as_it_was_told_first(ledger: sqlite3.Connection) -> None:
    put(ledger, "一", "甲", "乙")
    put(ledger, "二", "甲", "乙")
    (gone,) = before(ledger, "三", 2020).look_up(["乙"])
    assert gone == FindingRecord("乙", "某局", {"message": "乙，见于一"})


def test_a_submission_begins_a_span_when_anything_about_it_changes(ledger: sqlite3.Connection) -> None:
    put(ledger, "一")
    put(ledger, "二")
    put(ledger, "三", status="通过")
    spans = ledger.execute("SELECT first, last, status FROM submission_spans ORDER BY first").fetchall()
    assert spans == [(1, 2, "退回"), (3, 3, "通过")]
    assert before(ledger, "四", 2020).submissions["某局"].status == "通过"


def test_a_ledger_of_before_keeps_its_history(tmp_path: Path) -> None:
    """Of version 4: results of units, which are made again, stood in tables `work` and `bundles`."""
    old = sqlite3.connect(tmp_path / NAME)
    for script in _MIGRATIONS[:4]:
        old.executescript(script)
    old.execute("INSERT INTO batches VALUES (1, '一', '2021-03-01 10:00', 2020, 1, 0, 0)")
    old.execute("INSERT INTO findings VALUES ('甲', 1, 1, '某局', '{}')")
    old.execute("INSERT INTO bundles VALUES ('表.xlsx', '0', x'90')")
    old.execute("PRAGMA user_version = 4")
    old.commit()
    old.close()
    with open_ledger(tmp_path) as connection:
        assert seen(connection) == {"甲": "一"}
        assert UnitStore(connection).keys() == set()
