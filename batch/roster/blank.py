"""Write a blank 单位名册.xlsx: headings with notes, drop-down lists, codes as text, and a guide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from batch.forms.spec.spec import PackForms
from batch.forms.template.sheet import BODY, FOOTER, HEAD
from batch.model.book import column_letters
from batch.model.text_width import lines
from batch.roster.blank_layout import blank_layout
from batch.roster.layout import RosterColumn, RosterLayout, SheetSpec
from batch.roster.reading import UNITS

#: lists and formats reach down to this row
_LAST: Final = 5000
#: the same pack gives the same bytes
_CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)
_FORMATS: Final = {"money": "#,##0.00", "date": "yyyy-mm-dd", "score": "General"}
_GUIDE: Final = "填写说明"
_GUIDE_WIDTHS: Final = (18, 64, 28)
#: half-width characters on one line of a note, and the height of a line
_PER_LINE, _LINE = 68, 15.0
_INTRODUCTION: Final = (
    "从第2行起填，一行一条。深色表头的栏必填，其余可以不填。",
    "栏的先后可以调整，可以加自己的栏、加标题行；栏名不要改。系统只读认识的栏。",
    "填错的地方，运行时会指出表页和单元格，其余的行照常使用。本页不用填写，系统不读。",
)


#: what stands in one row, by the keys of the columns
Row = Mapping[str, str | Decimal]


def roster_bytes(
    forms: PackForms,
    rows: Mapping[str, Sequence[Row]] | None = None,
    checks: Mapping[str, str] | None = None,
) -> bytes:
    """The workbook for a pack; the same pack and rows give the same bytes.

    `rows` by the names of the sheets are filled in below the headings; without them it is empty. `checks` of
    the pack by their ids, each with its form: sheets that none of them reads are left out.
    """
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "default_format_properties": {"font_name": BODY, "font_size": 10.5}},
    )
    book.set_properties({"title": "单位名册", "created": _CREATED})
    layout = blank_layout(forms, checks)
    looks = _Looks(book)
    names = _unit_names(layout)
    for spec in layout.sheets:
        sheet = book.add_worksheet(spec.name)
        _headings(sheet, spec, looks)
        for number, column in enumerate(spec.columns):
            _validate(sheet, number, column, names, forms)
        _fill(sheet, spec, (rows or {}).get(spec.name, ()))
        _set_up(sheet, spec, looks)
    _write_guide(book, layout, looks)
    book.close()
    return stream.getvalue()


class _Looks:
    """The formats of the workbook."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": BODY, "font_size": 10.5, "font_charset": 134, "valign": "vcenter"}
        head = {**base, "font_name": HEAD, "align": "center", "border": 1, "text_wrap": True}
        self.must = book.add_format({**head, "bg_color": "1F4E79", "font_color": "FFFFFF"})
        self.may = book.add_format({**head, "bg_color": "D9E1F2"})
        self.title = book.add_format({**base, "font_name": HEAD, "font_size": 16, "align": "center"})
        self.section = book.add_format({**base, "font_name": HEAD, "font_size": 12, "text_wrap": True})
        self.plain = book.add_format({**base, "text_wrap": True})
        self.boxed = book.add_format({**base, "text_wrap": True, "border": 1, "num_format": "@"})
        self._by_kind = {
            kind: book.add_format({**base, "num_format": code}) for kind, code in _FORMATS.items()
        }
        self._text = book.add_format({**base, "num_format": "@"})

    def column(self, kind: str) -> Any:
        """The format of a column of this kind; text keeps leading zeros."""
        return self._by_kind.get(kind, self._text)


def _headings(sheet: Any, spec: SheetSpec, looks: _Looks) -> None:
    for number, column in enumerate(spec.columns):
        sheet.set_column(number, number, column.width, looks.column(column.kind))
        sheet.write_string(0, number, column.label, looks.must if column.required else looks.may)
        sheet.write_comment(
            0, number, column.note, {"author": "", "width": 220, "height": 30 + 18 * lines(column.note, 30)}
        )


def _fill(sheet: Any, spec: SheetSpec, rows: Sequence[Row]) -> None:
    numbers = {column.key: number for number, column in enumerate(spec.columns)}
    for down, row in enumerate(rows, 1):
        for key, content in row.items():
            if isinstance(content, Decimal):
                sheet.write_number(down, numbers[key], content)
            else:
                sheet.write_string(down, numbers[key], content)


