"""A made-up county of twelve units: most of them careful, some with the mistakes that units make.

Its inbox is the same every time, file dates included, so pictures and tests can be made again.
"""

from __future__ import annotations

import os
import random
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from batch.demo.county_figures import layout
from batch.model.book import Book, Cell, Kind, parse_ref
from batch.returns.rebuilt_copy import rebuilt
from batch.workbook.read.xlsx import read_workbook
from tests.bends import BENDS
from tests.sample_units import clean_unit

#: unit → 主管部门
DEPARTMENTS = {
    "县教育局": "县教育局",
    "县第一中学": "县教育局",
    "县实验小学": "县教育局",
    "县水利局": "县水利局",
    "县水库管理所": "县水利局",
    "县林业局": "县林业局",
    "县国有林场": "县林业局",
    "县文化旅游局": "县文化旅游局",
    "县图书馆": "县文化旅游局",
    "县统计局": "县统计局",
    "县档案馆": "县档案馆",
    "县审计局": "县审计局",
}
#: what each unit says of its work: real units do not copy from each other
DUTIES = {
    "县教育局": "推进义务教育优质均衡，改善农村薄弱学校办学条件，落实教师培训和学生资助。",
    "县第一中学": "保障高中教学和教研活动，更新理化生实验器材，开展心理健康课程。",
    "县实验小学": "完成校舍维修和操场改造，办好课后服务，保证食堂食品安全。",
    "县水利局": "建设中小河流治理工程，开展防汛抗旱值守和农村饮水安全巡查。",
    "县水库管理所": "对十二座小型水库除险加固，做好大坝安全监测、清淤和汛期调度。",
    "县林业局": "实施封山育林和松材线虫病防治，管护天然林，查处毁林案件。",
    "县国有林场": "抚育中幼林，维护防火隔离带和林区道路，救护野生动物。",
    "县文化旅游局": "举办乡村文化节，提升景区服务，送戏下乡，保护文物古迹。",
    "县图书馆": "增加馆藏图书和电子资源，延长开放时间，组织全民阅读推广。",
    "县统计局": "完成人口普查登记和数据审核，编印统计年鉴，开展经济运行分析。",
    "县档案馆": "接收并数字化民生档案，改造库房恒温设施，提供查档利用。",
    "县审计局": "开展预算执行审计和领导干部经济责任审计，督促问题整改。",
}
#: words that only sentences about a unit's work have
_PROSE = ("年度任务", "机构", "从严控制")
#: units of the roster that sent nothing: 主管部门, contact, deadline
SILENT = {
    "县司法局": ("县司法局", "办公室", "2021-03-15"),
    "县少年宫": ("县教育局", "财务室", "2021-04-28"),
}
#: unit → (form, field, what stands there instead: a text, a number, or "+n" and "×n" of what was there)
MISTAKES: dict[str, list[tuple[str, str, str]]] = {
    "县林业局": [
        ("监控表", "年度资金总额.期间执行数", "×0.6"),
        ("监控表", "一般公共预算拨款.期间执行数", "×0.6"),
    ],
    "县第一中学": [
        ("基础数据表", "三公经费.本年决算", "+1.5"),
        ("基础数据表", "控制率", "100%"),
        ("项目自评表", "总分.得分", "+6"),
        ("监控表", "年度资金总额.期间执行数", "×0.3"),
        ("监控表", "一般公共预算拨款.期间执行数", "×0.3"),
    ],
    "县水利局": [
        ("基础数据表", "在职人数", "+9"),
        ("基础数据表", "整体支出.本年决算", "×1.4"),
        ("基础数据表", "项目支出.本年决算", "×1.6"),
        ("整体自评表", "总分.得分", "+2"),
    ],
    "县水库管理所": [
        ("监控表", "年度资金总额.期间执行数", "×0.7"),
        ("监控表", "一般公共预算拨款.期间执行数", "×0.7"),
        ("基础数据表", "公用经费.本年决算", "×1.3"),
    ],
    "县国有林场": [("基础数据表", "整体支出.本年决算", "#REF!"), ("基础数据表", "在职人数", "")],
    "县文化旅游局": [
        ("整体自评表", "财政拨款.全年执行数", "×1.2"),
        ("项目自评表", "年度资金总额.全年执行数", "×0.8"),
        ("项目自评表", "总分.得分", "×0.9"),
    ],
    "县图书馆": [("基础数据表", "厉行节约保障措施", ""), ("基础数据表", "政府采购.本年决算", "无")],
    "县统计局": [("整体自评表", "总分.得分", "×0.85")],
}
#: unit → the way it bent its workbook
BENT = {
    "县实验小学": "stacked",
    "县档案馆": "noisy_labels",
    "县图书馆": "sheets_renamed",
    "县审计局": "blank_rows",
}
#: of the round
DEADLINE = "2021-04-20"
#: when the last file was saved: 2021-04-30 in a county without a clock change
SAVED = 1_619_776_800


