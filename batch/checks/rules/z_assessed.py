"""Z421: scores that are the bureau's to give, against its assessment in 单位名册."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from batch.checks.engine.amount import show
from batch.checks.engine.check_result import CheckResult, NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.indicator import Indicator
from batch.checks.engine.registry import Run, check
from batch.checks.engine.roster_projects import roster_unit
from batch.checks.engine.tolerance import CENT
from batch.forms.spec.labels import label as normalise


@check("Z421")
def assessed_otherwise(run: Run) -> Iterator[CheckResult]:
    """投入管理 is scored by the bureau's assessment, not by the unit."""
    unit = yield from roster_unit(run)
    if unit is None:
        return
    if not unit.assessed:
        yield NotApplicable("", "单位名册里没有这个单位的考核结果")
        return
    for table in run.submission.of("整体自评表"):
        rows: dict[str, list[Indicator]] = {}
        for it in run.indicators(table):
            for part in dict.fromkeys(it.item.path):
                rows.setdefault(part, []).append(it)
        for name, score in unit.assessed:
            found = rows.get(normalise(name), [])
            if len(found) == 1:
                yield _assessed(found[0], name, score)
            else:
                reason = "整体自评表里没有这一项" if not found else "整体自评表里这一项不止一行"
                yield Unchecked(name, reason)


def _assessed(it: Indicator, name: str, score: Decimal) -> CheckResult:
    shown = f"{score.normalize():f}"
    if it.score is None:
        return Unchecked(name, "自评得分没有填写")
    elif it.points is not None and score > it.points:
        return Unchecked(name, f"考核结果{shown}分超过分值{it.points.normalize():f}分，不是同一个口径")
    elif abs(it.score - score) <= CENT:
        return Passed(name, it.table.form, it.text("得分"), shown)
    else:
        value = it.cell("得分")
        words = {"项": name, "得分": it.text("得分"), "考核": shown}
        difference = show(it.score - score, "", signed=True)
        return Violation(
            name, it.table, value, f"{it.name}.得分", words, expected=shown, difference=difference
        )
