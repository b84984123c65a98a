"""What the documents and examples say is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from batch.cli import cli
from tests.paper import SAMPLE
from tools.mail_pictures import WIDTHS
from tools.make_examples import TARGET, as_toml, examples
from tools.pictures import PAGES, PICTURES
from tools.terminal_pictures import COMMANDS

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parent.parent


def test_the_examples_are_fresh() -> None:
    """`jixiao explain` shows real messages: run tools/make_examples.py after changing a check's words."""
    assert TARGET.read_text(encoding="utf-8") == as_toml(examples())


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^jixiao (\w+)", text, flags=re.MULTILINE))
    assert named == set(cli.commands)


def test_the_commands_of_the_readme_run_as_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inbox").mkdir()
    shutil.copy(SAMPLE, tmp_path / "inbox" / SAMPLE.name)
    shutil.copy(SAMPLE, tmp_path / "某单位.xlsx")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    calls = [shlex.split(line, comments=True) for line in re.findall(r"^jixiao .*", text, re.MULTILINE)]
    # one waits for files for ever, one for somebody to write to, one for a cluster
    calls = [call[1:] for call in calls if call[1] not in ("watch", "mail") and "--scheduler" not in call]
    assert len(calls) > 8
    for call in calls:
        result = CliRunner().invoke(cli, call, prog_name="jixiao")
        assert (call, result.exit_code) == (call, 0), result.output


def test_every_picture_of_a_document_is_made_by_a_script() -> None:
    made = {*PAGES, *WIDTHS, *COMMANDS}
    wanted = {
        Path(picture).stem
        for document in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
        for picture in re.findall(r"\[[^\]]*\]\(([^)]+\.png)\)", document.read_text(encoding="utf-8"))
    }
    assert wanted <= made
    assert {path.stem for path in PICTURES.glob("*.png")} == made
