"""Rulings of the bureau: which findings one is about, and why one has no effect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from batch.forms.spec.labels import squeeze
from batch.model.reference import Ruling
from batch.model.review import Finding, explained_by, words_mark
from batch.model.status import EXPIRED, EXPLAINED, REJECTED, WAIVED, Severity

#: places that are named where a ruling misses all of them
_NAMED = 3


class NoEffect(NamedTuple):
    """Why a ruling has no effect, and what to do."""

    message: str
    fix: str
    #: whether it was wrong from the start, and is not merely settled, too early or out of date
    is_wrong: bool = False


def is_about(ruling: Ruling, finding: Finding, words: str) -> bool:
    """Whether a ruling covers a finding; `words`: the mark of the explanation in force, "" for none.

    A ruling on a line of 经办台账 is about the findings of that line: a waiver whatever their values become,
    any other decision only about the words and values that stood there. Else it is about everything that has
    its check, form, field and cell, as far as it names them.
    """
    if ruling.codes:
        if ruling.decision == WAIVED:
            key = explained_by(finding.check, finding.form, finding.field)
            return any(code.startswith(key) for code in ruling.codes)
        return ruling.said == words and finding.code in ruling.codes
    return (
        ruling.check in ("", finding.check)
        and ruling.form in ("", finding.form)
        and _has_field(ruling.field, finding.field)
        and _is_at(ruling.cell, finding)
    )


def no_effect(
    ruling: Ruling, unit: str, findings: Sequence[Finding], day: str, checks: Collection[str]
) -> NoEffect | None:
    """Why a ruling has no effect on the findings of its unit; None when it has one.

    `day` is the batch's, `checks` are the ids of the catalogue.
    """
    if ruling.until and day and ruling.until < day:
        return NoEffect(
            f"有效期到{ruling.until}，已经过了，不再起作用。", "仍要用的请改有效期，不用的请删去这一行。"
        )
    if ruling.check and ruling.check not in checks:
        return NoEffect(
            f"没有编号为“{ruling.check}”的检查。", "请填问题清单上的编号，如J118。", is_wrong=True
        )
    found = [f for f in findings if is_about(ruling, f, words_mark(f.explanation, f.explanation_basis))]
    if not found:
        return _missed(ruling, unit, findings)
    if ruling.decision == WAIVED:
        done = any(finding.answer == WAIVED for finding in found)
    else:
        wanted = (REJECTED,) if ruling.decision == REJECTED else (EXPLAINED,)
        done = any(finding.answer in wanted for finding in found)
    return None if done else _undone(ruling, found)


def _missed(ruling: Ruling, unit: str, findings: Sequence[Finding]) -> NoEffect:
    if ruling.codes:
        return NoEffect("这一件里的问题已经没有了，或者数字、说明又改过。", "不用再管。")
    same = [finding for finding in findings if ruling.check in ("", finding.check)]
    if not same or not (ruling.form or ruling.field or ruling.cell):
        return NoEffect(
            f"{unit}现在没有{ruling.check}的问题：可能已经改正，也可能编号写错。", "不用的请删去这一行。"
        )
    at = ruling.cell or "".join(filter(None, (ruling.form, ruling.field)))
    if not ruling.check:
        return NoEffect(f"{unit}在“{at}”没有问题。", "请照问题清单的“位置”一栏写。", is_wrong=True)
    places = [
        f"{f.form}“{f.field}”（{f.sheet}!{f.cell}）" if f.cell else f"{f.form}“{f.field}”" for f in same
    ]
    more = f"等{len(places)}处" if len(places) > _NAMED else ""
    return NoEffect(
        f"{unit}的{ruling.check}问题不在“{at}”，在{'、'.join(places[:_NAMED])}{more}。",
        "请照着改报表、字段或位置，或者都空着。",
        is_wrong=True,
    )


def _undone(ruling: Ruling, found: Sequence[Finding]) -> NoEffect:
    """Why a decision about existing findings changes nothing."""
    if any(finding.answer in (WAIVED, REJECTED, EXPLAINED) for finding in found):
        return NoEffect("同一个问题另有一条裁定，以那一条为准。", "请只留一条。", is_wrong=True)
    if all(finding.severity is not Severity.WARNING for finding in found):
        kind = found[0].severity.value
        return NoEffect(
            f"这是{kind}，不能用说明代替改正，“{ruling.decision}”不起作用。",
            "要免予改正的请裁定“豁免”。",
            is_wrong=True,
        )
    if any(finding.answer == EXPIRED for finding in found):
        return NoEffect("单位说明以后数字又改了，原说明已经失效。", "请等单位重新说明。")
    return NoEffect(f"单位还没有说明，“{ruling.decision}”不起作用。", "请等单位说明，或者裁定“豁免”。")


def _has_field(named: str, field: str) -> bool:
    """Whether a field is the one that is named: in full, or by its project, its row or its last step."""
    if not named:
        return True
    project, _, own = field.rpartition("｜")
    row, _, _ = own.rpartition(".")
    names = (field, own, project, row, own.rpartition("/")[2], row.rpartition("/")[2])
    return squeeze(named) in {squeeze(name) for name in names if name}


def _is_at(named: str, finding: Finding) -> bool:
    """Whether a finding is at the cell that is named: with its sheet or form, or without."""
    if not named:
        return True
    sheet, _, ref = named.rpartition("!")
    return finding.cell == ref and (
        not sheet or squeeze(sheet) in (squeeze(finding.sheet), squeeze(finding.form))
    )
