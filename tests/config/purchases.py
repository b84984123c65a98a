"""A pack of purchases: single fields, a list without headings, numbers, days, choices and conditions."""

from __future__ import annotations

from pathlib import Path

HEAD = """
name = "采购"
extends = "base"
title = "政府采购季报"
year = 2024
period = "第三季度"
decor = ["采购明细（{本年}）"]
"""

FORM = """
key = "采购季报"
title = "{本年}{期}政府采购情况季报表"
required = true
unit_field = "填报单位"
[[entry]]
name = "填报单位"
answer = false
[[entry]]
name = "面积"
type = "number"
[[entry]]
name = "合同总额"
label = "{期}合同总额"
type = "money"
[[entry]]
name = "公开招标额"
type = "money"
[list]
name = "采购明细"
[[list.column]]
name = "采购项目"
type = "text"
required = true
[[list.column]]
name = "采购方式"
type = "choice"
choices = ["公开招标", "邀请招标", "竞争性谈判", "单一来源", "询价"]
required = true
[[list.column]]
name = "合同日期"
type = "date"
[[list.column]]
name = "验收日期"
type = "date"
[[list.column]]
name = "合同金额"
type = "money"
required = true
total = "合计(合同金额)"
[template]
sheet = "采购季报"
widths = [24, 14, 14, 14, 14]
rows = [
  ["{标题}", "<", "<", "<", "<"],
  ["填报单位", "", "<", "面积", ""],
  ["{期}合同总额", "", "<", "公开招标额", ""],
  ["采购明细（{本年}）", "<", "<", "单位：万元", "<"],
  ["采购项目", "采购方式", "合同日期", "验收日期", "合同金额"],
  ["", "", "", "", ""],
  ["", "", "", "", ""],
  ["", "", "", "", ""],
  ["合计", "", "", "", ""],
]
"""

CHECKS = """
[[check]]
id = "P101"
form = "采购季报"
tie = "合同总额 == 合计(合同金额)"
severity = "错误"
[[check]]
id = "P102"
form = "采购季报"
tie = '公开招标额 == 合计(合同金额, 采购方式 == "公开招标")'
severity = "错误"
[[check]]
id = "P103"
form = "采购季报"
each = "指标"
when = '合同金额 > 200'
tie = '采购方式 == "公开招标"'
[[check]]
id = "P104"
form = "采购季报"
each = "指标"
tie = "验收日期 >= 合同日期"
severity = "错误"
[[check]]
id = "P105"
form = "采购季报"
each = "指标"
tie = '年份(合同日期) == 本年'
[[check]]
id = "P106"
form = "采购季报"
tie = '个数(采购项目, 采购方式 == "单一来源" 且 合同金额 > 50) <= 1'
[[check]]
id = "P107"
form = "采购季报"
tie = "总分.合同金额 == 合计(合同金额)"
severity = "错误"
"""

FILES = {"pack.toml": HEAD, "forms/采购.toml": FORM, "checks/P.toml": CHECKS}


def purchases(folder: Path) -> Path:
    """The pack in a folder."""
    for place, text in FILES.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    return folder
