"""Mail goes out over a real server: encrypted, with login, to those it is meant for, and once."""

from __future__ import annotations

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import trustme

from batch.config.settings import Settings
from batch.mail.dispatch import mail_batch, mail_failure
from batch.mail.published import MailError
from batch.model.reference import RosterUnit
from tests.mail.conftest import ARRIVED, DEPUTY, LEADER, SENDER
from tests.mail.server import Office, Received, Server, free_port

Make = Callable[..., Settings]
UNIT = "浏阳市数据资源中心"
NAME = "2020年度部门整体支出绩效自评汇总_20210315.xlsx"


def journal(folder: Path) -> list[tuple[Any, ...]]:
    """The ledger's rows: state, kind, attempts, who has it."""
    connection = sqlite3.connect(folder / "outbox" / ".jixiao" / "ledger.db")
    rows = connection.execute("SELECT state, kind, attempts, delivered FROM mails ORDER BY rowid").fetchall()
    connection.close()
    return rows


def refusing(tried: list[Received], answer: str) -> Callable[[Received], str]:
    """A server that gives every mail this answer, and what it was given."""

    def refuse(mail: Received) -> str:
        tried.append(mail)
        return answer

    return refuse


def sent(settings: Settings, roster: dict[str, RosterUnit] | None = None) -> tuple[bool, list[str]]:
    lines: list[str] = []
    return mail_batch(settings, lines.append, roster), lines


def test_leadership_gets_the_figures_and_the_workbook(settings: Make, office: Office, folder: Path) -> None:
    assert sent(settings())[0]
    (mail,) = office.received
    assert office.logins == 1
    assert mail.recipients == [LEADER, DEPUTY]
    assert (mail.message["From"], mail.message["To"], mail.message["Cc"]) == (
        f"绩效科 <{SENDER}>",
        f"主任 <{LEADER}>",
        DEPUTY,
    )
    assert mail.message["Subject"].startswith("2020年度部门整体支出绩效自评汇总（2021年3月15日）：退回1户")
    assert mail.attached() == {NAME: (folder / "outbox" / "汇总.xlsx").read_bytes()}
    for kind in ("plain", "html"):
        body = mail.body(kind)
        for said in ("退回", "错误", "项目支出没有自评", UNIT, "没有单位名册", NAME):
            assert said in body, (kind, said)
    totals = json.loads((folder / "outbox" / "results.json").read_text(encoding="utf-8"))["totals"]
    found = f"错误{totals['errors']}项，核实{totals['warnings']}项，提示{totals['hints']}项"
    assert f"退回1户，待说明0户，通过1户。还没有了结：{found}。" in mail.body("plain")
    # nothing that runs, and nothing that is fetched
    html = mail.body("html")
    assert all(word not in html for word in ("<script", "<img", "<link", "<style", "http", "url("))


def test_a_mail_reads_the_same_for_programs_old_and_new(settings: Make, office: Office) -> None:
    """The attachment is named twice: after RFC 2231, and as encoded words where old programs look."""
    sent(settings())
    (mail,) = office.received
    assert mail.raw.isascii()
    assert max(map(len, mail.raw.splitlines())) <= 998
    (part,) = mail.message.iter_attachments()
    assert b"filename*=utf-8''2020%E5%B9%B4" in mail.raw
    assert part["Content-Type"].params["name"] == NAME


def test_what_was_sent_is_not_sent_again(settings: Make, office: Office, folder: Path) -> None:
    assert sent(settings())[0]
    complete, lines = sent(settings())
    assert complete
    assert "不再重发" in lines[0]
    assert len(office.received) == 1
    # another batch is another mail
    archived = next((folder / "outbox" / "存档").iterdir())
    for file in (folder / "outbox" / "results.json", archived / "results.json"):
        content = json.loads(file.read_text(encoding="utf-8"))
        content["batch"]["id"] = "20210316-0100-abcdef"
        file.write_text(json.dumps(content), encoding="utf-8")
    archived.rename(archived.with_name("20210316-0100-abcdef"))
    assert sent(settings())[0]
    ids = [mail.message["Message-ID"] for mail in office.received]
    assert len(set(ids)) == 2


