"""The roster's other sheets: projects, approved indicators, assessments and last year's figures of each
unit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from batch.forms.spec.spec import PackForms
from batch.model.reference import Accepted, GivenRuling, KnownProject, LastYear, RosterUnit
from batch.roster.cell_entries import read_money, read_score
from batch.roster.layout import carried_figures
from batch.roster.problems import Notebook
from batch.roster.roster import Roster, name_key
from batch.roster.ruling_rows import read_ruling
from batch.roster.tables import RosterRow


@dataclass(slots=True)
class Details:
    """What was read of one unit, and of last year over all units."""

    projects: dict[str, dict[str, KnownProject]] = field(default_factory=dict)
    assessed: dict[str, dict[str, tuple[str, Decimal]]] = field(default_factory=dict)
    #: by key_of the unit's name
    figures: dict[str, LastYear] = field(default_factory=dict)
    #: file as written, sheet and cell
    files: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    #: what the bureau decided about findings
    rulings: list[GivenRuling] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Reader:
    details: Details
    forms: PackForms
    notes: Notebook


def read_details(
    units: tuple[RosterUnit, ...], rows: list[RosterRow], forms: PackForms, notes: Notebook
) -> tuple[tuple[RosterUnit, ...], Details]:
    """The units with their projects and assessments, and last year's figures.

    A row of a unit that is not in the roster is an error and not used. A row that names no unit belongs to
    the unit of the row above it, and a hint says so once per sheet.
    """
    known = Roster(units)
    reader = _Reader(Details(), forms, notes)
    # projects come before what is said of them, wherever their sheet stands
    order = list(_READERS)
    above: dict[tuple[str, str], RosterUnit | None] = {}
    carried_on: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: order.index(row.spec.name)):
        table = (row.sheet, row.spec.name)
        if row.named:
            above[table] = owner_of(row, known, notes)
        elif table not in above:
            notes.error(row.sheet, row.ref("unit"), "没有填单位，这一行没有读。", "请填写单位全称或编码。")
        elif above[table] is not None:
            carried_on.setdefault(row.sheet, []).append(row.ref("unit"))
        unit = above.get(table)
        if unit is not None:
            _READERS[row.spec.name](row, unit, reader)
    for sheet, refs in carried_on.items():
        also = f"等{len(refs)}格" if len(refs) > 1 else ""
        notes.hint(
            sheet, refs[0], f"{also}单位空着，按上一行的单位处理。", "请每行都填单位，以免排序以后对不上。"
        )
    details = reader.details
    filled = tuple(
        replace(
            unit,
            projects=tuple(details.projects.get(name_key(unit.name), {}).values()),
            assessed=tuple(details.assessed.get(name_key(unit.name), {}).values()),
        )
        for unit in units
    )
    return filled, details


def owner_of(row: RosterRow, known: Roster, notes: Notebook) -> RosterUnit | None:
    """The unit of the roster a row is about; None, with the mistake noted, when that is not clear."""
    found = [known.find(code=text, name=text) for text in row.named]
    owners = {hit.unit.name: hit.unit for hit in found if hit}
    if len(owners) == 1:
        return next(iter(owners.values()))
    if owners:
        what = f"{'、'.join(f'“{text}”' for text in row.named)}不是同一个单位，这一行没有读。"
        notes.error(row.sheet, row.ref("unit"), what, "请核对编码和名称。")
        return None
    text = row.named[0]
    if known.is_shared(text):
        what = f"“{text}”在名册里不止一个单位用，分不清是哪一个，这一行没有读。"
        notes.error(row.sheet, row.ref("unit"), what, "请改写单位全称。")
        return None
    likely = known.suggest(text)
    hint = f"名册里相近的有：{'、'.join(likely)}。" if likely else ""
    notes.error(
        row.sheet,
        row.ref("unit"),
        f"“{text}”不在名册的单位里，这一行没有读。",
        f"请改成名册里的单位全称或编码。{hint}",
    )
    return None


def _project(row: RosterRow, unit: RosterUnit, reader: _Reader) -> None:
    name, notes = row.texts.get("project", ""), reader.notes
    mine = reader.details.projects.setdefault(name_key(unit.name), {})
    if not name_key(name):
        notes.error(row.sheet, row.ref("project"), "没有填项目名称，这一行没有读。", "请填写项目名称。")
        return
    if name_key(name) in mine:
        notes.error(
            row.sheet,
            row.ref("project"),
            f"{unit.name}的项目“{name}”前面已经有了，这一行没有读。",
            "请删去多余的一行，或者改正项目名称。",
        )
        return
    budget = _money(row, "budget", notes)
    mine[name_key(name)] = KnownProject(name, row.texts.get("code", ""), budget)


def _target(row: RosterRow, unit: RosterUnit, reader: _Reader) -> None:
    project, indicator, target = (row.texts.get(key, "") for key in ("project", "indicator", "target"))
    mine = reader.details.projects.setdefault(name_key(unit.name), {})
    for key, text in (("project", project), ("indicator", indicator), ("target", target)):
        if not name_key(text):
            label = row.spec.column(key).label
            reader.notes.error(row.sheet, row.ref(key), f"没有填{label}，这一行没有读。", f"请填写{label}。")
            return
    known = mine.get(name_key(project))
    if known is None:
        what = f"{unit.name}没有名为“{project}”的项目，这一行没有读。"
        reader.notes.error(row.sheet, row.ref("project"), what, "请与“项目”页的项目名称写成一样。")
        return
    if any(name_key(name) == name_key(indicator) for name, _ in known.targets):
        what = f"项目“{project}”的指标“{indicator}”前面已经有了，这一行没有读。"
        reader.notes.error(row.sheet, row.ref("indicator"), what, "请删去多余的一行。")
        return
    mine[name_key(project)] = replace(known, targets=(*known.targets, (indicator, target)))


def _assessment(row: RosterRow, unit: RosterUnit, reader: _Reader) -> None:
    item, text, notes = row.texts.get("item", ""), row.texts.get("score", ""), reader.notes
    mine = reader.details.assessed.setdefault(name_key(unit.name), {})
    score = read_score(text)
    if not name_key(item):
        notes.error(row.sheet, row.ref("item"), "没有填考核项目，这一行没有读。", "请填写考核项目。")
    elif score is None:
        said = f"得分“{text}”不是0至100的数" if text else "没有填得分"
        notes.error(row.sheet, row.ref("score"), f"{said}，这一行没有读。", "请只填数字。")
    elif name_key(item) in mine:
        what = f"{unit.name}的“{item}”前面已经有了，这一行没有读。"
        notes.error(row.sheet, row.ref("item"), what, "请删去多余的一行。")
    else:
        mine[name_key(item)] = (item, score)


def _last_year(row: RosterRow, unit: RosterUnit, reader: _Reader) -> None:
    key, notes = name_key(unit.name), reader.notes
    if key in reader.details.figures or key in reader.details.files:
        what = f"{unit.name}的上年数前面已经有了，这一行没有读。"
        notes.error(row.sheet, row.ref("unit"), what, "请删去多余的一行。")
        return
    fields = []
    for figure in carried_figures(reader.forms):
        number = _money(row, figure.key, notes)
        if number is not None:
            name = f"{figure.row.name}.{figure.source}"
            fields.append(Accepted(figure.form, "", name, row.texts[figure.key], number, "万元"))
    if fields:
        reader.details.figures[key] = LastYear(reader.forms.year - 1, tuple(fields))
    if row.texts.get("file"):
        reader.details.files[key] = (row.texts["file"], row.sheet, row.ref("file"))


def _ruling(row: RosterRow, unit: RosterUnit, reader: _Reader) -> None:
    ruling = read_ruling(row, reader.forms, reader.notes)
    if ruling is not None:
        at = (reader.notes.file, row.sheet, row.ref("check"))
        reader.details.rulings.append(GivenRuling(unit.name, ruling, *at))


def _money(row: RosterRow, key: str, notes: Notebook) -> Decimal | None:
    text = row.texts.get(key, "")
    if not text:
        return None
    amount = read_money(text, row.header.units.get(key, ""))
    if amount is None:
        label = row.spec.column(key).label
        notes.error(
            row.sheet,
            row.ref(key),
            f"{label}“{text}”不是金额，没有读。",
            "请只填数字，以万元为单位，不能是负数。",
        )
    return amount


_READERS: dict[str, Callable[[RosterRow, RosterUnit, _Reader], None]] = {
    "项目": _project,
    "指标": _target,
    "考核结果": _assessment,
    "上年数": _last_year,
    "裁定": _ruling,
}
