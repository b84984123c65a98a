"""Text dressed as a workbook: read in any Chinese encoding, with the separators it has, bent by nobody."""

from __future__ import annotations

import pytest

from batch.model.book import Kind, Unreadable
from batch.model.limits import DEFAULT, Limits
from batch.workbook.legacy.csv import read_csv


def read(data: bytes) -> dict[str, str]:
    (sheet,) = read_csv(data, "自评表.csv", DEFAULT).sheets
    assert sheet.name == "自评表"
    return {cell.ref: cell.raw for cell in sheet.cells.values()}


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_rows_and_columns_stand_where_they_stood(separator: str, line_end: str) -> None:
    lines = [["项目", "", "金额"], [], ["甲", "1,000.50", "3"]]
    text = line_end.join(separator.join(f'"{field}"' for field in line) for line in lines)
    assert read(text.encode()) == {"A1": "项目", "C1": "金额", "A3": "甲", "B3": "1000.50", "C3": "3"}


def test_quoted_fields_keep_their_lines_and_quotes() -> None:
    assert read('甲,"第一行\r\n第二行，""引号"""\r\n乙,2'.encode()) == {
        "A1": "甲",
        "B1": '第一行\n第二行，"引号"',
        "A2": "乙",
        "B2": "2",
    }


def test_the_line_that_tells_excel_the_separator_is_no_row() -> None:
    assert read("sep=|\r\n甲|1,2".encode("gbk")) == {"A1": "甲", "B1": "1,2"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("0", Kind.NUMBER),
        ("-1,112.50", Kind.NUMBER),
        ("0.10", Kind.NUMBER),
        ("1,11", Kind.TEXT),
        ("00", Kind.TEXT),
        ("1e5", Kind.TEXT),
        ("１２", Kind.TEXT),
        ("2020-12-31", Kind.TEXT),
        ("12345678901234567", Kind.TEXT),
        ("#REF!", Kind.ERROR),
        ("#N/A ", Kind.ERROR),
        ("false", Kind.BOOL),
    ],
)
def test_only_plain_numbers_errors_and_truths_are_more_than_text(text: str, kind: Kind) -> None:
    (sheet,) = read_csv(f'"{text}",x'.encode(), "x.csv", DEFAULT).sheets
    assert sheet.cells[1, 1].kind is kind


def test_too_many_cells_and_too_long_texts_are_refused() -> None:
    with pytest.raises(Unreadable, match="单元格超过5个"):
        read_csv(b"1,2\n" * 3, "x.csv", Limits(max_cells=5))
    with pytest.raises(Unreadable, match="文字超过"):
        read_csv(b"1," + b"x" * 11, "x.csv", Limits(max_text=10))
    with pytest.raises(Unreadable, match="格式有误"):
        read_csv(b'1,"' + b"x" * 200_000, "x.csv", DEFAULT)
