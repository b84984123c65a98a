"""The unit's entry in 单位名册, and its projects there beside its 项目自评表."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from batch.checks.engine.check_result import CheckResult, NotApplicable, Unchecked
from batch.checks.engine.last_year_amounts import words_key
from batch.checks.engine.registry import Run
from batch.forms.spec.labels import near, squeeze
from batch.model.form import Table, Value
from batch.model.reference import KnownProject, RosterUnit

PROJECT_FORM = "项目自评表"
#: from this likeness on, a project is asked about rather than called missing
_ALIKE = 0.75
#: a name this long that is part of another one is no accident
_TELLING = 6
#: a shorter code may stand in a name by chance
_CODE = 4
NO_ROSTER = "没有单位名册"
UNKNOWN = "单位不在单位名册中"


def roster_unit(run: Run) -> Generator[CheckResult, None, RosterUnit | None]:
    """Return the unit's entry in the roster; without one, say why there is nothing to compare."""
    unit = run.submission.roster
    if unit is None:
        if run.submission.has_roster:
            yield Unchecked("", UNKNOWN)
        else:
            yield NotApplicable("", NO_ROSTER)
    return unit


@dataclass(slots=True)
class ProjectMatch:
    """The roster's projects of a unit beside its 项目自评表."""

    #: key of the name → project
    projects: dict[str, KnownProject]
    #: keys of the projects that have a form
    evaluated: set[str]
    #: (form, its name) of projects the roster does not know
    strangers: list[tuple[Table, Value]]
    #: forms that name no project
    nameless: list[Table]


def match_projects(run: Run, unit: RosterUnit) -> ProjectMatch:
    """Hold the roster's projects of a unit beside the projects its forms name."""
    match = ProjectMatch({words_key(p.name): p for p in unit.projects}, set(), [], [])
    codes = {
        squeeze(p.code).casefold(): key for key, p in match.projects.items() if len(squeeze(p.code)) >= _CODE
    }
    for table in run.submission.of(PROJECT_FORM):
        value = run.field(table, "项目名称")
        if value is None or not value.is_filled:
            match.nameless.append(table)
            continue
        key, text = words_key(value.raw), squeeze(value.raw).casefold()
        known = key if key in match.projects else next((codes[code] for code in codes if code in text), "")
        if known:
            match.evaluated.add(known)
        else:
            match.strangers.append((table, value))
    return match


def likest(name: str, names: list[str]) -> str:
    """The name that is most like this one: only to be asked about."""
    shares = [(_likeness(words_key(name), words_key(other)), -n, other) for n, other in enumerate(names)]
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
