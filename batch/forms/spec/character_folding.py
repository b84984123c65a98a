"""Fold characters that look alike: full-width forms, and the radicals found in text copied from a PDF.

Unicode's NFKC folds full-width forms and the Kangxi radicals (U+2F00–2FD5), but not those of the supplement
(U+2E80–2EFF), which text from a PDF has for 车, 门, 长 and 页.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

#: each radical before the ideograph it looks like, as Unicode's EquivalentUnifiedIdeograph.txt has them
_PAIRS: Final = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵"
    "⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹"
    "⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠"
    "⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
    # NFKC makes the traditional 戶 of it; fonts draw 户
    "⼾户"
)
_IDEOGRAPHS: Final = dict(zip(map(ord, _PAIRS[::2]), _PAIRS[1::2], strict=True))
_RADICAL: Final = re.compile("[\u2e80-\u2eff\u2f3e]")

#: first and one behind the last of signs that nobody sees: control characters, joiners, marks of direction,
#: fillers and variation selectors
_UNSEEN_RANGES: Final = (
    (0, 0x20), (0x7F, 0xA0), (0xAD, 0xAE), (0x34F, 0x350), (0x61C, 0x61D), (0x115F, 0x1161), (0x17B4, 0x17B6),
    (0x180B, 0x1810), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0x2800, 0x2801),
    (0x3164, 0x3165), (0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0xFFA0, 0xFFA1), (0xFFF0, 0xFFFD),
    (0xE0000, 0xE1000),
)  # fmt: skip
#: as a table for `str.translate`
UNSEEN: Final = {code: None for first, end in _UNSEEN_RANGES for code in range(first, end)}


def folded(text: str) -> str:
    """The text with look-alike characters replaced by those a keyboard gives."""
    if _RADICAL.search(text):
        text = text.translate(_IDEOGRAPHS)
    return unicodedata.normalize("NFKC", text)


def one_of(codes: Iterable[int]) -> str:
    """A pattern for one of these characters, as ranges.

    Alternatives beyond U+FFFF are compared one by one: 4,000 of them took a microsecond per character.
    """
    ranges: list[tuple[int, int]] = []
    for code in sorted(codes):
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1] = ranges[-1][0], code
        else:
            ranges.append((code, code))
    return f"[{''.join(f'{re.escape(chr(first))}-{re.escape(chr(last))}' for first, last in ranges)}]"
