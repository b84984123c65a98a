# ruff: noqa: E501 - a row of a form a line
"""What the workbooks of the packs say, and the mistakes in the wrong ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from batch.model.book import Book, Cell, Kind
from tests.bends import (
    blank_columns,
    blank_rows,
    footnotes_added,
    moved,
    noisy_labels,
    sheets_renamed,
    unmerged,
)
from tests.packs.workbooks import Planted


def printed(texts: Mapping[str, str]) -> Callable[[Book, random.Random], Book]:
    """A bend: other words for what a cell says, whole cells."""

    def bend(cell: Cell) -> Cell:
        new = texts.get("".join(cell.raw.split()))
        return cell._replace(raw=new, kind=Kind.TEXT) if new is not None else cell

    def all_sheets(book: Book, _: random.Random) -> Book:
        sheets = [replace(s, cells={at: bend(c) for at, c in s.cells.items()}) for s in book.sheets]
        return replace(book, sheets=sheets)

    return all_sheets


def annex(book: Book, _: random.Random) -> Book:
    """附件1 above each form."""
    sheets = []
    for sheet in book.sheets:
        lower = moved(sheet, lambda row: row + 1, lambda col: col)
        sheets.append(replace(lower, cells={**lower.cells, (1, 1): Cell(1, 1, Kind.TEXT, "附件1")}))
    return replace(book, sheets=sheets)


PURCHASES = Planted(
    right={
        "采购季报": {
            "C2": "城关镇人民政府", "C19": "李明", "E19": "0731-83600000",
            "C5": 5, "C6": 1, "D6": 2600000, "E6": 2480000, "C7": 2, "D7": 1500000, "E7": 1473000,
            "C8": 1, "D8": 180000, "E8": 172500, "C9": 1, "D9": 95000, "E9": 95000,
            "B12": "乡镇卫生院设备", "C12": "公开招标", "D12": "2024-07-12", "E12": 2600000, "F12": 2480000, "G12": 1240000, "H12": "说明：分两批交货",
            "B13": "物业管理服务", "C13": "竞争性谈判", "D13": "2024-08-05", "E13": 860000, "F13": 845000, "G13": 211250,
            "B14": "办公家具", "C14": "询价", "D14": "2024-08-20", "E14": 180000, "F14": 172500, "G14": 172500,
            "B15": "乡道标线施划", "C15": "竞争性谈判", "D15": "2024-09-03", "E15": 640000, "F15": 628000, "G15": 314000,
            "B16": "视频会议系统维保", "C16": "单一来源", "D16": "2024-09-18", "E16": 95000, "F16": 95000, "G16": 0,
            "H16": "原厂维保，只有一家能提供",
        },
    },
    bends=(
        printed({
            "采购单位：": "填报单位（公章）：", "合同签订日期": "签约日期", "合同金额": "成交金额（元）", "竞争性谈判（磋商）": "竞争性磋商",
            "2024-07-12": "2024年7月12日", "2024-08-05": "2024.8.5", "95000": "95,000.00", "询价": "询 价",
        }),
        annex, blank_rows, noisy_labels, footnotes_added, sheets_renamed,
        printed({"城关镇人民政府": "河西镇人民政府"}),
    ),
    wrong={
        "采购季报": {
            "C2": "石桥乡人民政府", "C7": 3, "D5": 4357000, "E8": 127500, "F6": 0.064, "D13": "2024-10-08", "D14": "2024年13月2日",
            "D15": "2023-09-03", "G15": 728000, "H16": "", "F18": 4220000,
        },
    },
    found=frozenset({
        "P101 C5", "P101 D5", "P102 C7", "P103 E8", "P104 D5", "P105 F6", "P106 F18", "P107 G15", "P110 D15", "P111 H16",
        "P112 D13", "F044 D14",
    }),
)  # fmt: skip


SICHUAN = Planted(
    right={
        "项目自评表": {
            "B2": "农村公路养护", "B3": "县交通运输局", "F3": "县公路养护段",
            "B10": "养护农村公路120公里以上，维护安全标志300块，带动就业，群众出行满意。",
            "F10": "全年养护农村公路125公里，维护安全标志310块，带动就业42人；发放问卷120份，群众出行满意度97%。",
            "D6": 80, "F6": 80, "G6": 78.4, "D7": 0, "F7": 5, "G7": 5, "D8": 0, "F8": 0, "G8": 0,
            "C12": "养护里程", "D12": "≥", "E12": "120", "F12": "公里", "G12": "125", "H12": 15, "I12": 15,
            "C13": "安全标志维护数量", "D13": "≥", "E13": "300", "F13": "块", "G13": "310", "H13": 10, "I13": 10,
            "C14": "优良路率", "D14": "≥", "E14": "95", "F14": "%", "G14": "96%", "H14": 10, "I14": 10,
            "C15": "培训完成时间", "D15": "≤", "E15": "12", "F15": "月", "G15": "11", "H15": 10, "I15": 10,
            "C16": "人均成本", "D16": "≤", "E16": "300", "F16": "元", "G16": "295", "H16": 5, "I16": 5,
            "C17": "带动就业人数", "D17": "≥", "E17": "40", "F17": "人", "G17": "42", "H17": 15, "I17": 15,
            "C18": "长效管护机制", "D18": "定性", "E18": "建立健全", "F18": "无", "G18": "已建立健全", "H18": 15, "I18": 15,
            "C19": "群众满意度", "D19": "≥", "E19": "95", "F19": "%", "G19": "97%", "H19": 10, "I19": 10,
        },
    },
    bends=(
        printed({
            "实施单位": "实施单位（盖章）：", "指标性质": "指标方向", "度量单位": "计量单位", "权重": "分值", "≥": "≧", "≤": "≦",
            "未完成原因分析": "偏差原因分析及改进措施", "实际完成值": "全年完成值", "预算执行数": "全年执行数（B）", "项目自评表": "表",
        }),
        annex, unmerged, blank_columns, footnotes_added, printed({"县公路养护段": "县公路养护二段"}),
    ),
    wrong={
        "项目自评表": {
            "F3": "县公路养护三段", "F10": "", "J5": 9, "G12": "96", "I14": 12, "G16": "360", "D17": "", "I20": 98,
        },
    },
    found=frozenset({"X327 F10", "X303 J5", "X315 I12", "X312 I14", "X315 I16", "F025 D17", "X310 I20"}),
    scores=("项目自评汇总", {"县公路养护段": (84.81, 84.81), "县公路养护二段": (84.81, 84.81), "县公路养护三段": (86, 80.81)}),
)  # fmt: skip


#: 上年决算, 本年预算, 本年决算 of the rows of 2018's form, as filled in
_ROWS_2018: Mapping[int, tuple[float, float, float]] = {
    8: (0, 0, 0), 9: (11.86, 12, 9.84), 10: (0, 0, 0), 11: (17.22, 16, 14.99), 13: (60, 62.5, 62.5), 14: (18.4, 20, 19.6),
    15: (35, 36.2, 36.2), 16: (8, 8, 7.5), 17: (42, 43, 42.6), 18: (16, 16.5, 16.2), 19: (9.1, 9, 8.8), 20: (6.4, 6, 5.9),
    21: (30, 31, 30.5), 22: (880, 900, 920),
}  # fmt: skip

BASIC_2018 = Planted(
    right={
        "基础数据表": {
            "B2": "县城乡规划局", "B4": 143, "C4": 136,
            **{f"{column}{row}": figure for row, figures in _ROWS_2018.items() for column, figure in zip("BCD", figures, strict=True)},
            "B24": 1250.5, "C24": 1248, "B26": 320, "C26": 316.4,
            "B27": "严控三公经费，公务用车统一派遣，会议合并召开，办公用品集中采购、按需领用。",
        },
    },
    bends=(
        printed({
            "填报单位：": "单位名称（公章）：", "公车运行维护": "公务用车运行维护费", "3、上级专项资金": "3、上级专项资金（一个项目一行）",
            "部门基本支出预算调整": "部门整体支出预算调整", "批复规模（㎡）": "批复规模(㎡)", "水费、电费、差旅费": "水电费、差旅费",
            "2018年决算数": "2018年度决算数", "1250.5": "无", "1248": "无", "0.998": "无",
        }),
        annex, blank_columns, footnotes_added, printed({"县城乡规划局": "县城乡建设局"}),
    ),
    wrong={
        "基础数据表": {
            "B2": "县城市管理局", "C4": 163, "D4": 0.9510, "D6": 28.43, "C12": 116.7, "D17": 30.6, "D24": 0.95,
            "B27": "",
        },
    },
    found=frozenset({"J101 D4", "J105 D6", "J111 C12", "J116 D17", "L203 D24", "F025 B27"}),
)  # fmt: skip


#: 上年决算, 本年预算, 本年决算 of the rows of 2017's form, as filled in
_ROWS_2017: Mapping[int, tuple[float, float, float]] = {
    8: (0, 0, 0), 9: (8, 8, 7.5), 10: (0, 0, 0), 11: (4, 4, 3.2), 13: (50, 55, 54), 14: (20, 20, 19), 15: (30, 31, 30.5),
    16: (12, 12, 12), 17: (7, 7, 6.9), 18: (4, 4, 3.9), 19: (15, 16, 16), 20: (500, 520, 520),
}  # fmt: skip

RATING = Planted(
    right={
        "基础数据表": {
            "B2": "县统计局", "B4": 60, "C4": 58,
            **{f"{column}{row}": figure for row, figures in _ROWS_2017.items() for column, figure in zip("BCD", figures, strict=True)},
            "B21": "公务用车统一派遣，会议合并召开，办公用品集中采购、按需领用，接待一律在食堂。",
        },
        "整体评分表": {
            "C2": "县统计局",
            **{f"I{row}": score for row, score in enumerate((5, 8, 10, 10, 8, 8, 6, 8, 6, 5, 8, 5, 5, 4, 3), 4)},
            "H4": "编制60人，在职58人", "H5": "比上年预算没有增加", "H6": "年初预算全部执行", "H7": "年中没有追加",
            "H8": "支出30.5万元，预算31万元", "H9": "支出10.7万元，预算12万元", "H10": "采购预算全部执行", "H11": "财务、采购、资产制度齐全",
            "H12": "审计没有提出问题", "H13": "按时在网站公开", "H14": "交办36件，办结36件", "H15": "普查数据用于全县规划",
            "H16": "统计公报按季发布", "H17": "报表实行网上直报", "H18": "问卷200份，满意度86%",
        },
    },
    bends=(
        printed({
            "评价单位名称：": "填报单位（盖章）：", "评价标准": "评分标准", "本单位执行情况": "自评情况", "得分": "自评得分", "产出及效率": "产出及效益",
            "三公经费": "“三公”经费", "公用经费": "公用经费支出",
        }),
        unmerged, annex, footnotes_added, printed({"县统计局": "县档案局"}),
    ),
    wrong={
        "基础数据表": {"B2": "县审计局", "D6": 11.7, "D15": 33},
        "整体评分表": {"C2": "县审计局", "I11": 9, "H12": "", "I19": 101},
    },
    found=frozenset({"J105 D6", "Z432 I11", "F025 H12", "Z431 I19"}),
    scores=("得分排名与等次", {"县统计局": (47, 47), "县档案局": (47, 47), "县审计局": (47, 41)}),
)  # fmt: skip

PACKS: Mapping[str, Planted] = {
    "purchases": PURCHASES,
    "sichuan": SICHUAN,
    "hunan-2018": BASIC_2018,
    "hunan-rating": RATING,
}
