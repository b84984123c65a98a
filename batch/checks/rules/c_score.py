"""C514: the score and the grade that the written report states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report_values import is_missing, spoken, where
from batch.forms.spec.labels import squeeze
from batch.report.phrases import any_of
from batch.report.sentences import Sentence


@check("C514")
def score_differs(run: Run) -> Iterator[CheckResult]:
    """The unit's score and grade in the text against the form's total."""
    if (yield from is_missing(run)):
        return
    table = run.submission.of("整体自评表")[0]
    total = run.total(table, "得分")
    looked = False
    for written in run.written_reports:
        pattern = _score_pattern(run)
        for sentence in written.sentences:
            about = "".join((*sentence.headings, sentence.text))
            if "整体支出" not in about:
                continue
            for kind, said, start, end in _verdicts(pattern, sentence):
                looked = True
                place = where(written, [sentence.paragraph])
                if total is None or total.number is None:
                    yield Unchecked(place, "整体自评表没有总分")
                    continue
                due = f"{total.number.normalize():f}分" if kind == "得分" else _grade(run, total.number)
                if (Decimal(said) == total.number) if kind == "得分" else (said == due):
                    yield Passed(place, table.form, said, due)
                    continue
                shown = f"{said}分" if kind == "得分" else f"等级“{said}”"
                right = due if kind == "得分" else f"{as_filled(total)}分（对应“{due}”）"
                words = {
                    "句": sentence.quote(start, end),
                    "处": place,
                    "报告数": shown,
                    "表内数": right,
                }
                quoted = spoken(words["句"], sentence.paragraph)
                yield Violation(place, table, total, f"总分.{kind}", words, expected=shown, related=[quoted])
    if not looked:
        yield NotApplicable("", "报告没有写明整体支出的自评得分或等级")


def _score_pattern(run: Run) -> re.Pattern[str]:
    own = any_of((*run.forms.report.of("scored"), squeeze(run.submission.unit)))
    time = rf"(?:{run.forms.year}年度?|本年度?|我|本)"
    return re.compile(
        rf"(?:^|(?<=[,;:。]))(?=[^,;:。]*?(?:得分|自评))(?:{own}|{time})*+(?<=得分|评分|总分)(?:为|是|达|达到|:)*(?P<score>\d{{1,3}}(?:\.\d{{1,2}})?)分"
        r"|等级(?:评定|评|定)?(?:为|是|:)*\"?(?P<grade>优秀|优|良好|良|中|差)(?=[\",;。)]|$|等|级)"
    )


def _verdicts(pattern: re.Pattern[str], sentence: Sentence) -> Iterator[tuple[str, str, int, int]]:
    for found in pattern.finditer(sentence.text):
        if found["score"]:
            yield "得分", found["score"], found.start(), found.end()
        else:
            yield "等级", found["grade"][0], found.start(), found.end()


def _grade(run: Run, score: Decimal) -> str:
    grades = sorted(run.check.thresholds.items(), key=lambda entry: -entry[1])
    return next((name for name, least in grades if score >= least), "差")
