"""jixiao.toml as a frozen object; every key has a default, an unknown one is an error."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any


class SettingsError(Exception):
    """A mistake in the settings, in Chinese."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this bureau runs the batch. Paths are relative to the folder of the settings file."""

    inbox: Path = Path("inbox")
    outbox: Path = Path("outbox")
    #: name of the rule pack
    pack: str = "hunan-2020"
    #: the bureau's own rule file, laid over the pack
    rules: Path | None = None
    #: "local" or "process"
    engine: str = "process"
    #: 0: as many as there are processors
    workers: int = 0


_PATHS = {"inbox", "outbox", "rules"}
ENGINES = ("local", "process")


def load_settings(path: Path | None) -> Settings:
    """Read `path`, or jixiao.toml in the current folder when there is one.

    Raises SettingsError for a file that is missing, no TOML, or has a key that means nothing.
    """
    if path is None:
        path = Path("jixiao.toml")
        if not path.is_file():
            return Settings()
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"打不开设置文件{path.name}：{error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件{path.name}写法有误：{error}") from error
    known = {f.name for f in fields(Settings)}
    values: dict[str, Any] = {}
    for key, value in data.items():
        if key not in known:
            raise SettingsError(
                f"设置文件{path.name}里不认识的项“{key}”，可用的有：{'、'.join(sorted(known))}"
            )
        values[key] = path.parent / str(value) if key in _PATHS else value
    settings = replace(Settings(inbox=path.parent / "inbox", outbox=path.parent / "outbox"), **values)
    if settings.engine not in ENGINES:
        raise SettingsError(f"engine 只能是 {'、'.join(ENGINES)}，现为“{settings.engine}”")
    if type(settings.workers) is not int or settings.workers < 0:
        raise SettingsError("workers 应为不小于0的整数")
    return settings
