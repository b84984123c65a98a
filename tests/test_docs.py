"""What the documents and examples say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from batch.cli import cli
from tools.mail_pictures import WIDTHS
from tools.make_examples import TARGET, as_toml, examples
from tools.pictures import PAGES, PICTURES
from tools.terminal_pictures import COMMANDS

ROOT = Path(__file__).parent.parent


def test_the_examples_are_fresh() -> None:
    """`jixiao explain` shows real messages: run tools/make_examples.py after changing a check's words."""
    assert TARGET.read_text(encoding="utf-8") == as_toml(examples())


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^jixiao (\w+)", text, flags=re.MULTILINE))
    assert named == set(cli.commands)


def test_every_picture_of_a_document_is_made_by_a_script() -> None:
    made = {*PAGES, *WIDTHS, *COMMANDS}
    wanted = {
        Path(picture).stem
        for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
        for picture in re.findall(r"\[[^\]]*\]\(([^)]+\.png)\)", document.read_text(encoding="utf-8"))
    }
    assert wanted <= made
    assert {path.stem for path in PICTURES.glob("*.png")} == made
