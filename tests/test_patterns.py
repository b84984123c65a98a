"""No pattern of the program takes more than linear time on a text that somebody sent."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import batch
from tests.backtracking import backtracks

_SEARCHING = {"search", "findall", "finditer", "sub", "subn", "split"}
Pattern = re.Pattern[str] | re.Pattern[bytes]

_LABELS = "labels have at most 60 characters"
_NAMES = "names of units are cut to 200 characters"
_OURS = "only texts of the program's own, or of the bureau"
_SOUND = "parts that were read as XML before: whatever is opened there is closed"
_NUMBER = "a number begins where no digit stands before it"
_TAKES_ALL = "one of its alternatives takes whatever is there"
#: patterns that may take longer, by module and name, and why no file can make them
EXCUSED: dict[tuple[str, str], str] = {
    ("batch.forms.spec.loose_labels", "_FORMULA"): _LABELS,
    ("batch.forms.spec.loose_labels", "_MARK"): _LABELS,
    **{
        ("batch.forms.read.unit_names", name): _NAMES
        for name in ("_CODE", "_CODE_BEHIND", "_SEAL", "_DATE", "_ENTRY", "_LABEL_ALONE")
    },
    ("batch.config.toml_text", "_TOKEN"): _OURS,
    ("batch.app.help_text", "_PIECE"): _OURS,
    ("batch.config.mail_settings", "_NAMED"): _OURS,
    ("batch.report.mentions", "_FIGURE"): _NUMBER,
    ("batch.roster.layout", "_MARKED"): _OURS,
    ("batch.workbook.read.formula_text", "_ADDRESS"): "a text in quotes ends at the quote",
    ("batch.workbook.legacy.xls_formulas", "_WHOLE"): _NUMBER,
    ("batch.workbook.annotate.new_book", "_INLINE"): _OURS,
    (
        "batch.workbook.legacy.ods_formulas",
        "_PIECE",
    ): "what is opened ends where it is closed, or with the formula",
    ("batch.workbook.annotate.own_sheets", "_T"): _SOUND,
    ("batch.workbook.read.sheet_scan", "_TOKEN"): _TAKES_ALL,
    ("batch.workbook.read.sheet_scan", "_ATTRIBUTE"): "attributes as _TOKEN found them",
    ("batch.workbook.read.format_code", "_PART"): _TAKES_ALL,
    (
        "batch.workbook.package.sniffing",
        "_HTML",
    ): "looked for at the beginning, and nothing is given back",
    ("batch.workbook.read.strings", "_ITEM"): _TAKES_ALL,
    ("batch.workbook.annotate.stylesheet", "_UNCOUNTED"): _SOUND,
    ("batch.workbook.package.splice", "_PROLOG"): "it may end anywhere",
}


def _patterns() -> Iterator[tuple[str, str, Pattern, set[str]]]:
    """Every pattern at the top of a module, with the methods that module calls on it."""
    for info in pkgutil.walk_packages(batch.__path__, "batch."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        held = {name: value for name, value in vars(module).items() if isinstance(value, re.Pattern)}
        if held:
            uses: dict[str, set[str]] = {}
            tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    uses.setdefault(node.value.id, set()).add(node.attr)
            for name, value in held.items():
                yield info.name, name, value, uses.get(name, set())


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (r"a+b", True),
        (r"(?<!a)a+b", False),
        (r"(?<!\d)\d++(?:\.\d++)?\s*+[A-Z]", False),
        (r"\d+(?:\.\d+)?\s*[A-Z]", True),
        (r"a+", False),
        (r"x[^x]*y", False),
        (r"x.*?y", True),
        (r"(a+)+b", True),
        (r"x(?:[ab]c|ac)*y", True),
        (r"^a*a*b", True),
        (r"^a*+b", False),
        (r"\s+$", True),
        (r"x\d{1,20}y", False),
        (r"^(?:ab|a)*+(?=c)", False),
    ],
)
def test_patterns_that_go_back_are_known(pattern: str, bad: bool) -> None:
    assert bool(backtracks(pattern)) is bad


def _complaint(pattern: Pattern, uses: set[str]) -> str:
    """What is wrong with it the way it is used; one that is handed on may be searched for."""
    given = pattern.pattern, pattern.flags
    if "fullmatch" in uses and (said := backtracks(*given, searched=False, whole=True)):
        return said
    if uses <= {"match", "fullmatch", "pattern"} and uses:
        return backtracks(*given, searched=False) if "match" in uses else ""
    return backtracks(*given)


def test_no_pattern_goes_back_over_a_text_again_and_again() -> None:
    complaints = {
        (module, name): f"{module}.{name}: {said}"
        for module, name, pattern, uses in _patterns()
        if (said := _complaint(pattern, uses))
    }
    assert [said for key, said in sorted(complaints.items()) if key not in EXCUSED] == []
    assert [key for key in EXCUSED if key not in complaints] == []
