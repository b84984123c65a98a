"""One prefilled workbook for each unit: name, projects, last year's figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path, PurePosixPath

from batch.forms.locate.numerals import MONEY
from batch.forms.spec.spec import FormSpec, PackForms
from batch.forms.template.cover import Cover
from batch.forms.template.workbook import Page, template_bytes
from batch.model.day_words import day_in_words
from batch.model.filenames import safe_name
from batch.model.reference import KnownProject, LastYear, RosterUnit
from batch.roster.layout import carried_figures
from batch.roster.new_file import Put, put_new
from batch.roster.roster import Roster, name_key

_Fill = dict[str, str | Decimal]
#: of a unit's name in a path: with the year and the ending it stays below what file systems take
_LONGEST = 60


@dataclass(slots=True)
class PrefilledFile:
    """The results for the workbooks, as paths."""

    new: list[Path] = field(default_factory=list)
    #: there already, just as they would have been written
    same: list[Path] = field(default_factory=list)
    #: there already with another content, so left alone
    kept: list[Path] = field(default_factory=list)


def write_templates(
    roster: Roster,
    forms: PackForms,
    out: Path,
    *,
    last_years: Mapping[str, LastYear],
    deadline: str = "",
    contact: str = "",
) -> PrefilledFile:
    """Write <out>/<单位>/<单位>_<年度>.xlsx for every unit. Raises OSError.

    `last_years` is by key_of the unit's name; `deadline` is the round's, `contact` the bureau's line for
    questions. A workbook that is there already is never overwritten: somebody may have filled it in.
    """
    written = PrefilledFile()
    by_outcome = {Put.NEW: written.new, Put.SAME: written.same, Put.KEPT: written.kept}
    codes = {unit.name: unit.code for unit in roster.units}
    for unit, place in unit_paths(roster.units, forms.year).items():
        department = _with_code(unit.department, codes)
        data = prefilled(
            unit,
            forms,
            last_years.get(name_key(unit.name)),
            department=department,
            deadline=deadline,
            contact=contact,
        )
        by_outcome[put_new(out / place, data)].append(out / place)
    return written


def _with_code(department: str, codes: Mapping[str, str]) -> str:
    code = codes.get(department, "")
    return f"{department}（{code}）" if code else department


def unit_paths(units: tuple[RosterUnit, ...], year: int) -> dict[RosterUnit, PurePosixPath]:
    """Where each unit's workbook goes: names made safe, and different ones for different units."""
    paths: dict[RosterUnit, PurePosixPath] = {}
    taken: set[str] = set()
    for unit in units:
        wanted = safe_name(unit.name)[:_LONGEST].strip(" .")
        name, number = wanted, 2
        while name.casefold() in taken:
            name, number = f"{wanted}（{number}）", number + 1
        taken.add(name.casefold())
        paths[unit] = PurePosixPath(name, f"{name}_{year}.xlsx")
    return paths


def prefilled(
    unit: RosterUnit,
    forms: PackForms,
    last_year: LastYear | None = None,
    *,
    department: str = "",
    deadline: str = "",
    contact: str = "",
) -> bytes:
    """The workbook of one unit: the forms it owes, those of a project once for each of its projects.

    `department` is its 主管部门 with the code. Last year's figures are locked, everything else can be
    corrected. Figures of another year than the one before are not used.
    """
    if last_year is not None and last_year.year != forms.year - 1:
        last_year = None
    pages = list(_pages(unit, forms, last_year, department or unit.department))
    return template_bytes(forms, pages=pages, cover=_cover(unit, forms, pages, deadline, contact))


def _pages(unit: RosterUnit, forms: PackForms, last_year: LastYear | None, department: str) -> Iterator[Page]:
    words: _Fill = {
        "单位全称": unit.name,
        "单位编码": unit.code,
        "主管部门": unit.department,
        "主管部门及编码": department,
    }
    for key, spec in forms.forms.items():
        if not spec.is_issued or (unit.forms_due and key not in unit.forms_due):
            continue
        figures = _figures(spec, forms, last_year)
        for project in (unit.projects if spec.per == "项目" else ()) or (None,):
            known = _known(spec, words | _of_project(project, spec))
            yield Page(key, known | figures, frozenset(figures))


def _known(spec: FormSpec, words: _Fill) -> _Fill:
    return {slot: words[word] for slot, word in spec.known.items() if words.get(word, "") != ""}


def _of_project(project: KnownProject | None, spec: FormSpec) -> _Fill:
    if project is None:
        return {}
    words: _Fill = {"项目名称": project.name}
    if project.budget is not None:
        words["年初预算"] = project.budget * MONEY["万元"] / MONEY[spec.money]
    return words


def _figures(spec: FormSpec, forms: PackForms, last_year: LastYear | None) -> _Fill:
    """What last year's form hands on to this one, in this form's money."""
    accepted = {a.field: a for a in last_year.fields if a.form == spec.key} if last_year else {}
    figures: _Fill = {}
    for figure in carried_figures(forms):
        was = accepted.get(f"{figure.row.name}.{figure.source}")
        if figure.form != spec.key or was is None or was.number is None:
            continue
        unit = was.unit if was.unit in MONEY else spec.money
        figures[f"{figure.row.name}.{figure.column}"] = was.number * MONEY[unit] / MONEY[spec.money]
    return figures


def _cover(unit: RosterUnit, forms: PackForms, pages: list[Page], deadline: str, contact: str) -> Cover:
    entries = (
        ("单位全称", unit.name),
        ("单位编码", unit.code),
        ("年度", f"{forms.year}年"),
        ("报送截止日期", day_in_words(unit.deadline or deadline)),
    )
    notes = ["本工作簿按单位名册为本单位制作，请不要转给其他单位使用。封面不用填写。"]
    notes.append("已填好的单位名称、主管部门等，在浅黄色格里的可以改：发现有误的请改正，并告诉财政局。")
    if unit.projects:
        notes.append(
            f"名册里本单位有{len(unit.projects)}个项目，每个项目有自己的表页，项目名称和年初预算已填好，请核对。"
        )
    if any(page.locked for page in pages):
        notes.append(f"{forms.year - 1}年决算数是上年审定的数，已填好并锁定，不用填。")
    notes.append("填好后保存，文件名不用改，放到财政局指定的文件夹里。怎么填见最后一页“填表说明”。")
    if contact:
        notes.append(f"有疑问请联系：{contact}")
    return Cover(
        f"{forms.year}年度{forms.outputs.cover}", tuple(entry for entry in entries if entry[1]), tuple(notes)
    )
