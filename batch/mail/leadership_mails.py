"""The mails of a night to leadership: the roll-up, and a notice when the night failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from batch.config.mail_settings import MailSettings
from batch.mail.attachments import fitted
from batch.mail.mime_message import Attachment, Letter, digest
from batch.mail.published import Published
from batch.mail.render import Templates
from batch.mail.words import by_severity, cutoff_of, day_of, fared, money, one_line, reported
from batch.model.briefing import influence_in_words
from batch.model.day_words import day_in_words
from batch.model.status import UNIT_STATUSES, UNREADABLE
from batch.outbox.paths import ROLLUP

#: how much of each list a phone has room for; the rest stands in the workbook
_NAMES, _FILES = 40, 10
_LONGEST_NAME = 80
#: how the work is called where no batch says it
_WORK = "绩效自评"


def rollup_letter(published: Published, settings: MailSettings) -> Letter:
    """The mail to leadership: the conclusion, what to decide, the money, who is missing; with 汇总.xlsx."""
    day = f"_{published.cutoff:%Y%m%d}" if published.cutoff else ""
    stem = f"{_title(published)}{day}"
    attachments, note = fitted(
        [Attachment(f"{stem}.xlsx", published.rollup)],
        f"{stem}.zip",
        f"发件箱的 {ROLLUP}（{published.root.resolve()}）",
        settings.max_mb,
    )
    attached = note or f"汇总表见附件：{stem}.xlsx"
    text, html = Templates(settings.templates).bodies("汇总", _words(published, attached))
    return Letter(
        kind="rollup",
        batch=published.batch,
        sender=settings.sender,
        to=settings.to,
        cc=settings.cc,
        subject=_subject(published, settings.subject),
        text=text,
        html=html,
        identity=digest(published.batch, text, *(a.data for a in attachments)),
        attachments=attachments,
    )


def failure_letter(why: str, day: date, settings: MailSettings, work: str = "") -> Letter:
    """The mail when a batch could not run; the same reason is told once a day.

    `work`: what the last batch calls its work; "" where that is not known.
    """
    called = _WORK if work.endswith(_WORK) else work or _WORK
    title = f"{called}审核没有完成（{day_in_words(day.isoformat())}）"
    text, html = Templates(settings.templates).bodies("未完成", {"标题": title, "原因": why})
    return Letter(
        kind="failure",
        batch="",
        sender=settings.sender,
        to=settings.to,
        subject=title,
        text=text,
        html=html,
        identity=digest(day.isoformat(), why),
    )


def _title(published: Published) -> str:
    return f"{published.year}年度{published.work}汇总"


def _subject(published: Published, template: str) -> str:
    counts = {status: published.statuses.get(status, 0) for status in UNIT_STATUSES}
    words = {
        "年度": str(published.year),
        "日期": day_of(published) or "收件箱为空",
        "批次": published.batch,
        **{status: str(number) for status, number in counts.items()},
    }
    if not template:
        told = "、".join(f"{status}{number}户" for status, number in counts.items())
        return f"{_title(published)}（{words['日期']}）：{told}"
    for word, value in words.items():
        template = template.replace(f"{{{word}}}", value)
    return template


def _words(published: Published, attached: str) -> dict[str, Any]:
    """What the templates of the roll-up's letter may mention."""
    briefing, turnout = published.briefing, published.turnout
    unreadable = turnout.unreadable if turnout else ()
    missing = [unit.name for unit in turnout.missing] if turnout else []
    theirs = {file for unread in unreadable for file, _ in unread.files}
    others = [entry for entry in published.unprocessed if entry[0] not in theirs]
    return {
        "标题": _title(published),
        "年度": published.year,
        "截止": cutoff_of(published),
        "批次": published.batch,
        "结论": briefing["conclusion"],
        "金额": briefing.get("outlay", ""),
        "决定": [
            {
                "事项": decision["text"],
                "户数": decision["units"],
                "金额": money(decision["amount"]),
                "建议": decision["proposal"],
            }
            for decision in briefing["decisions"]
        ],
        "另外": briefing["further"],
        "户数": reported(published),
        "进度": "，".join(f"{status}{number}户" for status, number in fared(published)),
        "项数": "，".join(f"{word}{number}项" for word, number in by_severity(published)),
        "电话": [
            (one_line(call["unit"], _LONGEST_NAME), call["status"], _to_say(call))
            for call in briefing["calls"]
        ],
        "有名册": turnout is not None,
        "读不了": [
            (one_line(unread.unit.name, _LONGEST_NAME), UNREADABLE, "；".join(map("：".join, unread.files)))
            for unread in unreadable[:_NAMES]
        ],
        "读不了总数": len(unreadable),
        "未报": [one_line(name, _LONGEST_NAME) for name in missing[:_NAMES]],
        "未报总数": len(missing),
        "未处理": [(one_line(name, _LONGEST_NAME), "", one_line(why)) for name, why in others[:_FILES]],
        "未处理总数": len(others),
        "附件": attached,
    }


def _to_say(call: Mapping[str, Any]) -> str:
    """What to say to a unit, and by how much it may change a total of all units."""
    return f"{call['text']}{influence_in_words(call['influence'], call.get('total', ''))}"
