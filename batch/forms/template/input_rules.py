"""What a cell of the template says to who fills it in: prompts, warnings and lists, by kind of cell."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from batch.forms.spec.spec import Field, PackForms
from batch.forms.template.drawn_form import DrawnLayout, TemplateSlot
from batch.model.book import Area

_LARGEST: Final = 10**12


def is_open_part(layout: DrawnLayout, row: Field) -> bool:
    """Whether a grid row is one of those that a unit may have more of."""
    return any(r.open and r.name == row.parent for grid in layout.spec.grids for r in grid.rows)


def add_validations(sheet: Any, layout: DrawnLayout, pack: PackForms, locked: Collection[str]) -> None:
    """Prompts and warnings by kind of cell. A warning can be passed over: odd values are for the checks."""
    by_kind: dict[str, list[TemplateSlot]] = {}
    for slot in layout.slots.values():
        if slot.is_input and slot.name not in locked:
            by_kind.setdefault(slot.field.type, []).append(slot)
    for kind, slots in by_kind.items():
        rule = _rule(kind, layout.spec.money, pack.outputs.count)
        if rule:
            _validate(sheet, [slot.area for slot in slots], rule)
    by_choices: dict[tuple[str, ...], list[TemplateSlot]] = {}
    for slot in by_kind.get("choice", []):
        by_choices.setdefault(slot.field.choices, []).append(slot)
    for choices, slots in by_choices.items():
        _validate(sheet, [slot.area for slot in slots], _choice_rule(choices))
    if locked:
        message = "上年审定的数，已填好并锁定，不用填。认为有误的，请与财政局联系。"
        areas = [layout.slots[name].area for name in layout.slots if name in locked]
        _validate(sheet, areas, {"validate": "any", "input_message": message})
    named = [layout.areas[place] for place, row in layout.row_labels.items() if is_open_part(layout, row)]
    if named:
        message = "本行文字不要改动。本单位有多个项目、要逐个列示的，在这几行之间插入行，填写项目名称和金额。"
        _validate(sheet, named, {"validate": "any", "input_message": message})
    typed_as_text = [s.area for kind in ("value", "tick") for s in by_kind.get(kind, [])]
    computed = [slot.area for slot in layout.slots.values() if slot.computed]
    sheet.ignore_errors(
        {
            "number_stored_as_text": _squares(typed_as_text),
            "formula_range": _squares(computed),
            "formula_differs": _squares(computed),
        }
    )


def _rule(kind: str, money: str, count: str) -> dict[str, Any] | None:
    """The validation of one kind of cell; None for free text. `count`: what is said at a cell for a count."""
    warning = {"error_type": "warning", "error_title": "请核对"}
    if kind == "money":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -_LARGEST,
            "maximum": _LARGEST,
            "input_message": f"金额，单位：{money}。只填数字，没有发生填0。",
            "error_message": f"这里填金额（单位：{money}），只填数字，不写单位和文字；没有发生填0。",
            **warning,
        }
    if kind == "count":
        return {
            "validate": "integer",
            "criteria": ">=",
            "value": 0,
            "input_message": count,
            "error_message": "这里填人数，应为不小于0的整数，不写“人”字。",
            **warning,
        }
    if kind == "percent":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -10,
            "maximum": 10,
            "input_message": "填百分比，如 86.67%。",
            "error_message": "这里填百分比，如 86.67%；请带上百分号。",
            **warning,
        }
    if kind == "score":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": 0,
            "maximum": 100,
            "input_message": "分数，只填数字。得分不超过分值，扣分的写明原因。",
            "error_message": "这里填分数，应为0至100之间的数字，不写“分”字。",
            **warning,
        }
    if kind == "tick":
        return {
            "validate": "list",
            "source": ["√"],
            "input_message": "符合的选“√”，不符合的留空。",
            "error_message": "这里只能选“√”，或留空。",
            **warning,
        }
    if kind == "date":
        return {
            "validate": "date",
            "criteria": ">",
            "value": date(1949, 10, 1),
            "input_message": "日期，写年月日，如 2024-03-15。",
            "error_message": "这里填日期，写年月日，如 2024-03-15。",
            **warning,
        }
    if kind == "number":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -_LARGEST,
            "maximum": _LARGEST,
            "input_message": "只填数字，不写单位。",
            "error_message": "这里填数字，不写单位和文字。",
            **warning,
        }
    if kind == "value":
        message = "填数字、百分比或简短文字，如 100%、≥95%、7*24。完成情况用与指标值相同的单位和说法。"
        return {"validate": "any", "input_message": message}
    return None


def _choice_rule(choices: tuple[str, ...]) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": list(choices),
        "input_message": "从下拉列表里选一个。",
        "error_message": "这里只能填下拉列表里的词。",
        "error_type": "warning",
        "error_title": "请核对",
    }


def _validate(sheet: Any, areas: list[Area], rule: dict[str, Any]) -> None:
    first = areas[0]
    place = (first.top - 1, first.left - 1)
    sheet.data_validation(*place, *place, {**rule, "multi_range": _squares(areas)})


def _squares(areas: list[Area]) -> str:
    """Areas as one list of ranges, those that stand directly below one another joined.

    A rule on one range also holds for rows inserted in it.
    """
    joined: dict[tuple[int, int], Area] = {}
    for area in sorted(areas, key=lambda a: (a.left, a.right, a.top)):
        above = joined.get((area.left, area.right))
        if above and above.bottom + 1 == area.top:
            joined[area.left, area.right] = above._replace(bottom=area.bottom)
            continue
        if above:
            joined[area.left, -area.top] = above
        joined[area.left, area.right] = area
    return " ".join(area.ref for area in sorted(joined.values(), key=lambda a: (a.top, a.left)))
