"""The section [mail] of jixiao.toml: where mail goes out, who gets it, and what they get.

Name and password of the mailbox come from the environment only (JIXIAO_SMTP_USER, JIXIAO_SMTP_PASSWORD).
Mistakes are noted in Chinese with the key; batch.config.settings adds file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formataddr
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta
from msgspec.structs import asdict

from batch.config.schema import Keys, Mistakes, decode
from batch.model.status import UNIT_STATUSES

#: way of securing the connection → the port servers use for it
SECURITY = {"starttls": 587, "tls": 465, "none": 25}
USER, PASSWORD = "JIXIAO_SMTP_USER", "JIXIAO_SMTP_PASSWORD"
#: what a subject may mention
SUBJECT_WORDS = ("年度", "日期", "批次", *UNIT_STATUSES)
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
    #: folder with the bureau's own templates of mails, each in the place of the program's
    templates: Path | None = None
    #: further tries after a temporary refusal, and seconds before the first of them; then twice as long each
    retries: int = 3
    wait_seconds: float = 10
    #: seconds without an answer after which a connection is given up
    timeout_seconds: float = 60
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


_Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*$", description="引号里的一行文字")]
_Addresses = Annotated[
    str | tuple[str, ...], Meta(description='邮箱地址，几个的写成 ["a@example.gov.cn", "b@example.gov.cn"]')
]


class MailKeys(Keys):
    """The section [mail]; what its keys mean is said at MailSettings."""

    host: Annotated[
        str,
        Meta(pattern=f"^(?:{_HOST.pattern})$", description="邮件服务器的名称或地址，如 smtp.example.gov.cn"),
    ]
    sender: _Line
    to: _Addresses
    cc: _Addresses = ()
    security: Literal["starttls", "tls", "none"] = "starttls"
    port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    ca_file: _Line = ""
    on_run: bool = False
    unit_mails: bool = False
    max_mb: Annotated[float, Meta(ge=0.01, le=1000)] = 20
    subject: _Line = ""
    templates: _Line = ""
    retries: Annotated[int, Meta(ge=0, le=20)] = 3
    wait_seconds: Annotated[float, Meta(ge=0, le=3600)] = 10
    timeout_seconds: Annotated[float, Meta(ge=1, le=3600)] = 60


_HERE = ("mail",)


def mail_settings(
    table: Any, folder: Path, environment: Mapping[str, str], mistakes: Mistakes
) -> MailSettings | None:
    """Read the section [mail]; `folder` is where its paths start. None when there are mistakes in it.

    Noted are a value of the wrong kind, an address that is none, and a login that would travel in the clear;
    keys that mean nothing are noted with the rest of the settings file.
    """
    given = table if isinstance(table, dict) else {}
    before = len(mistakes)
    boxes = {key: _boxes(key, given[key], mistakes) for key in ("sender", "to", "cc") if key in given}
    for found in _PLACEHOLDER.finditer(str(given.get("subject", ""))):
        if found[1] not in SUBJECT_WORDS:
            usable = "、".join(f"{{{word}}}" for word in SUBJECT_WORDS)
            mistakes.add((*_HERE, "subject"), f"“subject”里不认识“{found[0]}”，可用的有：{usable}")
    ca_file = folder / str(given["ca_file"]) if given.get("ca_file") else None
    if ca_file is not None and not ca_file.is_file():
        mistakes.add((*_HERE, "ca_file"), f"“ca_file”：找不到证书文件 {ca_file}")
    templates = folder / str(given["templates"]) if given.get("templates") else None
    if templates is not None and not templates.is_dir():
        mistakes.add((*_HERE, "templates"), f"“templates”：找不到邮件模板的文件夹 {templates}")
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    if bool(user) != bool(password):
        mistakes.add(_HERE, f"环境变量 {USER} 和 {PASSWORD} 要么都设，要么都不设")
    if not (user + password).isascii():
        mistakes.add(_HERE, f"环境变量 {USER} 和 {PASSWORD} 只能是英文字母、数字和符号")
    if user and given.get("security") == "none":
        mistakes.add(
            (*_HERE, "security"),
            'security = "none" 不加密，用户名和密码会被旁人看到，因此不登录也不发送；'
            f"请改用 starttls 或 tls，或者去掉环境变量 {USER} 和 {PASSWORD}",
        )
    keys = decode(table, MailKeys, Mistakes(), _HERE)
    if keys is None or len(mistakes) > before:
        return None
    made = {
        **asdict(keys),
        "sender": boxes["sender"][0],
        "to": boxes["to"],
        "cc": boxes.get("cc", ()),
        "port": keys.port or SECURITY[keys.security],
        "ca_file": ca_file,
        "templates": templates,
    }
    return MailSettings(**made, user=user, password=password)


def _boxes(key: str, value: Any, mistakes: Mistakes) -> tuple[Mailbox, ...]:
    """The addresses under a key, each once."""
    listed = value if isinstance(value, list) else [value]
    found: list[Mailbox] = []
    for n, text in enumerate(listed):
        try:
            found += [mailbox(text)] if isinstance(text, str) else []
        except ValueError as error:
            mistakes.add((*_HERE, key, n) if isinstance(value, list) else (*_HERE, key), f"“{key}”：{error}")
    if not listed and key == "to":
        mistakes.add((*_HERE, key), "“to”里至少要有一个收件人")
    return tuple(dict.fromkeys(found))
