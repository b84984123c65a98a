"""Recomputed figures beside the declared ones, as the pack's scoring.toml lists them."""

from __future__ import annotations

from collections.abc import Iterable

from batch.checks.engine.amount import Amount, Missing, as_filled, show_amount
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.form_words import registered
from batch.checks.engine.place import WHOLE, Place
from batch.config.expression import names
from batch.forms.spec.spec import PackForms
from batch.model.form import Submission, Value
from batch.model.scores import NOT_SCORED, Figure
from batch.scoring.rules import FigureRule


def figures_of(submission: Submission, forms: PackForms, rules: tuple[FigureRule, ...]) -> tuple[Figure, ...]:
    """Every figure; one that cannot be computed says why instead of showing 0."""
    declared = _declared_by_indicators(submission, forms, rules)
    whole = Place(WHOLE, forms, submission)
    return tuple(_figure(rule, whole, declared) for rule in rules)


def _figure(rule: FigureRule, place: Place, declared: dict[str, Value]) -> Figure:
    place.asked.clear()
    filled = place.find(rule.declared) if rule.declared else declared.get(rule.indicator)
    result = calculate(rule.value, place) if rule.value else Missing(rule.missing)
    known = isinstance(result, Amount)
    return Figure(
        name=rule.name,
        declared=as_filled(filled) if filled and not filled.is_blank else "—",
        recomputed=show_amount(result) if known else NOT_SCORED,
        formula=result.text if isinstance(result, Amount) else "",
        inputs=cells_of(place.asked.values()),
        note=_reason(result, rule) if isinstance(result, Missing) else rule.note,
        value=result.value if isinstance(result, Amount) else None,
        basis=rule.basis,
    )


def _reason(missing: Missing, rule: FigureRule) -> str:
    """Why there is no figure, with the fields named as people say them."""
    reason = missing.reason
    for name in names(rule.value) if rule.value else ():
        reason = reason.replace(f"“{name}”", name.replace(".", ""))
    return reason


def cells_of(values: Iterable[Value]) -> tuple[tuple[str, str], ...]:
    """The cells values stand in, each once: (sheet, cell)."""
    return tuple(dict.fromkeys((value.sheet, value.ref) for value in values if value.ref))


def _declared_by_indicators(
    submission: Submission, forms: PackForms, rules: tuple[FigureRule, ...]
) -> dict[str, Value]:
    """What the unit declares for each registered indicator that a figure recomputes."""
    wanted, found = {rule.indicator for rule in rules if rule.indicator}, {}
    for table in submission.tables:
        spec = forms.forms[table.form]
        for item in table.items if spec.indicators else ():
            name = registered(item, spec)
            if name in wanted and name not in found and "完成值" in item.values:
                found[name] = item.values["完成值"]
    return found
