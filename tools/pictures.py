"""Make the pictures of the documents from real output, so that they stay true.

    python tools/pictures.py

Needs LibreOffice and poppler (`make office` installs them). Runs the batch on the sample inbox and on the
made-up county of tests/county.py, and takes single pages of what comes out. The pictures of the mail are made
by tools/mail_pictures.py.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from batch.config.settings import Settings
from batch.night import run_night
from tests.county import DEADLINE, make_inbox, make_roster
from tests.returns.test_explanations import explained
from tools.render import close_up, render

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
COPY = "批注/浏阳市数据资源中心/浏阳市数据资源中心_2020.xlsx"
COUNTY = "全县/汇总.xlsx"
#: picture → (workbook, page)
PAGES = {
    "汇总首页": (COUNTY, 1),
    "单位总表": (COUNTY, 2),
    "基础数据汇总表": (COUNTY, 4),
    "得分排名与等次": (COUNTY, 5),
    "执行监控预警": (COUNTY, 7),
    "三公与公用经费": (COUNTY, 8),
    "问题清单": (COUNTY, 11),
    "汇总首页-一个单位": ("汇总.xlsx", 1),
    "批注件": (COPY, 1),
    "批注件-项目自评表": (COPY, 3),
    "审核结果": (COPY, 5),
    "说明填写": (COPY, 8),
    "退回通知": ("退回通知/浏阳市数据资源中心.xlsx", 1),
    "模板-基础数据表": ("附表模板.xlsx", 1),
    "模板-项目自评表": ("附表模板.xlsx", 3),
    "名册-填写说明": ("单位名册.xlsx", 7),
}
#: the unit's marked copy after it explained J118 and then changed the figure
LATER = f"第二次/{COPY}"
#: picture → (workbook, page, part of the page)
CLOSE_UPS = {
    "错例-监控表": (COPY, 2, (0.05, 0.11, 0.94, 0.54)),
    "错例-项目自评表": (COPY, 3, (0.08, 0.085, 0.93, 0.31)),
    "错例-整体自评表": (COPY, 4, (0.08, 0.085, 0.93, 0.149)),
    "说明填写-已过期": (LATER, 8, (0.05, 0.08, 0.95, 0.48)),
    "未报与催报": (COUNTY, 23, (0.02, 0.05, 0.98, 0.34)),
}


def main() -> int:
    """Write every picture of PAGES and CLOSE_UPS; returns the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        outbox = out / "outbox"
        run_night(Settings(inbox=ROOT / "inbox", outbox=outbox))
        for name in ("附表模板.xlsx", "单位名册.xlsx"):
            shutil.copy(ROOT / "templates" / name, outbox)
        again = out / "again" / "浏阳市数据资源中心"
        again.mkdir(parents=True)
        answer = explained((outbox / COPY).read_bytes(), "J118", edits="基础数据表!D15=19.76")
        (again / Path(COPY).name).write_bytes(answer)
        run_night(Settings(inbox=again.parent, outbox=outbox / Path(LATER).parts[0]))
        make_inbox(out / "inbox")
        roster = out / "单位名册.xlsx"
        make_roster(roster)
        county = outbox / Path(COUNTY).parent
        run_night(Settings(inbox=out / "inbox", outbox=county, roster=roster, deadline=DEADLINE))
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, workbook in enumerate(sorted({name for name, _ in PAGES.values()})):
            pages = out / "pages" / str(number)
            pages.mkdir(parents=True, exist_ok=True)
            count = render(outbox / workbook, pages)
            for picture, (source, page) in PAGES.items():
                if source == workbook:
                    name = f"{Path(workbook).stem}-{page:0{len(str(count))}}.png"
                    shutil.copy(pages / name, PICTURES / f"{picture}.png")
        for picture, (workbook, page, box) in CLOSE_UPS.items():
            close_up(outbox / workbook, page, box, PICTURES / f"{picture}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
