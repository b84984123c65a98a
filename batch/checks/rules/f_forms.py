"""Checks on what was handed in: which forms, for which unit and year, in which money unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import MONEY, as_filled, round_half_up
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.form_words import has_another, spelt
from batch.checks.engine.naming import interchanged, is_own, unit_name_key
from batch.checks.engine.registry import LooksAt, Run, check
from batch.forms.read.empty_forms import EMPTY, has_no_projects
from batch.forms.read.unit_names import unit_name
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import OtherSheet, State, Table, Value

#: two sums that should be equal and differ by this factor were given in different units
FACTOR = Decimal(10000)
_NEAR = Decimal("0.01")


@check("F005", handed_in=True)
def no_form(run: Run) -> Iterator[CheckResult]:
    """A workbook in which none of the official forms can be recognised."""
    found = [*run.submission.tables, *run.submission.empty]
    if found:
        yield Passed("、".join(dict.fromkeys(t.form for t in found)))
        return
    others = [other for other in run.submission.unrecognised if other.has_data]
    others = others or [other for other in run.submission.unrecognised if other.nearest]
    best = max(others, key=lambda other: (other.by == "title", other.share), default=None)
    told = [_named(other, run.forms) for other in others if other is best or other.has_data]
    file, sheet = (best.file, best.sheet) if best else ("", "")
    words = {"各表": "、".join(run.forms.forms), "最像": "".join(told)}
    yield Violation("", None, None, "文件", words, file=file, sheet=sheet)


def _named(other: OtherSheet, forms: PackForms) -> str:
    """A sheet without a form, and the form it is most like."""
    title = f"（标题“{other.title}”）" if other.title else ""
    if not other.nearest:
        return f"表页“{other.sheet}”{title}不是规定报表。"
    nearest = forms.forms[other.nearest].title
    if other.by == "title":
        return f"表页“{other.sheet}”{title}与“{nearest}”名称相近，但栏目不是这张表的。"
    return f"表页“{other.sheet}”{title}与“{nearest}”最接近，但只找到其中{other.share:.0%}的规定文字。"


@check("F039", handed_in=True)
def other_sheets(run: Run) -> Iterator[CheckResult]:
    """A sheet with data on which no official form stands; where there is no form at all F005 says so."""
    if not run.submission.tables and not run.submission.empty:
        yield NotApplicable("", "没有任何规定报表")
        return
    for other in run.submission.unrecognised:
        if not other.has_data:
            yield Passed(other.sheet)
            continue
        words = {"说明": _named(other, run.forms)}
        place = f"表页 {other.sheet}"
        yield Violation(other.sheet, None, None, place, words, file=other.file, sheet=other.sheet)


def _told_without_projects(_: Check, forms: PackForms) -> Iterator[str]:
    """The fields that say whether there are projects."""
    if (told := forms.no_projects) is not None:
        yield from (f"{field.form}.{field.name}" for field in (told.filled, *told.zero))


@check("F040", handed_in=True, looks_at=LooksAt(named=_told_without_projects))
def empty_forms(run: Run) -> Iterator[CheckResult]:
    """A form in which nothing is filled in; where it is owed and there is no other, F006 says so."""
    told = False
    for file, why, reason in run.submission.left_out:
        if why == "F040":
            place = f"文件“{file.rpartition('/')[2]}”"
            yield Violation(file, None, None, f"文件 {file}", {"处": place, "空": reason}, file=file)
            told = True
    needless = has_no_projects(run.submission, run.forms)
    for table in run.submission.empty:
        spec = run.forms.forms[table.form]
        if needless and spec.per == "项目":
            yield NotApplicable(table.form, "没有项目支出")
        elif run.submission.of(table.form) or not _is_owed(run, table.form):
            words = {"处": f"表页“{table.sheet}”的{table.form}", "空": EMPTY}
            place = f"表页 {table.sheet}"
            yield Violation(
                table.sheet, None, None, place, words, file=table.file, sheet=table.sheet, form=table.form
            )
            told = True
    if not run.submission.empty and not told:
        yield Passed("、".join(dict.fromkeys(t.form for t in run.submission.tables)))


def _handed_in_instead(run: Run, form: str) -> bool:
    """Whether there is a form of the other kind, which some counties print for it."""
    others = (key for key, spec in run.forms.forms.items() if spec.instead_of == form)
    return any(map(run.submission.of, others))


def _is_owed(run: Run, form: str) -> bool:
    due = run.submission.forms_due
    return form in due if due else run.forms.forms[form].required


@check("F006", handed_in=True, looks_at=LooksAt(named=_told_without_projects))
def forms_missing(run: Run) -> Iterator[CheckResult]:
    """A form every unit must hand in is not there, or nothing is filled in on it."""
    if not run.submission.tables and not run.submission.empty:
        yield NotApplicable("", "没有任何规定报表")
        return
    due = run.submission.forms_due
    for key, spec in run.forms.forms.items():
        if not _is_owed(run, key):
            continue
        blank = next((table for table in run.submission.empty if table.form == key), None)
        if run.submission.of(key) or _handed_in_instead(run, key):
            yield Passed(key, key)
        elif spec.per == "项目" and not due and has_no_projects(run.submission, run.forms):
            yield NotApplicable(key, "项目支出的预算和决算都是0")
        elif blank is not None:
            words = {"表名": f"{key}（表页“{blank.sheet}”是空的，没有填报）"}
            yield Violation(key, None, None, key, words, file=blank.file, sheet=blank.sheet)
        else:
            yield Violation(key, None, None, key, {"表名": key})


@check(
    "F009",
    looks_at=LooksAt(
        named=lambda _, forms: [f"{key}.{spec.unit_field}" for key, spec in forms.forms.items()]
    ),
)
def names_differ(run: Run) -> Iterator[CheckResult]:
    """The same unit must be called the same in every form."""
    named = []
    told = interchanged(run)
    for table in run.submission.tables:
        value = run.field(table, run.forms.forms[table.form].unit_field)
        if id(table) in told:
            yield NotApplicable(table.name, "主管部门与实施单位疑为填反，由X338指出")
        elif value is not None and value.is_filled:
            named.append((table, value))
    if len(named) < 2:
        yield Unchecked("", "填了单位名称的表不足两张")
        return
    # the roster's names of the unit are one name; what differs from them is told, not they
    first_table, first = next((n for n in named if is_own(n[1].raw, run.submission)), named[0])
    is_first_own = is_own(first.raw, run.submission)
    for table, value in named:
        if table is first_table:
            continue
        alike = unit_name_key(unit_name(value.raw)) == unit_name_key(unit_name(first.raw))
        if alike or (is_first_own and is_own(value.raw, run.submission)):
            yield run.passed(table)
            continue
        words = {
            "表1": first_table.form,
            "名1": as_filled(first),
            "表2": table.name,
            "名2": as_filled(value),
        }
        yield Violation(
            table.name,
            table,
            value,
            run.forms.forms[table.form].unit_field,
            words,
            expected=as_filled(first),
            related=[first],
        )


@check("F011", handed_in=True)
def wrong_year(run: Run) -> Iterator[CheckResult]:
    """A form for another year than the batch's."""
    for table in run.submission.tables:
        if table.year is None:
            yield Unchecked(table.name, "表中没有写明年度")
        elif table.year == run.forms.year:
            yield run.passed(table)
        else:
            words = {"表": table.name, "表年": str(table.year), "批次年": str(run.forms.year)}
            title = Value(
                state=State.FILLED, raw=table.title, kind="text", sheet=table.sheet, ref=table.title_ref
            )
            yield Violation(
                table.name,
                table,
                title,
                "年度",
                words,
                filled=f"{table.year}年",
                expected=f"{run.forms.year}年",
                case="另有本年的表" if has_another(table, run.submission, run.forms) else "",
            )


