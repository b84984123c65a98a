"""Checks on answers that are none: the goal copied, an instruction left standing, a column that slipped."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import as_filled, show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.indicators_of import indicators, wrong_indicator
from batch.checks.engine.naming import interchanged
from batch.checks.engine.registry import Run, check
from batch.checks.engine.similar_texts import bare
from batch.forms.locate.numerals import MONEY
from batch.forms.spec.instructions import instructions_among, is_instruction
from batch.forms.spec.labels import squeeze
from batch.model.form import FILLED

#: what each form was to reach, and what came of it
_GOALS = {"项目自评表": ("预期目标", "实际完成情况"), "整体自评表": ("年初设定目标", "全年完成情况")}


@check("X334")
def goal_copied(run: Run) -> Iterator[CheckResult]:
    """The result is the goal word for word; short ones may well be the same."""
    least = run.check.thresholds["最少字数"]
    for form, (goal, result) in _GOALS.items():
        for table in run.submission.of(form):
            wanted, reached = run.field(table, goal), run.field(table, result)
            if not (wanted and reached and wanted.is_filled and reached.is_filled):
                yield Unchecked(table.name, f"{goal}或{result}未填写")
            elif len(bare(reached.raw)) >= least and bare(reached.raw) == bare(wanted.raw):
                words = {"表": table.name, "目标": goal, "完成": result}
                yield Violation(table.name, table, reached, result, words, related=[wanted])
            else:
                yield run.passed(table)


@check("X335")
def instruction_left(run: Run) -> Iterator[CheckResult]:
    """The form's own words about what belongs into a cell still stand in it."""
    # some forms print there how a target is worked out
    slots = [
        slot
        for kind in ("text", "value")
        for slot in run.fields.of_type(kind)
        if slot.value.state is FILLED and slot.field.name != "年度指标值"
    ]
    printed = instructions_among((slot.value.raw for slot in slots), run.forms.words)
    for slot in slots if printed else ():
        if slot.value.raw in printed:
            words = {"字段": slot.label, "原文": as_filled(slot.value)}
            yield Violation(slot.label, slot.table, slot.value, slot.name, words)
    if run.fields.slots and not printed:
        yield Passed("")


@check("X326")
def result_beside_the_goal(run: Run) -> Iterator[CheckResult]:
    """What was done shares hardly a pair of characters with what was to be done."""
    least = run.check.thresholds["重合下限率"]
    for table in run.submission.of("项目自评表"):
        goal, result = (run.field(table, name) for name in ("预期目标", "实际完成情况"))
        if not (goal and result and goal.is_filled and result.is_filled):
            yield Unchecked(table.name, "预期目标或实际完成情况未填写")
            continue
        if is_instruction(result.raw, run.forms.words):
            yield Unchecked(table.name, "实际完成情况还是表上印的填写要求")
            continue
        wanted = _pairs(goal.raw)
        share = Decimal(len(wanted & _pairs(result.raw))) / max(len(wanted), 1)
        if share >= least:
            yield run.passed(table)
        else:
            words = {"重合": show(share, "%")}
            yield Violation(table.name, table, result, "实际完成情况", words, filled="", related=[goal])


def _pairs(text: str) -> set[str]:
    words = bare(text)
    return {words[n : n + 2] for n in range(len(words) - 1)}


@check("X336")
def points_as_targets(run: Run) -> Iterator[CheckResult]:
    """Targets that are the points of their rows, nearly all of them: one column was filled in twice."""
    share, least = run.check.thresholds["相同下限率"], run.check.thresholds["最少项数"]
    for table in run.submission.of("项目自评表"):
        rows = [it for it in run.indicators(table) if it.target and it.points is not None]
        same = [it for it in rows if _is_points(it)]
        if len(rows) < least:
            yield Unchecked(table.name, f"填了指标值和分值的指标不足{least}个")
        elif len(same) < share * len(rows):
            yield run.passed(table)
        else:
            first, *others = same
            words = {"n": str(len(rows)), "m": str(len(same)), **first.words()}
            related = [it.target for it in others if it.target]
            yield Violation(table.name, table, first.target, "年度指标值与分值相同", words, related=related)


def _is_points(it: Indicator) -> bool:
    target = it.target
    return target is not None and target.number == it.points and not target.op and not target.unit


@check("X337")
def quantity_of_money(run: Run) -> Iterator[CheckResult]:
    """A sum of money says what was spent, not how much was done; payments are told by X329."""
    money, paid = (run.forms.words.lists.get(name, ()) for name in ("sum_of_money", "payment"))
    for it in indicators(run, "项目自评表"):
        if "数量" not in it.kind or it.target is None:
            continue
        text = squeeze(it.text("三级指标"))
        if any(map(text.__contains__, paid)):
            yield NotApplicable(it.label, "是资金支付类内容，由X329指出")
        elif it.target.unit in MONEY or any(map(text.__contains__, money)):
            yield wrong_indicator(it, "年度指标值", it.words())
        else:
            yield it.passed


@check("X331")
def own_department(run: Run) -> Iterator[CheckResult]:
    """The department above and the unit below are the same."""
    for table in run.submission.of("项目自评表"):
        above, below = run.field(table, "主管部门"), run.field(table, "实施单位")
        if not (above and below and above.is_filled and below.is_filled):
            yield Unchecked(table.name, "主管部门或实施单位未填写")
        elif squeeze(above.raw) == squeeze(below.raw):
            words = {"原文": as_filled(above)}
            yield Violation(table.name, table, above, "主管部门", words, related=[below])
        else:
            yield run.passed(table)


@check("X338")
def department_and_unit_interchanged(run: Run) -> Iterator[CheckResult]:
    """The department stands where the unit belongs and the other way round, as roster or other forms tell."""
    evidence = interchanged(run)
    for form in ("监控表", "项目自评表"):
        for table in run.submission.of(form):
            above, below = run.field(table, "主管部门"), run.field(table, "实施单位")
            if not (above and below and above.is_filled and below.is_filled):
                yield Unchecked(table.name, "主管部门或实施单位未填写")
            elif id(table) in evidence:
                source, related = evidence[id(table)]
                words = {"表": table.name, "主管": as_filled(above), "实施": as_filled(below), "依据": source}
                yield Violation(table.name, table, above, "主管部门", words, related=[below, *related])
            else:
                yield run.passed(table)