def _unit_names(layout: RosterLayout) -> str:
    """The range of the full names, from which other cells choose."""
    spec = next(spec for spec in layout.sheets if spec.name == UNITS)
    letter = column_letters([column.key for column in spec.columns].index("name") + 1)
    return f"='{spec.name}'!${letter}$2:${letter}${_LAST}"


def _validate(sheet: Any, number: int, column: RosterColumn, names: str, forms: PackForms) -> None:
    """Data validation with an input message; unusual entries are questioned, never refused."""
    cell = f"{column_letters(number + 1)}2"
    area = f"${cell[:-1]}$2:${cell[:-1]}${_LAST}"
    rule: dict[str, Any] = {"validate": "any"}
    asked = "这样填可能有误，确定吗？"
    if column.kind in ("unit", "department"):
        rule = {"validate": "list", "source": names}
        asked = "“单位”页没有这个全称。填编码的可以继续。"
    elif column.list:
        rule = {"validate": "list", "source": list(column.list)}
        asked = "不在常用的几项里，确定吗？"
    elif column.kind == "money":
        rule = {"validate": "decimal", "criteria": ">=", "value": 0}
        asked = "应为金额，以万元为单位，只填数字。"
    elif column.kind == "score":
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        asked = "应为0至100的分数，只填数字。"
    elif column.kind == "date":
        rule = {"validate": "date", "criteria": ">=", "value": date(2020, 1, 1)}
        asked = "应为日期，如2021-03-15。"
    elif column.kind == "mail":
        rule = {"validate": "custom", "value": f'=ISNUMBER(FIND("@",{cell}))'}
        asked = "邮箱地址里应有@。"
    elif column.key in ("code", "name") and column.label.startswith(UNITS):
        rule = {"validate": "custom", "value": f"=SUMPRODUCT(--({area}={cell}))<=1"}
        asked = f"{column.label}与别的行重复了。"
    message = column.note
    if column.kind == "forms":
        message += f"可填：{'、'.join(forms.forms)}。"
    asking = {"error_type": "warning", "error_title": "请核对", "error_message": asked}
    sheet.data_validation(
        1,
        number,
        _LAST - 1,
        number,
        {**rule, "input_message": message, **(asking if rule["validate"] != "any" else {})},
    )


def _set_up(sheet: Any, spec: SheetSpec, looks: _Looks) -> None:
    sheet.set_row(0, 36)
    sheet.freeze_panes(1, 2 if spec.name == UNITS else 1)
    texts = [n for n, column in enumerate(spec.columns) if looks.column(column.kind) is looks.column("text")]
    squares = " ".join(f"{column_letters(n + 1)}2:{column_letters(n + 1)}{_LAST}" for n in texts)
    sheet.ignore_errors({"number_stored_as_text": squares})
    _print_set_up(sheet, landscape=True)
    sheet.repeat_rows(0)


def _print_set_up(sheet: Any, *, landscape: bool) -> None:
    sheet.set_paper(9)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer(FOOTER, {"margin": 0.3})
    sheet.fit_to_pages(1, 0)


def _write_guide(book: Any, layout: RosterLayout, looks: _Looks) -> None:
    """The sheet 填写说明, made from the same words as the headings' notes."""
    sheet = book.add_worksheet(_GUIDE)
    for number, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(number, number, width)
    last = len(_GUIDE_WIDTHS) - 1
    sheet.merge_range(0, 0, 0, last, "单位名册怎么填", looks.title)
    sheet.set_row(0, 34)
    row = 1
    for text in _INTRODUCTION:
        sheet.merge_range(row, 0, row, last, text, looks.plain)
        sheet.set_row(row, 20)
        row += 1
    for spec in layout.sheets:
        row += 1
        sheet.merge_range(row, 0, row, last, f"“{spec.name}”页：{spec.purpose}", looks.section)
        sheet.set_row(row, 16 * lines(spec.purpose, 90) + 12)
        row += 1
        for number, text in enumerate(("栏", "怎么填", "例子")):
            sheet.write_string(row, number, text, looks.may)
        for column in spec.columns:
            row += 1
            for number, text in enumerate((column.label, column.note, column.example)):
                sheet.write_string(row, number, text, looks.boxed)
            sheet.set_row(row, _LINE * lines(column.note, _PER_LINE) + 5)
        row += 1
    sheet.ignore_errors({"number_stored_as_text": f"C1:C{row}"})
    sheet.hide_gridlines(2)
    _print_set_up(sheet, landscape=False)
