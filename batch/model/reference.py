"""What the bureau knows about a unit beside its submission: roster entry, last year, explanations,
rulings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from batch.model.record import record


@dataclass(frozen=True, slots=True)
class KnownProject:
    """A project of the approved budget, as the roster lists it."""

    name: str
    code: str = ""
    #: 年初预算数 in 万元
    budget: Decimal | None = None
    #: approved indicators: (三级指标, 年度指标值 as printed)
    targets: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RosterUnit:
    """One unit of 单位名册.xlsx. Texts are "" where the roster says nothing."""

    name: str
    code: str = ""
    #: short and former names
    aliases: tuple[str, ...] = ()
    #: 主管部门, by name or code; "" for a unit that is its own
    department: str = ""
    level: str = ""
    contact: str = ""
    phone: str = ""
    mail: str = ""
    #: keys of the forms the unit owes; empty: those every unit owes
    forms_due: tuple[str, ...] = ()
    #: "2021-03-15"; "" for the round's deadline
    deadline: str = ""
    projects: tuple[KnownProject, ...] = ()
    #: results of the bureau's 财政管理工作考核: (三级指标, score)
    assessed: tuple[tuple[str, Decimal], ...] = ()


@record(frozen=True, slots=True)
class Accepted:
    """One field as it was accepted last year."""

    form: str
    #: the project's name for forms of a project, else ""
    project: str
    #: 行.栏, or 一级/二级/三级.栏 for an indicator
    field: str
    raw: str
    number: Decimal | None = None
    #: "万元", "元", "%", or ""
    unit: str = ""


@dataclass(frozen=True)
class LastYear:
    """What was accepted of a unit in the year before."""

    year: int
    fields: tuple[Accepted, ...] = ()
    #: grade as it was given, "" when none was
    grade: str = ""

    def find(self, form: str, field: str, project: str = "") -> Accepted | None:
        """One field; `project` as it was written then."""
        return self._by_place.get((form, project, field))

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, str], Accepted]:
        return {(field.form, field.project, field.field): field for field in self.fields}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A unit's explanation of a finding; it holds only as long as the values are the same."""

    #: both as they stand on the unit's sheet, see Finding.code
    key: str
    fingerprint: str
    text: str
    #: 依据文号
    basis: str = ""
    #: where it was written: file relative to the inbox, sheet, cell
    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the bureau decided about a finding: 采纳 or 不采纳 of an explanation, or 豁免 of the finding."""

    check: str
    #: "" for every form, every field of the unit
    form: str
    field: str
    decision: str
    reason: str = ""
    by: str = ""
    #: "2021-12-31", last day it holds; "" for always
    until: str = ""
    #: "基础数据表!D15" or "D15": only what was found there; "" for everywhere
    cell: str = ""
    #: of a line of 经办台账.xlsx: codes of the findings it is about, and the mark of the words they were
    #: explained with; see Finding.code and words_mark
    codes: tuple[str, ...] = ()
    said: str = ""
    #: when it was decided, "2021-03-20"; "" where nobody says
    day: str = ""


@dataclass(frozen=True, slots=True)
class GivenRuling:
    """A ruling with the unit it is about and the cell it was written in."""

    unit: str
    ruling: Ruling
    file: str = ""
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """All that is known about one unit. Everything is optional: without a roster a batch still runs."""

    #: the unit's full name as outputs show it
    name: str
    roster: RosterUnit | None = None
    #: how the submission was recognised as this unit's: 编码, 全称, 别名, 文件夹 or 文件名
    how: str = ""
    last_year: LastYear | None = None
    explanations: tuple[Explanation, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    #: earlier submissions of this round that came back
    returns: int = 0
    #: keys of what was to be corrected or explained in the submission before this one
    before: tuple[str, ...] = ()
    #: day of the first of them: "2021-03-10"; "" when this is the first submission
    first_sent: str = ""
