"""Elements are found by their bytes, however they are written."""

from __future__ import annotations

import pytest

from batch.model.book import Cell, Kind
from batch.workbook.annotate.edit_cells import with_cells
from batch.workbook.package.splice import children

SHEET = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t> r="B1"</t></is></c>%b</row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("xml", "inside"),
    [
        (b"<a><a/>x<a>y</a></a><b/>", [b"<a/>x<a>y</a>", b""]),
        (b"<a><!-- </a> --></a><b>1</b>", [b"<!-- </a> -->", b"1"]),
        (b"<a><![CDATA[</a>]]>1</a>", [b"<![CDATA[</a>]]>1"]),
        (b"<a><?x </a>?></a>", [b"<?x </a>?>"]),
        (b"<a><ab></ab></a ><a>2</a>", [b"<ab></ab>", b"2"]),
    ],
)
def test_an_element_ends_where_it_is_closed_and_nowhere_before(xml: bytes, inside: list[bytes]) -> None:
    assert [xml[n.inner_start : n.inner_end] for n in children(xml, 0, len(xml))] == inside


@pytest.mark.parametrize("written", [b'<c s="3" r="B1"><v>1</v></c>', b"<c r = 'B1'\n s='3'/>"])
def test_a_cell_is_found_by_its_address_and_not_by_a_text_that_looks_like_one(written: bytes) -> None:
    made = with_cells(SHEET % written, "表", {"B1": Cell(1, 2, Kind.NUMBER, "2")})
    assert made == SHEET % b'<c r="B1" s="3"><v>2</v></c>'
