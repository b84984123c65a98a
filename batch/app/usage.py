"""What is wrong with the words of a call, in Chinese, and what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

import click

_QUOTED = re.compile(r"'([^']*)'")
_BRACKETED = re.compile(r"\((.*)\)")


def reason(error: click.ClickException) -> str:
    """One line for people; never click's English for a mistake this program's commands can meet."""
    if isinstance(error, click.NoSuchOption):
        return f"没有 {error.option_name} 这个选项{_meant(error.option_name, error.possibilities or ())}"
    if isinstance(error, click.MissingParameter):
        return f"缺少必需的参数 {_name(error.param)}"
    if isinstance(error, click.BadOptionUsage):
        if "requires" in error.message:
            return f"{error.option_name} 后面要写{_wanted(_parameter(error))}"
        return f"{error.option_name} 后面不用写值"
    if isinstance(error, click.BadParameter):
        found = _QUOTED.search(error.message) or re.match(r"(\S+) is not", error.message)
        given = f"，现为“{found[1]}”" if found else ""
        return f"{_name(error.param)} 应为{_wanted(error.param)}{given}"
    if isinstance(error, click.UsageError) and "No such command" in error.message:
        given = _QUOTED.findall(error.message)[0]
        known = error.ctx.command.commands if error.ctx and isinstance(error.ctx.command, click.Group) else ()
        return f"没有这个命令：{given}{_meant(given, known)}"
    if isinstance(error, click.UsageError) and "extra argument" in error.message:
        extra = _BRACKETED.search(error.message)
        return f"多写了 {extra[1] if extra else ''}"
    return error.message


def help_for(error: click.ClickException) -> str:
    """The call that shows how it is meant."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"{context.command_path if context else 'jixiao'} --help"


def _meant(given: str, known: Iterable[str]) -> str:
    close = get_close_matches(given, list(known), n=1)
    return f"，是不是 {close[0]}" if close else ""


def _parameter(error: click.BadOptionUsage) -> click.Parameter | None:
    parameters = error.ctx.command.params if error.ctx else ()
    return next((known for known in parameters if error.option_name in known.opts), None)


def _name(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return ""
    return parameter.human_readable_name if isinstance(parameter, click.Argument) else parameter.opts[0]


def _wanted(parameter: click.Parameter | None) -> str:
    """What an option takes, in words."""
    kind = parameter.type if parameter else None
    if isinstance(kind, click.Choice):
        return "、".join(map(str, kind.choices)) + " 之一"
    if isinstance(kind, click.IntRange | click.FloatRange):
        return ("整数" if isinstance(kind, click.IntRange) else "数") + _range(kind.min, kind.max)
    metavar = parameter.metavar if parameter else None
    return metavar or "一个值"


def _range(low: float | None, high: float | None) -> str:
    least = f"不小于{low:g}" if low is not None else ""
    most = f"不大于{high:g}" if high is not None else ""
    return f"（{'，'.join(filter(None, (least, most)))}）" if least or most else ""
