"""Submissions to measure with, as many as wanted: the same numbers give the same bytes.

plain: filled in without a mistake; bent: with rows and columns put in, sheets renamed, labels altered;
mistakes: the real submission of the inbox with all that is wrong in it; mixed: seven, two and one of ten.
Every unit has a name, figures and narratives of its own.

python benchmarks/corpus.py 收件箱 --units 1000 --kind mixed
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from batch.returns.rebuilt_copy import rebuilt  # noqa: E402
from batch.workbook.package.package import Package  # noqa: E402
from batch.workbook.package.zip_writer import write_package  # noqa: E402
from batch.workbook.read.xlsx import read_workbook  # noqa: E402
from tests.bends import BENDS  # noqa: E402
from tests.paper import SAMPLE  # noqa: E402
from tests.sample_units import clean_unit  # noqa: E402

KINDS = ("plain", "bent", "mistakes", "mixed")
FILE = "报送.xlsx"
#: workbooks filled in once; every submission is one of them with its own name and narratives
_BASES = 48
_NAME, _SAMPLE_NAME = "县教育局", "浏阳市数据资源中心"
#: how the narratives of the made-up units begin, and those of the real submission
_NARRATIVES = (
    "从严控制公务接待，",
    "完成{}年度任务，",
    "{}年度任务全部完成。",
    "保障机构正常运转，",
    "1.机构运转正常，",
)
_SAMPLE_NARRATIVES = (
    "全体机关人员使用空调时",
    "1、监控平台搭建",
    "统一全市政务网络管理",
    "全年收集整理25个单位",
    "为全市机关正常运行",
    "政府门户网站建设与管理",
)
_PROJECTS = ("业务能力建设", "公共服务平台建设", "信息系统运行维护")
_WORDS = (
    "乡镇", "社区", "学校", "医院", "道路", "桥梁", "河道", "林地", "农田", "水库", "档案", "图书",
    "培训", "调研", "巡查", "督导", "宣传", "采购", "验收", "维护", "改造", "升级", "检测", "登记",
    "整治", "防汛", "抗旱", "消防", "就业", "养老", "救助", "扶贫", "统计", "审计", "监测", "执法",
    "普法", "信访", "招商", "旅游", "环卫", "绿化",
)  # fmt: skip


def submissions(kind: str, count: int) -> Iterator[tuple[str, bytes]]:
    """(name of the unit, bytes of its workbook), `count` of them."""
    for number in range(count):
        name = f"{_NAME[0]}第{number + 1:05}局"
        yield name, _submission(kind if kind != "mixed" else _in_turn(number), number, name)


def _in_turn(number: int) -> str:
    return "mistakes" if number % 10 == 9 else "bent" if number % 5 == 3 else "plain"


def _submission(kind: str, number: int, name: str) -> bytes:
    if kind == "mistakes":
        return _renamed(SAMPLE.read_bytes(), number, name)
    if kind == "bent":
        return _renamed(_bent(number % (2 * len(BENDS))), number, name)
    return _renamed(_plain(number % _BASES), number, name)


@cache
def _plain(seed: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILE
        clean_unit(path, _NAME, seed=seed, projects=1)
        return path.read_bytes()


@cache
def _bent(number: int) -> bytes:
    """One bend after the other, in turn on a unit without mistakes and on the real submission."""
    bend = list(BENDS.values())[number // 2]
    data = SAMPLE.read_bytes() if number % 2 else _plain(number)
    return rebuilt(bend(read_workbook(data, FILE), random.Random(number)))


def _renamed(data: bytes, number: int, name: str) -> bytes:
    """The workbook with the unit's name, and narratives that no other unit has."""
    package = Package.open(data)
    chance = random.Random(number)
    phrase = "、".join(chance.sample(_WORDS, 12))
    changed = {}
    for part in package.names():
        if part == "xl/sharedStrings.xml" or part.startswith("xl/worksheets/sheet"):
            text = package.read(part).decode()
            renamed = text.replace(_NAME, name).replace(_SAMPLE_NAME, name)
            for start in _starts():
                renamed = renamed.replace(f">{start}", f">围绕{phrase}等工作，{start}")
            if renamed != text:
                changed[part] = renamed.encode()
    return write_package(package, changed, ())


@cache
def _starts() -> tuple[str, ...]:
    own = [start.format(project) for start in _NARRATIVES for project in _PROJECTS]
    return tuple(dict.fromkeys([*own, *_SAMPLE_NARRATIVES]))


def write(folder: Path, kind: str, count: int) -> None:
    """An inbox: a folder for each unit with its workbook in it. What is there already is written over."""
    for name, data in submissions(kind, count):
        path = folder / name / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--kind", choices=KINDS, default="mixed")
    asked = parser.parse_args()
    write(asked.folder, asked.kind, asked.units)


if __name__ == "__main__":
    main()
