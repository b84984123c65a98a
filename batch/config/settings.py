"""jixiao.toml as a frozen object; every key has a default, an unknown one is an error."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import Meta, defstruct
from msgspec.structs import asdict

from batch.config.mail_settings import MailKeys, MailSettings, mail_settings
from batch.config.pack_files import pack_from
from batch.config.pack_keys import QUARTERS
from batch.config.schema import Keys, Mistakes, Words, as_message, decode, shown
from batch.config.toml_text import TomlError, TomlText
from batch.errors import in_chinese
from batch.model.limits import DEFAULT, Limits


class SettingsError(Exception):
    """A mistake in the settings, in Chinese."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How `jixiao watch` looks after the inbox; [watch] in the settings file. Times in seconds."""

    #: "events": told by the system; "polling": look every so often; "auto": whichever reaches the inbox
    mode: Literal["auto", "events", "polling"] = "auto"
    #: a file has settled when its size and time have not changed for so long
    quiet_seconds: float = 10
    #: between two looks, where no events tell of changes
    poll_seconds: float = 10
    #: how long one file that does not settle may keep the others waiting
    patience_seconds: float = 300


@dataclass(frozen=True, slots=True)
class Settings:
    """How this bureau runs the batch. Paths are relative to the folder of the settings file."""

    inbox: Path = Path("inbox")
    outbox: Path = Path("outbox")
    #: the rule pack: its name, or the path of its folder
    pack: str = "hunan-2020"
    #: year of the round; 0 for the pack's own, so that next year needs no new pack as long as the forms stay
    year: int = 0
    #: the monitoring period, "1-7月" or "第三季度"; "" for what each form says
    period: str = ""
    #: the bureau's own rule file, laid over the pack
    rules: Path | None = None
    #: 单位名册; without the key 单位名册.xlsx beside the settings file, when there is one
    roster: Path | None = None
    #: the clerk's own book; without the key 经办台账.xlsx beside the roster. None: there is none
    clerk_book: Path | None = None
    #: last day of this round for units without one of their own, "2021-03-15"; "" for none
    deadline: str = ""
    #: the bureau's line for questions, printed on what units get back
    contact: str = ""
    #: the bureau's name, under what it writes to units; "" for 财政局
    bureau: str = ""
    #: working days a unit has to correct what comes back
    correct_days: int = 3
    #: "local", "process" or "dask"
    engine: str = "process"
    #: address of the Dask cluster, "" for one started on this machine for the batch
    scheduler: str = ""
    #: 0: as many as there are processors
    workers: int = 0
    #: how long `jixiao run` waits for another batch to end before it says who is at work
    wait_minutes: float = 0
    watch: Watch = Watch()
    #: what one file may hold; [limits] in the settings file
    limits: Limits = DEFAULT
    #: tried on files with an open password: one a line in the environment variable JIXIAO_PASSWORDS
    passwords: tuple[str, ...] = ()
    #: [mail] in the settings file; None: nothing is mailed
    mail: MailSettings | None = None


ROSTER, CLERK_BOOK = "单位名册.xlsx", "经办台账.xlsx"
ENGINES = ("local", "process", "dask")
_PERIOD = re.compile(r"(\d{1,2})-(\d{1,2})月")
_PathText = Annotated[str, Meta(pattern=r"\S", description="引号里的路径；用不着的请删去这一行")]
_Seconds = Annotated[float, Meta(gt=0, lt=1e9, description="大于0的秒数")]
_Limit = Annotated[int, Meta(gt=0)]
_WATCH = Watch()


class _WatchKeys(Keys):
    """The section [watch]."""

    mode: Literal["auto", "events", "polling"] = _WATCH.mode
    quiet_seconds: _Seconds = _WATCH.quiet_seconds
    poll_seconds: _Seconds = _WATCH.poll_seconds
    patience_seconds: _Seconds = _WATCH.patience_seconds


if TYPE_CHECKING:
    _LimitKeys = Keys
else:
    #: the section [limits]: every limit is a number of something
    _LimitKeys = defstruct("_LimitKeys", [(f.name, _Limit, f.default) for f in fields(Limits)], bases=(Keys,))


