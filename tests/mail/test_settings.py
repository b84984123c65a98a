"""[mail] in jixiao.toml: what it may say, and every mistake in it named in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.config.mail_settings import mailbox
from batch.config.settings import Settings, SettingsError, load_settings

WHOLE = """[mail]
host = "smtp.example.gov.cn"
sender = "绩效科 <jx@example.gov.cn>"
to = ["leader@example.gov.cn"]
"""


def loaded(folder: Path, text: str) -> Settings:
    path = folder / "jixiao.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def test_three_entries_are_enough(tmp_path: Path) -> None:
    mail = loaded(tmp_path, WHOLE).mail
    assert mail is not None
    assert (mail.port, mail.security, mail.on_run, mail.unit_mails) == (587, "starttls", False, False)
    assert (mail.sender.name, mail.sender.address) == ("绩效科", "jx@example.gov.cn")
    assert loaded(tmp_path, "").mail is None
    secure = loaded(tmp_path, WHOLE + 'security = "tls"\n').mail
    assert secure is not None
    assert secure.port == 465


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mail = 1\n", "应写成 [mail] 一节"),
        ("[mail]\n", "缺少“host”"),
        (WHOLE + "on_runs = true\n", "不认识的写法“on_runs”，是不是“on_run”？"),
        (WHOLE + 'on_run = "yes"\n', "“on_run”应为true 或 false"),
        (WHOLE + "port = 99999\n", "“port”应为1到65535的整数"),
        (WHOLE + "port = true\n", "“port”应为1到65535的整数"),
        (WHOLE + 'max_mb = "20"\n', "“max_mb”应为0.01到1000的数"),
        (WHOLE + 'security = "ssl"\n', "“security”应为 starttls、tls、none 之一"),
        (WHOLE + 'ca_file = "没有.pem"\n', "找不到证书文件"),
        (WHOLE + 'subject = "{年份}汇总"\n', "不认识“{年份}”，可用的有：{年度}"),
        (WHOLE + 'subject = "{年度汇总"\n', "不认识“{”"),
        (WHOLE + 'subject = "汇总\\nBcc: x@example.com"\n', "“subject”应为引号里的一行文字"),
        (WHOLE + 'cc = ["张主任"]\n', "“cc”：“张主任”不是邮箱地址"),
        (WHOLE.replace('"leader@example.gov.cn"', ""), "至少要有一个收件人"),
        (WHOLE.replace("smtp.example", "smtp example"), "“host”应为邮件服务器的名称"),
        (WHOLE + 'password = "secret"\n', "不认识的写法“password”"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, text)
    assert said in str(error.value)
    assert "设置文件jixiao.toml 第" in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "leader",
        "leader@",
        "leader@example",
        "@example.gov.cn",
        "lea der@example.gov.cn",
        "a@example.gov.cn, b@example.gov.cn",
        "a@example.gov.cn\r\nBcc: b@example.gov.cn",
        "a@example.gov.cn\n",
        "主任\nBcc: b@example.gov.cn <a@example.gov.cn>",
        "<a@example.gov.cn> <b@example.gov.cn>",
        "主任@example.gov.cn",
        "a..b@example.gov.cn",
        "a@-example.gov.cn",
        "a@example..cn",
        '"a b"@example.gov.cn',
        f"{'a' * 65}@example.gov.cn",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    if text.endswith("\n") and "Bcc" not in text:
        # a line end typed behind an address is nothing
        assert mailbox(text).address == text.strip()
        return
    with pytest.raises(ValueError, match="不是邮箱地址"):
        mailbox(text)


def test_an_address_with_a_name() -> None:
    box = mailbox(" 张主任 <zhang.san+jx@mail.example.gov.cn> ")
    assert (box.name, box.address) == ("张主任", "zhang.san+jx@mail.example.gov.cn")
    assert box.header.isascii()


def test_no_login_travels_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIXIAO_SMTP_USER", "jx")
    with pytest.raises(SettingsError, match="要么都设"):
        loaded(tmp_path, WHOLE)
    monkeypatch.setenv("JIXIAO_SMTP_PASSWORD", "secret-word")
    settings = loaded(tmp_path, WHOLE)
    assert settings.mail is not None
    assert settings.mail.password == "secret-word"
    assert "secret-word" not in repr(settings)
    with pytest.raises(SettingsError, match="不加密") as error:
        loaded(tmp_path, WHOLE + 'security = "none"\n')
    assert "secret-word" not in str(error.value)
    monkeypatch.setenv("JIXIAO_SMTP_PASSWORD", "密码")
    with pytest.raises(SettingsError, match="只能是英文字母"):
        loaded(tmp_path, WHOLE)
