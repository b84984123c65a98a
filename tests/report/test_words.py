"""The pack's words for reports: a word that means nothing is found when the pack loads."""

from __future__ import annotations

from typing import Any

import pytest

from batch.config.entries import Entry, RulebookError
from batch.config.rulebook import WORDS, Rulebook
from batch.config.toml_text import TomlText
from batch.forms.spec.report_words import ReportWords, report_words

KNOWN = frozenset({"基础数据表.项目支出.本年决算"})


def _with(section: dict[str, Any]) -> Rulebook:
    told = Entry({"report": section}, TomlText(WORDS, ""))
    return Rulebook("甲包", "", "", 2020, (1, 6), {WORDS: told})


def words(section: dict[str, Any]) -> ReportWords:
    return report_words(_with(section), KNOWN)


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ({"titel": ["报告"]}, "titel"),
        ({"subject": [{"name": "项目支出"}]}, "缺少“said”"),
        ({"subject": [{"name": "项目支出", "said": ["项目支出"], "spend": []}]}, "spend"),
        ({"subject": [{"name": "项目支出", "said": ["项目支出"], "parts": ["人员经费"]}]}, "人员经费"),
        (
            {"subject": [{"name": "项目支出", "said": ["甲"], "spent": ["项目支出.决算"]}]},
            "不是表里的数",
        ),
        ({"twins": [{"said": "资本性支出", "value": "1 +"}]}, "写法有误"),
    ],
)
def test_a_word_that_means_nothing_is_answered(section: dict[str, Any], said: str) -> None:
    with pytest.raises(RulebookError, match=said):
        words(section)


def test_a_pack_without_such_words_reads_no_reports() -> None:
    assert words({}) == ReportWords()
    assert words({}).of("titles") == ()
