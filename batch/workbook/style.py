"""Formats of the workbooks we write with XlsxWriter (fonts, colours, number formats), and safe cell text."""

from __future__ import annotations

import re
from typing import Any

from batch.model.markup import looks_like_formula
from batch.model.status import CLEAN, RETURNED, TO_EXPLAIN, Severity

BODY, HEAD = "宋体", "黑体"
SIZE = 10
#: height in points of one line of body text, and what a cell adds above and below
LINE, PADDING = 13.5, 4.5
#: a worksheet row can be no higher
MAX_HEIGHT = 409.0

#: what a cell can hold, in UTF-16 units
MAX_TEXT = 32_767
CUT = "……（原文过长，后面略去）"

#: fill and font colour of words that mean something; the word itself always stands there too
WORDS = {
    Severity.ERROR.value: ("FFC7CE", "9C0006"),
    Severity.WARNING.value: ("FFEB9C", "7F6000"),
    Severity.HINT.value: ("DDEBF7", "1F4E79"),
    RETURNED: ("FFC7CE", "9C0006"),
    TO_EXPLAIN: ("FFEB9C", "7F6000"),
    CLEAN: ("E2EFDA", "375623"),
    "红灯": ("FFC7CE", "9C0006"),
    "黄灯": ("FFEB9C", "7F6000"),
    "绿灯": ("E2EFDA", "375623"),
    "蓝灯": ("DDEBF7", "1F4E79"),
    "未评": ("F2F2F2", "595959"),
}
#: stronger colours for the parts of a chart
CHART = {
    Severity.ERROR.value: "C0504D", Severity.WARNING.value: "E6A23C", Severity.HINT.value: "5B9BD5",
    RETURNED: "C0504D", TO_EXPLAIN: "E6A23C", CLEAN: "70AD47",
    "优": "548235", "良": "A9D18E", "中": "E6A23C", "差": "C0504D", "待核": "8497B0", "未评": "BFBFBF",
    "红灯": "C0504D", "黄灯": "E6A23C", "绿灯": "70AD47", "蓝灯": "5B9BD5",
    "未执行预算": "C55A11",
}  # fmt: skip
INK, GREY, LINE_COLOUR, LINK = "1F2A44", "595959", "BFBFBF", "0563C1"

_PROPERTIES: dict[str, dict[str, Any]] = {
    "base": {"font_name": BODY, "font_size": SIZE, "valign": "vcenter"},
    "boxed": {"border": 1, "border_color": LINE_COLOUR},
    "title": {"font_name": HEAD, "font_size": 16, "align": "center"},
    "note": {"font_size": 9, "font_color": GREY, "text_wrap": True, "valign": "top"},
    "line": {"font_size": 9, "font_color": GREY},
    "head": {"font_name": HEAD, "bg_color": "D9E1F2", "align": "center", "text_wrap": True},
    "group": {"font_name": HEAD, "bg_color": "D9E1F2", "align": "center"},
    #: the cell above a heading that belongs to no group: the two look like one
    "above": {"bottom": 0},
    "below": {"top": 0},
    "total": {"bold": True, "bg_color": "F2F2F2", "top": 2, "top_color": "7F7F7F"},
    "part": {"bg_color": "FAFAFA"},
    "part title": {"font_name": HEAD, "align": "left", "indent": 1, "bg_color": "F2F2F2", "border": 1,
                   "border_color": LINE_COLOUR},
    #: what a check leaves over: a tick where that is nothing
    "check": {"font_size": 9, "font_color": GREY, "align": "right", "num_format": '"差"0.00;"差"-0.00;"✓"'},
    "text": {"align": "left", "indent": 1},
    "wrap": {"align": "left", "text_wrap": True, "indent": 1},
    "center": {"align": "center"},
    "right": {"align": "right"},
    "count": {"num_format": "#,##0", "align": "right"},
    "money": {"num_format": "#,##0.00", "align": "right"},
    "rate": {"num_format": "0.00%", "align": "right"},
    "score": {"num_format": "0.00", "align": "right"},
    "day": {"num_format": 'yyyy"年"m"月"d"日"', "align": "center"},
    "plain": {"num_format": "General", "align": "right"},
    "link": {"font_color": LINK, "underline": 1},
    #: text that looks like a formula stays text even after it has been edited
    "quoted": {"quote_prefix": True},
    "alert": {"font_color": WORDS[Severity.ERROR.value][1], "bg_color": WORDS[Severity.ERROR.value][0]},
    # 首页
    "cover": {"font_name": HEAD, "font_size": 22, "align": "center", "font_color": INK},
    "tile name": {"font_size": 10, "font_color": GREY, "align": "center", "bg_color": "F5F7FB", "top": 1,
                  "left": 1, "right": 1, "border_color": LINE_COLOUR},
    "tile": {"font_name": HEAD, "font_size": 18, "align": "center", "shrink": True, "bg_color": "F5F7FB",
             "font_color": INK, "left": 1, "right": 1, "border_color": LINE_COLOUR},
    "tile note": {"font_size": 9, "font_color": GREY, "align": "center", "bg_color": "F5F7FB", "bottom": 1,
                  "left": 1, "right": 1, "border_color": LINE_COLOUR},
    "conclusion": {"font_name": HEAD, "font_size": 15, "font_color": INK, "text_wrap": True,
                   "align": "center"},
    #: by how much a sum may change either way
    "unsure": {"num_format": '"±"#,##0.00', "align": "right"},
    "section": {"font_name": HEAD, "font_size": 11, "font_color": INK, "bottom": 2, "bottom_color": INK},
    "empty": {"font_color": GREY, "align": "center"},
}  # fmt: skip
_PROPERTIES |= {
    word: {"bg_color": fill, "font_color": font, "align": "center", "indent": 0}
    for word, (fill, font) in WORDS.items()
}
_PROPERTIES |= {f"ink {word}": {"font_color": font} for word, (_, font) in WORDS.items()}

#: what XML cannot hold, other control characters, half surrogates, and marks that turn the reading direction
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


class Look:
    """The formats of one workbook, created once each: `look("money", "total")` combines two of them."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats: dict[tuple[str, ...], Any] = {}

    def __call__(self, *names: str) -> Any:
        """The format that has the properties of all names, later ones winning."""
        if names not in self._formats:
            merged: dict[str, Any] = {}
            for name in ("base", *names):
                merged |= _PROPERTIES[name]
            self._formats[names] = self._book.add_format(merged)
        return self._formats[names]

    def of(self, text: str, *names: str) -> Any:
        """The format for a text, which remains text even where it looks like a formula."""
        return self(*names, "quoted") if looks_like_formula(text) else self(*names)


def clean(text: str) -> str:
    """Text a cell can hold: without control characters, line ends as "\n", over-long text cut with a note."""
    if not text.isprintable():
        # quick for the many texts that hold none of these
        text = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 > MAX_TEXT:
        units = text.encode("utf-16-le")
        if len(units) > 2 * MAX_TEXT:
            text = units[: 2 * (MAX_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT
    if text.startswith("<r>") and text.endswith("</r>"):
        # xlsxwriter would take it for the XML of a rich string and write it as it is
        text += " "
    return text