class _SettingsKeys(Keys):
    """The settings file. Passwords are no key: secrets come from the environment only."""

    inbox: _PathText = ""
    outbox: _PathText = ""
    pack: Words = ""
    year: Annotated[int, Meta(ge=0, le=2100, description="年份，例如 2021")] = 0
    period: str = ""
    rules: _PathText = ""
    roster: _PathText = ""
    clerk_book: _PathText = ""
    #: text, or TOML's own kind of date
    deadline: Any = ""
    contact: str = ""
    bureau: str = ""
    correct_days: Annotated[int, Meta(ge=1, le=365, description="1至365的整数，单位是工作日")] = 3
    engine: Literal["local", "process", "dask"] = "process"
    scheduler: Annotated[str, Meta(description='加引号的地址，例如 "tcp://10.1.1.5:8786"')] = ""
    workers: Annotated[int, Meta(ge=0)] = 0
    wait_minutes: Annotated[float, Meta(ge=0, lt=1e9, description="不小于0的数，单位分钟")] = 0
    watch: _WatchKeys | None = None
    limits: _LimitKeys | None = None
    mail: MailKeys | None = None


def load_settings(path: Path | None) -> Settings:
    """Read `path`, or jixiao.toml in the current folder when there is one.

    Raises SettingsError for a file that is missing, no TOML, or has a key that means nothing.
    """
    passwords = tuple(line for line in os.environ.get("JIXIAO_PASSWORDS", "").splitlines() if line)
    if path is None:
        path = Path("jixiao.toml")
        if not path.is_file():
            return _with_clerk_book(Settings(passwords=passwords, roster=_beside(path)), None)
    text = _text_of(path)
    try:
        data = text.read()
    except TomlError as error:
        raise SettingsError(as_message(_CALLED, [(text.name, error.line, error.message)])) from error
    mistakes = Mistakes()
    values = _values(data, path.parent, mistakes)
    if mistakes:
        lines = [(text.name, text.line(mistake.where), mistake.message) for mistake in mistakes.found]
        raise SettingsError(as_message(_CALLED, sorted(lines, key=lambda line: line[1])))
    here = Settings(
        inbox=path.parent / "inbox",
        outbox=path.parent / "outbox",
        passwords=passwords,
        roster=_beside(path),
    )
    return _with_clerk_book(replace(here, **values), path)


_CALLED = "设置文件"
_PATHS = ("inbox", "outbox", "rules", "roster", "clerk_book")


def _text_of(path: Path) -> TomlText:
    try:
        return TomlText(path.name, path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"打不开{_CALLED}{path.name}：{in_chinese(error)}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{_CALLED}{path.name}不是UTF-8编码的文本，请用UTF-8另存") from error


def _values(data: dict[str, Any], folder: Path, mistakes: Mistakes) -> dict[str, Any]:
    """What the file says, as Settings has it."""
    keys = decode(data, _SettingsKeys, mistakes)
    deadline = _day(data.get("deadline", ""), mistakes)
    if isinstance(data.get("year"), int) and 0 < data["year"] < 2000:
        mistakes.add(("year",), f"“year”应为年份，例如 2021，现为{data['year']}")
    if isinstance(data.get("period"), str) and not _is_period(data["period"]):
        mistakes.add(
            ("period",), f'“period”应为监控期间，例如 "1-7月" 或 "第三季度"，现为{shown(data["period"])}'
        )
    mail = mail_settings(data["mail"], folder, os.environ, mistakes) if "mail" in data else None
    if keys is None:
        return {}
    given = {key: getattr(keys, key) for key in data}
    made: dict[str, Any] = {"deadline": deadline, "mail": mail}
    made |= {key: folder / given[key] for key in _PATHS if key in given}
    if "pack" in given:
        made["pack"] = pack_from(given["pack"], folder)
    if keys.watch is not None:
        made["watch"] = Watch(**asdict(keys.watch))
    if keys.limits is not None:
        made["limits"] = Limits(**asdict(keys.limits))
    return {**given, **made}


def _is_period(text: str) -> bool:
    months = _PERIOD.fullmatch(text)
    return (
        not text or text in QUARTERS or (months is not None and 1 <= int(months[1]) <= int(months[2]) <= 12)
    )


def _beside(path: Path) -> Path | None:
    """The roster that lies beside the settings file."""
    roster = path.parent / ROSTER
    return roster if roster.is_file() else None


def _with_clerk_book(settings: Settings, path: Path | None) -> Settings:
    """The settings with the clerk's book beside the roster, else beside the settings file; a folder that has
    neither is nobody's place of work."""
    beside = settings.roster or path
    if settings.clerk_book is not None or beside is None:
        return settings
    return replace(settings, clerk_book=beside.parent / CLERK_BOOK)


def _day(value: Any, mistakes: Mistakes) -> str:
    """A day as text or as TOML's own kind of date; "" for none."""
    if value == "":
        return ""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        mistakes.add(("deadline",), f'“deadline”应为日期，例如 "2021-03-15"，现为{shown(value)}')
        return ""
