"""What click says in Chinese: the catalogue is whole, compiled, and used whatever the system's language."""

from __future__ import annotations

import ast
import gettext
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tools.make_messages import SOURCE, compiled, messages

ROOT = Path(__file__).parents[2]
CATALOGUE = messages(SOURCE.read_text(encoding="utf-8"))


def said_by_click() -> Iterator[str]:
    """Every message of the click that is installed, with its plural, if it has one, behind a zero."""
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                texts = node.args[: {"_": 1, "ngettext": 2}.get(node.func.id, 0)]
                if texts and all(isinstance(text, ast.Constant) for text in texts):
                    yield "\0".join(ast.literal_eval(text) for text in texts)


def test_the_compiled_catalogue_is_made_from_the_one_people_edit() -> None:
    made = SOURCE.with_suffix(".mo")
    assert made.read_bytes() == compiled(CATALOGUE), "run python tools/make_messages.py"
    with made.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Usage:") == "用法："
    assert {read.ngettext("{value!r} is not {choice}.", "", n) for n in (0, 1, 5)} == {
        "应为 {choices} 之一，现为“{value}”"
    }


def test_whatever_click_says_has_words_in_chinese() -> None:
    said = set(said_by_click())
    assert len(said) > 50
    assert not said - CATALOGUE.keys()
    # "required" is looked up by a variable
    assert CATALOGUE.keys() - said == {"", "required"}
    assert all(CATALOGUE.values())


@pytest.mark.parametrize("language", [{"LANG": "de_DE.UTF-8"}, {"LANGUAGE": "fr", "LC_ALL": "C"}, {}])
def test_the_language_of_the_system_does_not_matter(language: dict[str, str]) -> None:
    spoken = ("LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES")
    plain = {name: value for name, value in os.environ.items() if name not in spoken}
    done = subprocess.run(
        [sys.executable, "-m", "batch", "run", "--inbx"],
        cwd=ROOT,
        env={**plain, **language, "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "用法：jixiao run [选项]",
        "运行 jixiao run --help 查看用法。",
        "",
        "用法有误：没有 --inbx 这个选项 （是不是 '--inbox'）",
    ]
