"""What the bureau would know of a unit whose submission is right: the roster's entry, and the year before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from batch.checks.run import Checked, run_checks
from batch.model.book import Book
from batch.model.form import Submission
from batch.model.reference import Accepted, KnownProject, LastYear, Reference, RosterUnit
from batch.model.review import Finding
from batch.model.status import Verdict
from batch.roster.last_year_files import accepted_fields
from tests.paper import THE_PROJECT, Edits, corrected, rules, submission

#: form, project, field
Place = tuple[str, str, str]


def year_before(submission: Submission) -> dict[Place, Accepted]:
    """What was accepted the year before, had everything been the same then but for the carried column.

    This year's 上年决算 is last year's 本年决算; nothing is known of the budget then, nor of any text.
    """
    known: dict[Place, Accepted] = {}
    for field in accepted_fields(submission, rules().forms):
        row, _, column = field.field.rpartition(".")
        if field.form == "基础数据表" and column == "上年决算":
            field = replace(field, field=f"{row}.本年决算")
        elif (field.form == "基础数据表" and column in ("本年预算", "本年决算")) or field.number is None:
            continue
        known[field.form, field.project, field.field] = field
    return known


def entry_of(submission: Submission) -> RosterUnit:
    """The roster's entry of the unit with the projects it reports, their budgets and targets."""
    projects = []
    for table in submission.of("项目自评表"):
        rows = [item.values for item in table.items]
        targets = tuple((row["三级指标"].raw, row["年度指标值"].raw) for row in rows)
        budget = table.fields["财政拨款.年初预算数"].number
        projects.append(KnownProject(table.fields["项目名称"].raw, "", budget, targets))
    return RosterUnit(submission.unit, projects=tuple(projects))


UNIT = "浏阳市数据资源中心"
TEXTS = {
    "基础数据表.厉行节约保障措施": "上年的措施：公务接待一律在机关食堂安排，不配烟酒，不赠送纪念品。",
    "监控表.年度总体目标": "上年的目标：建成安全监测系统，开展应急演练四次，完成等级保护测评备案工作。",
    "项目自评表.预期目标": "上年的目标：新建村级网络节点二十处，改造老旧机房三间，培训网络管理员四十人。",
    "项目自评表.实际完成情况": "上年的结果：建成节点二十处，机房改造竣工验收，培训网络管理员四十二人次。",
    "整体自评表.年初设定目标": "上年的目标：完成数据资源目录编制，归集部门数据，建成政务服务一体化平台。",
    "整体自评表.全年完成情况": "上年的结果：目录编制完成，归集数据九百万条，一体化平台上线试运行满三个月。",
}
ASSESSED = (("预算编审管理", Decimal(3)), ("资产管理", Decimal(4)))
ROSTER = RosterUnit(
    UNIT,
    "906017",
    aliases=("市数据中心", "浏阳市电子政务办"),
    projects=(KnownProject(THE_PROJECT, "4301810001", Decimal(403), (("全天候运行", "100%"),)),),
    assessed=ASSESSED,
    deadline="2021-03-15",
)
Changes = Mapping[str, str | None]


def last_year(changes: Changes | None = None) -> LastYear:
    """What was accepted the year before, in keeping with the corrected submission; then with changes.

    A change is "表.行.栏" → the number or text, None for nothing known.
    """
    known = year_before(submission(corrected()))
    fill = {**TEXTS, "基础数据表.三公经费.本年预算": "1.86", **(changes or {})}
    for place, text in fill.items():
        form, _, name = place.partition(".")
        key = (form, THE_PROJECT if form in ("项目自评表", "监控表") else "", name)
        if text is None:
            known.pop(key, None)
        else:
            number = Decimal(text) if text.replace(".", "").isdigit() else None
            before = known.get(key) or Accepted(*key, "", unit="万元" if number is not None else "")
            known[key] = replace(before, raw=text, number=number)
    return LastYear(2019, tuple(known.values()), "优")


def sent(
    *books: Book,
    edits: Edits | None = None,
    roster: RosterUnit | None = ROSTER,
    last: LastYear | None = None,
    how: str = "全称",
    folder: str = UNIT,
    **more: Any,
) -> Submission:
    """The corrected submission with edits, as of a unit the bureau knows; roster None: it is not in it."""
    found = submission(*(books or (corrected(edits),)), folder=folder)
    found.has_roster = True
    found.reference = Reference(UNIT, roster, how, last)
    for name, value in {"sent": "2021-03-10", **more}.items():
        setattr(found, name, value)
    return found


def looked_at(found: Submission) -> Checked:
    return run_checks(found, rules().catalogue, rules().forms)


def of(found: Submission, check: str) -> list[Finding]:
    return [finding for finding in looked_at(found).findings if finding.check == check]


def places(found: Submission, check: str) -> list[tuple[str, str | None]]:
    return [(f.sheet, f.cell) for f in of(found, check)]


def verdict(found: Submission, check: str) -> Verdict:
    return looked_at(found).verdicts[check]


def with_project(**changes: Any) -> RosterUnit:
    return replace(ROSTER, projects=(replace(ROSTER.projects[0], **changes),))
