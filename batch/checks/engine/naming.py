"""Names of a unit: its full name, and the short and former names in the roster."""

from __future__ import annotations

from batch.checks.engine.registry import Run
from batch.forms.read.unit_names import unit_name
from batch.forms.spec.labels import squeeze
from batch.model.form import Submission, Table, Value

#: a name this short inside another name means nothing
_SHORTEST = 2

#: the forms that name both a unit and the department above it
_WITH_DEPARTMENT = ("监控表", "项目自评表")


def unit_name_key(text: str) -> str:
    """A name as names are compared: without blanks, full-width forms and case."""
    return squeeze(text).casefold()


def names_of(submission: Submission) -> tuple[str, ...]:
    """Every name the roster has for the submission's unit, as keys; none without an entry in the roster."""
    unit = submission.roster
    if unit is None:
        return ()
    keys = dict.fromkeys(map(unit_name_key, (unit.name, *unit.aliases)))
    return tuple(key for key in keys if len(key) >= _SHORTEST)


def interchanged(run: Run) -> dict[int, tuple[str, list[Value]]]:
    """Tables whose 主管部门 and 实施单位 changed places: by id, what says so and where it stands.

    The roster knows both. Without it another form of the unit says it the other way round; which of the two
    is wrong, the unit's own name tells: a unit stands below its department.
    """
    named: list[tuple[Table, Value, Value]] = []
    submission = run.submission
    for table in (table for form in _WITH_DEPARTMENT for table in submission.of(form)):
        above, below = run.field(table, "主管部门"), run.field(table, "实施单位")
        if above and below and above.is_filled and below.is_filled:
            named.append((table, above, below))
    found: dict[int, tuple[str, list[Value]]] = {}
    for table, above, below in named:
        pair = _key(above.raw), _key(below.raw)
        if pair[0] == pair[1] or _is_unit(pair[1], submission):
            continue
        other = next((o for o in named if (_key(o[2].raw), _key(o[1].raw)) == pair), None)
        department = _key(submission.roster.department) if submission.roster else ""
        if department and department == pair[1] and _is_unit(pair[0], submission):
            found[id(table)] = "单位名册", []
        elif other and _is_unit(pair[0], submission):
            found[id(table)] = other[0].name, [other[1], other[2]]
    return found


def _is_unit(name: str, submission: Submission) -> bool:
    return name == _key(submission.unit) or is_own(name, submission)


def _key(text: str) -> str:
    return unit_name_key(unit_name(text))


def is_own(text: str, submission: Submission) -> bool:
    """Whether a text is one of these names, alone or with the unit's code or a remark beside it."""
    names = names_of(submission)
    if unit_name_key(unit_name(text)) in names:
        return True
    key, code = unit_name_key(text), unit_name_key(submission.roster.code) if submission.roster else ""
    return key in names or bool(code and code in key and any(name in key for name in names))
