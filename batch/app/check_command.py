"""The command `jixiao check`: review one unit's files without a batch."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import click

from batch.app.options import Folder, settings_of, stop, which_pack
from batch.app.terminal import Command
from batch.errors import in_chinese
from batch.run import COULD_NOT_RUN, INCOMPLETE, RAN, WRONG_USE


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@click.option("--out", type=Folder(), metavar="文件夹", help="把批注后的文件写到这里")
@which_pack
@click.option("--json", "as_json", is_flag=True, help="每条问题一行JSON，供程序读取")
@click.pass_context
def check(
    ctx: click.Context, files: tuple[Path, ...], out: Path | None, pack: str | None, as_json: bool
) -> int:
    """审核一个单位的文件，在屏幕上列出问题；多个文件按同一单位一起看。

    \b
    示例：
      jixiao check 某单位.xlsx
      jixiao check 某单位.xlsx --out 批注
    """
    from batch.app.screen import show_review
    from batch.config.entries import RulebookError
    from batch.exports import finding_record
    from batch.inbox.listing import known_time
    from batch.model.filenames import printable_name
    from batch.unit.bundle import Bundle, Sent
    from batch.unit.review_bundle import review_files
    from batch.unit.round_year import most_stated
    from batch.unit.rules import context_of, load_rules

    settings = settings_of(ctx, pack=pack)
    sent = []
    for path in files:
        try:
            modified = known_time(path.stat().st_mtime_ns)
            sent.append(Sent(printable_name(path.name), modified, path.read_bytes()))
        except OSError as error:
            stop(f"打不开文件 {path}：{in_chinese(error)}", WRONG_USE)
    files_sent = Bundle("", tuple(sent))
    try:
        context = context_of(settings)
        done = review_files(files_sent, context)
        stated = most_stated(done.years.values())
        if not settings.year and stated not in (0, load_rules(context).book.year):
            # as in a batch, the forms say which year they are of where the settings do not
            done = review_files(files_sent, replace(context, year=stated))
    except RulebookError as error:
        stop(str(error), WRONG_USE)
    for name, reason in done.unprocessed:
        click.echo(f"{name}：{reason}", err=True)
    for unit in done.units:
        if as_json:
            for finding in unit.review.findings:
                click.echo(json.dumps(finding_record(finding, ""), ensure_ascii=False))
        else:
            show_review(unit.review)
        if out is not None:
            _write_copies(unit.copies, out, files)
    return INCOMPLETE if done.has_failures else RAN


def _write_copies(copies: list[tuple[str, bytes]], out: Path, files: tuple[Path, ...]) -> None:
    from batch.outbox.paths import COPIES

    for name, data in copies:
        if not name.startswith(f"{COPIES}/"):
            continue  # the notice is for units that are sent back
        path = out / Path(name).name
        if path.exists() and any(path.samefile(file) for file in files):
            stop(f"批注件会盖掉报送的文件 {path}，没有写。请用 --out 另指一个文件夹。", WRONG_USE)
        try:
            out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            stop(f"写不了 {path}：{in_chinese(error)}。文件若已打开，请先关闭。", COULD_NOT_RUN)
        click.echo(f"批注文件：{path}", err=True)
