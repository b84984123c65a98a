"""Workbooks as openpyxl and XlsxWriter save them. Facts about them stand in the tests that use them."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import xlsxwriter
from openpyxl.styles import Font


def made_by_openpyxl() -> bytes:
    """Two sheets with one cell of every kind."""
    book = openpyxl.Workbook()
    ws = book.active
    assert ws is not None
    ws.title = "表一"
    ws["A1"] = "单位"
    ws["B1"] = 1.5
    ws["B1"].number_format = '0.00"元"'
    ws["C1"] = "=SUM(B1:B9)"
    ws["D1"] = True
    ws["E1"] = dt.date(2020, 1, 6)
    ws["F1"] = "#DIV/0!"
    ws["G1"].font = Font(bold=True)
    ws["H1"] = 'a<b>&"c"\n下一行'
    ws.merge_cells("A3:C4")
    ws.row_dimensions[5].hidden = True
    ws.row_dimensions[6].hidden = True
    ws.column_dimensions["C"].hidden = True
    book.create_sheet("隐藏").sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def made_by_xlsxwriter() -> bytes:
    """A sheet with one cell of every kind, a chart and a very hidden sheet."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    ws = book.add_worksheet("表一")
    money = book.add_format({"num_format": "#,##0.00"})
    ws.write_string("A1", " 前后有空格 ")
    ws.write_number("B1", 6272512, money)
    ws.write_formula("C1", "=B1/2", money, 3136256)
    ws.write_formula("D1", '=IF(B1>0,"是","")', None, "是")
    ws.write_formula("E1", '=""', None, "")
    ws.write_formula("F1", "=1/0", None, "#DIV/0!")
    ws.write_array_formula("G1:G2", "{=SUM(B1:B2*2)}", None, 5)
    ws.write_boolean("H1", False)
    ws.write_blank("I1", None, money)
    ws.write_rich_string("J1", "≥", book.add_format({"bold": True}), "90", "%")
    ws.write_datetime("K1", dt.date(2020, 1, 6), book.add_format({"num_format": 58}))
    ws.set_column("M:N", None, None, {"hidden": True})
    ws.set_row(3, None, None, {"hidden": True})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=表一!$B$1:$C$1"})
    book.add_chartsheet("图").set_chart(chart)
    book.add_worksheet("秘密").very_hidden()
    book.close()
    return target.getvalue()
