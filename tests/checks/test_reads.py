"""What a function check reads it declares: a renamed field is found when the pack loads, not at night."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from batch.checks.engine.across import KEYS
from batch.checks.engine.catalogue import load_catalogue
from batch.checks.engine.reads import Reads, UndeclaredFieldError
from batch.checks.engine.registry import FUNCTIONS
from batch.checks.run import run_checks
from batch.config.entries import RulebookError
from batch.config.rulebook import load_rulebook, local_rules
from tests.paper import PACK, corrected, rules, submission

RULES = Path(__file__).parent.parent.parent / "batch" / "checks" / "rules"
#: ways to a cell of a form that do not ask whether it is declared
_PAST_THE_DOOR = re.compile(
    r"\.fields(?:\[|\.get\(|\.items\(|\.indicators\()|\.totals\b(?!\(\))|\.values(?:\[|\.get\()"
)


def test_a_renamed_field_is_found_when_the_pack_loads() -> None:
    forms = rules().forms
    spec = forms.forms["监控表"]
    entries = tuple(
        replace(entry, name="主管单位") if entry.name == "主管部门" else entry for entry in spec.entries
    )
    renamed = replace(forms, forms={**forms.forms, "监控表": replace(spec, entries=entries)})
    with pytest.raises(RulebookError, match=r"\.toml.*第\d+行.*监控表\.主管部门"):
        load_catalogue(load_rulebook(PACK), renamed, FUNCTIONS, KEYS)


@pytest.mark.parametrize("check", ["K221", "X319", "J131", "Z427", "F018"])
def test_a_check_that_reads_what_it_does_not_declare_is_a_mistake_of_the_program(check: str) -> None:
    silent = replace(rules().catalogue[check], reads=Reads(check, ("监控表.项目名称",)))
    told = "报告：全单位职工总数20人，其中在编10人，编外10人。"
    with pytest.raises(UndeclaredFieldError, match=check):
        run_checks(submission(corrected(), report=told), {check: silent}, rules().forms)


def test_a_check_across_units_declares_the_cells_it_is_registered_with() -> None:
    book = load_rulebook(PACK)
    book.checks["G805"].data["reads"] = ["项目自评表.总分.分值"]
    with pytest.raises(RulebookError, match=r"G805.*项目自评表\.总分\.得分"):
        load_catalogue(book, rules().forms, FUNCTIONS, KEYS)


def test_rules_come_to_cells_by_the_door_only() -> None:
    past = [
        f"{path.name}:{number} {line.strip()}"
        for path in sorted(RULES.glob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _PAST_THE_DOOR.search(line)
    ]
    assert not past, "ask Run.field, Run.total, Run.accepted or an Indicator instead:\n" + "\n".join(past)


def test_a_bureau_cannot_change_what_a_check_reads(tmp_path: Path) -> None:
    own = tmp_path / "本局规则.toml"
    own.write_text('[[check]]\nid = "K221"\nreads = []\n', encoding="utf-8")
    with pytest.raises(RulebookError, match="reads 不能修改"):
        load_rulebook(PACK, local_rules(own))
