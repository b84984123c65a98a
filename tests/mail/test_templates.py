"""Templates of mails: a bureau replaces single ones, and is told in Chinese what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from batch.config.settings import Settings, SettingsError, load_settings
from batch.mail.dispatch import mail_batch, mail_failure
from batch.mail.published import MailError
from batch.mail.render import OWN, Templates
from batch.model.reference import RosterUnit
from batch.model.review import Review
from tests.mail.server import Office, Server
from tests.mail.test_content import EVIL, MAIL, body, dry, publish


def own(tmp_path: Path, **files: str) -> Settings:
    """A published batch of one unit, and a folder of templates: file name → what stands in it."""
    settings = publish(tmp_path / "outbox", [Review(EVIL, "", ("a.xlsx",))])
    folder = tmp_path / "邮件模板"
    folder.mkdir()
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8-sig")
    return replace(settings, mail=replace(MAIL, templates=folder))


def test_one_template_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    plain = (OWN / "单位.txt").read_text(encoding="utf-8")
    changed = plain.replace("没有需要改正或说明的问题", "{{ 单位 }}填得很好")
    settings = own(tmp_path, 单位_txt=changed)
    (rollup, unit), _ = dry(settings, {EVIL: RosterUnit(EVIL, mail="unit@example.gov.cn")})
    # the HTML takes its sentences from the text
    assert "alert(1)</script>" in body(unit, "plain")
    assert "填得很好，不必重新报送。" in body(unit, "html")
    assert "alert(1)&lt;/script&gt;" in body(unit, "html")
    assert "<script" not in body(unit, "html")
    # the roll-up's letter is the program's own
    same, _ = dry(replace(settings, mail=MAIL))
    assert body(rollup, "html") == body(same[0], "html")


@pytest.mark.parametrize(
    ("template", "text", "said"),
    [
        ("汇总_txt", "甲\n{% if 有报表 %}\n", "汇总.txt 第2行写得不对：{% if 有报表 %}"),
        ("汇总_txt", "{{ 标题 }}\n{{ 题目 }}", "汇总.txt 第2行不认识“题目”：{{ 题目 }}"),
        ("汇总_html", "{{ 标题|大写 }}", "汇总.html 第1行写得不对"),
        (
            "汇总_txt",
            "{{ 附件.长度 }}",
            "汇总.txt 第1行不认识“长度”",
        ),
        ("汇总_txt", "{{ 标题.__class__.__mro__ }}", "汇总.txt 第1行"),
        ("汇总_txt", "{{ 1 // 0 }}", "汇总.txt 第1行写得不对"),
        ("汇总_html", '{% import "样子.html" as 样 %}', "要用“样子.html”，没有这个模板"),
        ("汇总_htm_txt", "", "汇总.htm.txt 用不上：模板的文件名只能是"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_line(
    tmp_path: Path, template: str, text: str, said: str
) -> None:
    with pytest.raises(MailError) as told:
        mail_batch(own(tmp_path, **{template: text}), lambda _: None, dry_run=True)
    assert said in str(told.value)
    assert not (tmp_path / "outbox" / ".jixiao" / "mail" / "汇总.eml").exists()


def test_a_night_that_failed_is_told_by_the_programs_template_when_the_bureaus_is_wrong(
    tmp_path: Path, serve: Callable[..., Server], office: Office
) -> None:
    settings = own(tmp_path, 未完成_txt="{{ 事由 }}")
    assert settings.mail is not None
    server = serve(office, "none")
    mail = replace(settings.mail, host="127.0.0.1", port=server.port, security="none")
    lines: list[str] = []
    assert mail_failure(replace(settings, mail=mail), lines.append, "名册打不开", date(2021, 3, 15))
    assert "未完成.txt 第1行不认识“事由”" in lines[0]
    assert "原因：名册打不开" in office.received[0].body("plain")


def test_a_template_saved_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "单位.txt").write_bytes("贵单位".encode("gb18030"))
    with pytest.raises(MailError, match=r"单位\.txt 不是UTF-8编码"):
        Templates(tmp_path)


def test_the_folder_of_templates_must_be_there(tmp_path: Path) -> None:
    lines = ["[mail]", 'host = "h"', 'sender = "a@example.gov.cn"', 'to = "a@example.gov.cn"']
    settings = tmp_path / "jixiao.toml"
    settings.write_text("\n".join([*lines, 'templates = "邮件模板"']), encoding="utf-8")
    with pytest.raises(SettingsError, match="找不到邮件模板的文件夹"):
        load_settings(settings)
    (tmp_path / "邮件模板").mkdir()
    mail = load_settings(settings).mail
    assert mail is not None
    assert mail.templates == tmp_path / "邮件模板"
