"""How a unit may be called: by its full name, and by the short and former names the roster knows."""

from __future__ import annotations

from batch.forms.labels import squeeze
from batch.forms.unitnames import unit_name
from batch.model.form import Submission

#: a name this short inside another name means nothing
_SHORTEST = 2


def key_of(text: str) -> str:
    """A name as names are compared: without blanks, full-width forms and case."""
    return squeeze(text).casefold()


def names_of(submission: Submission) -> tuple[str, ...]:
    """Every name the roster has for the submission's unit, as keys; none without an entry in the roster."""
    unit = submission.roster
    if unit is None:
        return ()
    keys = dict.fromkeys(map(key_of, (unit.name, *unit.aliases)))
    return tuple(key for key in keys if len(key) >= _SHORTEST)


def is_own(text: str, submission: Submission) -> bool:
    """Whether a text is one of these names, alone or with the unit's code or a remark beside it."""
    names = names_of(submission)
    if key_of(unit_name(text)) in names:
        return True
    key, code = key_of(text), key_of(submission.roster.code) if submission.roster else ""
    return key in names or bool(code and code in key and any(name in key for name in names))
