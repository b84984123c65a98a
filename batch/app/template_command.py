"""jixiao template: the blank forms, one workbook for all or one for every unit of a roster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from batch.app.options import settings_of, stop, which_pack
from batch.app.terminal import Command
from batch.config.settings import Settings
from batch.errors import with_place
from batch.run import COULD_NOT_RUN, RAN, WRONG_USE


@click.command(cls=Command)
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
    from batch.unit.rules import context_of, load_rules

    settings = settings_of(ctx, pack=pack)
    try:
        forms = load_rules(context_of(settings)).forms
        if roster is not None:
            return _unit_templates(settings, roster, forms, out)
        out.mkdir(parents=True, exist_ok=True)
        build_template(forms, out / "附表模板.xlsx")
    except RulebookError as error:
        stop(str(error), WRONG_USE)
    except OSError as error:
        stop(f"写不了模板：{with_place(error)}。文件若已打开，请先关闭。", COULD_NOT_RUN)
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
        stop(str(error), WRONG_USE)
    if not roster.units:
        stop("\n".join(map(str, roster.problems)), WRONG_USE)
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
