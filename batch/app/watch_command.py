"""The command `jixiao watch`."""

from __future__ import annotations

from typing import Any

import click

from batch.app.options import settings_of, stop, what_and_where
from batch.app.terminal import Command
from batch.config.settings import SettingsError
from batch.errors import with_place
from batch.outbox.lock import Busy
from batch.run import COULD_NOT_RUN, RAN, WRONG_USE


@click.command(cls=Command)
@what_and_where
@click.pass_context
def watch(ctx: click.Context, /, **changes: Any) -> int:
    """一直值守收件箱：文件放好、停稳之后自动处理，按 Ctrl-C 停止。

    \b
    示例：
      jixiao watch
      jixiao watch --inbox 收件箱 --outbox 发件箱
    """
    from batch.watch.watcher import Watcher

    settings = settings_of(ctx, **changes)
    try:
        Watcher(settings).run()
    except SettingsError as error:
        stop(str(error), WRONG_USE)
    except Busy as busy:
        stop(f"这个发件箱已经有人值守（{busy}）。一个发件箱只要一个值守程序。", COULD_NOT_RUN)
    except OSError as error:
        stop(f"值守无法进行：{with_place(error)}", COULD_NOT_RUN)
    return RAN
