"""Every figure that is told in two places is the same in both: exports, mail, `status`, terminal, sheets.

One county after two nights, with files nobody knows, broken, blank and of no use, a unit outside the roster,
a late one, findings explained and waived.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.demo.county_figures import demo_pack
from batch.forms.template.workbook import template_bytes
from tests.returns.test_explanations import explained
from tests.rollup.reading import Rows, body, column, sheets, total
from tests.roster.sheets import save
from tests.test_season import RATE, unit_file

UNITS = (
    "县教育局", "县水利局", "县林业局", "县文化馆", "县司法局",
    "县统计局", "县档案馆", "县图书馆", "县审计局", "县财政局",
)  # fmt: skip
READ, UNREADABLE, MISSING = UNITS[:5], UNITS[5:8], UNITS[8:]
OUTSIDE = "镇卫生院"
#: noon of 2021-03-10 and of the 15th; the round ends on the 12th
FIRST, SECOND = 1_615_377_600, 1_615_809_600
SEVERITIES = {"error": "错误", "warning": "核实", "hint": "提示"}


@dataclass(frozen=True)
class Told:
    """Everything a night tells."""

    results: dict[str, Any]
    #: of the night before
    before: dict[str, Any]
    findings: list[dict[str, Any]]
    status: dict[str, Any]
    #: what lies in 未处理
    answers: list[str]
    #: what `status`, `run` and the mail say
    standing: str
    run: str
    mail: str
    #: what `mail` says of its letters
    mailed: str
    sheets: dict[str, Rows]
    #: 催报 of 经办台账.xlsx
    reminders: Rows

    @property
    def totals(self) -> dict[str, Any]:
        totals: dict[str, Any] = self.results["totals"]
        return totals

    def tile(self, name: str) -> str:
        """What the tile of this name on 首页 shows."""
        rows = self.sheets["首页"]
        at, place = next(
            (n, row.index(text)) for n, row in enumerate(rows) for text in row if str(text).startswith(name)
        )
        return str(rows[at + 1][place])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    root = tmp_path_factory.mktemp("county")
    inbox, outbox = root / "inbox", root / "outbox"

    def put(name: str, data: bytes, when: int) -> None:
        path = inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (when, when))

    rulings = [("县文化馆", "J102", None, None, "豁免", "借调人员", "绩效股", None)]
    units = [(f"10{n:02}", name, "财务室", f"0731-{n}") for n, name in enumerate(UNITS)]
    save(
        root / "单位名册.xlsx",
        {
            "单位": [("单位编码", "单位全称", "联系人", "电话"), *units],
            "裁定": [("单位", "规则编号", "报表", "字段", "决定", "理由", "经办人", "有效期至"), *rulings],
        },
    )
    (root / "jixiao.toml").write_text(
        'roster = "单位名册.xlsx"\ndeadline = 2021-03-12\nengine = "local"\n'
        '[mail]\nhost = "mail.example.gov.cn"\nsender = "jx@example.gov.cn"\nto = "leader@example.gov.cn"\n'
        "unit_mails = true\n",
        encoding="utf-8",
    )

    def jixiao(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["--config", str(root / "jixiao.toml"), *arguments])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done.output

    crowded = unit_file(root, "县水利局", 1, C4=99)
    put("县教育局/附表.xlsx", unit_file(root, "县教育局", 0), FIRST)
    put("县水利局/附表.xlsx", crowded, FIRST)
    # spent far more than was budgeted, and does not say why
    spent: dict[str, float | str] = {RATE: "12.34%", "C20": 100, "D20": 950}
    put("县林业局/附表.xlsx", unit_file(root, "县林业局", 2, **spent), FIRST)
    put("县文化馆/附表.xlsx", unit_file(root, "县文化馆", 3, C4=99), FIRST)
    put("县统计局/附表.xlsx", unit_file(root, "县统计局", 5)[:5000], FIRST)
    put("县档案馆/空白表.xlsx", template_bytes(demo_pack()), FIRST)
    put("教育系统/县图书馆/自评表（盖章扫描）.pdf", b"%PDF-1.4\n", FIRST)
    put(f"{OUTSIDE}.xlsx", unit_file(root, OUTSIDE, 20), FIRST)
    put("某公司/附表.xlsx", crowded[:5000], FIRST)
    put("照片.jpg", b"\xff\xd8\xff", FIRST)
    jixiao("run")
    before = json.loads((outbox / "results.json").read_text("utf-8"))
    copy = (outbox / "批注" / "县水利局" / "附表.xlsx").read_bytes()
    put("县水利局/附表.xlsx", explained(copy, "J102"), SECOND)
    put("县司法局/附表.xlsx", unit_file(root, "县司法局", 4, **{RATE: "12.34%"}), SECOND)
    run = jixiao("run")
    mailed = jixiao("mail", "--dry-run")
    message = email.message_from_bytes(
        (outbox / ".jixiao" / "mail" / "汇总.eml").read_bytes(), policy=email.policy.default
    )
    part = message.get_body(("plain",))
    assert part is not None
    return Told(
        json.loads((outbox / "results.json").read_text("utf-8")),
        before,
        [json.loads(line) for line in (outbox / "findings.jsonl").read_text("utf-8").splitlines()],
        json.loads(jixiao("status", "--json")),
        sorted(path.read_text("utf-8-sig") for path in (outbox / "未处理").iterdir()),
        jixiao("status"),
        run,
        str(part.get_content()),
        mailed,
        sheets(outbox / "汇总.xlsx"),
        [
            list(row)
            for row in openpyxl.load_workbook(root / "经办台账.xlsx")["催报"].iter_rows(values_only=True)
        ],
    )


def test_who_of_the_roster_stands_where(told: Told) -> None:
    totals = told.totals
    assert [unit["unit"] for unit in totals["unreadable_units"]] == list(UNREADABLE)
    assert [unit["unit"] for unit in totals["missing_units"]] == list(MISSING)
    assert (totals["due"], totals["reported"], totals["outside"], totals["units"]) == (10, 5, 1, 6)
    assert totals["due"] == totals["reported"] + totals["unreadable"] + totals["missing"]
    # whose each file is, as far as anybody can tell
    assert {entry["file"]: entry["unit"] for entry in told.results["unprocessed"]} == {
        "县统计局/附表.xlsx": "县统计局",
        "县档案馆/空白表.xlsx": "县档案馆",
        "教育系统/县图书馆/自评表（盖章扫描）.pdf": "县图书馆",
        "某公司/附表.xlsx": "",
        "照片.jpg": "",
    }
    reasons = {entry["file"]: entry["reason"].removesuffix("。") for entry in told.results["unprocessed"]}
    assert told.answers == sorted(f"{file}\n{reason}。\n" for file, reason in reasons.items())
    words = "应报10户，已报5户，读不了3户，未报2户，名册外1户"
    assert told.mail.count(words) == told.standing.count(words) == told.run.count(words) == 1
    assert told.tile("应报／已报／读不了／未报") == "10／5／3／2"
    now = told.status
    assert (now["due"], now["reported"], now["outside"]) == (10, 5, 1)
    assert now["statuses"] == {"读不了": 3, "未报": 2} | totals["statuses"]
    returned = [unit["unit"] for unit in told.results["units"] if unit["status"] == "退回"]
    head = next(row for row in told.reminders if "现状" in row)
    rung = {row[head.index("单位")]: row[head.index("现状")] for row in told.reminders}
    for status, names in (("读不了", UNREADABLE), ("未报", MISSING), ("退回", returned)):
        assert {unit for unit, now in rung.items() if now == status} == set(names)
    listed = told.sheets["未报与催报"]
    states = [row[column(listed, "状态")] for row in body(listed)]
    assert Counter(states) == {"读不了": 3, "未报": 2}
    for status, names in (("读不了", UNREADABLE), ("未报", MISSING)):
        assert f"{status}：{len(names)}户：{'、'.join(names)}" in told.run
        assert {row["unit"] for row in now["units"] if row["status"] == status} == set(names)
    nothing = (
        f"读不了的{len(UNREADABLE)}户没有审核结果可发，没有给它们发邮件，请打电话：{'、'.join(UNREADABLE)}。"
    )
    assert nothing in told.mailed
    assert re.search(r"县统计局的文件读不了：县统计局/附表\.xlsx：.+", told.standing)
    # what nobody sent is told once for each, and counted as what it is
    assert {f["unit"]: f["status"] for f in told.findings if f["check"] == "G801"} == dict.fromkeys(
        MISSING, "missing"
    )


def test_how_those_that_reported_fared(told: Told) -> None:
    statuses = told.totals["statuses"]
    assert sum(statuses.values()) == told.totals["units"]
    for status, number in statuses.items():
        assert told.tile(status) == f"{number}户"
        assert f"{status}{number}户" in told.mail
        if number:
            assert f"{status}{number}户" in told.standing
            assert f"{status}{number}户" in told.run
    shown = [row[column(told.sheets["单位总表"], "状态")] for row in body(told.sheets["单位总表"])]
    assert Counter(shown) == {status: number for status, number in statuses.items() if number}


def test_what_leadership_is_told_first(told: Told) -> None:
    briefing = told.results["briefing"]
    front = [[value for value in row if value is not None] for row in told.sheets["首页"]]
    assert [briefing["conclusion"]] in front
    assert told.mail.count(briefing["conclusion"]) == told.mail.count(briefing["outlay"]) == 1
    assert "年中追加" in str(briefing["decisions"])
    for number, decision in enumerate(briefing["decisions"], 1):
        amount = "—" if decision["amount"] is None else pytest.approx(decision["amount"])
        assert [decision["text"], f"{decision['units']}户", amount, decision["proposal"]] in front
        money = "" if decision["amount"] is None else f"，{decision['amount']:,.2f}万元"
        said = f"{number}. {decision['text']}：{decision['units']}户{money}。建议：{decision['proposal']}。"
        assert told.mail.count(said) == 1
    assert [briefing["further"]] in front or not briefing["further"]
    assert briefing["further"] in told.mail
    assert told.status["calls"] == briefing["calls"] != []
    for call in briefing["calls"]:
        most = call["influence"]
        influence = "—" if most is None else f"{call['total']}±{most:,.2f}"
        assert [call["unit"], call["status"], influence, call["text"]] in front
        assert f"{call['unit']}（{call['status']}）：{call['text']}" in told.mail
        assert f"：{call['text']}" in told.standing
    # the sums of money are those of the sheets they come from
    units = told.sheets["单位总表"]
    (whole,) = (row for row in front if row and row[0] == "整体支出")
    sums = [total(units)[column(units, name, "整体支出")] for name in ("本年决算", "年初预算")]
    assert whole[1:3] == pytest.approx(sums)
    assert briefing["outlay"] == f"整体支出决算{sums[0]:,.2f}万元，年初预算{sums[1]:,.2f}万元。"


def test_how_many_findings_are_open(told: Told) -> None:
    assert {f["status"] for f in told.findings} >= {"open", "explained", "waived", "missing"}
    kinds = told.sheets["问题分类统计"]
    units = told.sheets["单位总表"]
    listed = told.sheets["问题清单"]
    page = str(told.sheets["首页"])
    grave = [row[column(listed, "级别")] for row in body(listed)]
    for severity, word in SEVERITIES.items():
        number = told.totals[f"{severity}s"]
        assert number == sum(unit[f"{severity}s"] for unit in told.results["units"])
        assert number == sum((f["severity"], f["status"]) == (severity, "open") for f in told.findings), word
        assert word == "提示" or f"{word}{number}项" in page
        assert f"{word}{number}项" in told.mail
        assert total(units)[column(units, word)] == number
        assert sum(row[column(kinds, word)] for row in body(kinds)) == number
        causes = [cause for unit in told.results["units"] for cause in unit["causes"]]
        assert number == sum(cause["clears"][f"{severity}s"] for cause in causes)
        assert grave.count(word) == number + sum(
            f["severity"] == severity and f["status"] in ("explained", "waived") for f in told.findings
        )


def test_the_lists_of_the_clerk_count_the_same(told: Told) -> None:
    causes = [cause["clears"] for unit in told.results["units"] for cause in unit["causes"]]
    wanted = [clears for clears in causes if clears["errors"] or clears["warnings"]]
    things = told.sheets["件清单"]
    assert len(body(things)) == len(wanted)
    for severity in ("error", "warning"):
        told_there = [row[column(things, SEVERITIES[severity])] for row in body(things)]
        assert sum(told_there) == told.totals[f"{severity}s"]
    answers = Counter(f["status"] for f in told.findings)
    ledger = [str(value) for row in told.sheets["核实说明台账"][:2] for value in row if value]
    assert any(f"已说明{answers['explained']}项　豁免{answers['waived']}项" in text for text in ledger)
    contents = told.sheets["目录"]
    said = {row[1]: row[column(contents, "行数")] for row in body(contents)}
    for name in ("件清单", "问题清单", "勾稽核对表", "核实说明台账", "问题分类统计", "本次变化"):
        assert said[name] == len(body(told.sheets[name])), name


def test_what_is_different_from_the_night_before(told: Told) -> None:
    rows = told.sheets["本次变化"]
    new, gone = (sum(row[column(rows, word)] for row in body(rows)) for word in ("新增问题", "已解决"))
    then, now = (
        sum(content["totals"][f"{severity}s"] for severity in SEVERITIES)
        for content in (told.before, told.results)
    )
    assert (new - gone, new > 0, gone > 0) == (now - then, True, True)
    errors = told.totals["errors"] - told.before["totals"]["errors"]
    front = [str(value) for row in told.sheets["首页"] for value in row if value is not None]
    assert any(f"错误{'增加' if errors > 0 else '减少'}{abs(errors)}项" in text for text in front)
    states = {row[1]: row[2:4] for row in body(rows)}
    assert states["县司法局"] == ["未报", "退回"]
