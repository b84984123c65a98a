# ruff: noqa: E501 - a row of a form a line
"""What the workbooks of the packs say, and the mistakes in the wrong ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from batch.model.book import Book, Cell, Kind
from tests.bends import blank_rows, footnotes_added, moved, noisy_labels, sheets_renamed
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
            "B12": "乡镇卫生院设备", "C12": "公开招标", "D12": "2024-07-12", "E12": 2600000, "F12": 2480000, "G12": 1240000,
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

PACKS: Mapping[str, Planted] = {"purchases": PURCHASES}
