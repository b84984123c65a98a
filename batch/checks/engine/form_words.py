"""How messages call what stands in a form: labels with their years, rows, indicators."""

from __future__ import annotations

from collections import Counter

from batch.forms.locate.years import period_in
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.spec import FormSpec, PackForms
from batch.model.form import Item, Submission, Table


def plain(label: str) -> str:
    """A label as a message says it: without numbering and colon."""
    return normalise(label)


def registered(item: Item, spec: FormSpec) -> str:
    """The name under which the pack registers an indicator of the form; "" for the units' own indicators."""
    return spec.indicator_of.get(item.path[-1], "") if item.path else ""


def item_label(item: Item) -> str:
    """How messages call an indicator: its text, shortened."""
    return item.label if len(item.label) <= 24 else item.label[:23] + "…"


def period_of(table: Table, forms: PackForms) -> tuple[int, int]:
    """The months a 监控表 covers: by its own headings, where they say any, else the pack's."""
    said = Counter(filter(None, (period_in(value.raw) for value in table.printed.values())))
    return max(said, key=lambda period: (said[period], period), default=forms.period)


def spelt(label: str, table: Table, forms: PackForms) -> str:
    """A label of the pack with its year and period tokens replaced for one table."""
    if "{" not in label:
        return label
    year = table.year or forms.year
    text = label.replace("{本年}", f"{year}年").replace("{上年}", f"{year - 1}年")
    if "{期}" not in text:
        return text
    first, last = period = period_of(table, forms)
    return text.replace("{期}", forms.period_words if period == forms.period else f"{first}-{last}月")


def has_another(table: Table, submission: Submission, forms: PackForms) -> bool:
    """Whether a form of another year was left beside the one of this year that counts."""
    return forms.forms[table.form].per == "单位" and any(
        other.year in (None, forms.year) for other in submission.of(table.form) if other is not table
    )
