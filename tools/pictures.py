"""Make the pictures of the documents from real output, so that they stay true.

    python tools/pictures.py

Needs LibreOffice and poppler (`make office` installs them). Runs the batch on the sample inbox, makes the
county of `jixiao demo`, and takes the first printed page of a sheet, or part of it. The pictures of the mail
are made by tools/mail_pictures.py, those of the terminal by tools/terminal_pictures.py.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from batch.config.settings import Settings
from batch.demo.rounds import SECOND, make_demo
from batch.night import run_night
from batch.workbook.annotate.edit_cells import type_in
from tools.render import WHOLE, Part, convert, picture, sheet_pages

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
UNIT, FILE = "浏阳市数据资源中心", "浏阳市数据资源中心_2020.xlsx"
COPY, SUGGESTED = f"一个单位/批注/{UNIT}/{FILE}", f"一个单位/建议稿/{UNIT}/{FILE}"
#: the marked copy of a unit that explained J122 and then changed the figure
LATER = "第二次/批注/县林业局/县林业局_2020.xlsx"
BOOK, LISTS = "演示/outbox/汇总.xlsx", "演示/outbox/清单.xlsx"
#: the first night of the demonstration: more is missing, and one file cannot be read
FIRST_NIGHT = "演示/第一晚/发件箱"


@dataclass(frozen=True, slots=True)
class Shot:
    """What a picture shows: the first page of a sheet, or part of it."""

    workbook: str
    sheet: str
    part: Part = WHOLE


_FORM: Part = (0.05, 0.08, 0.95, 0.48)
#: picture → what it shows
SHOTS = {
    "汇总首页": Shot(BOOK, "首页"),
    "单位总表": Shot(BOOK, "单位总表", (0.02, 0.05, 0.98, 0.63)),
    "基础数据汇总表": Shot(BOOK, "基础数据汇总表"),
    "得分排名与等次": Shot(BOOK, "得分排名与等次", (0.02, 0.05, 0.98, 0.65)),
    "执行监控预警": Shot(BOOK, "执行监控预警", (0.02, 0.05, 0.98, 0.4)),
    "三公与公用经费": Shot(BOOK, "三公与公用经费", (0.02, 0.05, 0.98, 0.43)),
    "未报与催报": Shot(f"{FIRST_NIGHT}/汇总.xlsx", "未报与催报", (0.02, 0.05, 0.98, 0.37)),
    "汇总首页-一个单位": Shot("一个单位/汇总.xlsx", "首页"),
    "件清单": Shot(LISTS, "件清单", (0.02, 0.05, 0.98, 0.9)),
    "问题清单": Shot(LISTS, "问题清单", (0.02, 0.05, 0.98, 0.93)),
    "经办台账": Shot("演示/经办台账.xlsx", "裁定", (0.03, 0.06, 0.95, 0.22)),
    "批注件": Shot(COPY, "基础数据表", _FORM),
    "审核结果": Shot(COPY, "审核结果"),
    "说明填写": Shot(COPY, "说明填写"),
    "说明填写-已过期": Shot(LATER, "说明填写", (0.03, 0.06, 0.97, 0.35)),
    "建议稿": Shot(SUGGESTED, "基础数据表", _FORM),
    "退回通知": Shot(f"一个单位/退回通知/{UNIT}.xlsx", "退回通知"),
    "错例-监控表": Shot(COPY, "监控表", (0.05, 0.11, 0.94, 0.54)),
    "错例-项目自评表": Shot(COPY, "项目支出自评表", (0.08, 0.085, 0.93, 0.31)),
    "错例-整体自评表": Shot(COPY, "整体支出自评表", (0.08, 0.085, 0.93, 0.41)),
    "模板-基础数据表": Shot("附表模板.xlsx", "基础数据表", (0.03, 0.04, 0.97, 0.62)),
    "名册-填写说明": Shot("单位名册.xlsx", "填写说明"),
}


def make_outputs(folder: Path) -> None:
    """Put every workbook of SHOTS below `folder`."""
    for name in ("附表模板.xlsx", "单位名册.xlsx"):
        shutil.copy(ROOT / "templates" / name, folder)
    sample = folder / "收件箱" / UNIT / FILE
    sample.parent.mkdir(parents=True)
    shutil.copy(ROOT / "inbox" / UNIT / FILE, sample)
    os.utime(sample, (SECOND.timestamp(), SECOND.timestamp()))
    run_night(Settings(inbox=folder / "收件箱", outbox=folder / "一个单位"))
    make_demo(folder / "演示")
    file = Path(LATER).relative_to("第二次/批注")
    answer = (folder / "演示" / "inbox" / file).read_bytes()
    again = folder / "又一次" / file
    again.parent.mkdir(parents=True)
    again.write_bytes(type_in(answer, {("基础数据表", "D19"): Decimal("153.6")}))
    run_night(Settings(inbox=folder / "又一次", outbox=folder / "第二次"))


def main() -> int:
    """Write every picture of SHOTS; returns the exit status."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_outputs(folder)
        PICTURES.mkdir(parents=True, exist_ok=True)
        for workbook in sorted({shot.workbook for shot in SHOTS.values()}):
            pdf = convert(folder / workbook, "pdf", folder / "pdf")
            pages = sheet_pages(pdf)
            for name, shot in SHOTS.items():
                if shot.workbook == workbook:
                    picture(pdf, pages[shot.sheet], PICTURES / f"{name}.png", shot.part)
    return 0


if __name__ == "__main__":
    sys.exit(main())
