"""The words of the shipped forms stand in packs, not in Python: others would read them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1] / "batch"
WORDS = re.compile(
    "三公|公务用车|公务接待|出国|编制|在职|超编|人员控制|财政供养|公用经费|政府采购|整体支出|整体自评|基础数据表|楼堂馆所"
)
#: functions of single checks name the fields they are about, the made-up county fills in the shipped forms
EXEMPT = ("checks/rules", "demo")
#: texts that are left, by module: none may come, and what goes is taken out of this list
LEFT = {
    "checks/engine/indicator.py": 1,
    "checks/engine/receptions.py": 4,
    "forms/read/unit_names.py": 1,
    "rollup/sheets/last_year.py": 1,
    "store/batch_record.py": 3,
}


def texts(path: Path) -> list[str]:
    """The texts of a module that are no docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        if node.body and isinstance(node.body[0], ast.Expr)
    }
    every = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told)
    return [node.value for node in every if isinstance(node.value, str)]


def test_no_word_of_a_form_is_left_in_python() -> None:
    found: Counter[str] = Counter()
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not place.startswith(EXEMPT):
            found[place] += sum(WORDS.search(text) is not None for text in texts(path))
    assert {place: number for place, number in found.items() if number} == LEFT
