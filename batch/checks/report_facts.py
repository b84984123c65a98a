"""Checks of what the written report tells beside sums: years, projects, staff, the score."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from batch.checks.amount import as_filled, show
from batch.checks.registry import Run, check
from batch.checks.stated import (
    budgeted_projects,
    failed_in_text,
    is_missing,
    spoken,
    values_of,
    where,
)
from batch.forms.labels import near, squeeze
from batch.forms.numerals import NUMERAL_CHARS, chinese_integer
from batch.model.form import Table, Value
from batch.report.mentions import years
from batch.report.phrases import any_of
from batch.report.sentences import Sentence
from batch.report.told import Told

#: paragraphs among which the title stands, and the longest one may be
_FIRST, _TITLE = 3, 40
#: characters within which a year-end is followed by what is told of it
_NEXT = 14
_COMPARED = re.compile(r"[比较与自从]$")
_COUNT = re.compile(
    rf"(?P<before>[^,;。]*?)(?<![\d.])(?P<n>\d{{1,3}}|[{NUMERAL_CHARS}]{{1,3}})个项目(?!库)(?:资金|支出|经费)?"
)
_SHARED = re.compile(r",?(?:共计|合计|总计|共)(?:支出|安排|使用|投入)?$")
#: likeness from which two project names may be one
_ALIKE, _SAME_ENOUGH = 0.75, 6


@check("R603")
def other_years(run: Run) -> None:
    """The title and year-end figures must be of this year."""
    if is_missing(run):
        return
    looked = False
    for told in run.told:
        seen: dict[str, list[tuple[int, Sentence, int, int]]] = {}
        for kind, year, sentence, start, end in _dated(run, told):
            looked = True
            if year == run.forms.year:
                run.report.passed(f"{where(told, [sentence.paragraph])}“{sentence.quote(start, end)}”")
            else:
                seen.setdefault(f"{kind}{year}", []).append((year, sentence, start, end))
        for name, places in seen.items():
            year, sentence, start, end = places[0]
            words = {"年": sentence.quote(start, end), "年2": str(run.forms.year)}
            paragraphs = [place[1].paragraph for place in places]
            failed_in_text(
                run,
                told,
                sentence.quote(start, min(len(sentence.text), end + _NEXT)),
                paragraphs,
                f"年度 {name}",
                words,
                filled=sentence.quote(start, end),
                expected=f"{run.forms.year}年",
            )
    if not looked:
        run.report.not_applicable("", "报告的标题和年末数没有写年份")


def _dated(run: Run, told: Told) -> Iterator[tuple[str, int, Sentence, int, int]]:
    """Years that must be this year's: (标题 or 年末, year, sentence, start, end)."""
    words = run.forms.report
    state, ends, titles = words.of("state"), words.of("year_end"), words.of("titles")
    years_of: dict[int, set[int]] = {}
    for sentence in told.sentences:
        years_of.setdefault(sentence.paragraph, set()).update(year for year, *_ in years(sentence.text))
    for sentence in told.sentences:
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


@check("R604")
def projects_counted(run: Run) -> None:
    """So many projects in the text, in its list of the budget, and in the forms."""
    if is_missing(run):
        return
    forms = {squeeze(name.raw) for t in run.submission.of("项目自评表") if (name := t.fields.get("项目名称"))}
    listed = {told.narrative.file: len(made.parts) for told, made in budgeted_projects(run)}
    looked = False
    for told in run.told:
        counts: dict[int, list[tuple[Sentence, int, int]]] = {}
        for number, sentence, start, end in _counts(run, told):
            counts.setdefault(number, []).append((sentence, start, end))
        looked = looked or bool(counts)
        for number, places in counts.items():
            paragraphs = [sentence.paragraph for sentence, *_ in places]
            budget = listed.get(told.narrative.file)
            if not forms:
                run.report.unchecked(where(told, paragraphs), "没有填了项目名称的项目自评表")
            elif number == len(forms) and budget in (None, number):
                run.report.passed(where(told, paragraphs), "项目自评表", str(number), str(len(forms)))
            else:
                sentence, start, end = places[0]
                words = {
                    "项数": str(number),
                    "预算": f"所列年初预算有{budget}项，" if budget is not None else "",
                    "份数": str(len(forms)),
                }
                failed_in_text(
                    run,
                    told,
                    sentence.quote(start, end),
                    paragraphs,
                    "项目个数",
                    words,
                    filled=f"{number}个",
                    expected=f"自评表{len(forms)}份",
                    difference=f"{number - len(forms):+d}" if number != len(forms) else "",
                )
    if not looked:
        run.report.not_applicable("", "报告没有写明全单位的项目个数")


def _counts(run: Run, told: Told) -> Iterator[tuple[int, Sentence, int, int]]:
    """Counts of all the unit's projects: those whose sum is the forms' project outlay or budget."""
    whole = run.forms.report.of("whole")
    figures = told.by_sentence()
    for sentence in told.sentences:
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


