"""Slips in the settings file: each is told with its line and with what is allowed, several at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.config.settings import SettingsError, load_settings
from batch.config.toml_text import TomlError, TomlText

MAIL = '[mail]\nhost = "smtp.example.gov.cn"\nsender = "jx@example.gov.cn"\nto = "leader@example.gov.cn"\n'


def answer(folder: Path, text: str) -> str:
    """What a bureau is told about a settings file."""
    path = folder / "jixiao.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load_settings(path)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("# 年度\nyaer = 2021\n", 2, "不认识的写法“yaer”，是不是“year”？可以写的有：inbox、"),
        ("year = 1999\n", 1, "“year”应为年份，例如 2021，现为1999"),
        ('year = "2021"\n', 1, "“year”应为年份，例如 2021，现为“2021”"),
        (
            'contact = "一科"\n\nperiod = "1-13月"\n',
            3,
            '“period”应为监控期间，例如 "1-7月" 或 "第三季度"，现为“1-13月”',
        ),
        ("roster = 3\n", 1, "“roster”应为引号里的路径；用不着的请删去这一行，现为3"),
        ('engine = "daks"\n', 1, "“engine”应为 local、process、dask 之一，现为“daks”"),
        ("workers = -1\n", 1, "“workers”应为不小于0的整数，现为-1"),
        ("scheduler = true\n", 1, '“scheduler”应为加引号的地址，例如 "tcp://10.1.1.5:8786"，现为true'),
        ("deadline = 2021\n", 1, '“deadline”应为日期，例如 "2021-03-15"，现为2021'),
        ("[limits]\nmax_file = 0\n", 2, "“max_file”应为大于0的整数，现为0"),
        (MAIL + 'cc = [\n  "a@example.gov.cn",\n  "张主任",\n]\n', 7, "“cc”：“张主任”不是邮箱地址"),
        (MAIL + "cc = [1]\n", 5, "“cc”的第1项应为引号里的文字，现为1"),
        ('[mail]\nhost = "h"\nto = "a@b.cn"\n', 1, "缺少“sender”，应为引号里的一行文字"),
    ],
)  # fmt: skip
def test_a_slip_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    assert answer(tmp_path, text).startswith(f"设置文件jixiao.toml 第{line}行：{said}")


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    told = answer(tmp_path, 'contcat = "一科"\nworkers = "四"\n[watch]\nmode = "often"\n[mail]\nport = 0\n')
    assert [line.partition("：")[0] for line in told.splitlines()] == [
        "共7处写法有误",
        "设置文件jixiao.toml 第1行",
        "设置文件jixiao.toml 第2行",
        "设置文件jixiao.toml 第4行",
        "设置文件jixiao.toml 第5行",
        "设置文件jixiao.toml 第5行",
        "设置文件jixiao.toml 第5行",
        "设置文件jixiao.toml 第6行",
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('year = 2021\ncontact = "一科\nworkers = 2\n', 2, "这一行少了右边的引号"),
        ('contact = "一科', 1, "引号没有成对，少了右边的引号"),
        ("contact = 一科\n", 1, "等号右边写法有误：文字要用英文引号括起来，数字不用"),
        ("contact = “一科”\n", 1, "等号右边写法有误"),
        ("contact\n", 1, "名称后面要有等号"),
        ("联系人 = 1\n", 1, "应写成“名称 = 值”；有汉字的名称"),
        ("year = 2021 年\n", 1, "一行只写一项，等号右边的值后面多了字"),
        ("year = 1\nyear = 2\n", 2, "这一项前面已经写过"),
        ("[watch]\n[mail]\n[watch]\n", 3, "这一节前面已经写过"),
        ("[[check]]\n[check]\n", 2, "应写成 [[check]]，注意是两层方括号"),
        ("\n[check]\n\n[[check]]\n", 2, "应写成 [[check]]，注意是两层方括号"),
        ("[watch\n", 1, "这一节的开头少了“]”"),
        ("[[check]\n", 1, "这一节的开头少了“]]”"),
        ('a = ["甲" "乙"]\n', 1, "方括号里的一列没有写完"),
        ('\na = ["甲",\n', 2, "方括号里的一列没有写完|等号右边写法有误"),
        ("a = { b = 1 c = 2 }\n", 1, "花括号没有写完"),
        ('a = "C:\\数据"\n', 1, "引号里的反斜杠“\\”要写成两个"),
        ("a = 2021-02-30\n", 1, "没有这个日期"),
        ("a = 1\na.b = 2\n", 2, "这一项前面已经写过"),
        ('a = "\x07"\n', 1, "引号里有看不见的控制字符"),
    ],
)
def test_toml_that_is_none_is_answered_in_chinese(text: str, line: int, said: str) -> None:
    with pytest.raises(TomlError) as error:
        TomlText("本局规则.toml", text).read()
    assert error.value.line == line
    assert any(words in error.value.message for words in said.split("|")), error.value.message
