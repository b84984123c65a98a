"""The commands `jixiao packs …`: what is wrong in a bureau's own pack."""

from __future__ import annotations

import click

from batch.app.options import stop
from batch.app.terminal import Command, CommandGroup
from batch.run import RAN, WRONG_USE


@click.group(cls=CommandGroup)
def packs() -> None:
    """自己做规则包时用：检查规则包。

    \b
    示例：
      jixiao packs check 规则包/本县
    """


@packs.command(cls=Command)
@click.argument("folder", metavar="文件夹")
def check(folder: str) -> int:
    """一次说出规则包里的全部错处：写法、模板图样、算式、互相矛盾的勾稽，各在哪个文件第几行。

    \b
    示例：
      jixiao packs check 规则包/本县
    """
    from batch.config.schema import as_message
    from batch.unit.pack_mistakes import pack_report

    report = pack_report(folder)
    if report.mistakes:
        stop(as_message("规则文件", report.mistakes), WRONG_USE)
    click.echo(f"规则包“{report.title}”没有错处：{report.forms}张表，{report.checks}条检查。")
    for remark in report.remarks:
        click.echo(f"可以看看：{remark}")
    return RAN