@check("C508")
def projects_without_form(run: Run) -> None:
    """Every project of the budget the report lists has its form."""
    if is_missing(run):
        return
    own = {squeeze(v.raw): v for t in run.submission.of("项目自评表") if (v := t.fields.get("项目名称"))}
    lists = budgeted_projects(run)
    if not lists:
        run.report.not_applicable("", "报告没有逐项列出年初预算的项目")
    elif not own:
        run.report.unchecked("", "没有填了项目名称的项目自评表")
        return
    for told, made in lists:
        for part in made.parts:
            name = told.grammar.part_name(part.mention.phrase)
            paragraph = part.sentence.paragraph
            place = f"{where(told, [paragraph])}“{part.quoted}”"
            if any(name == other or _within(name, other) for other in own):
                run.report.passed(place, "项目自评表", name)
            elif "、" in name or any(near(name, other) >= _ALIKE for other in own):
                run.report.unchecked(place, "名称与自评表的相近，或不止一个项目，不能确定")
            else:
                start = part.mention.start - len(name)
                shown = part.sentence.quote(start, part.mention.start)
                words = {"名称": shown, "金额": part.mention.text}
                failed_in_text(
                    run,
                    told,
                    part.sentence.quote(start, part.mention.end),
                    [paragraph],
                    f"项目 {name}",
                    words,
                    form="项目自评表",
                )


def _within(name: str, other: str) -> bool:
    short, long = sorted((name, other), key=len)
    return len(short) >= _SAME_ENOUGH and short in long


@check("J131")
def staff_with_others(run: Run) -> None:
    """The staff of the forms are those on posts; the rate must not count the others."""
    if is_missing(run):
        return
    looked = False
    for told in run.told:
        for sentence in told.sentences:
            split = _split_of_staff(run, sentence)
            if split is not None:
                looked = True
                _compare_staff(run, told, sentence, *split)
                break
    if not looked:
        run.report.not_applicable("", "报告没有分别写明在编、编外人数")


def _split_of_staff(run: Run, sentence: Sentence) -> tuple[int, int, int, int, int] | None:
    """All staff, those on posts, the others, and where it is told; None when they do not add up."""
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
    return total, own, others, found[0].start(), found[2].end()


def _compare_staff(
    run: Run, told: Told, sentence: Sentence, total: int, own: int, others: int, start: int, end: int
) -> None:
    table = run.submission.of("基础数据表")[0]
    posts, staff, rate = (table.fields.get(name) for name in ("编制数", "在职人数", "控制率"))
    where_said = where(told, [sentence.paragraph])
    words = {
        "职工": str(total),
        "在编": str(own),
        "编外": str(others),
        "处": where_said,
    }
    quoted = spoken(sentence.quote(start, end), sentence.paragraph)
    if staff is None or staff.number is None:
        run.report.unchecked("在职人数", "“在职人数”没有可用的数")
    elif staff.number != own:
        words |= {"错": f"在职人数填{as_filled(staff)}人", "应": f"按在编填{own}人"}
        _tell_staff(run, table, staff, "在职人数", words, f"{own}", quoted)
    else:
        run.report.passed("在职人数", table.form, as_filled(staff), str(own))
    if posts is None or not posts.number or rate is None or rate.number is None:
        run.report.unchecked("控制率", "“编制数”或“控制率”没有可用的数")
        return
    slack = Decimal(5).scaleb(-rate.places - 3) + Decimal("0.0001")
    due, counted = own / posts.number, total / posts.number
    if abs(rate.number - due) > slack and abs(rate.number - counted) <= slack:
        words |= {
            "错": f"控制率填{as_filled(rate)}，是按{total}人算的（{total}÷{posts.number:f}）",
            "应": f"按在编计算：{own}÷{posts.number:f}＝{show(due, '%')}",
        }
        _tell_staff(run, table, rate, "控制率", words, show(due, "%"), quoted)
    else:
        run.report.passed("控制率", table.form, as_filled(rate), show(due, "%"))


def _tell_staff(
    run: Run, table: Table, value: Value, name: str, words: dict[str, str], expected: str, quoted: Value
) -> None:
    run.report.failed(name, table, value, name, words, expected=expected, related=[quoted])


@check("C514")
def score_differs(run: Run) -> None:
    """The unit's score and grade in the text against the form's total."""
    if is_missing(run):
        return
    table = run.submission.of("整体自评表")[0]
    total = table.totals.get("得分")
    looked = False
    for told in run.told:
        pattern = _score_pattern(run)
        for sentence in told.sentences:
            about = "".join((*sentence.headings, sentence.text))
            if "整体支出" not in about:
                continue
            for kind, said, start, end in _verdicts(pattern, sentence):
                looked = True
                place = where(told, [sentence.paragraph])
                if total is None or total.number is None:
                    run.report.unchecked(place, "整体自评表没有总分")
                    continue
                due = f"{total.number.normalize():f}分" if kind == "得分" else _grade(run, total.number)
                if (Decimal(said) == total.number) if kind == "得分" else (said == due):
                    run.report.passed(place, table.form, said, due)
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
                run.report.failed(
                    place, table, total, f"总分.{kind}", words, expected=shown, related=[quoted]
                )
    if not looked:
        run.report.not_applicable("", "报告没有写明整体支出的自评得分或等级")


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
