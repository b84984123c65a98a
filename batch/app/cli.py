"""The command line: thin, in Chinese, and nothing heavy imported before it is needed."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from batch import __version__
from batch.app.check_command import check
from batch.app.completion import completion
from batch.app.demo_command import demo
from batch.app.draft_command import draft
from batch.app.options import Folder, NotNegative, what_and_where, which_pack
from batch.app.options import settings_of as _settings
from batch.app.options import stop as _stop
from batch.app.packs_command import packs
from batch.app.reader_gone import end_with_reader
from batch.app.rules_commands import explain, rules
from batch.app.template_command import template
from batch.app.terminal import Command, CommandGroup
from batch.app.watch_command import watch
from batch.config.settings import Settings
from batch.engines.common import collect_seldom
from batch.errors import with_place
from batch.run import COULD_NOT_RUN, INCOMPLETE, RAN, WRONG_USE, finish_publishing


@click.group(
    cls=CommandGroup, context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100}
)
@click.version_option(__version__, "--version", message="jixiao %(version)s", help="显示版本号")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="设置文件，默认用当前文件夹的 jixiao.toml",
)
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """部门整体支出绩效自评：每晚审核各单位报送的表格，批注退回，汇总上报。

    \b
    常用：
      jixiao run                     处理收件箱，结果放进发件箱
      jixiao watch                   一直值守，有新文件就处理
      jixiao check 某单位.xlsx       只看一个文件有什么问题
      jixiao status                  谁没报、谁退回，找谁催
      jixiao demo 演示               还没有数据，先看一遍演示
    """
    ctx.obj = config


cli.add_command(watch)


@cli.command()
@what_and_where
@click.option(
    "--wait",
    "wait_minutes",
    type=NotNegative(),
    metavar="分钟",
    help="另一个批次正在运行时最多等多久，默认不等",
)
@click.option("--force", is_flag=True, help="全部文件重新读取，包括没有变化的")
@click.option("--json", "as_json", is_flag=True, help="结果以JSON打印，供程序读取")
@click.pass_context
def run(ctx: click.Context, /, as_json: bool, force: bool, **changes: Any) -> int:
    """处理收件箱一次：读表、审核、批注、汇总。

    \b
    示例：
      jixiao run
      jixiao run --inbox 收件箱 --outbox 发件箱
      jixiao run --scheduler tcp://10.1.1.5:8786
    """
    from batch.app.mail_command import mail_failed_night, mail_on_run
    from batch.app.screen import night_summary, progress_bar
    from batch.outbox.lock import Busy
    from batch.run import Caller, NotRun, run_once

    settings = _settings(ctx, **changes)
    try:
        with progress_bar(quiet=as_json) as progress:
            night, status = run_once(
                settings,
                Caller(
                    "run",
                    60 * settings.wait_minutes,
                    lambda busy: click.echo(f"等候另一个批次结束（{busy}）……", err=True),
                ),
                progress=progress,
                force=force,
                then=lambda log: mail_on_run(settings, log),
            )
    except Busy as busy:
        _stop(f"这个发件箱正由别人使用（{busy}）。请等它结束再运行，或用 --wait 分钟 等候。", COULD_NOT_RUN)
    except NotRun as reason:
        if settings.outbox.is_dir():
            mail_failed_night(settings, str(reason))
        _stop(str(reason), reason.status)
    except KeyboardInterrupt:
        _stop("已中断，没有发布的结果已丢弃。再运行一次即可。", COULD_NOT_RUN)
    if as_json:
        click.echo((settings.outbox / night.results).read_text(encoding="utf-8"), nl=False)
    else:
        night_summary(night, settings.outbox)
    return status


@cli.command()
@click.option("--dry-run", is_flag=True, help="只写成.eml和.html文件供查看，不发送；不用设置邮件服务器")
@click.pass_context
def mail(ctx: click.Context, /, *, dry_run: bool) -> int:
    """把发件箱里的汇总表发给领导；设置允许时把批注件发给各单位。没有设置也可以试写。

    \b
    示例：
      jixiao mail --dry-run
      jixiao mail
    """
    from batch.app.mail_command import mail_now
    from batch.mail.dispatch import NO_SETTINGS
    from batch.outbox.log import log_to

    settings = _settings(ctx)
    if settings.mail is None and not dry_run:
        _stop(NO_SETTINGS, WRONG_USE)
    if not settings.outbox.is_dir():
        _stop(f"找不到发件箱文件夹：{settings.outbox}。请先运行 jixiao run。", WRONG_USE)
    try:
        finish_publishing(settings.outbox)
        with log_to(settings.outbox) as log:
            return RAN if mail_now(settings, log, dry_run=dry_run) else INCOMPLETE
    except OSError as error:
        _stop(f"发件箱用不了：{with_place(error)}", COULD_NOT_RUN)
    return COULD_NOT_RUN


@cli.command()
@click.option("--outbox", type=Folder(), metavar="文件夹", help="发件箱，上一次的结果在这里")
@click.option("--json", "as_json", is_flag=True, help="以JSON打印，供程序读取")
@click.pass_context
def status(ctx: click.Context, outbox: Path | None, as_json: bool) -> int:
    """看进度：应报、已报、读不了、未报、退回、待说明、通过各多少户，先打给谁，找谁催。

    \b
    示例：
      jixiao status
    """
    from datetime import date

    from batch.app.round_status import round_status
    from batch.app.screen import show_standing

    settings = _settings(ctx, outbox=outbox)
    finish_publishing(settings.outbox)
    try:
        # the day a clerk asks is the day that counts
        now = round_status(settings.outbox, _roster(settings), settings.deadline, date.today())  # noqa: DTZ011
    except (OSError, ValueError) as error:
        _stop(f"读不了 {settings.outbox / 'results.json'}：{error}。请重新运行 jixiao run。", COULD_NOT_RUN)
    for problem in now.rulings:
        click.echo(str(problem), err=True)
    if as_json:
        click.echo(json.dumps(now.as_json(), ensure_ascii=False, indent=1))
    else:
        show_standing(now)
    return RAN


def _roster(settings: Settings) -> Any:
    """The roster, told of its mistakes and of those in the clerk's book; None when there is none."""
    from batch.config.entries import RulebookError
    from batch.roster.problems import RosterError
    from batch.unit.identity import clerk_book_of, roster_of
    from batch.unit.rules import context_of, load_rules

    try:
        roster = roster_of(settings)
        forms = load_rules(context_of(settings)).forms
        book = clerk_book_of(settings, forms, roster if roster and roster.units else None)
    except (RosterError, RulebookError) as error:
        return _stop(str(error), WRONG_USE)
    for problem in (*(roster.problems if roster else ()), *(book.problems if book else ())):
        click.echo(str(problem), err=True)
    return roster if roster and roster.units else None


