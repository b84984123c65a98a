"""Describe a check in words: what it compares, under which condition, within which tolerance."""

from __future__ import annotations

from decimal import Decimal

from batch.checks.engine.amount import show
from batch.checks.engine.catalogue import Check


def how(check: Check) -> str:
    """What the check compares, in the forms' own words."""
    parts = []
    if check.when_text:
        parts.append(f"当 {check.when_text} 时")
    parts += list(check.tie_texts)
    if check.require:
        parts.append(f"必须填写 {'、'.join(check.require)}")
    if check.each not in ("表", "单位", "批次"):
        parts.append(f"逐{check.each}检查" + (f"（{'、'.join(check.indicator)}）" if check.indicator else ""))
    if check.ties and check.tolerance != "TOL_0":
        parts.append(f"容差 {check.tolerance}")
    if check.why:
        parts.append(check.why.rstrip("。"))
    return "；".join(parts) or check.title


def limits(check: Check) -> str:
    """The thresholds in force: 上限率 120%、最少项数 5."""
    return "，".join(f"{name} {_number(name, number)}" for name, number in check.thresholds.items())


def _number(name: str, number: Decimal) -> str:
    return show(number, "%").replace(".00%", "%") if name.endswith("率") else f"{number.normalize():f}"
