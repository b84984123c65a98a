"""The roster as it is handed out: the sheets that a pack has a use for, with examples from its own forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from batch.forms.spec.spec import PackForms
from batch.forms.template.example_field import ExampleField, example_field
from batch.roster.layout import RosterColumn, RosterLayout, carried_figures, roster_layout

#: what a sheet may need of a pack besides checks
_PROJECTS, _LAST_YEAR = "项目", "上年数"
_CHECK: Final = "check"


def blank_layout(forms: PackForms, checks: Mapping[str, str] | None = None) -> RosterLayout:
    """The sheets and columns to write. `checks`: id and form of each; None: no sheet is left out for want
    of them. All sheets are read wherever they are: what a clerk added is not lost."""
    layout = roster_layout(forms)
    has = {*_of_forms(forms), *(checks or ())}
    kept = [
        sheet
        for sheet in layout.sheets
        if not sheet.needs or has & set(sheet.needs) or (checks is None and _is_for_checks(sheet.needs))
    ]
    example = example_field(forms)
    sheets = (
        replace(sheet, columns=tuple(_spelt(column, example, checks) for column in sheet.columns))
        for sheet in kept
    )
    return replace(layout, sheets=tuple(sheets))


def _of_forms(forms: PackForms) -> Iterator[str]:
    if any(spec.per == _PROJECTS for spec in forms.forms.values()):
        yield _PROJECTS
    if any(carried_figures(forms)):
        yield _LAST_YEAR


def _is_for_checks(needs: tuple[str, ...]) -> bool:
    return not {_PROJECTS, _LAST_YEAR} & set(needs)


def _spelt(column: RosterColumn, example: ExampleField, checks: Mapping[str, str] | None) -> RosterColumn:
    text = example.spelt(column.example)
    if column.key == _CHECK and checks and text not in checks:
        text = next((check for check, form in checks.items() if form == example.form), "")
    return replace(column, example=text)
