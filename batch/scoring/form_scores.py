"""The scores of one form: what the unit declares, and what the pack's rules give, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from batch.checks.engine.amount import Missing, show
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.form_words import item_label, registered
from batch.checks.engine.formulas import Due, due_of, exactly, prorata
from batch.checks.engine.indicator import wanted
from batch.checks.engine.marking import Metric, mark
from batch.checks.engine.place import WHOLE, Place
from batch.forms.read.measured import parsed
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import Item, State, Submission, Table, Value
from batch.model.quoting import quoted
from batch.model.review import Finding
from batch.model.scores import NOT_SCORED, PENDING, Doubt, Figure, FormScore, RowScore
from batch.model.status import IN_FORCE, WAIVED, Severity
from batch.scoring.recomputed_figures import cells_of
from batch.scoring.rules import ExecutionRule, FormRule, ScoringRules

_BLANK = Value(State.BLANK)
_ONE = Decimal(1)
Cells = tuple[tuple[str, str], ...]


class _Head(NamedTuple):
    """What a row is, before it is scored."""

    label: str
    path: tuple[str, ...] = ()
    points: Decimal | None = None
    declared: Decimal | None = None
    #: where the declared score stands
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Scorer:
    """What scoring a unit's forms needs beside the forms themselves."""

    submission: Submission
    forms: PackForms
    rules: ScoringRules
    #: the recomputed figures, by name
    figures: Mapping[str, Figure]


#: a unit's findings by form, file, sheet and what their fields begin with for the project, or ""
Placed = Mapping[tuple[str, str, str, str], Sequence[Finding]]


def by_place(findings: Iterable[Finding]) -> Placed:
    """A unit's findings put where each form finds its own: a unit may have hundreds of forms."""
    placed: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        project, bar, _ = finding.field.partition("｜")
        for prefix in {"", project + bar if bar else ""}:
            placed.setdefault((finding.form, finding.file, finding.sheet, prefix), []).append(finding)
    return placed


def form_score(table: Table, findings: Placed, rule: FormRule, by: Scorer) -> FormScore:
    """The scores of one table, with the doubts and the grade that the unit's findings leave it."""
    named = table.project
    project = " ".join(named.raw.split()) if named and named.is_filled else ""
    rows = [_execution(table, rule, rule.execution, by)] if rule.execution else []
    spec = by.forms.forms[table.form]
    scored = spec.list_with.get(rule.column)
    items = (item for item in table.items if scored is None or item.list_name == scored.name)
    rows += [_row(item, spec, rule, by) for item in items]
    total = table.totals.get(rule.total)
    score = FormScore(
        form=table.form,
        project=quoted(project),
        file=table.file,
        sheet=table.sheet,
        declared=total.number if total else None,
        cell=total.ref if total else "",
        grade="",
        rows=tuple(rows),
        # of the whole name, as findings have it: a long one is cut
        prefix=f"{quoted(squeeze(project))}｜" if project else "",
    )
    return settled(score, findings, rule, by.rules)


def settled(score: FormScore, findings: Placed, rule: FormRule, rules: ScoringRules) -> FormScore:
    """The same scores with the doubts and the grade that follow from the unit's findings as they are now."""
    own = findings.get((score.form, score.file, score.sheet, score.prefix), ())
    doubts: dict[str, list[Doubt]] = {}
    for f in own:
        # an explanation gives no evidence; only the bureau can waive the doubt
        if f.check in rule.doubtful and f.status == IN_FORCE and f.answer != WAIVED:
            path = f.field.removeprefix(score.prefix).rpartition(".")[0]
            doubts.setdefault(path, []).append(Doubt(f.check, f.message, f.sheet, f.cell))
    rows = score.rows
    if doubts or any(row.doubts for row in rows):
        rows = tuple(replace(row, doubts=tuple(doubts.get("/".join(row.path), ()))) for row in rows)
    return replace(score, rows=rows, grade=grade_of(score.declared, own, rules))


def grade_of(score: Decimal | None, findings: Iterable[Finding], rules: ScoringRules) -> str:
    """优良中差 by the pack's bands; 待核 while one of the findings is an open 错误, 未评 without a score."""
    if any(f.severity is Severity.ERROR and f.is_open for f in findings):
        return PENDING
    if score is None:
        return NOT_SCORED
    return next((name for name, lowest in rules.grades if score >= lowest), "")


def metric_rows(by: Scorer, whole: str) -> tuple[RowScore, ...]:
    """The pack's metrics that the form `whole` does not carry, each with the pack's own points."""
    carried = by.forms.forms[whole].indicators if whole else {}
    return tuple(
        _scored(_Head(m.name, points=m.points), *_by_metric(m, m.points, None, by))
        for m in by.rules.marking.metrics
        if m.indicator not in carried and m.points is not None
    )


