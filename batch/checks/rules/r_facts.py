"""Checks of what the written report tells beside sums: years and projects."""

from __future__ import annotations

import re
from collections.abc import Iterator

from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked
from batch.checks.engine.registry import LooksAt, Run, check
from batch.checks.engine.report_values import (
    Passage,
    budgeted_projects,
    figures_compared,
    is_missing,
    values_of,
    where,
    wrong_in_text,
)
from batch.forms.locate.numerals import NUMERAL_CHARS, chinese_integer
from batch.forms.spec.labels import squeeze
from batch.report.facts import ReportFacts
from batch.report.mentions import years
from batch.report.sentences import Sentence

#: paragraphs among which the title stands, and the longest one may be
_FIRST, _TITLE = 3, 40
#: characters within which a year-end is followed by what is told of it
_NEXT = 14
_COMPARED = re.compile(r"[比较与自从]$")
_COUNT = re.compile(rf"(?<![\d.])(?P<n>\d{{1,3}}|[{NUMERAL_CHARS}]{{1,3}})个项目(?!库)(?:资金|支出|经费)?")
_SHARED = re.compile(r",?(?:共计|合计|总计|共)(?:支出|安排|使用|投入)?$")


@check("R603")
def other_years(run: Run) -> Iterator[CheckResult]:
    """The title and year-end figures must be of this year."""
    if (yield from is_missing(run)):
        return
    looked = False
    for written in run.written_reports:
        seen: dict[str, list[tuple[int, Sentence, int, int]]] = {}
        for kind, year, sentence, start, end in _dated(run, written):
            looked = True
            if year == run.forms.year:
                yield Passed(f"{where(written, [sentence.paragraph])}“{sentence.quote(start, end)}”")
            else:
                seen.setdefault(f"{kind}{year}", []).append((year, sentence, start, end))
        for name, places in seen.items():
            year, sentence, start, end = places[0]
            words = {"年": sentence.quote(start, end), "年2": str(run.forms.year)}
            paragraphs = [place[1].paragraph for place in places]
            passage = Passage(
                written, sentence.quote(start, min(len(sentence.text), end + _NEXT)), paragraphs
            )
            yield wrong_in_text(
                passage,
                f"年度 {name}",
                words,
                filled=sentence.quote(start, end),
                expected=f"{run.forms.year}年",
            )
    if not looked:
        yield NotApplicable("", "报告的标题和年末数没有写年份")


def _dated(run: Run, written: ReportFacts) -> Iterator[tuple[str, int, Sentence, int, int]]:
    """Years that must be this year's: (标题 or 年末, year, sentence, start, end)."""
    words = run.forms.report
    state, ends, titles = words.of("state"), words.of("year_end"), words.of("titles")
    years_of: dict[int, set[int]] = {}
    for sentence in written.sentences:
        years_of.setdefault(sentence.paragraph, set()).update(year for year, *_ in years(sentence.text))
    for sentence in written.sentences:
        named = list(years(sentence.text))
        titled = sentence.paragraph <= _FIRST and len(sentence.text) <= _TITLE and len(named) == 1
        if titled and any(title in sentence.text for title in titles):
            yield "标题", named[0][0], sentence, named[0][1], named[0][2]
            continue
        for year, start, end in named:
            # 2019年末, and 2019年年末
            at = end if sentence.text.startswith("年", end) else end - 1
            word = next((word for word in ends if sentence.text.startswith(word, at)), "")
            stop = at + len(word)
            ahead = sentence.text[stop : stop + _NEXT]
            if not word or _COMPARED.search(sentence.text[:start][-1:]) or not any(w in ahead for w in state):
                continue
            if year == run.forms.year or run.forms.year not in years_of[sentence.paragraph]:
                yield "年末", year, sentence, start, stop


@check("R604", looks_at=LooksAt(named=figures_compared))
def projects_counted(run: Run) -> Iterator[CheckResult]:
    """So many projects in the text, in its list of the budget, and in the forms."""
    if (yield from is_missing(run)):
        return
    forms = {squeeze(name.raw) for t in run.submission.of("项目自评表") if (name := run.field(t, "项目名称"))}
    listed = {written.narrative.file: len(made.parts) for written, made in budgeted_projects(run)}
    looked = False
    for written in run.written_reports:
        counts: dict[int, list[tuple[Sentence, int, int]]] = {}
        for number, sentence, start, end in _counts(run, written):
            counts.setdefault(number, []).append((sentence, start, end))
        looked = looked or bool(counts)
        for number, places in counts.items():
            paragraphs = [sentence.paragraph for sentence, *_ in places]
            budget = listed.get(written.narrative.file)
            if not forms:
                yield Unchecked(where(written, paragraphs), "没有填了项目名称的项目自评表")
            elif number == len(forms) and budget in (None, number):
                yield Passed(where(written, paragraphs), "项目自评表", str(number), str(len(forms)))
            else:
                sentence, start, end = places[0]
                words = {
                    "项数": str(number),
                    "预算": f"所列年初预算有{budget}项，" if budget is not None else "",
                    "份数": str(len(forms)),
                }
                passage = Passage(written, sentence.quote(start, end), paragraphs)
                yield wrong_in_text(
                    passage,
                    "项目个数",
                    words,
                    filled=f"{number}个",
                    expected=f"自评表{len(forms)}份",
                    difference=f"{number - len(forms):+d}" if number != len(forms) else "",
                )
    if not looked:
        yield NotApplicable("", "报告没有写明全单位的项目个数")


def _counts(run: Run, written: ReportFacts) -> Iterator[tuple[int, Sentence, int, int]]:
    """Counts of all the unit's projects: those whose sum is the forms' project outlay or budget."""
    whole = run.forms.report.of("whole")
    figures = written.by_sentence()
    for sentence in written.sentences:
        if not any(word in sentence.text for word in whole):
            continue
        for found in _COUNT.finditer(sentence.text):
            number = int(found["n"]) if found["n"].isdigit() else chinese_integer(found["n"])
            if number is None:
                continue
            behind = next(
                (f for f in figures.get(sentence.number, ()) if f.mention.start >= found.end()), None
            )
            if behind is None or behind.role != "sum" or behind.mention.begin > found.end() + 1:
                continue
            if not _SHARED.fullmatch(sentence.text[found.end() : behind.mention.start]):
                continue
            sums = [
                value
                for subject in run.forms.report.subjects.values()
                if subject.projects
                for column in ("spent", "budget")
                for value in values_of(run, subject.name, column)[0]
            ]
            if any(value.equals(behind) for value in sums):
                yield number, sentence, found.start("n"), behind.mention.end