def test_a_new_reader_gets_what_others_already_have(settings: Make, office: Office, folder: Path) -> None:
    sent(settings())
    sent(settings(cc='["new@example.gov.cn"]'))
    assert [mail.recipients for mail in office.received] == [[LEADER, DEPUTY], ["new@example.gov.cn"]]
    assert journal(folder)[0][:3] == ("sent", "rollup", 2)


def test_killed_between_sending_and_recording_it_goes_out_under_the_same_id(
    settings: Make, office: Office, folder: Path
) -> None:
    """The server has the mail, the process is dead before it hears so."""
    settings()
    command = [sys.executable, "-m", "batch", "--config", str(folder / "jixiao.toml"), "mail"]
    running: list[subprocess.Popen[bytes]] = []

    def kill(mail: Received) -> str:
        running[0].kill()
        running[0].wait()
        return ""

    office.on_data = kill
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as first:
        running.append(first)
        first.communicate(timeout=60)
    assert first.returncode != 0
    assert len(office.received) == 1
    assert journal(folder) == [("sending", "rollup", 1, "[]")]

    office.on_data = lambda _: ""
    for _ in range(2):
        again = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
        assert again.returncode == 0, again.stderr.decode()
    one, two = office.received
    assert one.message["Message-ID"] == two.message["Message-ID"]
    assert one.attached() == two.attached()
    assert journal(folder) == [("sent", "rollup", 2, json.dumps(sorted([LEADER, DEPUTY])))]


def test_only_one_process_sends_at_a_time(settings: Make, office: Office, folder: Path) -> None:
    """Otherwise the second would take the first's mail for one that was never recorded."""
    (folder / "outbox" / ".jixiao").mkdir(exist_ok=True)
    busy: list[str] = []

    def second(_: Received) -> str:
        with pytest.raises(MailError) as stopped:
            mail_batch(settings(), busy.append)
        busy.append(str(stopped.value))
        return ""

    office.on_data = second
    assert sent(settings())[0]
    (told,) = busy
    assert told.startswith(f"另一个 jixiao 正在发送邮件（发送邮件，进程{os.getpid()}，主机")
    assert told.endswith("起），本次没有发送。")
    assert len(office.received) == 1


def test_a_temporary_refusal_is_tried_again(settings: Make, office: Office, folder: Path) -> None:
    answers = ["451 4.7.1 greylisted", "452 4.3.1 full", ""]
    office.on_data = lambda _: answers.pop(0)
    assert sent(settings())[0]
    assert answers == []
    assert len(office.received) == 1
    assert journal(folder)[0][0] == "sent"


def test_tries_are_bounded_and_the_next_run_goes_on(settings: Make, office: Office, folder: Path) -> None:
    tried: list[Received] = []
    office.on_data = refusing(tried, "451 later")
    complete, lines = sent(settings(retries=2))
    assert not complete
    assert len(tried) == 3
    assert "暂时拒收（451 later）" in lines[0]
    assert journal(folder)[0][0] == "failed"
    office.on_data = lambda _: ""
    assert sent(settings(retries=2))[0]
    assert len({mail.message["Message-ID"] for mail in [*tried, *office.received]}) == 1


def test_a_permanent_refusal_is_told_and_not_repeated(settings: Make, office: Office, folder: Path) -> None:
    tried: list[Received] = []
    office.on_data = refusing(tried, "554 5.7.1 内容被拒")
    complete, lines = sent(settings())
    assert not complete
    assert len(tried) == 1
    assert "拒收（554 5.7.1" in lines[0]
    assert journal(folder) == [("failed", "rollup", 1, "[]")]


def test_one_refused_address_does_not_cost_the_others_their_mail(
    settings: Make, office: Office, folder: Path
) -> None:
    office.on_recipient = lambda address: "550 5.1.1 no such user" if address == DEPUTY else ""
    complete, lines = sent(settings())
    assert not complete
    assert f"{DEPUTY}被拒收（550" in lines[0]
    assert journal(folder) == [("failed", "rollup", 1, json.dumps([LEADER]))]
    # put right, only the one who has not got it gets it
    office.on_recipient = lambda _: ""
    assert sent(settings())[0]
    assert [mail.recipients for mail in office.received] == [[LEADER], [DEPUTY]]


