"""Parts that were read before are kept by their bytes: a workbook never notices that there was another."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.model.book import Unreadable
from batch.model.limits import Limits
from batch.workbook.package.package import Package
from batch.workbook.read.xlsx import read_package, read_workbook
from tests.workbook.handmade import package_of, parts, relationships, sheet, zipped


def test_a_workbook_read_again_costs_its_limits_the_same(sample: Path) -> None:
    first, second = (Package.open(sample.read_bytes()) for _ in range(2))
    assert read_package(first, "x.xlsx", "") == read_package(second, "x.xlsx", "")
    assert first.budget.tags == second.budget.tags > 0


def test_what_one_batch_may_read_is_not_read_by_one_with_narrower_limits() -> None:
    data = package_of()
    assert read_workbook(data, "x.xlsx").sheets
    with pytest.raises(Unreadable):
        read_workbook(data, "x.xlsx", Limits(max_depth=1))


def test_a_package_opened_again_is_held_to_the_limits_of_that_time() -> None:
    data = package_of()
    for _ in range(2):
        assert Package.open(data).names()
        with pytest.raises(Unreadable):
            Package.open(data, Limits(max_parts=3))


def test_a_package_opened_again_has_its_own_bytes_and_budget() -> None:
    first, other = package_of(), package_of(sheet=sheet(""))
    part = "xl/worksheets/sheet1.xml"
    found = [Package.open(data) for data in (first, first, other, first)]
    read = [package.read(part) for package in found]
    assert read[0] == read[1] == read[3] != read[2] == sheet("").encode()
    found[0].budget.spend_tags(5)
    assert [package.budget.tags for package in found] == [5, 0, 0, 0]


def test_a_broken_part_stays_broken_and_many_large_ones_are_read_all_the_same() -> None:
    large = {f"xl/media/{n}.txt": " ".join(map(str, range(n, 90_000))) for n in range(4)}
    data = zipped(parts(large))
    assert len(data) < 1024 * 1024 < sum(map(len, large.values()))
    for _ in range(2):
        package = Package.open(data)
        for name, content in large.items():
            assert package.read(name) == content.encode()
    start, end = Package.open(data).member("xl/media/3.txt")[-2:]
    damaged = data[:start] + bytes(end - start) + data[end:]
    for _ in range(2):
        package = Package.open(damaged)
        with pytest.raises(Unreadable):
            package.read("xl/media/3.txt")


def test_sheets_with_the_same_frame_keep_their_own_rows() -> None:
    books = [
        read_workbook(package_of(sheet=sheet(f'<row r="1"><c r="A1"><v>{n}</v></c></row>')), "x.xlsx")
        for n in (1, 2)
    ]
    assert [book.sheets[0].cells[1, 1].raw for book in books] == ["1", "2"]
    books[0].sheets[0].cells.clear()
    assert books[1].sheets[0].cells


def test_a_target_is_seen_from_its_own_folder_whatever_was_read_before() -> None:
    listing = relationships(("rId1", "drawing", "../a%20b.xml"))
    package = Package.open(
        zipped(
            parts({"xl/one/_rels/x.xml.rels": listing, "y/two/_rels/x.xml.rels": listing, "y/a b.xml": ""})
        )
    )
    assert [package.relationships(part)[0].target for part in ("xl/one/x.xml", "y/two/x.xml")] == [
        "xl/a b.xml",
        "y/a b.xml",
    ]
    spelt = Package.open(zipped(parts({"xl/one/_rels/x.xml.rels": listing, "xl/a%20b.xml": ""})))
    assert spelt.relationships("xl/one/x.xml")[0].target == "xl/a%20b.xml"
