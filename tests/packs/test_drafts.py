"""`jixiao draft` on the blank form of each pack: cells to fill in are found and typed as the pack says."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import template_bytes
from batch.unit.rules import Context, load_rules
from tests.draft.blanks import stripped
from tests.packs.planted import PACKS

HERE = Path(__file__).parent


def types(pack: Path) -> dict[tuple[str, str], str]:
    """The types of the cells to fill in, by sheet and address; what the form prints there is none of them."""
    forms = load_rules(Context(str(pack))).forms
    found = {}
    for spec in (spec for spec in forms.forms.values() if spec.is_issued):
        for slot in lay_out(spec, forms, forms.year).slots.values():
            if slot.is_input and slot.preset is None:
                found[spec.drawing.sheet, slot.ref] = slot.field.type
    return found


# a draft knows one list a form
@pytest.mark.parametrize("pack", [pack for pack in PACKS if pack != "assets"])
def test_a_pack_is_drafted_from_its_blank_form(tmp_path: Path, pack: str) -> None:
    blank, drafted = tmp_path / "空白.xlsx", tmp_path / "包"
    blank.write_bytes(template_bytes(load_rules(Context(str(HERE / pack))).forms))
    stripped(blank)
    for arguments in ((blank,), ("--confirm", drafted / "待确认.xlsx")):
        told = CliRunner().invoke(
            cli, ["draft", *map(str, arguments), "--out", str(drafted)], prog_name="jixiao"
        )
        assert told.exit_code == 0, told.output
    meant, found = types(HERE / pack), types(drafted)
    assert {at: found.get(at) for at in meant} == meant
