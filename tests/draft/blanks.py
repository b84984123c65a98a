"""Blank forms to draft packs from: the program's own without formulas and colours, and a strange one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from batch.demo.county_figures import demo_pack
from batch.forms.template.workbook import build_template

#: a form that no pack knows: numbering, 其中 without indents, letters in headings, rows to be added
PURCHASES = (
    ("2023年乡镇采购情况表",),
    ("填报单位：", None, None, "单位：万元", None),
    ("采购类别", "预算数（A）", "2023年1-6月支付数（B）", "支付率（B/A）", "备注"),
    ("合计", None, None, None, None),
    ("一、货物类", None, None, None, None),
    ("1、办公设备", None, None, None, None),
    ("2、车辆", None, None, None, None),
    ("其中：新能源车", None, None, None, None),
    ("二、工程类", None, None, None, None),
    ("……", None, None, None, None),
    ("采购负责人", None, "联系电话", None, None),
    ("说明：1.没有发生的填0。2.支付数不得超过预算数；货物类和工程类另附清单。",),
)


def blank_template(path: Path) -> Path:
    """The four forms as another office would print them: without formulas and colours."""
    build_template(demo_pack(), path)
    return stripped(path)


def stripped(path: Path) -> Path:
    """A template without its formulas and colours."""
    book = load_workbook(path)
    for sheet in book:
        sheet.protection.disable()
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell, Cell)):
            cell.fill = PatternFill()
            if isinstance(cell.value, str) and cell.value.startswith("="):
                cell.value = None
    book.save(path)
    return path


def purchases(path: Path, *figures: Sequence[float | None]) -> Path:
    """The form of purchases; `figures` from the row of 合计 down fill it in."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "采购情况"
    for row in PURCHASES:
        sheet.append(row)
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B2:C2")
    sheet.merge_cells("D11:E11")
    sheet.merge_cells("A12:E12")
    for line, numbers in enumerate(figures, 4):
        for col, number in enumerate(numbers, 2):
            sheet.cell(line, col, number)
    if figures:
        sheet["B2"], sheet["B11"], sheet["D11"] = f"{path.stem}乡人民政府", "李明", "0731-8888"
    book.save(path)
    return path


def contracts(path: Path) -> Path:
    """A plain list with numbered rows, a drop-down whose words stand on another sheet, days and a total."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "附件2"
    for row in (
        ("附件2",),
        ("县级政府采购合同明细表",),
        ("单位名称", None, None, None, "单位：元"),
        ("一、采购合同明细",),
        ("序号", "采购项目", "采购方式", "合同签订日期", "合同金额"),
        *((number, None, None, None, None) for number in range(1, 5)),
        ("合计", None, None, None, None),
    ):
        sheet.append(row)
    sheet.merge_cells("A2:E2")
    sheet.merge_cells("A4:E4")
    words = book.create_sheet("字典")
    words.sheet_state = "hidden"
    for word in ("公开招标", "询价", "单一来源"):
        words.append([word])
    methods = DataValidation(type="list", formula1="字典!$A$1:$A$3")
    methods.add("C6:C9")
    sheet.add_data_validation(methods)
    book.save(path)
    return path


def cars(path: Path) -> Path:
    """Three lists one above the other: two have the same headings, two call their totals after themselves."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "车辆"
    numbered = [(number, None, None, None) for number in range(1, 4)]
    for row in (
        ("2024年车辆情况表",),
        ("填报单位：", None, None, "单位：元"),
        ("一、购置明细",),
        ("序号", "车牌号", "里程", "金额"),
        *numbered,
        ("购置合计", None, None, None),
        ("二、维修明细",),
        ("序号", "维修内容", "单价", "维修费"),
        *numbered,
        (None, "合计", "—", None),
        ("三、处置明细",),
        ("序号", "车牌号", "里程", "金额"),
        *numbered,
    ):
        sheet.append(row)
    for area in ("A1:D1", "B2:C2", "A3:D3", "A9:D9", "A15:D15"):
        sheet.merge_cells(area)
    book.save(path)
    return path


def review(path: Path, *scores: float) -> Path:
    """A form with points for each indicator, which no pack knows; `scores` fill it in."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "考核"
    for row in (
        ("购买服务考核评分表",),
        ("单位名称：", None),
        ("一级指标", "分值", "二级指标", "分值", "评分标准", "得分"),
        ("过程管理", 40, "合同管理", 25, "合同齐全的得满分。", None),
        (None, None, "资金支付", 15, "按合同付款的得满分。", None),
        ("服务效果", 60, "服务质量", 60, "验收合格的得满分。", None),
        ("合计", None, None, None, None, None),
    ):
        sheet.append(row)
    for area in ("A1:F1", "B2:F2", "A4:A5", "B4:B5", "A7:C7"):
        sheet.merge_cells(area)
    if scores:
        sheet["B2"], sheet["D7"], sheet["F7"] = path.stem, 100, sum(scores)
        for line, score in enumerate(scores, 4):
            sheet.cell(line, 6, score)
    book.save(path)
    return path


def villages(path: Path, *rows: tuple[str, int, str, int, int]) -> Path:
    """A plain list by village, blank or filled: name, standard, telephone, part of the county, code.

    How much each village has got is 3 times its standard; the rest of it is the town's.
    """
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "村级表"
    for line in (["村级运转经费表"], ["单位：元"]):
        page.append(line)
    page.append(
        [
            "序号",
            "村名",
            "补助标准",
            "电话号",
            "补助金额",
            "其中：县级",
            "其中：乡级",
            "村民",
            "排序号",
            "科目编码",
        ]
    )
    for number, (name, standard, telephone, county, code) in enumerate(rows or [("", 0, "", 0, 0)] * 3, 1):
        amount = 3 * standard
        filled = [
            name,
            standard,
            telephone,
            amount,
            county,
            amount - county,
            standard // 7,
            code,
            (201, 20101, 2010101)[number % 3],
        ]
        page.append([number, *(filled if rows else [])])
    total = 3 * sum(row[1] for row in rows)
    county = sum(row[3] for row in rows)
    page.append(["合计", *(["", "", "", total, county, total - county] if rows else [])])
    book.save(path)
    return path