def make_roster(path: Path) -> None:
    """Write the roster: every unit with its code and 主管部门, those that sent nothing among them."""
    import xlsxwriter

    rows = [(name, department, "财务室", "") for name, department in DEPARTMENTS.items()]
    rows += [(name, *known) for name, known in SILENT.items()]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("单位")
        sheet.write_row(0, 0, ["单位编码", "单位全称", "主管部门", "联系人", "截止日期"])
        for number, (name, department, contact, deadline) in enumerate(rows, 1):
            # a unit that is its own 主管部门 leaves the column empty
            own = "" if department == name else department
            sheet.write_row(number, 0, [f"1010{number:02}", name, own, contact, deadline])


def make_inbox(inbox: Path) -> None:
    """Write the inbox: a folder a unit, a file that cannot be read, and one that is no submission."""
    for number, name in enumerate(DEPARTMENTS):
        path = inbox / name / f"{name}_2020.xlsx"
        path.parent.mkdir(parents=True)
        clean_unit(path, name, seed=number, projects=1 + number % 3)
        path.write_bytes(rebuilt(_changed(path, name)))
    (inbox / "县司法局_旧表.xlsx").write_bytes(b"PK\x03\x04 cut off while it was copied")
    for number, path in enumerate(sorted(p for p in inbox.rglob("*") if p.is_file())):
        os.utime(path, (SAVED - 60 * number, SAVED - 60 * number))


def _changed(path: Path, name: str) -> Book:
    book = read_workbook(path.read_bytes(), path.name)
    sheets = {sheet.name: sheet for sheet in book.sheets}
    for form, field, change in MISTAKES.get(name, []):
        at = layout(form)
        place = parse_ref(at.slots[field].ref)
        sheet = sheets[at.spec.drawing.sheet]
        cell = sheet.cells.pop(place, Cell(*place, Kind.TEXT, ""))
        if change:
            sheet.cells[place] = _altered(cell, change)
    for sheet in book.sheets:
        for place, cell in sheet.cells.items():
            if cell.kind is Kind.TEXT and any(word in cell.raw for word in _PROSE):
                sheet.cells[place] = cell._replace(raw=DUTIES[name] + cell.raw)
    if name in BENT:
        book = BENDS[BENT[name]](book, random.Random(0))
    return replace(book, sheets=list(book.sheets))


def _altered(cell: Cell, change: str) -> Cell:
    if change[:1] in ("+", "×"):
        old, by = Decimal(cell.raw), Decimal(change[1:])
        new = old + by if change[0] == "+" else old * by
        return cell._replace(kind=Kind.NUMBER, raw=str(round(new, 2)), formula=None)
    if change.startswith("#"):
        return cell._replace(kind=Kind.ERROR, raw=change, formula=None)
    return cell._replace(kind=Kind.TEXT, raw=change, formula=None)
