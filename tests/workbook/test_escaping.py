"""Texts of cells: whatever a file holds, what is written is well-formed and reads as it was."""

import pytest

from batch.workbook.package.splice import escape, escape_all, escape_cell

HARMLESS = ["", "甲单位", "第1行\n第2行\t末", "a_b", "预算数（万元）"]


@pytest.mark.parametrize(
    "text",
    [
        "<c/>",
        "a&b",
        ">",
        '"',
        "\x00",
        "\x0b",
        "\x1f",
        "\r\n",
        "\ud800",
        "\ufffe",
        "\uffff",
        "_x0041_",
    ],
)
def test_one_special_text_among_harmless_ones_is_escaped(text: str) -> None:
    texts = [*HARMLESS, text, "后"]
    assert escape_cell(text) != text
    assert escape_all(texts, escape_cell) == [escape_cell(one) for one in texts]
    assert escape_all(texts, escape) == [escape(one) for one in texts]


def test_no_sign_is_told_to_be_harmless_that_is_not() -> None:
    signs = [chr(code) for code in range(0x10000)]
    assert [escape_all([sign], escape_cell)[0] for sign in signs] == [escape_cell(sign) for sign in signs]
