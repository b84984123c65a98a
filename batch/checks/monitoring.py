"""Checks on 监控表 that need more than a tie."""

from __future__ import annotations

from decimal import Decimal

from batch.checks.registry import Run, check


@check("K208")
def done_without_money(run: Run) -> None:
    """Nothing spent, yet every indicator is at 100 %: bills may be outstanding, or it is not so."""
    for table in run.submission.of("监控表"):
        spent = table.fields.get("年度资金总额.期间执行数")
        if spent is None or spent.number is None:
            run.report.unchecked(table.name, "没有执行数")
            continue
        if spent.number != 0:
            run.report.passed(table.name, table.form)
            continue
        done = [
            value
            for item in table.items
            if (value := item.values.get("期间执行情况")) is not None
            and value.number is not None
            and value.kind == "percent"
            and value.number >= Decimal(1)
        ]
        if not table.items or len(done) < len(table.items):
            run.report.passed(table.name, table.form)
            continue
        run.report.failed(
            table.name,
            table,
            spent,
            "年度资金总额.期间执行数",
            {"n": str(len(done))},
            related=done,
        )