def test_an_address_put_off_is_tried_again_by_itself(settings: Make, office: Office) -> None:
    answers = {LEADER: [""], DEPUTY: ["450 busy", ""]}
    office.on_recipient = lambda address: answers[address].pop(0)
    assert sent(settings())[0]
    assert [mail.recipients for mail in office.received] == [[LEADER], [DEPUTY]]


def test_a_server_that_is_away_is_told(settings: Make, office: Office) -> None:
    complete, lines = sent(settings(port=free_port(), retries=1))
    assert not complete
    assert "连不上邮件服务器 127.0.0.1" in lines[0]
    assert "对方拒绝连接" in lines[0]


def test_a_certificate_nobody_vouches_for_gets_no_mail(settings: Make, office: Office, folder: Path) -> None:
    other = trustme.CA()
    other.cert_pem.write_to_path(folder / "other.pem")
    complete, lines = sent(settings(ca_file='"other.pem"'))
    assert not complete
    assert "证书不可信" in lines[0]
    assert (office.received, office.logins) == ([], 0)


def test_a_wrong_password_is_told_once_for_all_mails(
    settings: Make, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_SMTP_PASSWORD", "guessed-wrong")
    roster = {UNIT: RosterUnit(UNIT, mail="unit@example.gov.cn")}
    complete, lines = sent(settings(unit_mails="true"), roster)
    assert not complete
    # one connection, however many ways to log in the library tried on it
    assert office.connections == 1
    assert [("没有接受用户名和密码" in line) for line in lines[:2]] == [True, True]
    assert "guessed-wrong" not in "".join(lines)


def test_no_login_and_no_mail_where_the_server_cannot_encrypt(
    settings: Make, serve: Callable[..., Server], folder: Path
) -> None:
    open_office = Office()
    port = serve(open_office, "none").port
    complete, lines = sent(settings(port=port))
    assert not complete
    assert "不支持加密" in lines[0]
    assert (open_office.received, open_office.logins) == ([], 0)


def test_a_server_that_encrypts_from_the_first_byte(settings: Make, serve: Callable[..., Server]) -> None:
    secure = Office()
    assert sent(settings(port=serve(secure, "tls").port, security='"tls"'))[0]
    assert (len(secure.received), secure.logins) == (1, 1)


def test_a_relay_without_login_may_go_unencrypted(
    settings: Make, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JIXIAO_SMTP_USER")
    monkeypatch.delenv("JIXIAO_SMTP_PASSWORD")
    inside = Office()
    assert sent(settings(port=serve(inside, "none").port, security='"none"'))[0]
    assert len(inside.received) == 1


def test_a_failed_night_is_mailed_once_a_day(settings: Make, office: Office, folder: Path) -> None:
    lines: list[str] = []
    mail = settings()
    for day in (15, 15, 16):
        assert mail_failure(mail, lines.append, "发件箱写不了：\r\nBcc: x@example.com", date(2021, 3, day))
    assert [m.recipients for m in office.received] == [[LEADER], [LEADER]]
    message = office.received[0].message
    assert message["Subject"] == "绩效自评审核没有完成（2021年3月15日）"
    assert message["Bcc"] is None
    assert "原因：发件箱写不了： Bcc: x@example.com" in office.received[0].body("plain")


def test_a_failed_night_is_mailed_even_when_the_outbox_is_gone(
    settings: Make, office: Office, folder: Path
) -> None:
    mail = settings()
    for path in sorted((folder / "outbox").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (folder / "outbox").rmdir()
    (folder / "outbox").write_bytes(b"not a folder")
    assert mail_failure(mail, lambda _: None, "发件箱不见了", date(2021, 3, 15))
    assert len(office.received) == 1


def test_units_get_their_own_copies_and_nothing_else(settings: Make, office: Office, folder: Path) -> None:
    notice = folder / "outbox" / "退回通知" / f"{UNIT}.xlsx"
    roster = {
        UNIT: RosterUnit(UNIT, mail="wang@unit.gov.cn；li@unit.gov.cn", deadline="2021-03-20"),
        # not of this batch
        "县水利局": RosterUnit("县水利局", mail="water@example.gov.cn"),
    }
    complete, lines = sent(settings('contact = "绩效科 0731-00000000"', unit_mails="true"), roster)
    assert complete
    assert lines[-1] == "有1户在单位名册里没有邮箱，没有给它们发邮件。"
    _, mail = office.received
    assert mail.recipients == ["wang@unit.gov.cn", "li@unit.gov.cn"]
    assert mail.message["Cc"] is None
    copy = folder / "outbox" / "批注" / UNIT / f"{UNIT}_2020.xlsx"
    suggested = folder / "outbox" / "建议稿" / UNIT / copy.name
    assert mail.attached() == {
        copy.name: copy.read_bytes(),
        f"建议稿_{copy.name}": suggested.read_bytes(),
        f"退回通知_{UNIT}.xlsx": notice.read_bytes(),
    }
    assert mail.message["Subject"] == f"2020年度部门整体支出绩效自评审核结果：退回（{UNIT}）"
    said = mail.body("plain")
    for words in ("错误27项", "核实30项", "请在收到后3个工作日内改正", "绩效科 0731-00000000"):
        assert words in said
    # the same number of things to do as the notice tells
    sheet = openpyxl.load_workbook(notice).worksheets[0]
    letter = "".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row)
    asked = re.search(r"请改正\d+件、说明\d+件", letter)
    assert asked
    assert asked[0] in said
    assert "县教育局" not in said


def test_a_unit_is_not_told_the_same_thing_after_every_batch(
    settings: Make, office: Office, folder: Path
) -> None:
    """Another unit's new file makes a new batch; this unit's copies are the same as before."""
    roster = {UNIT: RosterUnit(UNIT, mail="wang@unit.gov.cn")}
    sent(settings(unit_mails="true"), roster)
    archived = next((folder / "outbox" / "存档").iterdir())
    for file in (folder / "outbox" / "results.json", archived / "results.json"):
        text = file.read_text(encoding="utf-8").replace(archived.name, "20210316-0100-abcdef")
        file.write_text(text, encoding="utf-8")
    archived.rename(archived.with_name("20210316-0100-abcdef"))
    sent(settings(unit_mails="true"), roster)
    assert [mail.recipients[0] for mail in office.received] == [LEADER, "wang@unit.gov.cn", LEADER]


def test_the_copy_that_lies_beside_an_open_one_is_the_one_sent(
    settings: Make, office: Office, folder: Path
) -> None:
    copy = folder / "outbox" / "批注" / UNIT / f"{UNIT}_2020.xlsx"
    copy.with_name(f"{copy.stem}（新）.xlsx").write_bytes(b"PK newer")
    sent(settings(unit_mails="true"), {UNIT: RosterUnit(UNIT, mail="wang@unit.gov.cn")})
    assert office.received[1].attached()[copy.name] == b"PK newer"


@pytest.mark.parametrize(
    ("limit", "names"),
    [(0.2, [NAME]), (0.1, None), (0.01, [])],
    ids=["as it is", "zipped", "a note"],
)
def test_attachments_keep_to_the_limit(
    settings: Make, office: Office, folder: Path, limit: float, names: list[str] | None
) -> None:
    # a workbook that can be packed tighter: the limit between the two sizes zips it
    rollup = next((folder / "outbox" / "存档").iterdir()) / "汇总.xlsx"
    rollup.write_bytes(random.Random(0).randbytes(40_000) + bytes(60_000))
    assert sent(settings(max_mb=limit))[0]
    (mail,) = office.received
    if names is None:
        assert list(mail.attached()) == [NAME.replace(".xlsx", ".zip")]
        assert "已压缩" in mail.body("plain")
    else:
        assert list(mail.attached()) == names
    if not names and names is not None:
        assert "附件超过0.01MB，没有随邮件发送，请到发件箱的 汇总.xlsx" in mail.body("html")
        assert str(folder) in mail.body("plain")


def test_a_half_published_outbox_is_not_mailed(settings: Make, folder: Path) -> None:
    (folder / "outbox" / ".jixiao" / "publish.json").write_text("[]", encoding="utf-8")
    with pytest.raises(MailError, match="还没有放好"):
        sent(settings())


def test_the_date_is_of_the_day_it_is_sent(settings: Make, office: Office) -> None:
    """A mail dated with the batch would sort among the old ones."""
    sent(settings())
    assert office.received[0].message["Date"].datetime.timestamp() > ARRIVED
