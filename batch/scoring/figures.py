"""Recomputed figures beside the declared ones, as the pack's scoring.toml lists them."""

from __future__ import annotations

from dataclasses import dataclass

from batch.checks.amount import Amount, Missing, as_filled, show_amount
from batch.checks.catalogue import Check
from batch.checks.evaluate import calculate
from batch.checks.scope import Place
from batch.expression import Node, parse
from batch.forms.spec import PackForms
from batch.model.form import Submission, Value
from batch.model.review import Figure, Severity
from batch.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class FigureRule:
    """One figure: how to compute it, and where the unit declares it."""

    name: str
    value: Node
    declared: str = ""
    indicator: str = ""
    note: str = ""


def figure_rules(book: Rulebook) -> tuple[FigureRule, ...]:
    """The pack's figures, parsed."""
    return tuple(
        FigureRule(
            d["name"], parse(d["value"]), d.get("declared", ""), d.get("indicator", ""), d.get("note", "")
        )
        for d in book.scoring.get("figure", [])
    )


#: names resolve exactly as they do in a check that looks at the whole submission
_WHOLE = Check("", "", Severity.HINT, "正式", "", "", "", each="单位")


def figures_of(submission: Submission, forms: PackForms, rules: tuple[FigureRule, ...]) -> list[Figure]:
    """Every figure; one that cannot be computed says why instead of showing 0."""
    figures = []
    for rule in rules:
        place = Place(_WHOLE, forms, submission)
        result = calculate(rule.value, place)
        declared = _declared(rule, place, submission, forms)
        figures.append(
            Figure(
                name=rule.name,
                declared=as_filled(declared) if declared and not declared.is_blank else "—",
                recomputed=show_amount(result) if isinstance(result, Amount) else "未评",
                formula=result.text if isinstance(result, Amount) else "",
                inputs=tuple((v.sheet, v.ref) for v in result.sources if v.ref)
                if isinstance(result, Amount)
                else (),
                note=result.reason if isinstance(result, Missing) else rule.note,
            )
        )
    return figures


def _declared(rule: FigureRule, place: Place, submission: Submission, forms: PackForms) -> Value | None:
    if rule.declared:
        return place.find(rule.declared)
    for key, spec in forms.forms.items():
        spellings = spec.indicators.get(rule.indicator, ())
        for table in submission.of(key):
            for item in table.items:
                if item.path and item.path[-1] in spellings:
                    return item.values.get("完成值")
    return None
