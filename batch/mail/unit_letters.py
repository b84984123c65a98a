"""The mail to a unit: how its submission was judged, what to do by when, and its own marked files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from batch.config.mail_settings import Mailbox, MailSettings, mailbox
from batch.config.settings import Settings
from batch.errors import in_chinese
from batch.mail import html as page
from batch.mail.attachments import fitted
from batch.mail.letter import Attachment, Letter, digest
from batch.mail.published import Published, UnitResult, copies_of, newest
from batch.mail.words import one_line
from batch.model.filenames import own_name
from batch.model.reference import RosterUnit
from batch.model.status import CLEAN, RETURNED, SEVERITY_WORDS, TO_EXPLAIN
from batch.outbox.paths import COPIES
from batch.returns.heading import EXPLANATIONS_SHEET, RESULTS_SHEET
from batch.returns.notice import notice_path

#: a cell of the roster may hold several addresses
_BETWEEN = re.compile(r"[;；,，、\s]+")
_TO_DO = {
    RETURNED: f"请在批注件上改正，清单和改法见“{RESULTS_SHEET}”页；需要说明的写在“{EXPLANATIONS_SHEET}”页，"
    "改好后用这份文件重新报送。",
    TO_EXPLAIN: f"请在批注件的“{EXPLANATIONS_SHEET}”页写明原因，或者改正，清单见“{RESULTS_SHEET}”页，"
    "然后用这份文件重新报送。",
    CLEAN: "没有需要改正或说明的问题，不必重新报送。",
}


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
    copies = copies_of(published)
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
            yield _letter(published, unit, entry, to, copies[unit.name], settings, mail)
        except OSError as error:
            yield Unsent(unit.name, f"读不了要附上的文件（{in_chinese(error)}）：{error.filename}")


def _letter(
    published: Published,
    unit: UnitResult,
    entry: RosterUnit,
    to: tuple[Mailbox, ...],
    copies: Mapping[str, Path],
    settings: Settings,
    mail: MailSettings,
) -> Letter:
    marked = [Attachment(name, path.read_bytes()) for name, path in copies.items()]
    name = own_name(unit.name)
    notice = _notice(published, unit)
    told = [Attachment(f"退回通知_{name}.xlsx", notice.read_bytes())] if notice else []
    attachments, note = fitted(
        [*marked, *told], f"批注件_{name}.zip", f"发件箱的“{COPIES}/{name}”文件夹", mail.max_mb
    )
    title = f"{published.year}年度部门整体支出绩效自评审核结果：{unit.status}"
    lines = _lines(published, unit, entry, settings, [a.name for a in attachments], note)
    blocks = [page.heading(title, unit.name), *(page.paragraph(line) for line in lines)]
    counts = zip(SEVERITY_WORDS, (unit.errors, unit.warnings, unit.hints), strict=True)
    blocks.insert(1, page.tiles(list(counts), "项"))
    text = "\n".join((title, one_line(unit.name), "", *lines, ""))
    return Letter(
        kind="unit",
        batch=published.batch,
        sender=mail.sender,
        to=to,
        subject=f"{title}（{one_line(unit.name, 60)}）",
        text=text,
        html=page.page(title, lines[0], blocks),
        # not the batch and not the notice, which may carry the day: a unit whose submission was not
        # looked at anew is not told the same thing every night
        identity=digest(unit.name, text, *(attachment.data for attachment in marked)),
        attachments=attachments,
    )


def _notice(published: Published, unit: UnitResult) -> Path | None:
    """The unit's notice, if there is one."""
    file = published.root / notice_path(unit.name)
    return newest(file) if file.is_file() else None


def _lines(
    published: Published,
    unit: UnitResult,
    entry: RosterUnit,
    settings: Settings,
    attached: list[str],
    note: str,
) -> list[str]:
    open_now = (
        f"须改正的错误{unit.errors}项，须改正或说明的核实{unit.warnings}项，供参考的提示{unit.hints}项。"
    )
    lines = [
        f"贵单位报送的{published.year}年度部门整体支出绩效自评表已经审核，结果为“{unit.status}”。",
        open_now,
        _TO_DO.get(unit.status, ""),
    ]
    deadline = entry.deadline or settings.deadline
    if deadline and unit.status != CLEAN:
        lines.append(f"报送期限：{_day(deadline)}。")
    if attached:
        lines.append(f"附件：{'、'.join(attached)}")
    lines += [note, f"联系人：{settings.contact}" if settings.contact else ""]
    return [one_line(line, 1000) for line in (*lines, "本邮件由系统自动发送，请勿直接回复。") if line]


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"
