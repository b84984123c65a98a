"""Chinese on the terminal: help and errors of the command line in the users' language."""

from __future__ import annotations

import sys
from typing import Any

import click


class _Chinese:
    """The headings click prints in English, in Chinese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """用法：jixiao run [选项]."""
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        words = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
        formatter.write_usage(ctx.command_path, " ".join(words.get(p, p) for p in pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, and for a group its commands."""
        records = [
            record
            for parameter in self.get_params(ctx)  # type: ignore[attr-defined]
            if (record := parameter.get_help_record(ctx)) is not None
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


class Group(_Chinese, click.Group):
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
        """Run; whatever is wrong with the words of the call is answered in Chinese, with status 2."""
        extra["standalone_mode"] = False
        try:
            status = super().main(*args, **extra)
        except click.exceptions.Abort:
            click.echo("已中止。", err=True)
            sys.exit(130)
        except click.ClickException as error:
            click.echo(f"用法有误：{_reason(error)}\n运行 jixiao --help 查看用法。", err=True)
            sys.exit(2)
        sys.exit(status if isinstance(status, int) else 0)


def _reason(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项"
    if isinstance(error, click.MissingParameter):
        return "缺少必需的参数" + (f" {error.param.human_readable_name}" if error.param else "")
    if isinstance(error, click.BadParameter):
        name = error.param.opts[0] if error.param else "参数"
        return f"{name} 的值不对（{error.message}）"
    if isinstance(error, click.UsageError) and "No such command" in error.message:
        return "没有这个命令：" + error.message.split("'")[1]
    return error.message
