"""Colours of marked cells, as conditional formats that can be distinguished from the unit's own.

The formula of each rule of ours is always true and carries our marker: `LEN("绩效自评批注·错误")>0`. The
cells' styles are not touched, programs move the colour with inserted rows, and removing the rules restores
the sheet as the unit formatted it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from batch.model.book import Area
from batch.workbook.annotate.sheet_spans import ORDER, SheetSpans
from batch.workbook.package.splice import (
    CannotPatch,
    Edit,
    Node,
    attribute,
    children,
    escape,
    place_for,
    prefixed,
    spliced,
    text_of,
    with_attribute,
)

MARKER = "绩效自评批注·"
_MAX_PRIORITY = 2**31 - 1
_RULE_TAG = re.compile(rb"<(?:[\w.-]+:)?cfRule(?=[\s/>])(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*>")


def rule_formula(word: str) -> str:
    """The formula of our rule for one colour."""
    return f'LEN("{MARKER}{word}")>0'


def without_highlights(places: SheetSpans) -> bytes:
    """The sheet without our rules, whatever program saved it since; the unit's rules get their priorities
    back."""
    xml = places.xml
    edits: list[Edit] = []
    ours: list[str | None] = []
    for block in places.named(b"conditionalFormatting"):
        rules = children(xml, block.inner_start, block.inner_end)
        mine = [rule for rule in rules if MARKER in text_of(xml[rule.inner_start : rule.inner_end])]
        ours += [attribute(rule.tag, "priority") for rule in mine]
        # LibreOffice puts our rule and one of the unit's for the same cells into one element
        gone = [block] if mine and len(mine) == len(rules) else mine
        edits += [(node.start, node.end, b"") for node in gone]
    if not edits:
        return xml
    stripped = SheetSpans.of(spliced(xml, edits))
    count = len(ours)
    others = [p for p in _priorities(stripped) if p is not None]
    ahead = set(ours) == {str(n) for n in range(1, count + 1)}
    if ahead and min(others, default=count + 1) > count:
        return spliced(stripped.xml, _shifts(stripped, -count))
    return stripped.xml


def highlight_edits(
    places: SheetSpans, areas: Mapping[str, Sequence[Area]], dxfs: Mapping[str, int]
) -> list[Edit]:
    """The edits that give the sheet one rule for each colour, ahead of all others.

    `areas`: what to colour. `dxfs`: numbers of the fills among the differential formats of styles.xml, in the
    order of the rules.
    """
    used = [word for word in dxfs if areas.get(word)]
    if not used:
        return []
    first = 1
    edits: list[Edit] = []
    if any(attribute(b.tag, "pivot") in {"1", "true"} for b in places.named(b"conditionalFormatting")):
        # a pivot table names its rules by their priority, which therefore must not change
        first = max((p for p in _priorities(places) if p is not None), default=0) + 1
    else:
        edits = _shifts(places, len(used))
    fragment = "".join(
        f'<conditionalFormatting sqref="{" ".join(area.ref for area in areas[word])}">'
        f'<cfRule type="expression" dxfId="{dxfs[word]}" priority="{first + number}">'
        f"<formula>{escape(rule_formula(word))}</formula></cfRule></conditionalFormatting>"
        for number, word in enumerate(used)
    )
    place = place_for(places.tail, ORDER, b"conditionalFormatting", places.data_end)
    return [*edits, (place, place, prefixed(fragment, places.root.prefix))]


def _rule_regions(places: SheetSpans) -> list[Node]:
    # the rules Excel 2010 added live in the sheet's extLst and share the numbering
    return places.named(b"conditionalFormatting") + places.named(b"extLst")


def _priorities(places: SheetSpans) -> list[int | None]:
    return [
        _priority(match[0])
        for node in _rule_regions(places)
        for match in _RULE_TAG.finditer(places.xml, node.inner_start, node.inner_end)
    ]


def _priority(tag: bytes) -> int | None:
    text = attribute(tag, "priority")
    if text is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,10}", text):
        raise CannotPatch("条件格式的优先级不是数字")
    return int(text)


def _shifts(places: SheetSpans, by: int) -> list[Edit]:
    edits = []
    for node in _rule_regions(places):
        for match in _RULE_TAG.finditer(places.xml, node.inner_start, node.inner_end):
            priority = _priority(match[0])
            if priority is None:
                continue
            if not 0 <= priority + by <= _MAX_PRIORITY:
                raise CannotPatch("条件格式的优先级超出范围")
            tag = with_attribute(match[0], "priority", str(priority + by))
            edits.append((match.start(), match.end(), tag))
    return edits
