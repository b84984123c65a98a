"""Sums that two forms have are named in pack.toml; that they tell the unit of money is in test_told_once."""

from __future__ import annotations

import pytest

from batch.config.entries import RulebookError
from batch.config.rulebook import load_rulebook
from batch.forms.spec.load import load_forms
from tests.paper import PACK, rules


def test_a_sum_that_no_form_has_is_told_with_its_line() -> None:
    book = load_rulebook(PACK)
    sums = book.words["part_sum"]
    book.words["part_sum"] = [*sums[:1], {**sums[1], "other": "基础数据表.项目支出.本年概算"}]
    with pytest.raises(
        RulebookError, match=r"pack\.toml 第\d+行：“基础数据表\.项目支出\.本年概算”不是表里的项目"
    ):
        load_forms(book)


def test_a_row_of_no_projects_that_no_form_has_is_told_with_its_line() -> None:
    book = load_rulebook(PACK)
    book.words["no_projects"] = {**book.words["no_projects"], "zero": ["基础数据表.项目经费.本年预算"]}
    with pytest.raises(RulebookError, match=r"pack\.toml 第\d+行：“基础数据表\.项目经费\.本年预算”不是表里"):
        load_forms(book)


def test_a_pack_without_such_sums_has_none() -> None:
    assert [shared.name for shared in rules().forms.same_sums] == ["项目支出决算", "项目支出预算"]
    forms = load_forms(load_rulebook("generic-10hao"))
    assert (forms.same_sums, forms.part_sums, forms.no_projects) == ((), (), None)
