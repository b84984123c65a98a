"""`jixiao completion`: what a shell runs so that Tab completes commands, options and file names."""

from __future__ import annotations

import os
from typing import Final

import click
from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    add_completion_class,
    get_completion_class,
    split_arg_string,
)

from batch.app.terminal import Command

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
_VARIABLE: Final = "_JIXIAO_COMPLETE"
_PROGRAM: Final = "jixiao"
_POWERSHELL: Final = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $ast, $cursor)
    $env:COMP_WORDS = $ast.ToString().PadRight($cursor).Substring(0, $cursor)
    $env:COMP_WORD = $word
    $env:%(complete_var)s = "powershell_complete"
    $before = [Console]::OutputEncoding
    [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
    $found = & %(prog_name)s
    [Console]::OutputEncoding = $before
    Remove-Item Env:COMP_WORDS, Env:COMP_WORD, Env:%(complete_var)s
    foreach ($line in $found | Where-Object { $_ }) {
        $value, $help = $line -split "`t", 2
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}
"""


@add_completion_class
class PowerShell(ShellComplete):
    """The shell click has no completion for. File names are left to PowerShell itself."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one being typed, and that one."""
        words, typed = split_arg_string(os.environ["COMP_WORDS"]), os.environ.get("COMP_WORD", "")
        before = words[1:-1] if typed and words[-1:] == [typed] else words[1:]
        return before, typed

    def format_completion(self, item: CompletionItem) -> str:
        """Value and help, a tab between them."""
        if item.type != "plain":
            return ""
        return f"{item.value}\t{item.help or item.value}"


def check_ids(ctx: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """The checks whose id begins with what is typed, each with its title."""
    from batch.config.entries import RulebookError
    from batch.config.settings import SettingsError, load_settings
    from batch.unit.rules import context_of, load_rules

    try:
        rules = load_rules(context_of(load_settings(ctx.find_root().params.get("config"))))
    except (SettingsError, RulebookError):
        return []
    known = rules.catalogue.values()
    return [CompletionItem(c.id, help=c.title) for c in known if c.id.startswith(typed.upper())]


@click.command(cls=Command)
@click.argument("shell", type=click.Choice(SHELLS), metavar="|".join(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """打印命令行补全的设置：装上以后，按 Tab 键补全命令、选项和编号。

    \b
    示例：
      jixiao completion bash >> ~/.bashrc
      jixiao completion zsh >> ~/.zshrc
      jixiao completion fish > ~/.config/fish/completions/jixiao.fish
      jixiao completion powershell | Out-String | Add-Content $PROFILE
    """
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(ctx.find_root().command, {}, _PROGRAM, _VARIABLE)
    # not made.source(): for bash that asks the bash of this machine for its version
    click.echo(made.source_template % made.source_vars())
