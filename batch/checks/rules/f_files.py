"""Checks on the files themselves: what they are, what lies beside them, which version counts."""

from __future__ import annotations

from collections.abc import Iterator

from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Violation
from batch.checks.engine.naming import names_of, unit_name_key
from batch.checks.engine.registry import Run, check
from batch.forms.read.merge_files import unit_named
from batch.forms.spec.labels import near, squeeze
from batch.model.form import State, Value

#: what people call the containers
_FORMATS = {
    "xls": ".xls（或WPS的.et）",
    "ods": ".ods",
    "html": "网页（扩展名改成了Excel）",
    "csv": "文本",
    "docx": "Word文档",
}
#: what names of budget units end with: only a folder so called is taken for a unit's name
_UNIT_ENDINGS = (*"局委办院校镇乡所站馆室队会社处科", "中心", "街道", "政府", "公司")
_ALIKE = 0.75
#: how a unit may have been recognised without its name, see Reference.how
_FOLDER, _FILE = "文件夹", "文件名"


def _left_out(run: Run, identity: str) -> Iterator[CheckResult]:
    found = False
    for file, why, reason in run.submission.left_out:
        if why == identity:
            found = True
            words = {"文件": file.rpartition("/")[2], "原因": reason}
            yield Violation(file, None, None, f"文件 {file}", words, file=file)
    if not found:
        yield Passed("、".join(run.submission.files))


@check("F001")
def damaged(run: Run) -> Iterator[CheckResult]:
    """A file in the unit's folder that cannot be opened at all."""
    return _left_out(run, "F001")


@check("F002")
def locked(run: Run) -> Iterator[CheckResult]:
    """A file in the unit's folder that wants a password."""
    return _left_out(run, "F002")


@check("F031")
def other_files(run: Run) -> Iterator[CheckResult]:
    """Files of other kinds instead of forms; beside complete forms they are evidence and no matter."""
    if any(run.submission.of(key) for key, spec in run.forms.forms.items() if spec.required):
        yield Passed("、".join(run.submission.files))
    else:
        yield from _left_out(run, "F031")


@check("F032")
def in_use(run: Run) -> Iterator[CheckResult]:
    """Files that somebody had open or was still copying."""
    return _left_out(run, "F032")


@check("F003")
def other_format(run: Run) -> Iterator[CheckResult]:
    """Another container than .xlsx, read by conversion."""
    for source in run.submission.sources:
        name = source.file.rpartition("/")[2]
        if source.container in _FORMATS:
            words = {"文件": name, "格式": _FORMATS[source.container]}
            yield Violation(name, None, None, f"文件 {source.file}", words, file=source.file)
        else:
            yield Passed(name)


@check("F004")
def macros(run: Run) -> Iterator[CheckResult]:
    """Macros never run; the unit is told that they were not needed."""
    for source in run.submission.sources:
        name = source.file.rpartition("/")[2]
        if source.has_macros:
            yield Violation(name, None, None, f"文件 {source.file}", {"文件": name}, file=source.file)
        else:
            yield Passed(name)


@check("F007", handed_in=True)
def repeated_form(run: Run) -> Iterator[CheckResult]:
    """The same form twice in one file: which one is meant is the unit's to say."""
    seen: dict[tuple[str, str, int], list[int]] = {}
    for number, table in enumerate(run.submission.tables):
        year = table.year or run.forms.year
        seen.setdefault((table.file, squeeze(table.name), year), []).append(number)
    for numbers in seen.values():
        tables = [run.submission.tables[n] for n in numbers]
        if len(tables) == 1:
            yield Passed(tables[0].name, tables[0].form)
            continue
        sheets = "、".join(dict.fromkeys(t.sheet for t in tables))
        titles = [Value(State.FILLED, t.title, sheet=t.sheet, ref=t.title_ref) for t in tables]
        words = {"表": tables[0].name, "n": str(len(tables)), "表页": sheets}
        yield Violation(tables[0].name, tables[-1], titles[-1], "重复", words, related=titles[:-1])


@check("F030", handed_in=True)
def versions(run: Run) -> Iterator[CheckResult]:
    """A form in several files: the file saved last counts, and the unit is told which one that is."""
    for replaced in run.submission.replaced:
        kept, dropped = replaced.kept[0], replaced.dropped[0]
        if kept.rpartition("/")[0] == dropped.rpartition("/")[0]:
            kept, dropped = kept.rpartition("/")[2], dropped.rpartition("/")[2]
        words = {"表": replaced.name, "采用": kept, "未采用": dropped}
        yield Violation(
            replaced.name,
            None,
            None,
            f"版本 {replaced.name}",
            words,
            file=replaced.kept[0],
            sheet=replaced.kept[1],
        )
    if not run.submission.replaced:
        yield Passed("、".join(run.submission.files))


@check("F010")
def wrong_folder(run: Run) -> Iterator[CheckResult]:
    """The folder is called after another unit than the forms; every name the roster gives a unit is its name.

    A unit that is known by its folder or file alone, while its forms name somebody the roster does not know,
    may lie in the wrong place: the roster's own name for it, or a part of it, must stand in the forms.
    """
    submission = run.submission
    if _is_somebody_else(run):
        yield _misplaced(run, unit_named(submission.tables, run.forms))
    elif not unit_name_key(submission.folder).endswith(_UNIT_ENDINGS):
        yield NotApplicable("", "文件没有放在以单位命名的文件夹里")
    elif _is_own(run, submission.folder):
        yield Passed(submission.folder)
    else:
        yield _misplaced(run, submission.unit)
    # a workbook taken over from another unit, whose name was left in it, lies in a folder of its own
    first = {file.partition("/")[0]: file for file in reversed(submission.files) if "/" in file}
    for folder, file in sorted(first.items()):
        if (
            folder != submission.folder
            and unit_name_key(folder).endswith(_UNIT_ENDINGS)
            and not _is_own(run, folder)
        ):
            words = {"位置": f"{_FOLDER}名", "文件夹": folder, "单位": submission.unit}
            yield Violation(folder, None, None, f"文件夹 {folder}", words, filled=folder, file=file)


def _is_own(run: Run, folder: str) -> bool:
    """Whether a folder may be called so for this unit."""
    key, unit = unit_name_key(folder), unit_name_key(run.submission.unit)
    own = {unit, *names_of(run.submission)} - {""}
    return any(key in name or name in key for name in own) or near(key, unit) >= _ALIKE


def _is_somebody_else(run: Run) -> bool:
    reference, own = run.submission.reference, names_of(run.submission)
    if reference is None or not own or reference.how not in (_FOLDER, _FILE):
        return False
    stated = unit_name_key(unit_named(run.submission.tables, run.forms))
    return bool(stated) and not any(stated in name or name in stated for name in own)


def _misplaced(run: Run, unit: str) -> Violation[Value]:
    submission = run.submission
    by_file = submission.reference is not None and submission.reference.how == _FILE
    place = submission.files[0].rpartition("/")[2] if by_file else submission.folder
    words = {"位置": _FILE if by_file else f"{_FOLDER}名", "文件夹": place, "单位": unit}
    return Violation(place, None, None, "文件夹", words, filled=place)
