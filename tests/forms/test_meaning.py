"""A text is passed over at a glance only where it means nothing to any form, however it is decorated."""

from __future__ import annotations

import pytest

from batch.config.rulebook import load_rulebook
from batch.forms.locate.meaning import meanings
from batch.forms.spec.load import load_forms

PACKS = {name: load_forms(load_rulebook(name)) for name in ("generic-10hao", "hunan-2020")}
#: no label and nothing that is taken off one has it
FOREIGN = "魑"


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        " {}：",
        "十二、{}",
        "★{}",
        "A{}",
        "其中、{}",
        "{}\n13分",
        "{}权重13分",
        "{}（15分）",
        "{}（单位：万元）",
        f"{{}}（{FOREIGN}）",
        f"{{}}【{FOREIGN}",
        f"{{}}[bookmark: {FOREIGN}]",
        f"{{}}<span {FOREIGN}>",
        f"{{}}={FOREIGN}",
        "{}加盖公章处",
        "{}签字栏",
        "{}签名",
    ],
)
def test_whatever_stands_around_a_label_it_is_seen(pack: str, around: str) -> None:
    meaning = meanings(PACKS[pack])
    labels = [
        around.format(label)
        for spec in PACKS[pack].forms.values()
        for field in spec.entries
        for label in (field.label, *field.aliases)
        if "{" not in label
    ]
    assert labels
    assert [text for text in labels if not ((found := meaning(text)) and found.printed)] == []


@pytest.mark.parametrize("year", ["2020年", "二〇二〇年度", "20年", "（2020）"])
def test_whatever_its_year_a_label_is_seen(year: str) -> None:
    found = meanings(PACKS["hunan-2020"])(f"{year}实际在职人数")
    assert found
    assert found.printed


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"注{FOREIGN}", "note"),
        (f"（1）备注说明{FOREIGN}", "note"),
        (f"{FOREIGN}小计", "sum"),
        (f"{FOREIGN}小、计", "sum"),
        (f"{FOREIGN}：", "colon"),
        (f"{FOREIGN}︓", "colon"),
        (f"金额单位{FOREIGN}", "decor"),
        (f"{FOREIGN}（元）", "printed"),
        (f"{FOREIGN}单位元", "printed"),
        (f"{FOREIGN}县项目支出绩效自评表", "title"),
        ("截至实际在职人数", "printed"),
    ],
)
def test_whatever_foreign_words_stand_beside_a_sign_it_is_seen(text: str, what: str) -> None:
    found = meanings(PACKS["hunan-2020"])(text)
    assert found
    assert getattr(found, what)


@pytest.mark.parametrize("text", [FOREIGN, f"完成{FOREIGN}12次", f"≥95%{FOREIGN}", "", "12", "按期"])
def test_answers_mean_nothing(text: str) -> None:
    assert meanings(PACKS["hunan-2020"])(text) is None
