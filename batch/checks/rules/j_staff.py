"""J131: the staff the written report counts, against the posts and the staff of the forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from batch.checks.engine.amount import as_filled, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report_values import is_missing, spoken, where
from batch.report.facts import ReportFacts
from batch.report.phrases import any_of
from batch.report.sentences import Sentence


@check("J131")
def staff_with_others(run: Run) -> Iterator[CheckResult]:
    """The staff of the forms are those on posts; the rate must not count the others."""
    if (yield from is_missing(run)):
        return
    looked = False
    for written in run.written_reports:
        for sentence in written.sentences:
            split = _split_of_staff(run, sentence)
            if split is not None:
                looked = True
                yield from _compare_staff(run, written, sentence, split)
                break
    if not looked:
        yield NotApplicable("", "报告没有分别写明在编、编外人数")


class _Split(NamedTuple):
    """All staff, those on posts and the others, and where in a sentence that stands."""

    total: int
    own: int
    others: int
    start: int
    end: int


def _split_of_staff(run: Run, sentence: Sentence) -> _Split | None:
    """The staff as a sentence splits it up; None when it does not, or its numbers do not add up."""
    words = run.forms.report.staff
    found: list[re.Match[str]] = []
    start = 0
    for key in ("all", "own", "outside"):
        called = any_of(words.get(key, ())) or "(?!)"
        pattern = re.compile(rf"(?:{called})(?:总数|人数|共有|共计|共|为|是|有|:)*(?P<n>\d{{1,4}})(?:人|名)?")
        match = pattern.search(sentence.text, start)
        if match is None:
            return None
        found.append(match)
        start = match.end()
    total, own, others = (int(match["n"]) for match in found)
    if total != own + others or not others:
        return None
    return _Split(total, own, others, found[0].start(), found[2].end())


def _compare_staff(
    run: Run, written: ReportFacts, sentence: Sentence, split: _Split
) -> Iterator[CheckResult]:
    total, own, others, start, end = split
    table = run.submission.of("基础数据表")[0]
    posts, staff, rate = (run.field(table, name) for name in ("编制数", "在职人数", "控制率"))
    where_said = where(written, [sentence.paragraph])
    words = {
        "职工": str(total),
        "在编": str(own),
        "编外": str(others),
        "处": where_said,
    }
    quoted = spoken(sentence.quote(start, end), sentence.paragraph)
    if staff is None or staff.number is None:
        yield Unchecked("在职人数", "“在职人数”没有可用的数")
    elif staff.number != own:
        words |= {"错": f"在职人数填{as_filled(staff)}人", "应": f"按在编填{own}人"}
        yield Violation("在职人数", table, staff, "在职人数", words, expected=f"{own}", related=[quoted])
    else:
        yield Passed("在职人数", table.form, as_filled(staff), str(own))
    if posts is None or not posts.number or rate is None or rate.number is None:
        yield Unchecked("控制率", "“编制数”或“控制率”没有可用的数")
        return
    slack = Decimal(5).scaleb(-rate.places - 3) + Decimal("0.0001")
    due, counted = own / posts.number, total / posts.number
    if abs(rate.number - due) > slack and abs(rate.number - counted) <= slack:
        words |= {
            "错": f"控制率填{as_filled(rate)}，是按{total}人算的（{total}÷{posts.number:f}）",
            "应": f"按在编计算：{own}÷{posts.number:f}＝{show(due, '%')}",
        }
        expected = show(due, "%")
        yield Violation("控制率", table, rate, "控制率", words, expected=expected, related=[quoted])
    else:
        yield Passed("控制率", table.form, as_filled(rate), show(due, "%"))
