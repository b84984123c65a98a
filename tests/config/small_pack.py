"""A small pack of a bureau's own, with one form that no pack of the program has."""

from __future__ import annotations

from pathlib import Path

HEAD = """
name = "本县"
extends = "base"
title = "乡镇公用经费季报"
version = "1"
year = 2024
"""

FORM = """
key = "季报"
title = "乡镇公用经费季报表"
required = true
unit_field = "填报单位"
[[entry]]
name = "填报单位"
answer = false
required = true
[[grid]]
name = "经费"
required = true
[[grid.column]]
name = "预算"
[[grid.column]]
name = "支出"
[[grid.row]]
name = "合计"
label = "公用经费合计"
formula = "办公费 + 水电费"
[[grid.row]]
name = "办公费"
[[grid.row]]
name = "水电费"
[template]
sheet = "季报"
widths = [24, 16, 16]
rows = [
  ["{标题}", "<", "<"],
  ["填报单位", "", "<"],
  ["项目（万元）", "预算", "支出"],
  ["公用经费合计", "", ""],
  ["办公费", "", ""],
  ["水电费", "", ""],
]
"""

CHECKS = """
[[check]]
id = "L001"
form = "季报"
each = "列"
tie = "合计 == 办公费 + 水电费"
severity = "错误"
"""

FILES = {"pack.toml": HEAD, "forms/季报.toml": FORM, "checks/L.toml": CHECKS}


def small_pack(folder: Path, **changed: str) -> Path:
    """The pack in a folder. `changed`: by name without .toml, another text of a file, or a further one."""
    places = {Path(place).stem: place for place in FILES}
    texts = FILES | {places.get(name, f"{name}.toml"): text for name, text in changed.items()}
    for place, text in texts.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    return folder
