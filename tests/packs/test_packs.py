"""A pack is data only: four forms the program knows nothing of, each from a folder of TOML.

Every pack has a workbook that is right, one that another office printed and one with mistakes, made from its
own template by tests/packs/workbooks.py. They are sent in as three units.
"""

from __future__ import annotations

import email
import email.policy
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.mail_settings import Mailbox, MailSettings
from batch.config.rulebook import load_rulebook
from batch.forms.spec.load import load_forms
from batch.forms.template.drawn_layout import lay_out
from batch.mail.leadership_mails import failure_letter
from batch.mail.published import read_published
from tests.packs.planted import PACKS
from tests.packs.workbooks import Planted

HERE = Path(__file__).parent
NAMES = ("right", "bent", "wrong")


@dataclass(frozen=True, slots=True)
class Night:
    """A round of one pack, and what came of it."""

    pack: str
    planted: Planted
    outbox: Path
    findings: list[dict[str, Any]]

    def told(self, name: str, severity: str) -> set[str]:
        """Check and cell of what is told about one of the workbooks."""
        mine = [f for f in self.findings if f["severity"] == severity and f["file"] == f"{name}.xlsx"]
        return {f"{f['check']} {f['cell']}" for f in mine}


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, list(map(str, arguments)), prog_name="jixiao")
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module", params=PACKS)
def night(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Night:
    pack, folder = HERE / request.param, tmp_path_factory.mktemp(request.param) / "轮"
    assert "没有错处" in run("packs", "check", pack).output
    run("init", folder, "--pack", pack)
    for name in NAMES:
        (folder / "inbox" / f"{name}.xlsx").write_bytes((pack / f"{name}.xlsx").read_bytes())
    run("--config", folder / "jixiao.toml", "run", "--engine", "local")
    lines = (folder / "outbox" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    return Night(request.param, PACKS[request.param], folder / "outbox", list(map(json.loads, lines)))


def test_what_is_right_passes_however_it_is_printed(night: Night) -> None:
    assert night.told("right", "error") == night.told("bent", "error") == set()
    assert night.told("right", "warning") == night.told("bent", "warning") == set()


def test_every_mistake_is_told_at_its_cell(night: Night) -> None:
    assert night.told("wrong", "error") == set(night.planted.found)


def test_copies_letter_and_both_books_are_made(night: Night) -> None:
    copies = {path.stem: path for path in night.outbox.glob("批注/*/*.xlsx")}
    assert set(copies) == set(NAMES)
    copy = openpyxl.load_workbook(copies["wrong"])
    assert "审核结果" in copy.sheetnames
    for found in (f for f in night.findings if f["file"] == "wrong.xlsx" and f["severity"] == "error"):
        if found["cell"]:
            assert copy[found["sheet"]][found["cell"]].comment is not None
    (letter,) = night.outbox.glob("退回通知/*.xlsx")
    assert letter.stem == copies["wrong"].parent.name
    for book, sheet in (("汇总", "单位总表"), ("清单", "口径与规则")):
        assert sheet in openpyxl.load_workbook(night.outbox / f"{book}.xlsx", read_only=True).sheetnames
    assert "Traceback" not in "".join(p.read_text("utf-8") for p in night.outbox.glob(".jixiao/logs/*"))


def test_scores_are_computed_anew_beside_those_filled_in(night: Night) -> None:
    book = openpyxl.load_workbook(night.outbox / "汇总.xlsx")
    if night.planted.scores is None:
        # a form without scores ranks nobody
        assert not [name for name in book.sheetnames if "得分" in name]
        return
    name, expected = night.planted.scores
    rows = list(book[name].iter_rows(values_only=True))
    heads = ["".join(str(text).split()) for text in rows[3]]
    at = [heads.index(head) for head in ("单位", "填报得分", "应得分")]
    found = {row[at[0]]: (row[at[1]], row[at[2]]) for row in rows[4:] if row[at[0]] in expected}
    assert found == expected


def test_what_is_certain_is_what_should_stand_there(night: Night) -> None:
    results = json.loads((night.outbox / "results.json").read_text(encoding="utf-8"))
    causes = [cause for unit in results["units"] for cause in unit["causes"]]
    assert not [cause["text"] for cause in causes if "改为，" in cause["text"] or "改为。" in cause["text"]]
    right = openpyxl.load_workbook(HERE / night.pack / "right.xlsx", data_only=True)
    certain = [one for cause in causes if cause["sure"] == "确定" for one in cause["changes"]]
    for one in certain:
        told = one["to"].replace(",", "")
        number = Decimal(told.removesuffix("%")) / (100 if told.endswith("%") else 1)
        due = Decimal(str(right[one["sheet"]][one["cell"]].value))
        assert abs(number - due) <= Decimal("0.00005"), one


#: what only the shipped forms are about
FOREIGN = (
    "基础数据表", "监控表", "项目自评表", "整体自评表", "绩效自评表", "整体支出", "项目支出", "公用经费",
    "考核结果", "批复指标", "三级指标", "重算指标", "三公",
)  # fmt: skip


def texts_of(path: Path) -> Iterator[str]:
    """All that a file says to whoever opens it."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                if name.endswith(".xml"):
                    yield package.read(name).decode("utf-8")
    elif path.suffix == ".eml":
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        yield str(message["subject"])
        for part in message.walk():
            yield part.get_filename() or ""
            if part.get_content_maintype() == "text":
                yield str(part.get_content())
    elif path.suffix in (".txt", ".toml", ".html"):
        yield path.read_text(encoding="utf-8-sig")


def test_no_output_speaks_of_forms_that_the_pack_does_not_have(night: Night) -> None:
    folder = night.outbox.parent
    run("--config", folder / "jixiao.toml", "mail", "--dry-run")
    work = read_published(night.outbox).work
    failed = failure_letter("收件箱打不开", date(2024, 10, 8), MailSettings("", Mailbox("", ""), ()), work)
    own = "".join(path.read_text(encoding="utf-8") for path in (HERE / night.pack).rglob("*.toml"))
    shipped = re.search(r'^extends = "(?!base")', own, re.MULTILINE)
    words = [word for word in FOREIGN if word not in own]
    assert {"基础数据表", "监控表"} <= set(words) or shipped
    files = [path for path in folder.rglob("*") if path.is_file() and folder / "inbox" not in path.parents]
    assert {".xlsx", ".txt", ".toml", ".eml"} <= {path.suffix for path in files}
    said = {
        (path.relative_to(folder).as_posix(), word)
        for path in files
        for text in texts_of(path)
        for word in words
        if word in text
    }
    assert shipped or not said
    assert failed.subject.startswith(f"{work}审核没有完成") or work.endswith("绩效自评")


def test_examples_name_a_field_of_the_pack_where_it_stands(night: Night) -> None:
    folder, pack = night.outbox.parent, load_forms(load_rulebook(str(HERE / night.pack)))
    ruling = openpyxl.load_workbook(folder / "经办台账.xlsx")["裁定"]
    (note,) = (cell.comment.text for cell in ruling[1] if cell.comment and cell.value == "位置")
    sheet, _, ref = note.removeprefix("表页和单元格，如 ").removesuffix("。").partition("!")
    assert (
        openpyxl.load_workbook(folder / "templates" / "附表模板.xlsx")[sheet][ref].protection.locked is False
    )
    guide = openpyxl.load_workbook(folder / "单位名册.xlsx")["填写说明"]
    examples = {str(row[0].value): str(row[2].value) for row in guide.iter_rows()}
    assert examples["位置"] == f"{sheet}!{ref}"
    assert examples["报表"] in pack.forms
    assert examples["字段"] in lay_out(pack.forms[examples["报表"]], pack, pack.year).slots
