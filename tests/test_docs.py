"""What the documents and examples say is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.rollup.rollup import sheets_of
from tests.draft.blanks import purchases
from tests.paper import SAMPLE, rules
from tests.roster.sheets import save
from tools.mail_pictures import WIDTHS
from tools.make_examples import TARGET, as_toml, examples
from tools.pictures import BOOK, LISTS, PICTURES, SHOTS
from tools.terminal_pictures import COMMANDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FENCED = re.compile(r"^```(?:\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: what these do is shown elsewhere: they never end, send mail, or need other machines
ONLY_UNDERSTOOD = {"watch": "tests/watch", "mail": "tests/mail", "--scheduler": "tests/engines/test_dask.py"}
#: a word for whoever sets a terminal up
NOT_FOR_CLERKS = {"completion"}


def commands_of(document: Path) -> list[list[str]]:
    """Every jixiao command in the fenced blocks of a document, in words."""
    blocks = _FENCED.findall(document.read_text(encoding="utf-8"))
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("jixiao ")]
    return [shlex.split(line, comments=True) for line in lines]


def is_run(words: list[str]) -> bool:
    """Whether a command is run here, or only held against what the program understands."""
    return "--dry-run" in words or not set(words) & set(ONLY_UNDERSTOOD)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder of `jixiao init` in which the documents' commands make sense."""
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli, ["init", "."]).exit_code == 0
    save(tmp_path / "单位名册.xlsx", {"单位": [("单位全称",), ("浏阳市数据资源中心",), ("县教育局",)]})
    mail = '[mail]\nhost = "smtp.example.com"\nsender = "a@example.com"\nto = ["b@example.com"]\n'
    settings = tmp_path / "jixiao.toml"
    text = settings.read_text(encoding="utf-8-sig").replace('engine = "process"', 'engine = "local"')
    settings.write_text(f"{text}\n{mail}", encoding="utf-8")
    for folder in ("inbox/浏阳市数据资源中心", "收件箱/浏阳市数据资源中心"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(SAMPLE, tmp_path / folder / "附表.xlsx")
    shutil.copy(SAMPLE, tmp_path / "某单位.xlsx")
    (tmp_path / "审过的表").mkdir()
    for name in ("空白附表.xlsx", "审过的表/甲.xlsx"):
        purchases(tmp_path / name)
    assert CliRunner().invoke(cli, ["run"]).exit_code == 0
    return tmp_path


def test_the_examples_are_fresh() -> None:
    """`jixiao explain` shows real messages: run tools/make_examples.py after changing a check's words."""
    assert TARGET.read_text(encoding="utf-8") == as_toml(examples())


def test_every_command_of_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^jixiao (\w+)", text, flags=re.MULTILINE))
    assert named == set(cli.commands)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.stem)
def test_every_path_in_a_document_exists(document: Path) -> None:
    """`batch/…`, `tests/…`, `docs/…` and `tools/…`, and whatever ends in .py; <pack> stands for any name."""
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w/.-])(?:batch|tests|docs|tools|benchmarks)/[^\s`|)\]，。；,;:]*", text))
    named |= set(re.findall(r"`([\w/]+\.py)`", text))
    gone = [
        name
        for name in sorted(named)
        if not any(ROOT.glob(re.sub(r"<\w+>", "*", name).replace("…", "**").rstrip("/.")))
    ]
    assert not gone, f"{document.name} names what is not there: {gone}"


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if commands_of(d)], ids=lambda d: d.stem)
def test_every_command_of_a_document_runs(document: Path, office: Path) -> None:
    for words in commands_of(document):
        if is_run(words):
            done = CliRunner().invoke(cli, words[1:], prog_name="jixiao")
            assert done.exit_code == 0, f"{words}: {done.output}"
        else:
            with click.Context(cli) as parent:
                cli.commands[words[1]].make_context(words[1], words[2:], parent=parent)
    assert (office / "outbox" / "汇总.xlsx").is_file()


def sheets_shown() -> set[str]:
    """The sheets of both workbooks, by the shipped pack."""
    figures = rules().figures
    return {sheet.name for book in ("汇总.xlsx", "清单.xlsx") for sheet in sheets_of(book, figures)}


def test_the_manual_names_every_command_and_the_guide_every_sheet() -> None:
    named = {words[1] for words in commands_of(ROOT / "docs" / "操作手册.md")}
    assert named == set(cli.commands) - NOT_FOR_CLERKS
    guide = (ROOT / "docs" / "汇总表.md").read_text(encoding="utf-8")
    shown = sorted(sheets_shown() - {"图表数据"})
    assert [name for name in shown if name not in guide] == []


def test_every_link_of_a_document_leads_somewhere() -> None:
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        anchors = {
            re.sub(r"[^\w\- ]", "", head).strip().lower().replace(" ", "-")
            for head in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
        }
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            target, _, anchor = link.partition("#")
            if link.startswith("http"):
                continue
            assert not target or (document.parent / target).exists(), f"{document.name}: {link}"
            assert target or anchor in anchors, f"{document.name}: {link}"


def test_every_picture_of_a_document_is_made_by_a_script() -> None:
    made = {*SHOTS, *WIDTHS, *COMMANDS}
    wanted = {
        Path(picture).stem
        for document in DOCUMENTS
        for picture in re.findall(r"\[[^\]]*\]\(([^)]+\.png)\)", document.read_text(encoding="utf-8"))
    }
    assert wanted <= made
    assert {path.stem for path in PICTURES.glob("*.png")} == made
    books = sheets_shown()
    taken = {shot.sheet for shot in SHOTS.values() if shot.workbook in (BOOK, LISTS)}
    assert taken <= books
