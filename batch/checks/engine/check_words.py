"""The words a check may use: those of the forms, and what its messages may mention."""

from __future__ import annotations

import re

from batch.forms.spec.spec import FormSpec, PackForms

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
#: what every message of a tie may mention
SLOTS = frozenset({"左", "右", "差", "左式", "算式", "列", "行", "指标", "表", "项"})
#: words of headings: the heading's own weight, and what is under it
GROUP_WORDS = {"权重", "下级"}
#: words that stand for fields of whatever name
ANY_ROW = frozenset({"子项", *GROUP_WORDS})


def is_word(word: str, form: str, forms: PackForms) -> bool:
    """Whether a word of an expression means something in a check of this form; "" for one of no form."""
    head, _, rest = word.partition(".")
    if head in forms.forms:
        return all(part in words_of(forms.forms[head]) for part in rest.split("."))
    if not form:
        return False
    known = words_of(forms.forms[form])
    return all(part in known or part in GROUP_WORDS for part in word.split("."))


def words_of(spec: FormSpec) -> set[str]:
    """The names of a form's fields, as expressions use them."""
    words = {f.name for f in spec.entries} | {"子项", "总分"}
    for grid in spec.grids:
        words |= {f.name for f in (*grid.rows, *grid.columns)}
    if spec.list:
        words |= {c.name for c in spec.list.columns} | {spec.list.points}
    return words - {""}


def placeholders(message: str) -> list[str]:
    """The names a message wants filled in."""
    return _PLACEHOLDER.findall(message)
