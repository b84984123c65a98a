"""Checks on how a self-evaluation is put together: weights, required indicators, grade, total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import as_filled
from batch.checks.engine.check_result import CheckResult, NotApplicable, Unchecked, Violation
from batch.checks.engine.grades import grade_of, grades_printed
from batch.checks.engine.registry import LooksAt, Run, check
from batch.model.form import Table

_OUTPUTS = ("数量", "质量", "时效", "成本")


def _weights(run: Run, table: Table) -> dict[str, Decimal] | None:
    """Points by part of the structure; None when an indicator has none."""
    found = dict.fromkeys(("预算执行", "产出", "效益", "满意度"), Decimal(0))
    spent = run.field(table, "年度资金总额.分值")
    if spent is None or spent.number is None:
        return None
    found["预算执行"] = spent.number
    for it in run.indicators(table):
        if it.points is None:
            return None
        part = "满意度" if it.is_satisfaction else "产出" if it.item.path[0].startswith("产出") else "效益"
        found[part] += it.points
    return found


@check("X311")
def unusual_weights(run: Run) -> Iterator[CheckResult]:
    """预算执行 10, 产出 50, 效益 30, 满意度 10 unless the bureau's pack says otherwise.

    Where one of them has no indicator, that is what is wrong (X328), not the weights of the others.
    """
    usual = run.check.thresholds
    for table in run.submission.of("项目自评表"):
        weights = _weights(run, table)
        if weights is None or not run.indicators(table):
            yield Unchecked(table.name, "有指标没有分值")
        elif any(number and not weights[part] for part, number in usual.items()):
            yield NotApplicable(table.name, "有一部分没有指标或没有分值，由X328等指出")
        elif all(weights[part] == number for part, number in usual.items()):
            yield run.passed(table)
        else:
            words = {"实际": _listed(weights), "规定": _listed(usual)}
            headings = [g for g in table.groups if g.level == 1]
            off = next((g for g in headings if g.weight.number not in usual.values()), None)
            cell = (off or headings[0]).weight if headings else None
            yield Violation(
                table.name, table, cell, "权重结构", words, filled=words["实际"], expected=words["规定"]
            )


def _listed(weights: dict[str, Decimal]) -> str:
    return "、".join(f"{part}{number.normalize():f}" for part, number in weights.items())


@check("X328", looks_at=LooksAt())
def indicators_missing(run: Run) -> Iterator[CheckResult]:
    """Outputs need 数量, 质量, 时效 and 成本; effects and satisfaction must be there."""
    for table in run.submission.of("项目自评表"):
        kinds = run.indicators(table)
        missing = [f"{word}指标" for word in _OUTPUTS if not any(word in it.kind for it in kinds)]
        if not any("效益" in part or "影响" in part for it in kinds for part in it.item.path[:2]):
            missing.append("效益指标")
        if not any(it.is_satisfaction for it in kinds):
            missing.append("满意度指标")
        if not kinds:
            yield Unchecked(table.name, "没有指标行")
        elif missing:
            words = {"缺少": "、".join(missing)}
            yield Violation(table.name, table, None, "、".join(missing), words)
        else:
            yield run.passed(table)


@check("X330")
def grade_beside_score(run: Run) -> Iterator[CheckResult]:
    """Where a grade is printed it must follow from the score."""
    for table in run.submission.of("项目自评表"):
        printed = grades_printed(table)
        total = run.total(table, "得分")
        if not printed:
            yield NotApplicable(table.name, "表中没有等级")
            continue
        if total is None or total.number is None:
            yield Unchecked(table.name, "没有总分")
            continue
        due = grade_of(total.number)
        for _, grade in printed:
            if grade == due:
                yield run.passed(table)
            else:
                words = {"等级": grade, "得分": as_filled(total), "应为": due}
                yield Violation(table.name, table, total, "等级", words, filled=grade, expected=due)
