"""jixiao rules and jixiao explain: the catalogue in force, and what one of its checks looks at."""

from __future__ import annotations

import json
from typing import Any

import click

from batch.app.completion import check_ids
from batch.app.options import settings_of, stop, which_pack
from batch.app.terminal import Command
from batch.run import RAN, WRONG_USE


@click.command(cls=Command)
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


@click.command(cls=Command)
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
        stop(f"没有编号为 {check_id} 的检查。运行 jixiao rules 查看全部编号。", WRONG_USE)
    show_text(check_page(found, examples(settings_of(ctx, pack=pack).pack).get(found.id, "")))
    return RAN


def _loaded_rules(ctx: click.Context, pack: str | None) -> Any:
    from batch.config.entries import RulebookError
    from batch.unit.rules import context_of, load_rules

    settings = settings_of(ctx, pack=pack)
    try:
        return load_rules(context_of(settings))
    except RulebookError as error:
        return stop(str(error), WRONG_USE)
