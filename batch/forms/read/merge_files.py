"""Merge the forms read from several files into submissions: owner, version that counts, unit of money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

from batch.forms.read.empty_forms import is_empty, set_aside_empty
from batch.forms.read.forms import Reading
from batch.forms.read.unit_names import unit_name
from batch.forms.spec.labels import squeeze
from batch.forms.spec.shared_sums import SharedSum
from batch.forms.spec.spec import PackForms
from batch.model.form import Replaced, Source, Submission, Table, Value

#: a sum in 元 over the same sum in 万元
_FACTOR = Decimal(10000)
_NEAR = Decimal("0.01")
#: what a sum is multiplied by to be in 万元
_IN_WAN = {"万元": Decimal(1), "元": 1 / _FACTOR}
#: so many times what all projects cost, one of them cannot have cost, however the forms may differ
_TOO_MANY = 100


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file as read."""

    file: str
    #: when it was last changed (ns): the newest version of a form counts
    modified: int
    reading: Reading
    source: Source


def merge_files(
    files: list[FileReading],
    forms: PackForms,
    folder: str,
    left_out: tuple[tuple[str, str, str], ...] = (),
    owners: Mapping[str, str] = MappingProxyType({}),
) -> list[Submission]:
    """Submissions in a set of files that lie together.

    `owners`: by file, the full name of the unit it is known to be from, whatever name stands in it.

    The files of a folder belong to one unit unless their forms name several; a file without a name
    goes with the folder's unit, or is called after the folder or itself.
    """
    names = {f.file: owners.get(f.file) or unit_named(f.reading.tables, forms) for f in files}
    distinct = list(dict.fromkeys(squeeze(n) for n in names.values() if n))
    by_unit: dict[str, list[FileReading]] = {}
    for file in files:
        own = names[file.file]
        if folder and len(distinct) <= 1:
            own = next((n for n in names.values() if n), folder)
        elif not own:
            own = folder or file.file.rpartition("/")[2].rpartition(".")[0]
        by_unit.setdefault(squeeze(own), []).append(file)
    found = []
    for key, group in by_unit.items():
        shown = next((n for f in group if (n := names[f.file]) and squeeze(n) == key), "") or key
        submission = _submission(shown, group, forms)
        submission.folder = folder
        submission.left_out = left_out if len(by_unit) == 1 else ()
        found.append(submission)
    return found


def is_blank(reading: Reading, forms: PackForms, *, prefilled: bool) -> bool:
    """Whether nothing is filled in on any sheet of a workbook: nobody's form, whatever lies in the inbox."""
    if reading.tables:
        filled = any(not is_empty(table, forms, prefilled=prefilled) for table in reading.tables)
        return not filled and not any(other.has_data for other in reading.other_sheets)
    return not reading.other_sheets


def unit_named(tables: list[Table], forms: PackForms) -> str:
    """The unit a file's forms name, "" when they name none; forms of the whole unit take precedence."""
    named = unit_field(tables, forms)
    return unit_name(named[1].raw) if named else ""


def unit_field(tables: list[Table], forms: PackForms) -> tuple[Table, Value] | None:
    """The field that names the unit, and its table; see `unit_named`."""
    for per in ("单位", "项目"):
        for table in tables:
            spec = forms.forms[table.form]
            value = table.fields.get(spec.unit_field)
            if spec.per == per and value is not None and value.is_filled:
                return table, value
    return None


def _submission(unit: str, files: list[FileReading], forms: PackForms) -> Submission:
    newest_first = sorted(files, key=lambda f: (f.modified, f.file), reverse=True)
    kept: dict[tuple[str, str, int], Table] = {}
    replaced: list[Replaced] = []
    originals = _originals(newest_first)
    for file in newest_first:
        seen: dict[tuple[str, str], int] = {}
        for table in file.reading.tables:
            name = _identity(table, forms)
            seen[name] = seen.get(name, 0) + 1
            # within one file nothing replaces anything: two forms of one project are both looked at
            counts = kept.setdefault((*name, seen[name]), table)
            # copies of one form say nothing different, whatever their files are called, and whoever corrects
            # the copy we sent back of an .xls has both
            if counts is not table and _said(counts) != _said(table) and table.file not in originals:
                replaced.append(Replaced(table.name, (counts.file, counts.sheet), (table.file, table.sheet)))
    order = {key: n for n, key in enumerate(forms.forms)}
    tables = sorted(kept.values(), key=lambda t: (order[t.form], t.file))
    submission = Submission(unit, "", tuple(sorted(f.file for f in files)), tables)
    submission.sources = sorted((f.source for f in files), key=lambda source: source.file)
    submission.replaced = replaced
    for file in files:
        submission.unrecognised += file.reading.other_sheets
    set_aside_empty(submission, forms)
    settle_money(submission, forms)
    return submission


