"""Write docs/规则包.md: how a pack is made, and every key of its files, from the shapes they are read by.

    python tools/make_pack_reference.py

What a key means stands in tools/pack_reference/, with an example that has every key of its table. A test
fails when a key has no meaning, when an example does not fit the shape, and when the document is not fresh.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from batch.checks.engine import check_keys, scoring_keys
from batch.config import pack_keys
from batch.config.schema import Keys, wanted
from batch.figures import figure_rules, rollup_keys
from batch.forms.spec import keys as form_keys
from batch.forms.spec import output_words, report_words, vocabulary
from batch.repair import cause_rules

_HERE = Path(__file__).parent / "pack_reference"
TARGET = Path(__file__).parent.parent / "docs" / "规则包.md"
_MODULES = (
    pack_keys,
    form_keys,
    check_keys,
    scoring_keys,
    figure_rules,
    output_words,
    rollup_keys,
    cause_rules,
    vocabulary,
    report_words,
)


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a pack's files."""

    shape: type[Keys]
    #: how people call it, its text, an example, where in that the table stands, and what each key means
    title: str
    about: str
    example: str
    at: str
    keys: dict[str, str]


def shapes() -> dict[str, type[Keys]]:
    """Every table of a pack's files, by module and name of its shape."""
    found: dict[str, type[Keys]] = {}
    for module in _MODULES:
        for name, kind in vars(module).items():
            # what all fields have is written with each of them
            if isinstance(kind, type) and issubclass(kind, Keys) and kind not in (Keys, form_keys.FieldKeys):
                found[f"{module.__name__.rpartition('.')[2]}.{name}"] = kind
    return found


def sections() -> list[Section]:
    """The sections of the document, in its order."""
    told = tomllib.loads((_HERE / "各项.toml").read_text(encoding="utf-8"))
    common, known = told.pop("common"), shapes()
    found = []
    for name, one in told.items():
        shape = known[name]
        inherited = common if issubclass(shape, form_keys.FieldKeys) else {}
        keys = {**inherited, **one["keys"]}
        found.append(
            Section(shape, one["title"], one.get("about", ""), one["example"].strip(), one["at"], keys)
        )
    return found


def document() -> str:
    """The whole document."""
    parts = [(_HERE / "开头.md").read_text(encoding="utf-8").rstrip(), "\n## 各项写法\n"]
    parts += [_section(section) for section in sections()]
    return "\n".join(parts).rstrip() + "\n"


def _section(section: Section) -> str:
    lines = [f"### {section.title}\n"]
    if section.about:
        lines.append(f"{section.about}\n")
    lines += ["| 项 | 写什么 | 不写时 | 意思 |", "|---|---|---|---|"]
    for key in msgspec.structs.fields(section.shape):
        asked = wanted(key.type).replace("|", "｜")
        lines.append(f"| `{key.encode_name}` | {asked} | {_default(key)} | {section.keys[key.encode_name]} |")
    return "\n".join([*lines, "", "```toml", section.example, "```", ""])


def _default(key: Any) -> str:
    if key.required:
        return "**必须写**"
    value = key.default if key.default is not msgspec.NODEFAULT else None
    if value is None or value == "" or value == ():
        return "没有"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8", newline="\n")
