"""Loose normalisation of labels: without letters, formulas, seal words and separators around their words."""

from __future__ import annotations

import re
import string

from batch.forms.spec.labels import MARKS, label, remembered

#: a bracket at the end with whatever stands in it, also an unclosed one: （B/A）, （盖章）, （③/②）
_BRACKET = re.compile(r"\((?:[^()]|\([^()]*\))*\)?$")
#: a letter or number that formulas refer to, or the formula: A, B/A, =C/B, C/B×100%, (3)/(2), =执行数/预算数
_TERM = r"(?:[A-Za-z]|\(\d{1,2}\))"
_FORMULA = re.compile(rf"(?:=[^=]*|(?<![A-Za-z])\(?{_TERM}(?:[/÷*×]{_TERM})*\)?(?:[*×]100%?)?)$")
_SEAL = re.compile(r"(?:加盖|盖)?(?:公章|盖章|签章|印章|签字|签名)[处栏]?$")
#: A年初预算数, （A）年初预算数, ★数量指标
_MARK = re.compile(rf"(?:[{MARKS}]+(?=[\u4e00-\u9fff\d(])|\(?[A-Za-z]\)?[、.:]?(?=[\u4e00-\u9fff]))")
#: 三级指标*, as what must be filled in is marked
_MARK_BEHIND = re.compile(f"(?<![{MARKS}])[{MARKS}]+$")
#: 执行率%
_PERCENT = re.compile("(?<=率)%$")
#: {本年}末, {本年}12月31日, 截至年底
_YEAR_END = re.compile(r"截[至止]到?|(?:(?<=\})|^)(?:年?[末底]|12月31日)止?(?=.)")
#: 2021年1-6月执行数: the months are those of the form's year
_YEAR_OF_MONTHS = re.compile(r"^(?:\{[本上]年\}|20\d\d年度?)(?=\{期\})")
_SEPARATORS = re.compile(r"[、,./·・•:;()\"-]|以及|[和及与]")
#: 预算, 预算数 and 预算金额 are one thing
_COUNT_WORD = re.compile(r"(?<=[算行出])(?:金额|数额|[数额])$")
#: what `loose_label` takes off or out, but for what stands in brackets or behind =
LOOSELY_TAKEN_OFF = (_SEAL, _MARK, _MARK_BEHIND, _PERCENT, _YEAR_END, _SEPARATORS, _COUNT_WORD)
#: what is left of a label has at least so many characters
_SHORTEST = 2
#: how many remarks are taken off one label
_NESTED = 4
#: how a text ends from which a remark may be taken, where no bracket or = stands in it
_TAILS = (*":;)%0章字名处栏", *MARKS, *string.ascii_letters)


@remembered
def loose_label(normal: str) -> str:
    """A normalised label without what people add around and between its words.

    “实际完成值(B)” → “实际完成值”, “主管部门(盖章)” → “主管部门”, “执行率=C/B” → “执行率”; “偏差及原因分析”
    and “偏差、原因分析” give the same. Only to be compared with other labels treated alike.
    """
    normal = _YEAR_OF_MONTHS.sub("", normal)
    words = _YEAR_END.sub("", label(_MARK.sub("", normal, count=1)) if _MARK.match(normal) else normal)
    # most texts, and all figures and sentences, have nothing of the kind
    has_remark = words.endswith(_TAILS) or "(" in words or "=" in words
    for _ in range(_NESTED if has_remark else 0):
        shorter = words
        for tail in (_BRACKET, _FORMULA, _SEAL, _PERCENT, _MARK_BEHIND):
            rest = tail.sub("", shorter).rstrip(":;")
            if len(rest) >= _SHORTEST:
                shorter = rest
        if shorter == words:
            break
        words = shorter
    return _COUNT_WORD.sub("", _SEPARATORS.sub("", words)) or normal
