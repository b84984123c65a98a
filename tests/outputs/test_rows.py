"""Rows written in one piece are, byte for byte, what XlsxWriter makes of the same cells."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch.model.review import Finding, Findings, Severity
from batch.outputs import sheet
from batch.outputs.blocks import Cell
from batch.outputs.details import DetailRow
from batch.outputs.facts import UnitFacts
from batch.outputs.rollup import RollupHead, write_rollup
from batch.outputs.rows import MAX_LINK, RowWriter
from batch.outputs.style import LINE, MAX_HEIGHT, PADDING, clean, looks_like_formula
from batch.workbook.textwidth import lines

if TYPE_CHECKING:
    import pytest

ODD = (
    "=1+1",
    "<b>&“两”</b>",
    " 前后有空格 ",
    "第一行\n第二行",
    "长" * 300,
    "_x000D_",
    "\x0b竖表符",
    "@某",
    "",
    "<r>不是富文本</r>",
    "末尾换行\n",
)


def detail(value: Decimal | str | None, *, is_rate: bool = False) -> DetailRow:
    raw = str(value or "")
    place = ("某局/表.xlsx", "1", "B6")
    money = Decimal("1.5")
    return DetailRow("基础数据表", "", "三公经费", "本年决算", value, is_rate, "万元", money, *place, raw)


class Plain(RowWriter[Any]):
    """The same rows by XlsxWriter's own means."""

    def write(self, row: int, item: Any) -> list[Cell]:
        values = [plan.column.value(item) for plan in self._columns]
        needed = 1
        for number, (plan, value) in enumerate(zip(self._columns, values, strict=True)):
            column = plan.column
            text = clean(value) if isinstance(value, str) else ""
            mark = column.mark(item) if column.mark else ""
            quoted = "quoted" if looks_like_formula(text) else ""
            link = column.link(item) if text and column.link else ""
            linked = "link" if 0 < len(link) <= MAX_LINK else ""
            look = self._look(column.kind, "boxed", *filter(None, (mark, quoted, linked)))
            if linked:
                self._sheet.write_url(row, number, link, look, text)
            elif text:
                self._sheet.write_string(row, number, text, look)
            elif isinstance(value, Decimal | int):
                self._extremes.note(number, value)
                self._sheet.write_number(row, number, float(value), look)
            else:
                self._sheet.write_blank(row, number, None, look)
            if text and column.kind in ("wrap", "plain"):
                needed = max(needed, lines(text, int(column.width) - 2))
        if self._every_height or needed > 1:
            self._sheet.set_row(row, min(needed * LINE + PADDING, MAX_HEIGHT))
        return values


def test_every_kind_of_cell_is_written_alike(
    tmp_path: Path, head: RollupHead, make_finding: Callable[..., Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    values: list[Decimal | str | None] = [
        *ODD,
        None,
        Decimal(0),
        Decimal("-0.1"),
        Decimal("1234567890123.45"),
        Decimal("0.8667"),
    ]
    rows = [detail(value) for value in values] + [detail(Decimal("0.8667"), is_rate=True)]
    units = [
        UnitFacts(name, "", "退回", ("某局/表.xlsx",), 1, 0, 0, details=tuple(rows), total_spent=Decimal(i))
        for i, name in enumerate(("某局", "=某局", "另一局"))
    ]
    found = [
        make_finding(unit.unit, "某局/表.xlsx", "J101", severity, message=text, filled=text)
        for unit in units
        for severity in Severity
        for text in ODD
    ]

    def written(name: str) -> dict[str, bytes]:
        path = tmp_path / name
        write_rollup(path, units, Findings.of(found), [], head)
        with zipfile.ZipFile(path) as package:
            return {part: package.read(part) for part in package.namelist()}

    quick = written("quick.xlsx")
    assert sum(part.count(b"<hyperlink ") for part in quick.values()) > len(found)
    assert any("另一局".encode() in part for part in quick.values())
    monkeypatch.setattr(sheet, "RowWriter", Plain)
    plain = written("plain.xlsx")
    assert {name for name in plain if plain[name] != quick[name]} == set()
    assert plain.keys() == quick.keys()
