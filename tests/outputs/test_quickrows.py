"""Rows written in one piece are, byte for byte, what XlsxWriter makes of the same cells."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch.model.review import Findings
from batch.outputs import sheets_details
from batch.outputs.details import DetailRow
from batch.outputs.facts import UnitFacts
from batch.outputs.rollup import RollupHead, write_rollup
from batch.outputs.sheet import Table

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


def test_every_kind_of_cell_is_written_alike(
    tmp_path: Path, head: RollupHead, monkeypatch: pytest.MonkeyPatch
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
        UnitFacts(name, "", "通过", ("某局/表.xlsx",), 0, 0, 0, details=tuple(rows))
        for name in ("某局", "=某局", "另一局")
    ]

    def written(name: str) -> dict[str, bytes]:
        path = tmp_path / name
        write_rollup(path, units, Findings.of([]), [], head)
        with zipfile.ZipFile(path) as package:
            return {part: package.read(part) for part in package.namelist()}

    quick = written("quick.xlsx")
    plain: Any = Table
    monkeypatch.setattr(sheets_details, "QuickTable", plain)
    assert written("plain.xlsx") == quick
    assert any("另一局".encode() in part for part in quick.values())
