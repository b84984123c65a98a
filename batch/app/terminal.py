"""Chinese on the terminal: help and errors of the command line in the users' language."""

from __future__ import annotations

import errno
import os
import re
import sys
from pathlib import Path
from typing import Any

import click

from batch import __version__
from batch.app.help_text import Formatter
from batch.app.usage import help_for, reason

#: what click adds to an option that takes a range
_RANGE = re.compile(r"\s*\[[-\d.]*<?=?x[<>=\d.]*\]$")


class _Context(click.Context):
    formatter_class = Formatter


class _Chinese:
    """The headings click prints in English, in Chinese."""

    context_class: type[click.Context] = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; a mistake knows in which command it was made."""
        try:
            return super().parse_args(ctx, args)  # type: ignore[misc, no-any-return]
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """用法：jixiao run [选项]."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        words = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
        formatter.write_usage(ctx.command_path, " ".join(words.get(p, p) for p in pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and for a group its commands."""
        records = [
            (record[0], _RANGE.sub("", record[1]))
            for parameter in self.get_params(ctx)  # type: ignore[attr-defined]
            if (record := parameter.get_help_record(ctx)) is not None and isinstance(parameter, click.Option)
        ]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """--help says in Chinese what it does."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本说明"
        return option  # type: ignore[no-any-return]


class Command(_Chinese, click.Command):
    """A command with Chinese help."""


class CommandGroup(_Chinese, click.Group):
    """The program, with Chinese help and Chinese errors."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands with their first line each."""
        rows = [(name, self.commands[name].get_short_help_str(100)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Commands in the order people need them."""
        return list(self.commands)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run; whatever is wrong with the words of the call is answered in Chinese, with status 2.

        A mistake of ours ends in one line that can be sent to whoever looks after the program, with status 3.
        """
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra)
        except click.exceptions.Abort:
            click.echo("已中止。", err=True)
            sys.exit(130)
        except click.ClickException as error:
            click.echo(f"用法有误：{reason(error)}。\n运行 {help_for(error)} 查看用法。", err=True)
            sys.exit(2)
        except Exception as error:  # noqa: BLE001 - nobody at a bureau can do anything with a traceback
            if _nobody_listens(error):
                sys.exit(1)
            click.echo(_trouble(error), err=True)
            sys.exit(3)
        sys.exit(status if isinstance(status, int) else 0)


def _nobody_listens(error: Exception) -> bool:
    """Whether what we print to was closed, as by `jixiao rules | head`."""
    if not isinstance(error, OSError) or error.filename or error.errno not in (errno.EPIPE, errno.EINVAL):
        return False
    # the interpreter flushes once more as it ends
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    return True


def _trouble(error: Exception) -> str:
    import traceback

    places = [f for f in traceback.extract_tb(error.__traceback__) if "batch" in Path(f.filename).parts]
    where = f"，{Path(places[-1].filename).name} 第{places[-1].lineno}行" if places else ""
    return (
        f"程序出错，没有做完；收件箱和已有的结果没有改动。（jixiao {__version__}，{type(error).__name__}："
        f"{str(error)[:200]}{where}）\n请把上面这一行发给维护人员；运行记录在发件箱的 .jixiao/logs 里。"
    )
