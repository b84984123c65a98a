"""The section [mail] of jixiao.toml: where mail goes out, who gets it, and what they get.

Name and password of the mailbox come from the environment only (JIXIAO_SMTP_USER, JIXIAO_SMTP_PASSWORD).
Every mistake is a ValueError in Chinese that names the key; batch.config.settings adds the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formataddr
from pathlib import Path
from typing import Any

#: way of securing the connection → the port servers use for it
SECURITY = {"starttls": 587, "tls": 465, "none": 25}
USER, PASSWORD = "JIXIAO_SMTP_USER", "JIXIAO_SMTP_PASSWORD"
#: what a subject may mention
SUBJECT_WORDS = ("年度", "日期", "批次", "退回", "待说明", "通过")
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")
_NAMED = re.compile(r"""(?P<name>[^<>@,;:\\"]*?)\s*<(?P<address>[^<>]*)>""")
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}|[0-9A-Fa-f:]+")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody's address, with the name shown beside it ("" for none)."""

    address: str
    name: str = ""

    @property
    def header(self) -> str:
        """As it stands in a header: pure ASCII on one line."""
        return formataddr((self.name, self.address), "utf-8")


def mailbox(text: str) -> Mailbox:
    """Read "绩效科 <jx@example.gov.cn>" or a bare address.

    Raises ValueError in Chinese for what is no address that every mail server takes: nothing outside
    ASCII, no line ends, at most 254 characters, a domain of at least two parts.
    """
    named = _NAMED.fullmatch(text.strip())
    name, address = (named["name"].strip(), named["address"]) if named else ("", text.strip())
    local = address.partition("@")[0]
    wrong = not _ADDRESS.fullmatch(address) or len(address) > 254 or len(local) > 64
    if wrong or not name.isprintable():
        shown = "".join(char if char.isprintable() else " " for char in text)[:80]
        raise ValueError(f"“{shown}”不是邮箱地址，应写成 name@example.gov.cn 或 名称 <name@example.gov.cn>")
    return Mailbox(address, name)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How this bureau sends mail."""

    host: str
    #: address and name the mails come from
    sender: Mailbox
    #: who gets the roll-up, and the notice when a batch could not run
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...] = ()
    #: "starttls", "tls" or "none"; without encryption nobody logs in
    security: str = "starttls"
    port: int = SECURITY["starttls"]
    #: certificates to trust instead of the system's, PEM: for a mail server with a certificate of its own
    ca_file: Path | None = None
    #: mail whenever `jixiao run` has ended
    on_run: bool = False
    #: send each unit its annotated copies and notice, to the address in the roster
    unit_mails: bool = False
    #: what attachments may take in one mail, in megabytes as they travel (a third more than on disk)
    max_mb: float = 20
    #: words in braces are filled in, SUBJECT_WORDS; "" for the usual subject
    subject: str = ""
    #: further tries after a temporary refusal, and seconds before the first of them; then twice as long each
    retries: int = 3
    wait_seconds: float = 10
    #: seconds without an answer after which a connection is given up
    timeout_seconds: float = 60
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def mail_settings(table: Any, folder: Path, environment: Mapping[str, str]) -> MailSettings:
    """Read the section [mail]; `folder` is where its paths start.

    Raises ValueError in Chinese for an unknown key, a value of the wrong kind, an address that is none,
    and for a login that would travel in the clear.
    """
    if not isinstance(table, dict):
        raise ValueError("mail 应写成 [mail] 一节")
    for key in table:
        if key not in _READERS:
            raise ValueError(f"[mail]里不认识的项“{key}”，可用的有：{'、'.join(sorted(_READERS))}")
    for key in ("host", "sender", "to"):
        if key not in table:
            raise ValueError(f"[mail]里缺少“{key}”")
    values = {key: _read(key, value) for key, value in table.items()}
    values.setdefault("port", SECURITY[values.get("security", "starttls")])
    if values.get("ca_file") is not None:
        values["ca_file"] = folder / values["ca_file"]
        if not values["ca_file"].is_file():
            raise ValueError(f"[mail]的“ca_file”：找不到证书文件 {values['ca_file']}")
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if bool(user) != bool(password):
        raise ValueError(f"环境变量 {USER} 和 {PASSWORD} 要么都设，要么都不设")
    if not (user + password).isascii():
        raise ValueError(f"环境变量 {USER} 和 {PASSWORD} 只能是英文字母、数字和符号")
    if user and values.get("security") == "none":
        raise ValueError(
            '[mail]里 security = "none" 不加密，用户名和密码会被旁人看到，因此不登录也不发送；'
            f"请改用 starttls 或 tls，或者去掉环境变量 {USER} 和 {PASSWORD}"
        )
    return MailSettings(**values, user=user, password=password)


def _read(key: str, value: Any) -> Any:
    try:
        return _READERS[key](value)
    except ValueError as error:
        raise ValueError(f"[mail]的“{key}”：{error}") from None


def _host(value: Any) -> str:
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise ValueError("应为邮件服务器的名称或地址，如 smtp.example.gov.cn")
    return value


def _security(value: Any) -> str:
    if value not in SECURITY:
        raise ValueError(f"只能是 {'、'.join(SECURITY)}")
    return str(value)


def _one(value: Any) -> Mailbox:
    return mailbox(_text(value))


def _several(value: Any) -> tuple[Mailbox, ...]:
    listed = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(_one(entry) for entry in listed))


def _someone(value: Any) -> tuple[Mailbox, ...]:
    found = _several(value)
    if not found:
        raise ValueError("至少要有一个收件人")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("应为一行文字")
    return value


def _subject(value: Any) -> str:
    for found in _PLACEHOLDER.finditer(_text(value)):
        if found[1] not in SUBJECT_WORDS:
            usable = "、".join(f"{{{word}}}" for word in SUBJECT_WORDS)
            raise ValueError(f"不认识“{found[0]}”，可用的有：{usable}")
    return str(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("应为 true 或 false")
    return value


def _whole(least: int, most: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            raise ValueError(f"应为{least}到{most}的整数")
        return value

    return read


def _number(least: float, most: float) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        if type(value) not in (int, float) or not least <= value <= most:
            raise ValueError(f"应为{least:g}到{most:g}的数")
        return float(value)

    return read


_READERS: dict[str, Callable[[Any], Any]] = {
    "host": _host,
    "port": _whole(1, 65535),
    "security": _security,
    "ca_file": lambda value: Path(_text(value)),
    "sender": _one,
    "to": _someone,
    "cc": _several,
    "on_run": _switch,
    "unit_mails": _switch,
    "max_mb": _number(0.01, 1000),
    "subject": _subject,
    "retries": _whole(0, 20),
    "wait_seconds": _number(0, 3600),
    "timeout_seconds": _number(1, 3600),
}
