"""The words a check may use: those of the forms, and what its messages may mention."""

from __future__ import annotations

import re

from batch.config.schema import nearest
from batch.forms.spec.spec import FormSpec, PackForms

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
#: what every message of a tie may mention
SLOTS = frozenset({"左", "右", "差", "应", "左式", "算式", "列", "行", "指标", "表", "项"})
#: the year of the round, and the first and last month that a form is about
THIS_YEAR, FIRST_MONTH, LAST_MONTH = "本年", "期初月", "期末月"
TIMES = frozenset({THIS_YEAR, FIRST_MONTH, LAST_MONTH})
#: words of headings: the heading's own weight, and what is under it
GROUP_WORDS = {"权重", "下级"}
#: words that stand for fields of whatever name
ANY_ROW = frozenset({"子项", *GROUP_WORDS})


def is_word(word: str, form: str, forms: PackForms) -> bool:
    """Whether a word of an expression means something in a check of this form; "" for one of no form."""
    if word in TIMES:
        return True
    head, _, rest = word.partition(".")
    if head in forms.forms:
        return rest in forms.forms[head].names
    return bool(form) and (word in forms.forms[form].names or word in GROUP_WORDS)


def words_like(word: str, form: str, forms: PackForms) -> list[str]:
    """The words one of which was probably meant: those of the form that it begins with, or of the check's."""
    head, _, rest = word.partition(".")
    if rest and (known := nearest(head, forms.forms)):
        return [f"{known}.{name}" for name in sorted(forms.forms[known].names)]
    return sorted(forms.forms[form].names) if form else []


def row_names(spec: FormSpec) -> list[str]:
    """The rows of a form's grids."""
    return [row.name for grid in spec.grids for row in grid.rows]


def column_names(spec: FormSpec) -> list[str]:
    """The columns of a form's grids."""
    return [column.name for grid in spec.grids for column in grid.columns]


def placeholders(message: str) -> list[str]:
    """The names a message wants filled in."""
    return _PLACEHOLDER.findall(message)
