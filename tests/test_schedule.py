"""The ready files for schedulers are sound, and start commands that exist."""

from __future__ import annotations

import re
import shlex
import tomllib
import xml.etree.ElementTree as ET
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from batch.app.cli import cli
from batch.config.settings import Settings, Watch, load_settings

FOLDER = Path(__file__).parent.parent / "docs" / "schedule"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def is_a_command(words: list[str]) -> bool:
    """Whether the program, called so, would understand it; nothing is run."""
    program, name, *arguments = words
    assert re.split(r"[/\\]", program)[-1] in ("jixiao", "jixiao.exe")
    command = cli.commands[name]
    with click.Context(cli) as parent:
        command.make_context(name, arguments, parent=parent)
    return True


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(interpolation=None, strict=True, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return parser


def test_the_cron_line_is_a_time_and_a_command() -> None:
    lines = (FOLDER / "crontab").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line and not line.startswith("#")]
    *times, command = line.split(maxsplit=5)
    for field, most in zip(times, (59, 23, 31, 12, 7), strict=True):
        assert field == "*" or int(field) <= most
    # a percent sign would end the command
    assert "%" not in command
    folder, call = command.split(" && ")
    assert shlex.split(folder)[0] == "cd"
    assert is_a_command(shlex.split(call.partition(" >")[0]))


@pytest.mark.parametrize(("name", "command"), [("jixiao.service", "run"), ("jixiao-watch.service", "watch")])
def test_the_services_start_the_program(name: str, command: str) -> None:
    service = unit(name)
    assert list(service) in (["DEFAULT", "Unit", "Service"], ["DEFAULT", "Unit", "Service", "Install"])
    words = shlex.split(service["Service"]["ExecStart"])
    assert words[1] == command
    assert is_a_command(words)
    assert service["Service"]["WorkingDirectory"] in service["Service"]["ReadWritePaths"]


def test_the_timer_starts_its_service_every_night() -> None:
    timer = unit("jixiao.timer")
    assert re.fullmatch(r"\*-\*-\* [012]\d:[0-5]\d:00", timer["Timer"]["OnCalendar"])
    assert timer["Install"]["WantedBy"] == "timers.target"
    # without a name of its own it starts the service called like it, which is not started by itself
    assert "Unit" not in timer["Timer"]
    assert "Install" not in unit("jixiao.service")


@pytest.mark.parametrize(
    ("name", "trigger"), [("jixiao-run", "CalendarTrigger"), ("jixiao-watch", "BootTrigger")]
)
def test_the_windows_tasks_start_the_command_files(name: str, trigger: str) -> None:
    data = (FOLDER / f"{name}.xml").read_bytes()
    assert data.isascii(), "read alike whatever the code page"
    task = ET.fromstring(data)
    assert task.tag == f"{TASK}Task"
    assert task.find(f"{TASK}Triggers/{TASK}{trigger}") is not None
    assert "自评" in str(task.findtext(f"{TASK}RegistrationInfo/{TASK}Description"))
    command = str(task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Command"))
    folder = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}WorkingDirectory")
    assert command == rf"{folder}\{name}.cmd"
    script = (FOLDER / f"{name}.cmd").read_bytes().decode("ascii").splitlines()
    (call,) = [line for line in script if "jixiao.exe" in line]
    assert is_a_command(call.split())
    assert script[script.index(call) + 1] == "exit /b %errorlevel%"


def test_the_settings_told_are_the_defaults(tmp_path: Path) -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    assert set(tomllib.loads(block)["watch"]) == set(Watch.__dataclass_fields__)
    (tmp_path / "jixiao.toml").write_text(block, encoding="utf-8")
    settings = load_settings(tmp_path / "jixiao.toml")
    assert settings.watch == Watch()
    assert settings.wait_minutes == Settings().wait_minutes


def test_every_file_is_told_of() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in FOLDER.iterdir():
        assert path.name in text or path.name == "README.md", path.name
