"""What a mail says, however hostile the names in the files; and the commands that send it."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.mail_settings import MailSettings, mailbox
from batch.config.settings import Settings
from batch.exports import results, write_findings, write_results
from batch.mail.dispatch import mail_batch
from batch.mail.leadership_mails import rollup_letter
from batch.mail.mime_message import Attachment, Letter
from batch.mail.published import read_published
from batch.mail.words import reported
from batch.model.reference import RosterUnit
from batch.model.review import Finding, Findings, Review
from batch.model.status import Severity
from batch.model.turnout import Turnout
from batch.outbox.paths import copy_paths
from batch.returns.notice import notice_path
from tests.mail.conftest import LEADER
from tests.mail.server import Office
from tests.roster.sheets import UNIT_HEAD, save

MAIL = MailSettings(
    host="mail.example.gov.cn",
    sender=mailbox("绩效科 <jx@example.gov.cn>"),
    to=(mailbox(LEADER),),
    unit_mails=True,
)
EVIL = '教育局\r\nBcc: x@example.com\r\n\r\n<script>alert(1)</script>\u202e"><img src=http://e.example/>'
POLICY = email.policy.default
BATCH = "20210315-1830-abcdef"


def finding(unit: str, severity: Severity, category: str, number: int = 0) -> Finding:
    return Finding(
        unit,
        "a.xlsx",
        "表",
        "C7",
        "J105",
        "题",
        severity,
        "表",
        f"项{number}",
        "话",
        "改",
        category=category,
    )


def publish(
    outbox: Path, reviews: list[Review], missing: list[RosterUnit] | None = None, **briefing: Any
) -> Settings:
    """An outbox as a batch leaves it, with these reviews; `missing` units of a roster, None without one.

    `briefing`: what leadership is told first.
    """
    known = sum(review.known for review in reviews)
    turnout = None
    if missing is not None:
        turnout = Turnout(known + len(missing), known, (), tuple(missing), len(reviews) - known)
    archived = outbox / "存档" / BATCH
    archived.mkdir(parents=True)
    named = {"work": "部门整体支出绩效自评", "reports": "部门整体支出绩效自评表"}
    head = {"id": BATCH, "year": 2020, "cutoff": "2021-03-15 18:30"} | named
    content = results(head, reviews, [("<b>坏</b>\n.xlsx", "<i>损坏</i>")], {}, turnout)
    content["briefing"] = {"conclusion": "", "decisions": [], "further": "", "calls": []} | briefing
    write_results(outbox / "results.json", content, reviews)
    write_results(archived / "results.json", content, reviews)
    found = Findings({r.unit: r.findings for r in reviews})
    write_findings(archived / "findings.jsonl", found, {}, BATCH)
    (archived / "汇总.xlsx").write_bytes(b"PK roll-up")
    for review in reviews:
        for path in copy_paths(review.unit, review.files).values():
            (outbox / path).parent.mkdir(parents=True, exist_ok=True)
            (outbox / path).write_bytes(f"PK {review.unit}".encode())
    return Settings(outbox=outbox, mail=MAIL)


def dry(
    settings: Settings, roster: dict[str, RosterUnit] | None = None
) -> tuple[list[EmailMessage], list[str]]:
    lines: list[str] = []
    mail_batch(settings, lines.append, roster, dry_run=True)
    files = sorted(
        (settings.outbox / ".jixiao" / "mail").glob("*.eml"), key=lambda path: (path.stem != "汇总", path)
    )
    found = [email.message_from_bytes(file.read_bytes(), policy=POLICY) for file in files]
    return found, lines


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_text_from_files_is_never_a_header_or_markup(tmp_path: Path) -> None:
    review = Review(EVIL, "", ("a.xlsx",))
    call = {"unit": EVIL, "status": "退回", "influence": None, "total": "", "text": "<u>改</u>"}
    settings = publish(tmp_path, [review], [RosterUnit(EVIL, "<a href=x>")], calls=[call])
    messages, lines = dry(settings, {EVIL: RosterUnit(EVIL, mail="unit@example.gov.cn")})
    assert len(messages) == 2
    for message in messages:
        assert message["Bcc"] is None
        assert message.defects == []
        assert [part.get_content_type() for part in message.walk() if not part.is_multipart()][:2] == [
            "text/plain",
            "text/html",
        ]
        html = body(message, "html")
        for tag in ("<script", "<img", "<u>", "<b>", "<i>", "<a "):
            assert tag not in html
        assert "&lt;script&gt;" in html
        assert "\u202e" not in html + body(message, "plain") + message["Subject"]
    unit = messages[1]
    assert unit["To"] == "unit@example.gov.cn"
    assert "教育局 Bcc: x@example.com <script>" in unit["Subject"]
    assert all("\n" not in line for line in lines)


@pytest.mark.parametrize(
    "address",
    ["unit@example.gov.cn\r\nBcc: x@example.com", "没有", "a@b", "a@example.gov.cn <b@example.gov.cn"],
)
def test_a_bad_address_in_the_roster_gets_nothing_and_is_told(tmp_path: Path, address: str) -> None:
    settings = publish(tmp_path, [Review("教育局", "", ("a.xlsx",))])
    messages, lines = dry(settings, {"教育局": RosterUnit("教育局", mail=address)})
    assert [message["To"] for message in messages] == [LEADER]
    assert any(line.startswith("没有发给教育局：单位名册里的邮箱有误") for line in lines)


def test_units_whose_names_clean_up_alike_get_each_its_own(tmp_path: Path) -> None:
    """局/一 and 局_一 would share a folder if a name were only cleaned."""
    units = ("局/一", "局_一")
    settings = publish(tmp_path, [Review(unit, "", ("a.xlsx",)) for unit in units])
    messages, lines = dry(settings, {unit: RosterUnit(unit, mail="a@example.gov.cn") for unit in units})
    assert len(messages) == 3
    assert not any("没有发给" in line for line in lines)


def test_a_notice_goes_to_its_own_unit(tmp_path: Path) -> None:
    reviews = [Review("局/一", "", ("a.xlsx",)), Review("局_一", "", ("b.xlsx",))]
    settings = publish(tmp_path, reviews)
    (tmp_path / notice_path("局_一")).parent.mkdir()
    (tmp_path / notice_path("局_一")).write_bytes(b"PK whose")
    messages, _ = dry(settings, {r.unit: RosterUnit(r.unit, mail="a@example.gov.cn") for r in reviews})
    names = [[part.get_filename() for part in message.iter_attachments()] for message in messages[1:]]
    assert names == [["a.xlsx"], ["b.xlsx", "退回通知_局_一.xlsx"]]


def test_who_is_missing_is_named_when_the_roster_is_known(tmp_path: Path) -> None:
    missing = [RosterUnit("水利局", "002"), RosterUnit("林业局")]
    ((message,), _) = dry(publish(tmp_path, [Review("教育局", "001", (), known=True)], missing))
    said = body(message, "plain")
    assert "退回0户，待说明0户，通过1户。" in said
    assert "未报2户：水利局、林业局" in said
    assert "未报2户：水利局、林业局" in body(message, "html")


def test_units_that_are_not_in_the_roster_do_not_spoil_the_sum(tmp_path: Path) -> None:
    reviews = [Review("教育局", "001", (), known=True), Review("某公司", "", ())]
    published = read_published(publish(tmp_path, reviews, [RosterUnit("水利局")]).outbox)
    assert reported(published) == [
        [("应报", 2), ("已报", 1), ("未报", 1), ("名册外", 1)],
        [("退回", 0), ("待说明", 0), ("通过", 2)],
    ]


def test_everybody_reported_is_not_the_same_as_no_roster(tmp_path: Path) -> None:
    ((message,), _) = dry(publish(tmp_path / "a", [], []))
    assert "应报单位都已报送" in body(message, "plain")
    ((message,), _) = dry(publish(tmp_path / "b", []))
    assert "无法判断" in body(message, "plain")


def test_the_conclusion_comes_first_then_what_to_decide_and_whom_to_ring_up(tmp_path: Path) -> None:
    over = {"text": "公用经费超预算", "units": 41, "amount": 1970.45, "proposal": "逐户说明原因"}
    late = {"text": "没有报送", "units": 2, "amount": None, "proposal": "定最后期限"}
    call = {
        "unit": "教育局",
        "status": "退回",
        "influence": 1200,
        "total": "项目支出决算",
        "text": "全年预算数填的是年初预算。",
    }
    settings = publish(
        tmp_path,
        [Review("教育局", "", ())],
        conclusion="应报3户，已报1户；2件事请您定。",
        decisions=[late, over],
        further="以上支出共1,970.45万元。",
        calls=[call],
    )
    letter = rollup_letter(read_published(settings.outbox), MAIL)
    wanted = (
        "应报3户，已报1户；2件事请您定。",
        "1. 没有报送：2户。建议：定最后期限。",
        "2. 公用经费超预算：41户，1,970.45万元。建议：逐户说明原因。",
        "以上支出共1,970.45万元。",
        "教育局（退回）：全年预算数填的是年初预算。项目支出决算合计最多差1,200.00万元。",
    )
    places = [letter.text.index(text) for text in wanted]
    assert places == sorted(places)
    for text in ("41户，1,970.45万元", "建议：定最后期限", "项目支出决算合计最多差1,200.00万元"):
        assert text in letter.html
    assert len(letter.html.encode()) < 20_000


def test_long_lists_are_cut_and_say_so(tmp_path: Path) -> None:
    missing = [RosterUnit(f"单位{number}") for number in range(50)]
    letter = rollup_letter(read_published(publish(tmp_path, [], missing).outbox), MAIL)
    for said in (letter.text, letter.html):
        assert "未报50户：单位0、单位1、" in said
        assert "、单位39等，名单见汇总表" in said
        assert "单位40" not in said


def test_what_could_not_be_read_is_told_with_its_unit_and_no_second_time(tmp_path: Path) -> None:
    settings = publish(tmp_path, [], [])
    path = settings.outbox / "存档" / BATCH / "results.json"
    content = json.loads(path.read_text("utf-8"))
    (left_out,) = content["unprocessed"]
    content["totals"]["unreadable_units"] = [{"unit": "档案馆", "code": "", "files": [left_out["file"]]}]
    path.write_text(json.dumps(content), "utf-8")
    letter = rollup_letter(read_published(settings.outbox), MAIL)
    assert letter.text.count("损坏") == letter.html.count("损坏") == 1
    assert "档案馆（读不了）：<b>坏</b> .xlsx：<i>损坏</i>" in letter.text


def test_a_subject_of_the_bureaus_own(tmp_path: Path) -> None:
    published = read_published(publish(tmp_path, [Review("局", "", ())]).outbox)
    letter = rollup_letter(published, replace(MAIL, subject="{年度}年汇总 {日期} 通过{通过}户"))
    assert letter.subject == "2020年汇总 2021年3月15日 通过1户"


def test_the_longest_name_of_a_file_still_makes_a_mail() -> None:
    name = "很长的名称" * 40 + ".xls"
    unit = "教育局" * 20
    letter = Letter(
        "unit", BATCH, MAIL.sender, MAIL.to, unit, "x", "x", "x", attachments=(Attachment(name, b"PK"),)
    )
    raw = letter.as_bytes(datetime(2021, 3, 15))  # noqa: DTZ001
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    message = email.message_from_bytes(raw, policy=POLICY)
    (part,) = message.iter_attachments()
    named = part.get_filename()
    assert named is not None
    assert named.startswith("很长的名称")
    assert named.endswith(".xls")
    assert message["Subject"] == unit


# the commands


def command(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="jixiao")


def test_a_dry_run_writes_the_same_bytes_every_time_and_sends_nothing(
    settings: Callable[..., Settings], office: Office, folder: Path
) -> None:
    settings()
    target = folder / "outbox" / ".jixiao" / "mail" / "汇总.eml"
    written = []
    for _ in range(2):
        done = command("--config", str(folder / "jixiao.toml"), "mail", "--dry-run")
        assert done.exit_code == 0, done.output
        assert str(target) in done.stdout
        assert "没有发送" in done.stdout
        written.append(target.read_bytes())
        target.with_name("旧的.eml").write_bytes(b"of an earlier dry run")
    assert written[0] == written[1]
    assert office.received == []
    message = email.message_from_bytes(written[0], policy=POLICY)
    assert (message["Date"].datetime.year, message["Date"].datetime.month) == (2021, 3)
    # a dry run is no record: the mail still goes out
    assert command("--config", str(folder / "jixiao.toml"), "mail").exit_code == 0
    assert len(office.received) == 1


def test_mail_that_was_not_sent_is_exit_status_1(
    settings: Callable[..., Settings], office: Office, folder: Path
) -> None:
    settings()
    office.on_data = lambda _: "554 no"
    done = command("--config", str(folder / "jixiao.toml"), "mail")
    assert done.exit_code == 1
    assert "拒收（554 no）" in done.stdout
    log = folder / "outbox" / ".jixiao" / "logs" / "jixiao.log"
    assert "拒收（554 no）" in log.read_text(encoding="utf-8")


def test_without_settings_for_mail_it_says_what_to_write_and_shows_what_it_would_send(folder: Path) -> None:
    (folder / "jixiao.toml").write_text("", encoding="utf-8")
    done = command("--config", str(folder / "jixiao.toml"), "mail")
    assert done.exit_code == 2
    assert "[mail]" in done.output
    tried = command("--config", str(folder / "jixiao.toml"), "mail", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "[mail]" in tried.output
    laid = folder / "outbox" / ".jixiao" / "mail"
    assert {path.name for path in laid.iterdir()} == {"汇总.eml", "汇总.html"}
    message = email.message_from_bytes((laid / "汇总.eml").read_bytes(), policy=POLICY)
    assert body(message, "html").strip() == (laid / "汇总.html").read_text(encoding="utf-8").strip()
    assert [part.get_filename() for part in message.iter_attachments()] == [
        "2020年度部门整体支出绩效自评汇总_20210315.xlsx"
    ]


def test_units_of_the_roster_get_their_files(
    settings: Callable[..., Settings], office: Office, folder: Path
) -> None:
    units = (UNIT_HEAD, ("001", "县教育局", *[None] * 6, "jy@example.com；cw@example.com"))
    save(folder / "名册.xlsx", {"单位": units})
    settings('roster = "名册.xlsx"', unit_mails="true")
    done = command("--config", str(folder / "jixiao.toml"), "mail")
    assert done.exit_code == 0, done.output
    assert "有1户在单位名册里没有邮箱" in done.stdout
    assert [mail.recipients for mail in office.received[1:]] == [["jy@example.com", "cw@example.com"]]
    assert list(office.received[1].attached()) == ["县教育局_2020.xlsx"]
    # without a roster nobody can be sent to, and that is told; leadership has its mail already
    settings('roster = "没有.xlsx"', unit_mails="true")
    done = command("--config", str(folder / "jixiao.toml"), "mail")
    assert done.exit_code == 1
    assert "打不开单位名册" in done.stdout
    assert "不再重发" in done.stdout


def test_a_run_mails_when_the_settings_say_so(
    settings: Callable[..., Settings], office: Office, folder: Path, sample: Path
) -> None:
    (folder / "inbox").mkdir()
    settings(on_run="true")
    for _ in range(2):
        done = command("--config", str(folder / "jixiao.toml"), "run", "--engine", "local", "--json")
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("{")
    assert len(office.received) == 1
    assert "收件箱为空" in office.received[0].message["Subject"]
    # an empty inbox is a batch; rules that cannot be used are a failed night
    done = command("--config", str(folder / "jixiao.toml"), "run", "--pack", "没有的规则包")
    assert done.exit_code == 2
    assert "没有名为“没有的规则包”的规则包" in office.received[1].body("html")
    assert office.received[1].recipients == [LEADER]


def test_a_run_whose_mail_was_not_taken_ends_with_1(
    settings: Callable[..., Settings], office: Office, folder: Path
) -> None:
    (folder / "inbox").mkdir()
    settings(on_run="true")
    office.on_recipient = lambda _: "550 no"
    assert command("--config", str(folder / "jixiao.toml"), "run", "--engine", "local").exit_code == 1
    assert (folder / "outbox" / "汇总.xlsx").is_file()
