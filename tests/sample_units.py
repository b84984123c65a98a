"""Units without a mistake, as the demonstration makes them up."""

from __future__ import annotations

from pathlib import Path

from batch.demo.county_figures import DemoUnit, Work, demo_pack, pages_of
from batch.forms.template.workbook import template_bytes

NAMES = ("县教育局", "县水利局", "县林业局", "县统计局", "县档案馆", "县图书馆", "县审计局", "县司法局")
PROJECTS = tuple(map(Work, ("业务能力建设", "公共服务平台建设", "信息系统运行维护")))


def clean_unit(path: Path, name: str = "县教育局", seed: int = 0, projects: int = 2) -> None:
    """Write the workbook of a unit without a mistake; `seed` varies its numbers, `projects` is 1 to 3.

    Computed cells hold the results a spreadsheet program would have saved.
    """
    path.write_bytes(template_bytes(demo_pack(), pages=pages_of(DemoUnit(name, PROJECTS[:projects], seed))))
