"""The mails of a night to leadership: the roll-up, and a notice when the night failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from batch.config.mail_settings import MailSettings
from batch.mail.attachments import fitted
from batch.mail.mime_message import Attachment, Letter, digest
from batch.mail.published import Published
from batch.mail.render import Templates
from batch.mail.words import by_severity, cutoff_of, day_of, one_line, reason, reported
from batch.model.day_words import day_in_words
from batch.model.status import UNIT_STATUSES
from batch.outbox.paths import ROLLUP
from batch.rollup.parts.summary import Category

#: how much of each list a phone has room for; the rest stands in the workbook
_CATEGORIES, _UNITS, _MISSING, _FILES = 6, 6, 30, 10
_TITLE = "年度部门整体支出绩效自评汇总"


def rollup_letter(published: Published, settings: MailSettings) -> Letter:
    """The mail to leadership: the figures, the worst problems, who is missing; 汇总.xlsx goes with it."""
    day = f"_{published.cutoff:%Y%m%d}" if published.cutoff else ""
    stem = f"{published.year}{_TITLE}{day}"
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


def failure_letter(why: str, day: date, settings: MailSettings) -> Letter:
    """The mail when a batch could not run; the same reason is told once a day."""
    title = f"绩效自评审核没有完成（{day_in_words(day.isoformat())}）"
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
        return f"{published.year}{_TITLE}（{words['日期']}）：{told}"
    for word, value in words.items():
        template = template.replace(f"{{{word}}}", value)
    return template


def _summary(published: Published) -> str:
    rows = ["，".join(f"{name}{number}户" for name, number in row) for row in reported(published)]
    return "；".join([*rows, "，".join(f"{name}{number}项" for name, number in by_severity(published))])


def _words(published: Published, attached: str) -> dict[str, Any]:
    """What the templates of the roll-up's letter may mention."""
    missing = published.turnout.missing if published.turnout else ()
    left_out = published.unprocessed
    worst = published.categories[:_CATEGORIES]
    return {
        "标题": f"{published.year}{_TITLE}",
        "年度": published.year,
        "截止": cutoff_of(published),
        "批次": published.batch,
        "摘要": _summary(published),
        "户数": reported(published),
        "项数": by_severity(published),
        "类别": [{"名称": c.name, "总数": c.total, **dict(by_severity(c))} for c in worst],
        "条形": _bars(worst),
        "有报表": bool(published.units),
        "关注": [
            (one_line(unit.name, 80), unit.status, reason(published, unit))
            for unit in published.to_look_at(_UNITS)
        ],
        "有名册": published.turnout is not None,
        "未报": [(one_line(unit.name, 80), "", one_line(unit.code)) for unit in missing[:_MISSING]],
        "未报另有": max(0, len(missing) - _MISSING),
        "未处理": [(one_line(name, 80), "", one_line(why)) for name, why in left_out[:_FILES]],
        "未处理总数": len(left_out),
        "未处理另有": max(0, len(left_out) - _FILES),
        "附件": attached,
    }


def _bars(worst: Sequence[Category]) -> list[tuple[str, int, list[tuple[str, int]], int]]:
    """For each category (name, findings, (severity, percent of the longest bar), percent left)."""
    longest = max((c.total for c in worst), default=0)
    rows = []
    for c in worst:
        shares = [(word, max(1, round(100 * number / longest))) for word, number in by_severity(c) if number]
        rows.append((c.name, c.total, shares, 100 - sum(share for _, share in shares)))
    return rows
