"""Names made from texts of strangers: Windows and Linux take them, and different texts stay apart."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.model.filenames import safe_name
from batch.outbox.paths import copy_path, copy_paths


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("县教育局", "县教育局"),
        ("a:b?.txt ", "a_b_.txt"),
        ("..\\..\\启动", "_.._启动"),
        ("CON", "_CON"),
        ("nul.xlsx", "_nul.xlsx"),
        ("Com1.2020.xlsx", "_Com1.2020.xlsx"),
        ("COM¹", "_COM¹"),
        ("conout$", "_conout$"),
        ("lpt0 .txt", "_lpt0 .txt"),
        ("控制", "控制"),
        ("console", "console"),
        ("报表. .", "报表"),
        ("", "_"),
        (" . ", "_"),
    ],
)
def test_names_windows_refuses_become_others(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(max_size=400))
def test_any_text_becomes_a_name_every_system_takes(text: str) -> None:
    name = safe_name(text)
    assert name
    assert len(name) <= 61
    assert len(name.encode("utf-8", "surrogatepass")) <= 201
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert not name.endswith((" ", "."))
    # reserved with any ending
    assert name.partition(".")[0].rstrip().upper() not in {"CON", "PRN", "AUX", "NUL", "COM1", "LPT1"}
    assert safe_name(name) == name


def test_long_names_stay_apart() -> None:
    one, other = ("部门整体支出绩效自评" * 9 + end for end in ("甲", "乙"))
    assert safe_name(one) != safe_name(other)
    assert safe_name(one) == safe_name(one)
    assert safe_name(f"{one}.xls").endswith(".xls")
    # a whole path below a folder of a hundred characters is within Windows' 260
    staged = f"{'x' * 100}/.jixiao/staging/{copy_path(one, f'{one}/{other}.xlsx')}"
    assert len(staged) < 260


def test_names_that_differ_in_the_case_of_letters_do_not_overwrite_each_other() -> None:
    paths = copy_paths("甲", ["a/Form.xlsx", "b/FORM.xlsx"])
    assert len({path.casefold() for path in paths.values()}) == 2
