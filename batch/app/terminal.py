"""Chinese on the terminal: help and errors of the command line in the users' language."""

from __future__ import annotations

import gettext
import os
import sys
from pathlib import Path
from typing import Any

import click

from batch import __version__
from batch.app.help_text import Formatter

#: what click says, by language; made by tools/make_messages.py
_LOCALE = Path(__file__).parent / "locale"


def speak_chinese() -> None:
    """Have click take its words from our catalogue, whatever the language of the system."""
    gettext.bindtextdomain("messages", _LOCALE)
    os.environ["LANGUAGE"] = "zh_CN"


class _Context(click.Context):
    formatter_class = Formatter


class Command(click.Command):
    """A command with Chinese help."""

    context_class: type[click.Context] = _Context

    def __init__(self, name: str | None = None, **rest: Any) -> None:
        super().__init__(name, options_metavar="[选项]", **rest)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does; a mistake knows in which command it was made."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            raise


class CommandGroup(Command, click.Group):
    """The program, with Chinese help and Chinese errors."""

    command_class = Command

    def __init__(self, name: str | None = None, **rest: Any) -> None:
        super().__init__(name, subcommand_metavar="命令 [参数]…", **rest)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Commands in the order people need them."""
        return list(self.commands)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run; whatever is wrong with the words of the call is answered in Chinese, with status 2.

        A mistake of ours ends in one line that can be sent to whoever looks after the program, with status 3.
        """
        speak_chinese()
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra)
        except click.exceptions.Abort:
            click.echo("已中止。", err=True)
            sys.exit(130)
        except click.ClickException as error:
            error.show()
            sys.exit(2)
        except Exception as error:  # noqa: BLE001 - nobody at a bureau can do anything with a traceback
            click.echo(_trouble(error), err=True)
            sys.exit(3)
        sys.exit(status if isinstance(status, int) else 0)


def _trouble(error: Exception) -> str:
    import traceback

    places = [f for f in traceback.extract_tb(error.__traceback__) if "batch" in Path(f.filename).parts]
    where = f"，{Path(places[-1].filename).name} 第{places[-1].lineno}行" if places else ""
    return (
        f"程序出错，没有做完；收件箱和已有的结果没有改动。（jixiao {__version__}，{type(error).__name__}："
        f"{str(error)[:200]}{where}）\n请把上面这一行发给维护人员；运行记录在发件箱的 .jixiao/logs 里。"
    )
