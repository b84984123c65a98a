"""A ruling as the bureau writes it in a row: the check, where, what is decided, until when."""

from __future__ import annotations

import re

from batch.forms.spec.spec import PackForms
from batch.model.reference import Ruling
from batch.model.status import DECISIONS
from batch.roster.cell_entries import read_date, read_form, read_place
from batch.roster.problems import Notebook
from batch.roster.roster import name_key
from batch.roster.tables import RosterRow

#: how the id of a check stands before its title
_CHECK = re.compile(r"[A-Z]\d{3}(?!\d)")

#: what says which findings a row is about
_WHERE = ("check", "form", "field", "place")


def read_ruling(
    row: RosterRow, forms: PackForms, notes: Notebook, codes: tuple[str, ...] = (), said: str = ""
) -> Ruling | None:
    """The ruling in a row with the columns check, form, field, place, decision, reason, by, day and until.

    A place may stand under 字段 as well, and a check's id before its title. `codes` and `said`: of a row that
    says by itself which findings it is about. None, with the mistake noted, for a row that cannot be used.
    """
    texts = row.texts if not codes else {k: v for k, v in row.texts.items() if k not in _WHERE}
    field, place = texts.get("field", ""), texts.get("place", "")
    if not place and read_place(field, forms):
        field, place = "", field
    cell = read_place(place, forms) if place else ""
    form = read_form(texts["form"], forms) if texts.get("form") else ""
    until = read_date(texts["until"]) if texts.get("until") else ""
    check = name_key(texts.get("check", "")).upper()
    if not check and not place and not codes:
        key, what, fix = "check", "没有填规则编号，这一行没有读。", "请填问题清单上的规则编号，或者写位置。"
    elif texts.get("decision", "") not in DECISIONS:
        label, said = row.spec.column("decision").label, texts.get("decision", "")
        key, what = "decision", f"{label}“{said}”不是{'、'.join(DECISIONS)}中的一个，这一行没有读。"
        fix = "请从下拉列表中选一个。"
    elif form is None:
        key, what = "form", f"报表“{texts['form']}”不是规定的表名，这一行没有读。"
        fix = f"可用的有：{'、'.join(forms.forms)}；也可以空着。"
    elif cell is None:
        key, what = "place", f"位置“{place}”不是单元格，这一行没有读。"
        fix = "请照问题清单写，如 表页名!D15；也可以空着。"
    elif until is None:
        key, what = "until", f"有效期“{texts['until']}”读不出是哪一天，这一行没有读。"
        fix = "请写明年月日，如2021-12-31。"
    else:
        found = _CHECK.match(check)
        return Ruling(
            check=found[0] if found else check,
            form=form,
            field=field,
            decision=texts["decision"],
            reason=texts.get("reason", ""),
            by=texts.get("by", ""),
            until=until,
            cell=cell,
            codes=codes,
            said=said,
            day=texts.get("day", ""),
        )
    notes.error(row.sheet, row.ref(key), what, fix)
    return None