def _execution(table: Table, rule: FormRule, execution: ExecutionRule, by: Scorer) -> RowScore:
    """预算执行率: min(1, rate) × points."""
    place = Place(WHOLE, by.forms, by.submission, table)
    rate = calculate(execution.rate, place)
    points = table.fields.get(execution.points, _BLANK)
    filled = table.fields.get(execution.score, _BLANK)
    row = _Head(execution.label, (), points.number, filled.number, filled.sheet or table.sheet, filled.ref)
    inputs = cells_of([*place.asked.values(), points])
    if isinstance(rate, Missing):
        return _scored(row, rate, "", inputs)
    if points.number is None or points.number < 0:
        return _scored(row, Missing("分值没有填写"), "", inputs)
    capped = "，最高按100%" if rate.value > _ONE else ""
    formula = f"（{rate.text}＝{show(rate.value, '%')}{capped}）×{points.number.normalize():f}"
    return _scored(row, exactly(prorata(rate.value, points.number), "执行率", formula), rule.basis, inputs)


def _row(item: Item, spec: FormSpec, rule: FormRule, by: Scorer) -> RowScore:
    target, actual = item.values.get(rule.target, _BLANK), item.values.get(rule.actual, _BLANK)
    points, filled = item.values.get(rule.points, _BLANK), item.values.get(rule.column, _BLANK)
    row = _Head(
        item_label(item),
        item.path,
        points.number,
        filled.number,
        filled.sheet,
        filled.ref,
    )
    metric = by.rules.marking.metric(registered(item, spec)) if spec.indicators else None
    if points.number is None or points.number < 0:
        return _scored(row, Missing("分值没有填写"), "", cells_of([points]))
    if metric is not None:
        return _scored(row, *_by_metric(metric, points.number, target, by))
    due = _by_formula((target, item.path[1] if len(item.path) > 1 else ""), actual, points.number, rule, by)
    return _scored(row, due, rule.basis, cells_of([target, actual, points]))


def _by_formula(
    aim: tuple[Value, str], actual: Value, points: Decimal, rule: FormRule, by: Scorer
) -> Due | Missing:
    """`aim`: 年度指标值, and the kind of indicator it is of."""
    target, kind = aim
    if not rule.by_formula:
        return Missing("规则包没有这项指标的评分办法")
    if not target.is_filled:
        return Missing("年度指标值未填写")
    if not actual.is_filled:
        return Missing("完成值未填写")
    reached = parsed(actual)
    return due_of(wanted(target, kind, reached), reached, points, by.rules.marking.formulas)


def _by_metric(
    metric: Metric, points: Decimal | None, target: Value | None, by: Scorer
) -> tuple[Due | Missing, str, Cells]:
    """What the recomputed figure earns, whatever the unit declared; its basis and inputs."""
    figure = by.figures[metric.figure]
    if figure.value is None or points is None:
        return Missing(figure.note), "", figure.inputs
    aim = parsed(target) if target and target.is_filled else None
    due = mark(metric, figure.value, points, by.rules.marking.formulas, aim)
    if isinstance(due, Missing):
        return Missing(f"{due.reason}（{figure.formula}＝{figure.recomputed}）"), "", figure.inputs
    formula = f"{figure.formula}＝{figure.recomputed}；{due.formula}"
    note = "；".join(filter(None, (metric.note, figure.note, due.note)))
    return replace(due, formula=formula, note=note), metric.basis, figure.inputs


def _scored(row: _Head, due: Due | Missing, basis: str, inputs: Cells) -> RowScore:
    """The row with what the rule gives. Where the rule leaves a range, a declared score inside it stands."""
    score, lowest, highest, rule, formula, reason = None, None, None, "", "", ""
    if isinstance(due, Missing):
        reason, basis = due.reason, ""
    else:
        lowest, highest, rule, formula = due.lowest, due.highest, due.rule, due.formula
        score, reason = (due.score, due.note) if due.score is not None else _in_range(row.declared, due)
    return RowScore(
        label=row.label,
        path=row.path,
        points=row.points,
        declared=row.declared,
        score=score,
        lowest=lowest,
        highest=highest,
        rule=rule,
        formula=formula,
        reason=reason,
        basis=basis,
        inputs=inputs,
        sheet=row.sheet,
        cell=row.cell,
    )


def _in_range(declared: Decimal | None, due: Due) -> tuple[Decimal | None, str]:
    """What becomes of a declared score where the rule allows a range, and what to say about it."""
    end = "（不含）" if due.below else ""
    allowed = f"定性评价允许{due.lowest.normalize():f}～{due.highest.normalize():f}分{end}"
    if declared is None:
        return None, f"{allowed}，得分没有填写"
    if due.allows(declared):
        return declared, f"{allowed}，自评分在此范围内"
    return None, f"{allowed}，自评{declared.normalize():f}分不在此范围内"
