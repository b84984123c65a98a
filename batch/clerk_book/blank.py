"""Write a new 经办台账.xlsx: its sheets with headings, lists to choose from, and how to use it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from batch.clerk_book.reading import MARK, clerk_keys, clerk_layout
from batch.forms.spec.spec import PackForms
from batch.forms.template.example_field import example_field
from batch.forms.template.sheet import BODY, FOOTER, HEAD
from batch.model.book import column_letters
from batch.model.text_width import lines
from batch.roster.layout import SheetSpec

#: lists and formats reach down to this row
_LAST: Final = 2000
#: the same bytes every time
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_GUIDE: Final = "说明"
_GUIDE_WIDTH: Final = 110
_HOW: Final = (
    "这本台账是您的。程序每晚只做两件事：在各页下面加新的行，更新“现状”一栏；您写的、改的、加的，都不动。",
    "蓝色栏名由程序写，绿色栏名由您写。催报、裁定、复核写好以后保存，下一晚就用上，并写进汇总和清单。",
    "可以排序、筛选、调整栏的先后、加自己的栏；栏名不要改，隐藏的“标识”栏不要删，程序靠它认行。",
    "不要的行可以删；删掉的行，如果事情还没有完（仍未报、仍退回、说明还没有裁定），第二晚会再列出来。",
    "这个文件开着的时候程序不写它，新的行下一晚再加。每次加行以前的样子，留在发件箱的“存档”里。",
)


def clerk_book_bytes(forms: PackForms) -> bytes:
    """The workbook without any entries; the same bytes every time for a pack."""
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "default_format_properties": {"font_name": BODY, "font_size": 10.5}},
    )
    book.set_properties({"title": "经办台账", "created": _CREATED})
    base = {"font_name": BODY, "font_size": 10.5, "font_charset": 134, "valign": "vcenter", "text_wrap": True}
    head = {**base, "font_name": HEAD, "align": "center", "border": 1}
    formats = {
        "ours": book.add_format({**head, "bg_color": "D9E1F2"}),
        "theirs": book.add_format({**head, "bg_color": "C6E0B4"}),
        "plain": book.add_format(base),
        "date": book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        "title": book.add_format({**head, "font_size": 16, "border": 0, "align": "left"}),
        "section": book.add_format({**base, "font_name": HEAD, "font_size": 12}),
    }
    _write_guide(book.add_worksheet(_GUIDE), formats)
    example, whole = example_field(forms), forms.outputs.whole
    for spec in clerk_layout().sheets:
        notes = [example.spelt(column.note).replace("{整体}", whole) for column in spec.columns]
        columns = (replace(column, note=note) for column, note in zip(spec.columns, notes, strict=True))
        _write_sheet(book.add_worksheet(spec.name), replace(spec, columns=tuple(columns)), formats)
    book.close()
    return stream.getvalue()


def _write_guide(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, _GUIDE_WIDTH)
    sheet.write_string(0, 0, "经办台账", formats["title"])
    sheet.set_row(0, 34)
    said = [*((text, "plain") for text in _HOW)]
    for spec in clerk_layout().sheets:
        said += [(spec.name, "section"), (spec.purpose, "plain")]
    for row, (text, look) in enumerate(said, 1):
        sheet.write_string(row, 0, text, formats[look])
        sheet.set_row(row, 15.0 * lines(text, _GUIDE_WIDTH) + 7)
    sheet.hide_gridlines(2)
    _set_up_page(sheet)


def _write_sheet(sheet: Any, spec: SheetSpec, formats: dict[str, Any]) -> None:
    theirs = clerk_keys(spec.name)
    for number, column in enumerate(spec.columns):
        look = formats["date" if column.kind == "date" and column.key in theirs else "plain"]
        sheet.set_column(number, number, column.width, look, {"hidden": column.key == MARK})
        sheet.write_string(0, number, column.label, formats["theirs" if column.key in theirs else "ours"])
        sheet.write_comment(
            0, number, column.note, {"author": "", "width": 200, "height": 30 + 18 * lines(column.note, 28)}
        )
        if column.list:
            # a list that others may be typed beside
            sheet.data_validation(
                1, number, _LAST - 1, number,
                {"validate": "list", "source": list(column.list), "error_type": "warning",
                 "error_title": "请核对", "error_message": f"常用的是：{'、'.join(column.list)}。"},
            )  # fmt: skip
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, _LAST - 1, len(spec.columns) - 1)
    last = column_letters(len(spec.columns))
    sheet.ignore_errors({"number_stored_as_text": f"A2:{last}{_LAST}"})
    sheet.set_landscape()
    sheet.repeat_rows(0)
    _set_up_page(sheet)


def _set_up_page(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer(FOOTER, {"margin": 0.3})
    sheet.fit_to_pages(1, 0)
