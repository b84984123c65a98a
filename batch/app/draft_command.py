"""The command `jixiao draft`: a pack from a blank form and filled examples."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from batch.app.options import Folder, stop
from batch.app.terminal import Command
from batch.errors import with_place
from batch.run import COULD_NOT_RUN, RAN, WRONG_USE


@click.command(cls=Command)
@click.argument("blank", required=False, type=click.Path(path_type=Path), metavar="[空白表.xlsx]")
@click.option("--examples", type=Folder(), metavar="文件夹", help="已填好的表，五份以上，用来试勾稽")
@click.option("--confirm", type=click.Path(path_type=Path), metavar="文件", help="改好的待确认.xlsx")
@click.option("--out", type=Folder(), metavar="文件夹", help="规则包写到这里")
def draft(blank: Path | None, examples: Path | None, confirm: Path | None, out: Path | None) -> int:
    """从本县的空白表起草规则包：认出栏目、类型和勾稽，写成待确认.xlsx；改好后写成规则包。

    \b
    示例：
      jixiao draft 空白附表.xlsx --examples 去年的表 --out 本县
      jixiao draft --confirm 本县/待确认.xlsx --out 本县
    """
    from batch.config.entries import RulebookError
    from batch.draft.answers import DraftError
    from batch.draft.steps import confirm_pack, draft_pack

    if out is None:
        stop("请用 --out 指出规则包写到哪个文件夹。", WRONG_USE)
    assert out is not None
    # a form that names no year is for the one that has ended
    year = date.today().year - 1  # noqa: DTZ011 - the office's own day
    if blank is not None and confirm is None:
        lines = draft_pack(blank, examples, out, year)
    elif confirm is not None and blank is None:
        lines = confirm_pack(confirm, examples, out)
    else:
        stop("请给空白表，或用 --confirm 给改好的待确认.xlsx，两样给一样。", WRONG_USE)
    try:
        for line in lines:
            click.echo(line)
    except (DraftError, RulebookError) as error:
        stop(str(error), WRONG_USE)
    except FileExistsError as error:
        stop(f"{error}不是 jixiao draft 写的，没有覆盖；请用 --out 另指一个文件夹。", WRONG_USE)
    except OSError as error:
        stop(f"没有做完：{with_place(error)}。文件若已打开，请先关闭。", COULD_NOT_RUN)
    return RAN
