"""What the commands share: settings, options, and how they end with a message."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from batch.config.settings import ENGINES, Settings, SettingsError, load_settings
from batch.run import WRONG_USE


def settings_of(ctx: click.Context, **changes: Any) -> Settings:
    """The settings file's settings, with what the command line says instead; None says nothing."""
    if changes.get("scheduler") and changes.get("engine") is None:
        changes["engine"] = "dask"
    try:
        settings = load_settings(ctx.obj)
    except SettingsError as error:
        stop(str(error), WRONG_USE)
    return replace(settings, **{key: value for key, value in changes.items() if value is not None})


def stop(message: str, status: int) -> Any:
    """End the program with a message and an exit status."""
    click.echo(message, err=True)
    sys.exit(status)


class NotNegative(click.ParamType[float]):
    """A number that is not negative; `whole`: one without decimals."""

    def __init__(self, *, whole: bool = False) -> None:
        self._kind: type[float] = int if whole else float
        self.name = f"{'整数' if whole else '数'}（不小于0）"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Fails for what is none, and below 0."""
        try:
            number = self._kind(value)
        except ValueError:
            number = -1
        if not number >= 0:
            self.fail(f"应为{self.name}，现为“{value}”", param, ctx)
        return number


class Folder(click.Path):
    """A folder by its path; a blank one would be the folder somebody happens to stand in."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Fails for a blank one."""
        if not str(value).strip():
            self.fail("应为文件夹，现为空：要用当前文件夹，请写一个点（.）", param, ctx)
        return super().convert(value, param, ctx)


#: the option of every command that needs rules
which_pack = click.option(
    "--pack", metavar="名称", help="规则包的名称，例如 hunan-2020，或者规则包文件夹的路径"
)

#: what `run` and `watch` may be told beside the settings
_WHAT_AND_WHERE = (
    click.option("--inbox", type=Folder(), metavar="文件夹", help="收件箱，各单位报送的文件放在这里"),
    click.option("--outbox", type=Folder(), metavar="文件夹", help="发件箱，结果写到这里"),
    which_pack,
    click.option(
        "--engine",
        type=click.Choice(ENGINES),
        metavar="方式",
        help="local：本进程；process：多进程；dask：Dask集群",
    ),
    click.option(
        "--scheduler",
        metavar="地址",
        help="Dask集群的调度器，如 tcp://10.1.1.5:8786；用dask而不写时在本机临时启动一个",
    ),
    click.option(
        "--workers", type=NotNegative(whole=True), metavar="个数", help="同时工作的进程数，0为处理器个数"
    ),
)


def what_and_where(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that `run` and `watch` share."""
    for option in reversed(_WHAT_AND_WHERE):
        command = option(command)
    return command