@click.command(cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
@which_pack
def init(folder: Path, pack: str | None) -> int:
    """新建一个可以直接使用的文件夹：设置、单位名册、模板、收件箱、发件箱；已有的文件不覆盖。

    \b
    示例：
      jixiao init 绩效自评2020
      jixiao init 绩效自评2020 --pack 规则包/本县
    """
    from batch.config.entries import RulebookError
    from batch.roster.new_file import Put
    from batch.start.folder import start_folder

    try:
        made = start_folder(folder, pack)
    except RulebookError as error:
        _stop(str(error), WRONG_USE)
    except OSError as error:
        _stop(f"建不了文件夹：{with_place(error)}。", COULD_NOT_RUN)
    for path, put in made:
        click.echo(f"{'已生成' if put is Put.NEW else '已经有了，没有动'} {path}")
    click.echo(f"先看 {folder / '使用说明.txt'}，再填好单位名册。")
    return RAN


for command in (template, init, rules, explain, demo, completion, check, packs, draft):
    cli.add_command(command)


def main() -> None:
    """The program's entry point; output and file names are UTF-8 whatever the system's locale."""
    if sys.getfilesystemencoding() == "ascii" and os.environ.get("PYTHONUTF8") != "1":
        # a scheduler without a locale: no Chinese name could be given to a file
        os.environ["PYTHONUTF8"] = "1"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - this program again
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    end_with_reader()
    # whoever ends the program, by Ctrl-C or as a service, has its workers ended in order
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    collect_seldom()
    try:
        cli(prog_name="jixiao")
    finally:
        # here, where its end is heard, and not while the interpreter ends
        sys.stdout.flush()
