"""Number formats by cell style: the only part of a workbook's styles that reading needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from batch.model.limits import too_big
from batch.workbook.package.part_cache import kept_by_bytes
from batch.workbook.package.plain_xml import PLAIN_SIZE
from batch.workbook.package.xml_walk import Handlers, walk

if TYPE_CHECKING:
    from batch.workbook.package.package import Package
    from batch.workbook.package.xml_walk import Attrs

#: Built-in formats as a Chinese Excel shows them (ECMA-376 part 1, 18.8.30, zh-cn where it differs).
BUILTIN: Final = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"¥"#,##0;"¥"-#,##0',
    6: '"¥"#,##0;[Red]"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00',
    8: '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "yyyy/m/d",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"',
    28: 'm"月"d"日"',
    29: 'm"月"d"日"',
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"',
    36: 'yyyy"年"m"月"',
    37: "#,##0;-#,##0",
    38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
    50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"',
    54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"',
    57: 'yyyy"年"m"月"',
    58: 'm"月"d"日"',
}


@kept_by_bytes
def read_formats(package: Package, part: str) -> dict[str, str]:
    """Number format codes by style index in digits ("0", "1", …); "" stands for cells without a style.

    Raises Unreadable when the part is missing or broken.
    """
    custom: dict[int, str] = {}
    used: list[int] = []
    parent = ""

    def start(tag: str, attrs: Attrs) -> None:
        nonlocal parent
        if tag == "xf":
            if parent == "cellXfs":
                if len(used) == package.budget.limits.max_styles:
                    raise too_big(f"单元格样式超过{len(used)}种")
                used.append(_id(attrs))
        elif tag == "numFmt":
            if parent == "numFmts":
                custom[_id(attrs)] = _general(attrs.get("formatCode", ""))
        elif tag in _LISTS:
            parent = tag

    def end(tag: str) -> None:
        nonlocal parent
        if tag == parent:
            parent = ""

    content = None
    if package.member(part).size <= PLAIN_SIZE:
        content = _relevant(package.read(part))
    walk(package.chunks(part) if content is None else [content], part, package.budget, Handlers(start, end))
    codes = {number: custom.get(number) or BUILTIN.get(number, "General") for number in {0, *used}}
    formats = {str(index): codes[number] for index, number in enumerate(used)}
    formats[""] = formats.get("0", "General")
    return formats


_LISTS: Final = {"cellXfs", "numFmts", "cellStyleXfs", "dxfs"}
_STYLE = re.compile(rb"<xf((?:\s[^<>/]*+)?)(?:/>|>)")


def _relevant(data: bytes) -> bytes | None:
    """The two lists that are needed, as a document of their own: long-used files carry megabytes of other
    styles.

    None when the part has to be parsed in full.
    """
    if b"<!" in data or data.startswith((b"\xff\xfe", b"\xfe\xff")) or data.count(b"<cellXfs") != 1:
        return None
    root = data.find(b"<styleSheet")
    head = data.find(b">", root)
    if root < 0 or head < 0 or data[head - 1 : head] == b"/":
        return None
    lists = []
    for tag in (b"numFmts", b"cellXfs"):
        start = data.find(b"<" + tag)
        end = data.find(b"</" + tag + b">", start)
        if start >= 0 and (end < start or data.count(b"<" + tag) != 1):
            return None
        if start >= 0 and tag == b"cellXfs":
            # without alignment and protection, of which there are twice as many
            styles = _STYLE.findall(data, start, end)
            lists.append(b"<cellXfs>" + b"".join(b"<xf" + attrs + b"/>" for attrs in styles) + b"</cellXfs>")
        elif start >= 0:
            lists.append(data[start : end + len(tag) + 3])
    # the start of the document keeps the declared encoding and namespaces
    return data[: head + 1] + b"".join(lists) + b"</styleSheet>"


def _id(attrs: Attrs) -> int:
    number = attrs.get("numFmtId", "0")
    return int(number) if number.isdecimal() and len(number) < 10 else 0


def _general(code: str) -> str:
    """The format code, with other programs' names for General replaced."""
    return "General" if code.lower() in ("general", "g/通用格式") else code