@check("F014")
def parts_missing(run: Run) -> Iterator[CheckResult]:
    """A row or column of the form is not on the sheet."""
    for table in run.submission.tables:
        # a label may head a column of the funds and one of the indicators
        missing = {
            spelt(bend.expected, table, run.forms): bend for bend in table.bends if bend.check == "F014"
        }
        if not missing:
            yield run.passed(table)
        for label, bend in missing.items():
            near = (
                f"表里有相近的“{bend.found}”（{bend.ref}），如是同一项，请改回规定名称。"
                if bend.found
                else ""
            )
            yield Violation(
                table.name,
                table,
                Value(state=State.FILLED, raw=bend.found, sheet=bend.sheet, ref=bend.ref)
                if bend.ref
                else None,
                bend.expected,
                {"表": table.name, "名称": label.rstrip("：:"), "相近": near},
                filled=bend.found,
            )


@check("F034")
def other_print(run: Run) -> Iterator[CheckResult]:
    """A form of another print than ours does not have all of our rows and columns: that is said once."""
    for table in run.submission.tables:
        lacking = [bend for bend in table.bends if bend.check == "F034"]
        if not lacking:
            yield run.passed(table)
            continue
        names = (spelt(bend.expected, table, run.forms).rstrip("：:") for bend in lacking)
        alike = "、".join(f"“{bend.found}”（{bend.ref}）" for bend in lacking if bend.found)
        words = {
            "表": table.name,
            "名称": "、".join(dict.fromkeys(names)),
            "相近": f"表里有相近的{alike}，如是同一项，请改回规定名称。" if alike else "",
        }
        case = "多数没有" if _is_unread(table, run.forms.forms[table.form]) else ""
        yield Violation(table.name, table, None, "表式", words, case=case)


