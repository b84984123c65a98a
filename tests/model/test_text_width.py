"""Text takes the room a document, or a terminal, gives its characters."""

from __future__ import annotations

import pytest

from batch.model.text_width import columns_wide, lines, terminal_columns


@pytest.mark.parametrize(
    ("text", "document", "terminal"),
    [("abc", 3, 3), ("年初预算", 8, 8), ("“三公”", 8, 6), ("（A）", 5, 5), ("", 0, 0)],
)
def test_chinese_takes_two_columns_and_quotation_marks_only_in_a_document(
    text: str, document: int, terminal: int
) -> None:
    assert (columns_wide(text), terminal_columns(text)) == (document, terminal)


def test_a_line_that_is_too_long_is_broken() -> None:
    assert [lines("年初预算数", columns) for columns in (10, 9, 4, 1)] == [1, 2, 3, 10]
    assert lines("年初\n\n预算", 10) == 3
