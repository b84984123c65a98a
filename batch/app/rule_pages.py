"""The catalogue as pages: the list of checks, the Markdown document, one check in full."""

from __future__ import annotations

from typing import Any

from batch.checks.engine.catalogue import Check
from batch.checks.engine.describe import how, limits
from batch.config.pack_files import read_pack
from batch.config.rulebook import EXAMPLES
from batch.unit.rules import Rules


def as_records(rules: Rules) -> list[dict[str, Any]]:
    """Every check with what a program may want to know of it."""
    return [
        {
            "id": check.id,
            "title": check.title,
            "severity": check.severity.code,
            "status": check.status,
            "forms": list(check.needs),
            "category": check.category,
            "thresholds": {name: str(number) for name, number in check.thresholds.items()},
        }
        for check in rules.catalogue.values()
    ]


def as_table(rules: Rules) -> str:
    """One line a check, and what the bureau changed against the pack."""
    book = rules.book
    lines = [f"规则包：{book.title}（{book.name} {book.version}），共{len(rules.catalogue)}条检查"]
    lines += [
        f"{check.id}  {check.severity.value}  {check.status}  {check.title}"
        for check in rules.catalogue.values()
    ]
    if rules.book.changes:
        lines.append("本单位改动：")
        lines += [f"{check}  {key}：{old or '（无）'} → {new}" for check, key, old, new in rules.book.changes]
    return "\n".join(lines) + "\n"


def as_markdown(rules: Rules) -> str:
    """docs/checks.md: a table for each group of checks."""
    book = rules.book
    parts = [
        "# 检查目录\n",
        f"规则包 `{book.name}`（{book.title}，版本 {book.version}），共 {len(rules.catalogue)} 条检查。\n",
        "本页由 `jixiao rules --markdown` 生成，请勿手改。\n",
        "级别：**错误** 必须改正；**核实** 改正或说明；**提示** 供参考。\n",
    ]
    names = book.words.get("families", {})
    for letter in dict.fromkeys(check.id[0] for check in rules.catalogue.values()):
        parts.append(f"## {letter} {names.get(letter, '')}".rstrip() + "\n")
        parts.append("| 编号 | 级别 | 检查 | 怎么查 | 怎么改 |\n|---|---|---|---|---|")
        parts += [
            f"| {c.id} | {c.severity.value} | {_cell(c.title)} | {_cell(how(c))} | {_cell(c.fix)} |"
            for c in rules.catalogue.values()
            if c.id.startswith(letter)
        ]
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "｜").replace("\n", " ")


def examples(pack: str) -> dict[str, str]:
    """What each check said when it was shown to fail on the real submission: tools/make_examples.py."""
    texts = [text for folder in reversed(read_pack(pack).folders) if (text := folder.text(EXAMPLES))]
    return {one["id"]: one["text"] for text in texts for one in text.read()["example"]}


def check_page(check: Check, example: str = "") -> str:
    """One check in full: what, why, how, in which category, on what basis, with an example."""
    lines = [
        f"{check.id} {check.title}",
        f"级别：{check.severity.value}　状态：{check.status}　类别：{check.category}",
        f"涉及：{'、'.join(check.needs) or '全部报送文件'}",
        f"怎么查：{how(check)}",
    ]
    if check.thresholds:
        lines.append(f"界限：{limits(check)}")
    lines += [f"提示语：{check.message}", f"怎么改：{check.fix}"]
    if example:
        lines.append(f"举例：{example}")
    if check.basis:
        lines.append(f"依据：{check.basis}")
    return "\n".join(lines) + "\n"
