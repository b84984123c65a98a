"""The mail to a unit: its status, what to do by when, and its own marked files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from batch.config.mail_settings import Mailbox, MailSettings, mailbox
from batch.config.settings import Settings
from batch.errors import in_chinese
from batch.mail.attachments import fitted
from batch.mail.mime_message import Attachment, Letter, digest
from batch.mail.published import Published, UnitResult, newest, published_copies
from batch.mail.render import Templates
from batch.mail.words import by_severity, one_line
from batch.model.filenames import own_name
from batch.model.reference import RosterUnit
from batch.outbox.paths import COPIES, SUGGESTED, copy_paths, suggested_path
from batch.returns.notice import notice_path
from batch.returns.round_heading import EXPLANATIONS_SHEET, RESULTS_SHEET

#: a cell of the roster may hold several addresses
_BETWEEN = re.compile(r"[;；,，、\s]+")


@dataclass(frozen=True, slots=True)
class Unsent:
    """A unit that gets no mail, and why, in Chinese."""

    unit: str
    reason: str


def unit_letters(
    published: Published, roster: Mapping[str, RosterUnit], settings: Settings, mail: MailSettings
) -> Iterator[Letter | Unsent]:
    """A letter for each unit of the batch that has an address in the roster (by the unit's full name).

    One at a time, because the files go with them. Units without an address are passed over; for one whose
    address is none, or whose files cannot be read, there is an Unsent.
    """
    copies = published_copies(published)
    maker = _Maker(published, settings, mail, Templates(mail.templates))
    for unit in published.units:
        entry = roster.get(unit.name)
        if entry is None or not entry.mail.strip():
            continue
        try:
            to = tuple(mailbox(text) for text in _BETWEEN.split(entry.mail.strip()) if text)
        except ValueError as error:
            yield Unsent(unit.name, f"单位名册里的邮箱有误：{error}")
            continue
        try:
            yield maker.letter(unit, to, copies[unit.name])
        except OSError as error:
            yield Unsent(unit.name, f"读不了要附上的文件（{in_chinese(error)}）：{error.filename}")


@dataclass(frozen=True, slots=True)
class _Maker:
    """What all letters to units have in common."""

    published: Published
    settings: Settings
    mail: MailSettings
    templates: Templates

    def letter(self, unit: UnitResult, to: tuple[Mailbox, ...], copies: Mapping[str, Path]) -> Letter:
        """The letter to one unit, with its files. Raises OSError."""
        suggested = _suggested(self.published, unit)
        marked = [Attachment(name, path.read_bytes()) for name, path in copies.items()] + suggested
        name = own_name(unit.name)
        notice = _notice(self.published, unit)
        told = [Attachment(f"退回通知_{name}.xlsx", notice.read_bytes())] if notice else []
        attachments, note = fitted(
            [*marked, *told], f"批注件_{name}.zip", f"发件箱的“{COPIES}/{name}”文件夹", self.mail.max_mb
        )
        title = f"{self.published.year}年度{self.published.work}审核结果：{unit.status}"
        text, html = self.templates.bodies(
            "单位",
            {
                "标题": title,
                "单位": unit.name,
                "年度": self.published.year,
                "报表": self.published.reports,
                "结果": unit.status,
                "改正": unit.to_do,
                "说明": unit.to_explain,
                "建议稿": bool(suggested),
                **dict(by_severity(unit)),
                "结果页": RESULTS_SHEET,
                "说明页": EXPLANATIONS_SHEET,
                "工作日": self.settings.correct_days,
                "附件": "、".join(attachment.name for attachment in attachments),
                "附件说明": note,
                "联系人": self.settings.contact,
            },
        )
        return Letter(
            kind="unit",
            batch=self.published.batch,
            sender=self.mail.sender,
            to=to,
            subject=f"{title}（{one_line(unit.name, 60)}）",
            text=text,
            html=html,
            # not the batch and not the notice, which may carry the day: a unit whose submission was not
            # looked at anew is not told the same thing every night
            identity=digest(unit.name, text, *(attachment.data for attachment in marked)),
            attachments=attachments,
        )


def _suggested(published: Published, unit: UnitResult) -> list[Attachment]:
    """The unit's 建议稿, where there are some."""
    paths = copy_paths(unit.name, unit.files).values()
    files = (published.root / suggested_path(path) for path in paths)
    return [
        Attachment(f"{SUGGESTED}_{file.name}", newest(file).read_bytes()) for file in files if file.is_file()
    ]


def _notice(published: Published, unit: UnitResult) -> Path | None:
    """The unit's notice, if there is one."""
    file = published.root / notice_path(unit.name)
    return newest(file) if file.is_file() else None
