"""Checks against 单位名册: whose the submission is, its projects, its assessed scores, its deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from batch.checks.engine.amount import as_filled, show
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.last_year_amounts import name_key
from batch.checks.engine.registry import Run, check
from batch.checks.engine.report import fill
from batch.checks.engine.tolerance import CENT
from batch.forms.read.merge_files import unit_field
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import near, squeeze
from batch.model.form import Table, Value
from batch.model.reference import KnownProject, RosterUnit

_FORM = "项目自评表"
#: from this likeness on, a project is asked about rather than called missing
_ALIKE = 0.75
#: a name this long that is part of another one is no accident
_TELLING = 6
#: a shorter code may stand in a name by chance
_CODE = 4
NO_ROSTER = "没有单位名册"
UNKNOWN = "单位不在单位名册中"


def roster_unit(run: Run) -> RosterUnit | None:
    """The unit's entry in the roster; without one, why there is nothing to compare is reported."""
    unit = run.submission.roster
    if unit is None:
        if run.submission.has_roster:
            run.report.unchecked("", UNKNOWN)
        else:
            run.report.not_applicable("", NO_ROSTER)
    return unit


@check("F008")
def unknown_unit(run: Run) -> None:
    """A unit the roster does not know: its figures count, but nobody can say whose they are."""
    submission = run.submission
    if submission.roster is not None:
        assert submission.reference is not None
        run.report.passed(submission.reference.how)
    elif not submission.has_roster:
        run.report.not_applicable("", NO_ROSTER)
    elif not submission.tables:
        run.report.unchecked("", "没有规定报表")
    else:
        named = unit_field(submission.tables, run.forms)
        table, value = named or (None, None)
        name = run.forms.forms[table.form].unit_field if table else "单位名称"
        likely = "、".join(submission.suggested)
        words = {
            "名称": as_filled(value) if value else submission.unit,
            "相近": fill(run.check.texts["相近"], {"名称": likely}) if likely else "",
        }
        run.report.failed(submission.unit, table, value, name, words, filled=words["名称"], expected=likely)


@check("G804")
def late(run: Run) -> None:
    """The files that count were last changed after the deadline."""
    sent, unit = run.submission.sent, run.submission.roster
    due = (unit.deadline if unit else "") or run.submission.due
    if not due or not sent:
        run.report.not_applicable("", "没有截止日期" if not due else "没有报送日期")
        return
    try:
        days = (date.fromisoformat(sent) - date.fromisoformat(due)).days
    except ValueError:
        run.report.unchecked("", f"日期“{due}”或“{sent}”读不出")
        return
    if days <= 0:
        run.report.passed(sent)
        return
    words = {"单位": run.submission.unit, "时间": sent, "截止": due, "n": str(days)}
    run.report.failed(
        sent, None, None, "报送时间", words, filled=sent, expected=f"不晚于{due}", difference=f"{days}天"
    )


@dataclass(slots=True)
class Match:
    """The roster's projects of a unit beside its 项目自评表."""

    #: key of the name → project
    projects: dict[str, KnownProject]
    #: keys of the projects that have a form
    evaluated: set[str]
    #: (form, its name) of projects the roster does not know
    strangers: list[tuple[Table, Value]]
    #: forms that name no project
    nameless: list[Table]


def _match(run: Run, unit: RosterUnit) -> Match:
    match = Match({name_key(p.name): p for p in unit.projects}, set(), [], [])
    codes = {
        squeeze(p.code).casefold(): key for key, p in match.projects.items() if len(squeeze(p.code)) >= _CODE
    }
    for table in run.submission.of(_FORM):
        value = table.fields.get("项目名称")
        if value is None or not value.is_filled:
            match.nameless.append(table)
            continue
        key, text = name_key(value.raw), squeeze(value.raw).casefold()
        known = key if key in match.projects else next((codes[code] for code in codes if code in text), "")
        if known:
            match.evaluated.add(known)
        else:
            match.strangers.append((table, value))
    return match


