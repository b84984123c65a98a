"""Write 待确认.xlsx: a line a question, drop-downs for the answers, the proposal itself on a hidden sheet."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import msgspec

from batch.draft.field_types import LONGEST_LIST
from batch.draft.proposal import PackProposal
from batch.draft.question_lines import HEADINGS, SHEETS, Answer, Line, lines_of
from batch.forms.template.sheet import BODY, FOOTER, HEAD
from batch.model.text_width import lines

#: the hidden sheet with the proposal, and how much of it a cell takes
STATE: Final = "草稿"
_PIECE: Final = 30_000
#: the same proposal gives the same bytes
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LINE: Final = 16.0
_HOW: Final = {
    "待确认": "浅黄色的格可以改，其余的不用动；都对的不用改。改好后运行 jixiao draft --confirm 待确认.xlsx",
    "勾稽": "采用：查出来就退回；试行：只提示，不退回，看几晚再定；不要：不查。"
    "一份不符的，先看那一份是不是填错了。",
    "栏目": "名称是勾稽里用的词，同一张表里不能重复；类型和必填看错了的，请改。",
}


def question_bytes(proposal: PackProposal) -> bytes:
    """The workbook."""
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": BODY, "font_size": 10.5},
        },
    )
    book.set_properties({"title": "待确认", "created": _CREATED})
    writer = _Writer(book)
    for name, found in lines_of(proposal).items():
        writer.sheet(name, found)
    state = book.add_worksheet(STATE)
    text = msgspec.json.encode(proposal).decode()
    for n, start in enumerate(range(0, len(text), _PIECE)):
        state.write_string(n, 0, text[start : start + _PIECE])
    state.very_hidden()
    book.close()
    return stream.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        base = {
            "font_name": BODY,
            "font_size": 10.5,
            "font_charset": 134,
            "valign": "vcenter",
            "text_wrap": True,
        }
        self._book = book
        self._how = book.add_format({**base, "text_wrap": False, "font_color": "595959"})
        self._head = book.add_format(
            {**base, "font_name": HEAD, "align": "center", "border": 1, "bg_color": "D9E1F2"}
        )
        self._plain = book.add_format({**base, "border": 1})
        self._answer = book.add_format(
            {**base, "border": 1, "bg_color": "FFFDF3", "num_format": "@", "locked": False}
        )

    def sheet(self, name: str, found: list[Line]) -> None:
        """One sheet: how to fill it in, headings, lines."""
        sheet = self._book.add_worksheet(name)
        sheet.write_string(0, 0, _HOW[name], self._how)
        for col, (heading, width) in enumerate(HEADINGS[name]):
            sheet.set_column(col, col, width)
            sheet.write_string(1, col, heading, self._head)
        for row, line in enumerate(found, 2):
            texts = [part.text if isinstance(part, Answer) else part for part in line]
            taken = [
                lines(text, max(width - 1, 1)) for text, (_, width) in zip(texts, HEADINGS[name], strict=True)
            ]
            sheet.set_row(row, _LINE * max(taken) + 4)
            for col, part in enumerate(line):
                self._cell(sheet, (row, col), part)
        sheet.freeze_panes(2, 0)
        if found:
            sheet.autofilter(1, 0, len(found) + 1, len(HEADINGS[name]) - 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(1)
        sheet.set_footer(FOOTER)
        sheet.hide_gridlines(2)
        if name == SHEETS[0]:
            sheet.activate()

    def _cell(self, sheet: Any, place: tuple[int, int], part: str | Answer) -> None:
        if isinstance(part, str):
            sheet.write_string(*place, part, self._plain)
            return
        sheet.write_string(*place, part.text, self._answer)
        source = list(part.choices)
        if source and len(",".join(source)) <= LONGEST_LIST and not any("," in choice for choice in source):
            rule = {
                "validate": "list",
                "source": source,
                "error_message": f"请从下拉里选：{'、'.join(source)}"[:255],
            }
            sheet.data_validation(*place, *place, rule)