def _is_unread(table: Table, spec: FormSpec) -> bool:
    """Whether most rows of a grid that a form has to have are nowhere: what stands in it was not read."""
    lacking = {bend.expected for bend in table.bends if bend.check == "F034"}
    grids = [[row.label for row in grid.rows if not row.may_lack] for grid in spec.grids]
    return any(2 * len(lacking.intersection(labels)) > len(labels) for labels in grids)


@check("F035")
def unclear_rows(run: Run) -> Iterator[CheckResult]:
    """A row below a heading that is open, which nothing shows to be a part of it: it was left out."""
    for table in run.submission.tables:
        asked = [bend for bend in table.bends if bend.check == "F035"]
        if not asked:
            yield run.passed(table)
        for bend in asked:
            value = Value(State.FILLED, bend.found, sheet=bend.sheet, ref=bend.ref)
            words = {"表": table.name, "原文": bend.found, "标题": bend.expected}
            yield Violation(table.name, table, value, f"{bend.expected} {bend.found}", words)


@check("F023")
def units_mixed(run: Run) -> Iterator[CheckResult]:
    """The same sum in two forms, apart by a factor of ten thousand once units are taken into account."""
    for shared in run.forms.same_sums:
        ones, others = run.submission.of(shared.one.form), run.submission.of(shared.other.form)
        if not ones or not others:
            continue
        other, label = others[0], shared.name
        a, b = run.field(ones[0], shared.one.name), run.field(other, shared.other.name)
        if a is None or b is None or not a.number or not b.number:
            yield Unchecked(label, "两表中有一个数未填或为0")
            continue
        left, right = a.number * MONEY[a.unit], b.number * MONEY[b.unit]
        ratio = max(left / right, right / left)
        if abs(ratio / FACTOR - 1) > _NEAR:
            yield Passed(label)
            continue
        words = {
            "项目": label,
            "甲": as_filled(a),
            "甲单位": a.unit,
            "乙": as_filled(b),
            "乙单位": b.unit,
            "倍": f"{round_half_up(ratio, 0):f}",
        }
        yield Violation(label, other, b, shared.other.name, words, related=[a])
