"""Forms in which nothing is filled in, whoever issued them."""

from __future__ import annotations

from collections.abc import Container, Iterator

from batch.forms.read.values import is_figure, says_nothing
from batch.forms.spec.instructions import is_instruction
from batch.forms.spec.shared_sums import FormField
from batch.forms.spec.spec import Field, FormSpec, PackForms
from batch.model.form import State, Submission, Table, Value

#: what is said of a form, or of a file of such forms
EMPTY = "表是空的，没有填报"


def has_no_projects(submission: Submission, forms: PackForms) -> bool:
    """Whether the unit's own forms say that nothing was budgeted or spent for projects."""
    told = forms.no_projects
    if told is None:
        return False
    total = _stated(submission, told.filled)
    # the sum of rows that are all blank is 0 too: a form that is not filled in says nothing
    if total is None or not total.number:
        return False
    sums = [_stated(submission, field) for field in told.zero]
    return all(s is not None and (s.number == 0 or s.state is State.PLACEHOLDER) for s in sums)


def _stated(submission: Submission, field: FormField) -> Value | None:
    return next((table.fields.get(field.name) for table in submission.of(field.form)), None)


def set_aside_empty(submission: Submission, forms: PackForms) -> None:
    """Remove forms in which nothing is filled in, so that no check looks at them; each is reported once."""
    prefilled = {source.file for source in submission.sources if source.prefilled}
    filled: list[Table] = []
    for table in submission.tables:
        empty = is_empty(table, forms, prefilled=table.file in prefilled)
        (submission.empty if empty else filled).append(table)
    submission.tables = filled


def is_empty(table: Table, forms: PackForms, *, prefilled: bool = False) -> bool:
    """Whether a form holds only printed text and the fields of who is asked.

    `prefilled`: it was issued with the roster's data filled in. A figure that could not be placed may be an
    answer.
    """
    if any(bend.check == "F015" and is_figure(bend.found) for bend in table.bends):
        return False
    spec = forms.forms[table.form]
    known = spec.known if prefilled else {}
    return not any(_is_answer(value, field, forms) for field, value in _answers(table, spec, known))


def _answers(table: Table, spec: FormSpec, known: Container[str]) -> Iterator[tuple[Field, Value]]:
    """The fields of the form that a unit has to fill in."""
    entries = {entry.name: entry for entry in spec.entries}
    columns = {column.name: column for grid in spec.grids for column in grid.columns}
    for name, value in table.fields.items():
        field = entries.get(name) or columns.get(name.rpartition(".")[2])
        if field is not None and field.answer and not field.last_year and name not in known:
            yield field, value
    listed = [column for column in spec.list_columns if column.answer]
    for values in (*(item.values for item in table.items), table.totals):
        for column in listed:
            if column.name in values:
                yield column, values[column.name]


def _is_answer(value: Value, field: Field, forms: PackForms) -> bool:
    # people type 0 where there is nothing, and sums of nothing are 0
    if value.formula is not None or value.number == 0 or says_nothing(value.raw):
        return False
    if value.raw.strip() == field.preset:
        return False
    if field.type != "text":
        return True
    # 目标1：↵目标2：↵…… and （概述年初设定的目标）are the blank form's own
    blank = all(map(forms.rows.is_blank_form, value.raw.splitlines()))
    return not blank and not is_instruction(value.raw, forms.words)