@check("X332")
def unknown_project(run: Run) -> None:
    """A self-evaluation of a project that the approved budget does not list."""
    unit = roster_unit(run)
    if unit is None:
        return
    if not unit.projects:
        run.report.unchecked("", "单位名册里没有这个单位的项目")
        return
    match = _match(run, unit)
    strangers = {id(table) for table, _ in match.strangers}
    for table in run.submission.of(_FORM):
        if id(table) not in strangers:
            named = not any(table is other for other in match.nameless)
            report = run.report.passed if named else run.report.unchecked
            report(table.name, _FORM if named else "项目名称未填写")
    open_ones = [p for key, p in match.projects.items() if key not in match.evaluated]
    for table, value in match.strangers:
        like = _likest(value.raw, [p.name for p in open_ones])
        words = {
            "名称": as_filled(value),
            "相近": fill(run.check.texts["相近"], {"名称": like}) if like else "",
        }
        run.report.failed(table.name, table, value, "项目名称", words, expected=like)


def _likest(name: str, names: list[str]) -> str:
    """The name that is most like this one: only to be asked about."""
    shares = [(_likeness(name_key(name), name_key(other)), -n, other) for n, other in enumerate(names)]
    share, _, other = max(shares, default=(0.0, 0, ""))
    return other if share >= _ALIKE else ""


def _likeness(left: str, right: str) -> float:
    """How alike two names are, 0 to 1; one that is the other with words put in or left out is like it."""
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= _TELLING:
        rest = iter(longer)
        if all(letter in rest for letter in shorter):
            return 1.0
    return near(left, right)


def unevaluated_of_roster(run: Run, unit: RosterUnit) -> None:
    """C508 by the roster: a project of the approved budget without a self-evaluation."""
    match = _match(run, unit)
    for key, project in match.projects.items():
        like = _likest(project.name, [as_filled(value) for _, value in match.strangers])
        if key in match.evaluated:
            run.report.passed(project.name, _FORM)
        elif like:
            run.report.unchecked(project.name, f"可能是“{like}”，项目名称与单位名册不一致")
        elif match.nameless:
            run.report.unchecked(project.name, "有项目自评表没有填项目名称")
        else:
            budget = show(project.budget, "万元") if project.budget is not None else ""
            basis = fill(run.check.texts["名册"], {"金额": budget}) if budget else ""
            words = {"名称": project.name, "依据": basis}
            run.report.failed(project.name, None, None, project.name, words, filled="", expected=_FORM)


@check("Z421")
def assessed_otherwise(run: Run) -> None:
    """投入管理 is scored by the bureau's assessment, not by the unit."""
    unit = roster_unit(run)
    if unit is None:
        return
    if not unit.assessed:
        run.report.not_applicable("", "单位名册里没有这个单位的考核结果")
        return
    for table in run.submission.of("整体自评表"):
        rows: dict[str, list[Indicator]] = {}
        for item in table.items:
            for part in dict.fromkeys(item.path):
                rows.setdefault(part, []).append(Indicator(table, item))
        for name, score in unit.assessed:
            found = rows.get(normalise(name), [])
            if len(found) == 1:
                _assessed(run, found[0], name, score)
            else:
                reason = "整体自评表里没有这一项" if not found else "整体自评表里这一项不止一行"
                run.report.unchecked(name, reason)


def _assessed(run: Run, it: Indicator, name: str, score: Decimal) -> None:
    shown = f"{score.normalize():f}"
    if it.score is None:
        run.report.unchecked(name, "自评得分没有填写")
    elif it.points is not None and score > it.points:
        run.report.unchecked(name, f"考核结果{shown}分超过分值{it.points.normalize():f}分，不是同一个口径")
    elif abs(it.score - score) <= CENT:
        run.report.passed(name, it.table.form, it.text("得分"), shown)
    else:
        value = it.item.values["得分"]
        words = {"项": name, "得分": as_filled(value), "考核": shown}
        difference = show(it.score - score, "", signed=True)
        run.report.failed(
            name, it.table, value, f"{it.name}.得分", words, expected=shown, difference=difference
        )
