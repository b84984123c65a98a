"""The mails of a night: the roll-up for leadership, and a word when the night failed."""

from __future__ import annotations

from datetime import date

from batch.config.mail_settings import MailSettings
from batch.mail import html as page
from batch.mail.attachments import fitted
from batch.mail.letter import Attachment, Letter, digest
from batch.mail.published import ROLLUP, Published
from batch.mail.words import counted, cutoff_of, day_of, one_line, reason, reported
from batch.model.status import SEVERITY_WORDS, UNIT_STATUSES

#: how much of each list a phone has room for; the rest stands in the workbook
_CATEGORIES, _UNITS, _MISSING, _FILES = 6, 6, 30, 10
_TITLE = "年度部门整体支出绩效自评汇总"
_NO_ROSTER = "没有单位名册，无法判断哪些单位未报。"


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
    text = _text(published, attached)
    return Letter(
        kind="rollup",
        batch=published.batch,
        sender=settings.sender,
        to=settings.to,
        cc=settings.cc,
        subject=_subject(published, settings.subject),
        text=text,
        html=_html(published, attached),
        identity=digest(published.batch, text, *(a.data for a in attachments)),
        attachments=attachments,
    )


def failure_letter(why: str, day: date, settings: MailSettings) -> Letter:
    """The mail when a batch could not run; the same reason is told once a day."""
    title = f"绩效自评审核没有完成（{day.year}年{day.month}月{day.day}日）"
    lines = (
        f"原因：{one_line(why, 1000)}",
        "收件箱里的文件没有改动，发件箱里仍是上一批次的结果。",
        "请经办人处理后重新运行 jixiao run；仍不成功的，把发件箱 .jixiao/logs 里的日志发给管理员。",
    )
    blocks = [page.heading(title, "本邮件由系统自动发送"), *(page.paragraph(line) for line in lines)]
    return Letter(
        kind="failure",
        batch="",
        sender=settings.sender,
        to=settings.to,
        subject=title,
        text="\n".join((title, "", *lines, "")),
        html=page.page(title, lines[0], blocks),
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
    return "；".join([*rows, "，".join(f"{name}{number}项" for name, number in counted(published))])


def _text(published: Published, attached: str) -> str:
    lines = [
        f"{published.year}{_TITLE}",
        f"数据截止：{cutoff_of(published)}",
        "",
        f"{_summary(published)}。",
        "",
    ]
    lines += ["一、问题最多的几类"]
    lines += [
        f"  {one_line(c.name)}：{c.total}项（错误{c.errors}、核实{c.warnings}、提示{c.hints}）"
        for c in published.categories[:_CATEGORIES]
    ] or [f"  {_clean_bill(published)}"]
    lines += ["", "二、需要关注的单位"]
    lines += [f"  {name}（{status}）：{why}" for name, status, why in _look_at(published)] or ["  没有"]
    lines += ["", "三、未报单位", *(f"  {name}　{below}".rstrip() for name, below in _missing(published))]
    if published.unprocessed:
        lines += ["", f"四、未能处理的文件（{len(published.unprocessed)}个）"]
        lines += [f"  {name}：{why}" for name, why in _left_out(published)]
    return "\n".join([*lines, "", attached, _foot(published), ""])


def _html(published: Published, attached: str) -> str:
    title = f"{published.year}{_TITLE}"
    blocks = [
        page.heading(title, f"数据截止：{cutoff_of(published)}"),
        *(page.tiles(row, "户") for row in reported(published)),
        page.tiles(counted(published), "项"),
        page.section("问题最多的几类（项）"),
        page.bars(
            [
                (c.name, list(zip(SEVERITY_WORDS, (c.errors, c.warnings, c.hints), strict=True)))
                for c in published.categories[:_CATEGORIES]
            ]
        )
        or page.paragraph(_clean_bill(published)),
        page.section("需要关注的单位"),
        page.entries(_look_at(published)) if _look_at(published) else page.paragraph("没有"),
        page.section("未报单位"),
    ]
    if published.missing:
        blocks.append(page.entries((name, "", below) for name, below in _missing(published)))
    else:
        blocks += [page.paragraph(name) for name, _ in _missing(published)]
    if published.unprocessed:
        blocks.append(page.section(f"未能处理的文件（{len(published.unprocessed)}个）"))
        blocks.append(page.entries((name, "", why) for name, why in _left_out(published)))
    blocks += [page.section("附件"), page.paragraph(attached), page.paragraph(_foot(published), small=True)]
    return page.page(title, _summary(published), blocks)


def _clean_bill(published: Published) -> str:
    return "审核没有发现问题。" if published.units else "没有可以审核的报表。"


def _look_at(published: Published) -> list[tuple[str, str, str]]:
    return [
        (one_line(unit.name, 80), unit.status, reason(published, unit))
        for unit in published.to_look_at(_UNITS)
    ]


def _missing(published: Published) -> list[tuple[str, str]]:
    """(name, code) of the units that have not reported, or one line that says why there are none."""
    if published.missing is None:
        return [(_NO_ROSTER, "")]
    if not published.missing:
        return [("应报单位都已报送。", "")]
    shown = [(one_line(unit.name, 80), one_line(unit.code)) for unit in published.missing[:_MISSING]]
    more = len(published.missing) - len(shown)
    return [*shown, (f"另有{more}户，名单见汇总表", "")] if more else shown


def _left_out(published: Published) -> list[tuple[str, str]]:
    shown = [(one_line(name, 80), one_line(why)) for name, why in published.unprocessed[:_FILES]]
    more = len(published.unprocessed) - len(shown)
    return [*shown, (f"另有{more}个", "名单见汇总表")] if more else shown


def _foot(published: Published) -> str:
    return f"批次：{published.batch}。本邮件由系统自动发送，请勿直接回复；数字以汇总表为准。"
