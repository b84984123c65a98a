"""jixiao.toml as a frozen object; every key has a default, an unknown one is an error."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from batch.config.mail_settings import MailSettings, mail_settings
from batch.errors import in_chinese
from batch.model.limits import DEFAULT, Limits


class SettingsError(Exception):
    """A mistake in the settings, in Chinese."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How `jixiao watch` looks after the inbox; [watch] in the settings file. Times in seconds."""

    #: "events": told by the system; "polling": look every so often; "auto": whichever reaches the inbox
    mode: str = "auto"
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
    #: name of the rule pack
    pack: str = "hunan-2020"
    #: year of the round; 0 for the pack's own, so that next year needs no new pack as long as the forms stay
    year: int = 0
    #: the monitoring period, "1-7月"; "" for what each form says
    period: str = ""
    #: the bureau's own rule file, laid over the pack
    rules: Path | None = None
    #: 单位名册; without the key 单位名册.xlsx beside the settings file, when there is one
    roster: Path | None = None
    #: last day of this round for units without one of their own, "2021-03-15"; "" for none
    deadline: str = ""
    #: the bureau's line for questions, printed on what units get back
    contact: str = ""
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


_PATHS = {"inbox", "outbox", "rules", "roster"}
ROSTER = "单位名册.xlsx"
ENGINES = ("local", "process", "dask")
_PERIOD = re.compile(r"(\d{1,2})-(\d{1,2})月")
MODES = ("auto", "events", "polling")


def load_settings(path: Path | None) -> Settings:
    """Read `path`, or jixiao.toml in the current folder when there is one.

    Raises SettingsError for a file that is missing, no TOML, or has a key that means nothing.
    """
    passwords = tuple(line for line in os.environ.get("JIXIAO_PASSWORDS", "").splitlines() if line)
    if path is None:
        path = Path("jixiao.toml")
        if not path.is_file():
            return Settings(passwords=passwords, roster=_beside(path))
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"打不开设置文件{path.name}：{in_chinese(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件{path.name}写法有误：{error}") from error
    # secrets come from the environment only
    known = {f.name for f in fields(Settings)} - {"passwords"}
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise SettingsError(
                f"设置文件{path.name}里不认识的项“{key}”，可用的有：{'、'.join(sorted(known))}"
            )
        if key in _PATHS and not str(value).strip():
            raise SettingsError(f"设置文件{path.name}里 {key} 是空的，请写上路径，或删去这一行")
        values[key] = path.parent / str(value) if key in _PATHS else value
    for key in _READ.keys() & values.keys():
        values[key] = _READ[key](values[key], path)
    here = Settings(
        inbox=path.parent / "inbox",
        outbox=path.parent / "outbox",
        passwords=passwords,
        roster=_beside(path),
    )
    return _checked(replace(here, **values))


def _checked(settings: Settings) -> Settings:
    if settings.engine not in ENGINES:
        raise SettingsError(f"engine 只能是 {'、'.join(ENGINES)}，现为“{settings.engine}”")
    if not isinstance(settings.scheduler, str):
        raise SettingsError('scheduler 应写成加引号的地址，例如 "tcp://10.1.1.5:8786"')
    if type(settings.workers) is not int or settings.workers < 0:
        raise SettingsError("workers 应为不小于0的整数")
    if type(settings.year) is not int or not (settings.year == 0 or 2000 <= settings.year <= 2100):
        raise SettingsError(f"year 应写成年份，例如 2021，现为“{settings.year}”")
    if settings.period != "" and not _is_period(settings.period):
        raise SettingsError(f'period 应写成监控期间，例如 "1-7月"，现为“{settings.period}”')
    if not isinstance(settings.contact, str):
        raise SettingsError(f"contact 应为加引号的文字，现为“{settings.contact}”")
    if not _is_time(settings.wait_minutes):
        raise SettingsError("wait_minutes 应为不小于0的数，单位分钟")
    return settings


def _is_period(value: Any) -> bool:
    months = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    return months is not None and 1 <= int(months[1]) <= int(months[2]) <= 12


def _beside(path: Path) -> Path | None:
    """The roster that lies beside the settings file."""
    roster = path.parent / ROSTER
    return roster if roster.is_file() else None


def _mail(table: Any, path: Path) -> MailSettings:
    try:
        return mail_settings(table, path.parent, os.environ)
    except ValueError as error:
        raise SettingsError(f"设置文件{path.name}的{error}") from error


def _day(value: Any, _: Path) -> str:
    """A day as text or as TOML's own kind of date; "" for none."""
    if value == "":
        return ""
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise SettingsError(f'deadline 应写成 "2021-03-15" 这样的日期，现为“{value}”') from None


def _is_time(value: Any) -> bool:
    # a comparison with nan or inf fails; true is no number here
    return type(value) in (int, float) and 0 <= value < 1e9


def _section(table: Any, name: str, known: set[str], path: Path) -> dict[str, Any]:
    if not isinstance(table, dict):
        raise SettingsError(f"设置文件{path.name}里 {name} 应写成 [{name}] 一节")
    for key in table:
        if key not in known:
            raise SettingsError(
                f"设置文件{path.name}的[{name}]里不认识的项“{key}”，可用的有：{'、'.join(sorted(known))}"
            )
    return table


def _watch(table: Any, path: Path) -> Watch:
    for key, value in _section(table, "watch", {f.name for f in fields(Watch)}, path).items():
        if key == "mode" and value not in MODES:
            raise SettingsError(
                f"设置文件{path.name}的[watch]里 mode 只能是 {'、'.join(MODES)}，现为“{value}”"
            )
        if key != "mode" and not (_is_time(value) and value > 0):
            raise SettingsError(f"设置文件{path.name}的[watch]里“{key}”应为大于0的秒数，现为“{value}”")
    return replace(Watch(), **table)


def _limits(table: Any, path: Path) -> Limits:
    for key, value in _section(table, "limits", {f.name for f in fields(Limits)}, path).items():
        if type(value) is not int or value <= 0:
            raise SettingsError(f"设置文件{path.name}的[limits]里“{key}”应为大于0的整数，现为“{value}”")
    return replace(DEFAULT, **table)


#: keys that are more than a value, and what reads them
_READ: dict[str, Callable[[Any, Path], Any]] = {
    "limits": _limits,
    "watch": _watch,
    "deadline": _day,
    "mail": _mail,
}