def _originals(files: list[FileReading]) -> set[str]:
    """Files a marked copy of which is there as well, under the same name but for the ending."""
    copies = {f.file.rpartition(".")[0] for f in files if f.source.marked}
    return {f.file for f in files if not f.source.marked and f.file.rpartition(".")[0] in copies}


def _said(table: Table) -> tuple[object, ...]:
    """All filled-in values of a form."""
    fields = {name: value.raw for name, value in table.fields.items()}
    items = [(item.path, {name: value.raw for name, value in item.values.items()}) for item in table.items]
    return fields, items, {name: value.raw for name, value in table.totals.items()}


def _identity(table: Table, forms: PackForms) -> tuple[str, str]:
    project = table.project
    if forms.forms[table.form].per == "单位" or project is None or not project.is_filled:
        return table.form, ""
    return table.form, squeeze(project.raw)


def settle_money(submission: Submission, forms: PackForms) -> None:
    """Decide the unit of money of each form, with the evidence.

    A printed unit decides. Otherwise the pack's unit holds, unless the same sum in another form shows that
    both are in one unit, or a project would cost many times what all projects did. Numbers are never
    converted, only labelled.
    """
    for table in submission.tables:
        if not table.money_unit:
            table.money_unit = forms.forms[table.form].money
            table.money_evidence = ""
    first = {table.form: table for table in reversed(submission.tables)}
    by_forms: dict[tuple[str, str], list[SharedSum]] = {}
    for shared in forms.same_sums:
        by_forms.setdefault((shared.one.form, shared.other.form), []).append(shared)
    for (one, other), sums in by_forms.items():
        if one in first and other in first:
            _settle_both(first[one], first[other], sums)
    for table in submission.tables:
        if not table.money_evidence and table.money_unit == "万元":
            _settle_part(
                table, [shared for shared in forms.part_sums if shared.one.form == table.form], first
            )


def _settle_both(one: Table, other: Table, sums: Iterable[SharedSum]) -> None:
    """Decide by one sum that occurs in both forms of the unit."""
    ratio, text = _ratio(one, other, sums)
    if ratio is None:
        return
    for table in (one, other):
        if not table.money_evidence and abs(ratio / _FACTOR - 1) <= _NEAR:
            table.money_evidence = f"{text}，相差1万倍"
    if abs(ratio - 1) > _NEAR:
        return
    undecided = [t for t in (one, other) if not t.money_evidence]
    if len(undecided) == 1:
        known = other if undecided[0] is one else one
        _relabel(undecided[0], known.money_unit, f"{text}，两表数字相同")
    elif undecided:
        unit = "元" if _looks_like_yuan(one) else "万元"
        for table in undecided:
            _relabel(table, unit, f"{text}，两表数字相同，按数值大小判断")


def _settle_part(table: Table, sums: Iterable[SharedSum], first: Mapping[str, Table]) -> None:
    """By what it is a part of: a form that comes to many times that in 万元 is in 元.

    Only sums typed without a unit of their own, beside a form in one of the two units, say so.
    """
    for shared in sums:
        whole = first.get(shared.other.form)
        if whole is None:
            continue
        value, total = table.fields.get(shared.one.name), whole.fields.get(shared.other.name)
        if value is None or total is None or not value.number or not total.number:
            continue
        if total.unit in _IN_WAN and total.unit == whole.money_unit and value.unit == table.money_unit:
            most = total.number * _IN_WAN[total.unit]
            if value.number > _TOO_MANY * most and value.number / _FACTOR <= most * (1 + _NEAR):
                said = f"{shared.one.name.replace('.', '的')}为{value.raw.strip()}"
                of_all_said = f"全部{shared.other.row}在{whole.form}为{total.raw.strip()}{total.unit}"
                _relabel(table, "元", f"{said}，{of_all_said}")
        return


def _ratio(one: Table, other: Table, sums: Iterable[SharedSum]) -> tuple[Decimal | None, str]:
    for shared in sums:
        a, b = one.fields.get(shared.one.name), other.fields.get(shared.other.name)
        if a and b and a.number and b.number:
            said = f"{shared.one.row}在{one.form}为{a.raw.strip()}、在{other.form}为{b.raw.strip()}"
            return b.number / a.number, said
    return None, ""


def _looks_like_yuan(table: Table) -> bool:
    numbers = [
        abs(v.number) for v in table.fields.values() if v.number is not None and v.unit == table.money_unit
    ]
    return bool(numbers) and max(numbers) >= 100_000


def _relabel(table: Table, unit: str, evidence: str) -> None:
    old, table.money_unit, table.money_evidence = table.money_unit, unit, evidence
    rows = [row.values for item in table.items for row in (item, *item.parts)]
    for values in (table.fields, table.totals, *rows):
        for name, value in values.items():
            if value.unit == old and "own-unit" not in value.notes:
                values[name] = replace(value, unit=unit)
