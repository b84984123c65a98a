"""Sheets of the official workbook that nobody had a use for: a project's form left as it was issued."""

from __future__ import annotations

from batch.forms.spec import PackForms
from batch.forms.values import says_nothing
from batch.model.form import State, Submission, Table

#: what the official workbook itself prints, and who is asked: that says nothing of a project
_PRINTED = {"一级指标", "二级指标", "分值", "主管部门", "实施单位", "填报人", "单位负责人"}


def has_no_projects(submission: Submission) -> bool:
    """Whether the unit's own basic form says that nothing was budgeted or spent for projects."""
    for table in submission.of("基础数据表"):
        total = table.fields.get("整体支出.本年决算")
        sums = [table.fields.get(f"项目支出.{column}") for column in ("本年预算", "本年决算")]
        # the sum of rows that are all blank is 0 too: a form that is not filled in says nothing
        filled = total is not None and bool(total.number)
        return filled and all(s is not None and (s.number == 0 or s.state is State.PLACEHOLDER) for s in sums)
    return False


def drop_unused(submission: Submission, forms: PackForms) -> None:
    """Take out project forms that were left blank and are not missed: the workbook comes with one of each.

    A blank form stays, and what is blank in it is told, where the unit has projects and owes that form.
    """
    used = {table.form for table in submission.tables if not _is_unused(table, forms)}
    needless = has_no_projects(submission)

    def missed(table: Table) -> bool:
        return forms.forms[table.form].required and table.form not in used and not needless

    submission.tables = [t for t in submission.tables if missed(t) or not _is_unused(t, forms)]


def _is_unused(table: Table, forms: PackForms) -> bool:
    if forms.forms[table.form].per != "项目":
        return False
    name = table.fields.get("项目名称")
    if name is None or not says_nothing(name.raw):
        return False
    answers = [*table.fields.items(), *(answer for item in table.items for answer in item.values.items())]
    typed = (
        # people type 0 where there is nothing
        value.formula is None and value.number != 0 and not says_nothing(value.raw)
        for field, value in answers
        if field.rpartition(".")[2] not in _PRINTED
    )
    return not any(typed)
