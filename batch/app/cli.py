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
from batch.app.completion import check_ids, completion
from batch.app.demo_command import demo
from batch.app.draft_command import draft
from batch.app.options import Folder, NotNegative, what_and_where, which_pack
from batch.app.options import settings_of as _settings
from batch.app.options import stop as _stop
from batch.app.packs_command import packs
from batch.app.reader_gone import end_with_reader
from batch.app.terminal import CommandGroup
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
        click.echo(json.dumps(night.content, ensure_ascii=False, indent=1))
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
    """看进度：应报、已报、未报、退回、待说明、通过各多少户，各是谁，找谁催。

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
    from batch.unit.review_bundle import context_of, load_rules

    try:
        roster = roster_of(settings)
        forms = load_rules(context_of(settings)).forms
        book = clerk_book_of(settings, forms, roster if roster and roster.units else None)
    except (RosterError, RulebookError) as error:
        return _stop(str(error), WRONG_USE)
    for problem in (*(roster.problems if roster else ()), *(book.problems if book else ())):
        click.echo(str(problem), err=True)
    return roster if roster and roster.units else None


@cli.command()
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("templates"), metavar="文件夹", help="写到哪里"
)
@click.option(
    "--roster",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="单位名册：给每个单位各生成一份，写好单位、项目和上年数",
)
@which_pack
@click.pass_context
def template(ctx: click.Context, out: Path, roster: Path | None, pack: str | None) -> int:
    """按规则包生成空白的附表模板（附表模板.xlsx）；有单位名册的，每个单位一份。

    \b
    示例：
      jixiao template --out 下发
      jixiao template --roster 单位名册.xlsx --out 下发
    """
    from batch.config.entries import RulebookError
    from batch.forms.template.workbook import build_template
    from batch.unit.review_bundle import context_of, load_rules

    settings = _settings(ctx, pack=pack)
    try:
        forms = load_rules(context_of(settings)).forms
        if roster is not None:
            return _unit_templates(settings, roster, forms, out)
        out.mkdir(parents=True, exist_ok=True)
        build_template(forms, out / "附表模板.xlsx")
    except RulebookError as error:
        _stop(str(error), WRONG_USE)
    except OSError as error:
        _stop(f"写不了模板：{with_place(error)}。文件若已打开，请先关闭。", COULD_NOT_RUN)
    click.echo(f"已生成 {out / '附表模板.xlsx'}")
    return RAN


def _unit_templates(settings: Settings, path: Path, forms: Any, out: Path) -> int:
    from batch.roster.last_year_files import last_years
    from batch.roster.prefill import write_templates
    from batch.roster.problems import RosterError
    from batch.roster.reading import read_roster

    try:
        roster = read_roster(path, forms, settings.limits, settings.passwords)
    except RosterError as error:
        _stop(str(error), WRONG_USE)
    if not roster.units:
        _stop("\n".join(map(str, roster.problems)), WRONG_USE)
    known, problems = last_years(roster, path, forms, settings.limits, settings.passwords)
    for problem in (*roster.problems, *problems):
        click.echo(str(problem), err=True)
    written = write_templates(
        roster, forms, out, last_years=known, deadline=settings.deadline, contact=settings.contact
    )
    for kept in written.kept:
        click.echo(f"没有覆盖已有的 {kept}；要重新生成，请先把它移走。", err=True)
    click.echo(f"名册里{len(roster.units)}个单位：新生成{len(written.new)}份，在 {out}。", nl=False)
    click.echo(f"原来就有的{len(written.same) + len(written.kept)}份没有动。")
    return RAN


@cli.command()
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


@cli.command()
@click.option("--markdown", is_flag=True, help="打印成Markdown文档")
@which_pack
@click.option("--json", "as_json", is_flag=True, help="以JSON打印，供程序读取")
@click.option("--prove", is_flag=True, help="指出互相矛盾、可由别的得出、不可能不成立的勾稽")
@click.pass_context
def rules(ctx: click.Context, markdown: bool, pack: str | None, as_json: bool, prove: bool) -> int:
    """列出现行的全部检查。

    \b
    示例：
      jixiao rules
      jixiao rules --markdown > checks.md
      jixiao rules --prove
    """
    from batch.app.rule_pages import as_markdown, as_records, as_table
    from batch.unit.rule_proof import proven

    loaded = _loaded_rules(ctx, pack)
    if prove:
        click.echo(proven(loaded), nl=False)
    elif as_json:
        click.echo(json.dumps(as_records(loaded), ensure_ascii=False, indent=1))
    else:
        click.echo(as_markdown(loaded) if markdown else as_table(loaded), nl=False)
    return RAN


@cli.command()
@click.argument("check_id", metavar="编号", shell_complete=check_ids)
@which_pack
@click.pass_context
def explain(ctx: click.Context, check_id: str, pack: str | None) -> int:
    """讲清一条检查：查什么、怎么算、怎么改。

    \b
    示例：
      jixiao explain J105
    """
    from batch.app.rule_pages import check_page, examples
    from batch.app.screen import show_text

    loaded = _loaded_rules(ctx, pack)
    found = loaded.catalogue.get(check_id.upper())
    if found is None:
        _stop(f"没有编号为 {check_id} 的检查。运行 jixiao rules 查看全部编号。", WRONG_USE)
    show_text(check_page(found, examples(_settings(ctx, pack=pack).pack).get(found.id, "")))
    return RAN


def _loaded_rules(ctx: click.Context, pack: str | None) -> Any:
    from batch.config.entries import RulebookError
    from batch.unit.review_bundle import context_of, load_rules

    settings = _settings(ctx, pack=pack)
    try:
        return load_rules(context_of(settings))
    except RulebookError as error:
        return _stop(str(error), WRONG_USE)


for command in (demo, completion, check, packs, draft):
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
