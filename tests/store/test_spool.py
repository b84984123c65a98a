"""What is put out of memory comes back as it was, from whatever thread, and leaves nothing behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from batch.store.spool import Spool


def test_bytes_come_back_in_any_order(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    put = [bytes([n]) * n for n in range(200)]
    kept = [spool.keep(data) for data in put]
    assert [len(one) for one in kept] == list(range(200))
    assert [one.read() for one in reversed(kept)] == put[::-1]
    more = spool.keep(b"more")
    assert (kept[7].read(), more.read()) == (put[7], b"more")


def test_threads_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    spool = Spool(tmp_path)

    def there_and_back(number: int) -> bool:
        data = str(number).encode() * 5000
        kept = spool.keep(data)
        return all(kept.read() == data for _ in range(5))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(there_and_back, range(400)))


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    kept = spool.keep(b"data")
    assert kept.read() == b"data"
    del spool, kept
    assert list(tmp_path.iterdir()) == []
