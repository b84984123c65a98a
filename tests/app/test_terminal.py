"""What people see in a terminal: Chinese that lines up, answers to wrong words, plain text in pipes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.app.help_text import broken
from batch.app.screen import duration, night_summary, pace, progress_bar, show_review
from batch.exports import results
from batch.model.text_width import terminal_columns
from batch.outputs import Night
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import FILE, PACK, SAMPLE

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="jixiao")


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_help_is_chinese_and_fits_80_columns(command: str) -> None:
    result = run(*filter(None, [command]), "--help")
    lines = result.output.splitlines()
    assert [line for line in lines if terminal_columns(line) > 80] == []
    assert "Options" not in result.output
    # what options mean begins in one column, whatever the width of the words before
    options = lines[lines.index("选项：") + 1 :]
    meanings = {terminal_columns(line[: line.rindex("  ") + 2]) for line in options if line.startswith("  -")}
    assert len(meanings) == 1


def test_lines_break_between_characters_and_never_in_a_number_or_before_a_mark() -> None:
    text = "三公经费（4.84+0.00+2.04＝6.88），相差2.92万元。"
    lines = list(broken(text, 20))
    assert "".join(lines) == text
    assert max(map(terminal_columns, lines)) <= 20
    assert not [line for line in lines if line[0] in "，。）" or line[-1] == "（"]
    assert any("4.84+0.00+2.04" in line for line in lines)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("run --workers x", "'--workers' 应为整数（不小于0），现为“x”"),
        ("run --workers -1", "'--workers' 应为整数（不小于0），现为“-1”"),
        ("run --workers 1.5", "'--workers' 应为整数（不小于0），现为“1.5”"),
        ("run --wait nan", "'--wait' 应为数（不小于0），现为“nan”"),
        ("run --engine 快", "'--engine' 应为 'local', 'process', 'dask' 之一，现为“快”"),
        ("run --inbox", "--inbox 后面要写1个值"),
        ("run 多余", "多写了 多余"),
        ("run --json=5", "--json 后面不用写值"),
        ("run --inbx 收件箱", "没有 --inbx 这个选项 （是不是 '--inbox'）"),
        ("explian J105", "没有这个命令：explian （是不是 'explain'）"),
        ("explain", "缺少必需的参数 '编号'"),
        ("completion tcsh", "应为 'bash', 'zsh', 'fish', 'powershell' 之一，现为“tcsh”"),
    ],
)
def test_wrong_words_are_answered_with_what_was_meant_and_where_to_look(call: str, said: str) -> None:
    result = run(*call.split())
    assert result.exit_code == 2
    assert said in result.output
    command, *_ = call.split()
    wanted = f"jixiao {command} --help" if command in cli.commands else "jixiao --help"
    assert f"运行 {wanted} 查看用法" in result.output


def test_without_a_command_the_help_is_shown_and_no_mistake_is_spoken_of() -> None:
    result = run()
    assert (result.exit_code, result.output) == (2, run("--help").output)


def test_a_mistake_of_ours_is_one_line_to_send_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object) -> None:
        raise KeyError("某项")

    monkeypatch.setattr("batch.app.rule_pages.as_table", fails)
    result = run("rules")
    assert result.exit_code == 3
    assert "KeyError：'某项'，rules_commands.py 第" in result.output
    assert "请把上面这一行发给维护人员" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete")]
)
def test_completion_prints_what_a_shell_runs(shell: str, sign: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert sign in result.output
    assert "_JIXIAO_COMPLETE" in result.output


def completed(*words: str, shell: str = "bash") -> list[str]:
    """What Tab offers behind the words, the last one being typed."""
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1), "COMP_WORD": words[-1]}
    variables = {**os.environ, **asked, "_JIXIAO_COMPLETE": f"{shell}_complete", "PYTHONUTF8": "1"}
    program = "from batch.app.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=variables, capture_output=True, check=False
    )
    return done.stdout.decode().split("\n")


def test_tab_completes_commands_options_and_checks() -> None:
    assert "plain,status" in completed("jixiao", "st")
    assert "plain,--engine" in completed("jixiao", "run", "--en")
    assert "plain,J105" in completed("jixiao", "explain", "J10")


def test_tab_completes_in_powershell_where_the_words_come_as_one_line() -> None:
    assert "explain\t讲清一条检查：查什么、怎么算、怎么改。" in completed(
        "jixiao", "expl", shell="powershell"
    )
    assert "Register-ArgumentCompleter" in run("completion", "powershell").output


def test_how_long_it_takes_is_told_as_people_say_it() -> None:
    assert [duration(s) for s in (0.2, 8, 60, 200, 7500)] == ["1秒", "8秒", "1分00秒", "3分20秒", "2小时05分"]
    assert pace(0, 100, 3) == "估算中"
    assert pace(30, 120, 10) == "每秒3个  还要30秒"
    assert pace(1, 3, 120) == "每个2分00秒  还要4分00秒"
    assert pace(120, 120, 10) == "每秒12个"


def test_no_bar_and_no_control_characters_outside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar(quiet=False) as progress:
        progress(1, 2)
    captured = capsys.readouterr()
    assert captured.out + captured.err == ""
    (unit,) = review_files(Bundle("", (Sent(FILE, 1, SAMPLE.read_bytes()),)), Context(PACK)).units
    show_review(unit.review)
    told = capsys.readouterr().out
    # a message is one line that can be searched, and nothing trails behind it
    assert f"    {unit.review.findings[0].message}" in told.splitlines()
    assert [line for line in told.splitlines() if line.endswith(" ")] == []
    assert "\x1b" not in told
    left_out = [("[red]坏\x1b[31m文件.xlsx", "打不开")]
    content = results({"year": 2020}, [unit.review], left_out)
    night_summary(Night("批次", unprocessed=left_out, content=content), Path("outbox"))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    # a file's name is no markup
    assert "未处理：[red]坏 [31m文件.xlsx：打不开" in out


def test_many_units_are_told_by_their_number_and_the_worst_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (unit,) = review_files(Bundle("", (Sent(FILE, 1, SAMPLE.read_bytes()),)), Context(PACK)).units
    night_summary(Night("批次", content=results({"year": 2020}, [unit.review] * 300, [])), Path("outbox"))
    out = capsys.readouterr().out
    assert out.count("浏阳市数据资源中心") == 40
    assert "300户：退回300户" in out
    assert "全部300户见汇总表" in out


def test_a_reader_that_closes_early_ends_any_command_without_a_word(tmp_path: Path) -> None:
    """`jixiao init … | head`: init prints inside a handler that tells what a folder refuses."""
    for words in (["init", str(tmp_path / "新")], ["rules"]):
        command = [sys.executable, "-m", "batch", *words]
        variables = {**os.environ, "PYTHONUTF8": "1"}
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            command, cwd=ROOT, env=variables, stdout=writing, stderr=subprocess.PIPE, check=False
        )
        os.close(writing)
        assert (done.returncode, done.stderr.decode()) == (141, "")
