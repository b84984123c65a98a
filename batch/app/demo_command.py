"""`jixiao demo`: the command."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from batch.app.options import stop
from batch.app.terminal import Command
from batch.errors import with_place
from batch.run import COULD_NOT_RUN, RAN, WRONG_USE

if TYPE_CHECKING:
    from batch.outputs import Night

#: what to look at
_TOUR: Final = (
    ("说明.txt", "按什么顺序看"),
    ("outbox/汇总.xlsx", "领导看的一本"),
    ("outbox/清单.xlsx", "经办人用的一本"),
    ("第一晚/发件箱/批注/县水利局", "单位拿到的批注件"),
    ("inbox/县水利局", "单位在批注件上改好、放回来的"),
)


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
def demo(folder: Path) -> int:
    """演示：新建一个文件夹，造出一个小县12户的报表，跑两个晚上，用自己的数据之前先看一遍。

    \b
    示例：
      jixiao demo 演示
    """
    from batch.demo.rounds import DemoError, make_demo

    try:
        made = make_demo(folder, click.echo)
    except DemoError as error:
        stop(str(error), WRONG_USE)
    except OSError as error:
        stop(f"演示没有做完：{with_place(error)}。请换一个可以写的文件夹。", COULD_NOT_RUN)
    for word, night in (("第一晚", made.first), ("第二晚", made.second)):
        click.echo(f"{word}：{_told(night)}")
    click.echo(f"都在 {folder}，先看：")
    for path, what in _TOUR:
        click.echo(f"  {path}　{what}")
    return RAN


def _told(night: Night) -> str:
    from batch.app.screen import counts_told
    from batch.model.status import Severity

    told = counts_told(night.turnout, Counter(unit["status"] for unit in night.units))
    return f"{told}，还有错误{night.count(Severity.ERROR)}项"
