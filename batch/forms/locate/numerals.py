"""Parts of written numbers: Chinese numerals (二十三), magnitudes (22万), measure words."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

_DIGITS = {
    **{char: n for n, char in enumerate("零一二三四五六七八九")},
    **{char: n for n, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0, "两": 2, "俩": 2, "幺": 1,
}  # fmt: skip
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

#: for character classes: all that may occur in a Chinese numeral
NUMERAL_CHARS = "".join((*_DIGITS, *_SMALL, *_LARGE))
#: words behind Arabic digits that multiply them, longest first
MAGNITUDES = {
    "万亿": Decimal(10**12), "千万": Decimal(10**7), "百万": Decimal(10**6), "十万": Decimal(10**5),
    "十亿": Decimal(10**9), "百亿": Decimal(10**10), "千亿": Decimal(10**11),
    "亿": Decimal(10**8), "万": Decimal(10**4), "千": Decimal(1000), "百": Decimal(100),
}  # fmt: skip

#: units of money in 元
MONEY = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万元": Decimal(10**4),
    "亿元": Decimal(10**8),
}
_COUNTED = """
个 项 家 户 次 枚 台 套 辆 件 篇 期 份 条 册 本 间 栋 座 处 所 张 块 棵
株 场 场次 批 批次 班 支 种 类 宗 起 例 片 面 根 盏 部 架 艘 头 只 匹 瓶 箱
包 袋 盒 桶 组 队 轮 届 课 节 款 幅 首 集 字 页 门 对 双 副 口 道 笔 卷
村 乡 镇 乡镇 街道 社区 村社区 单位 部门 学校 医院 企业 项目 平台 系统 家次 户次 台次 件次 台套 宗地 点
"""
#: measure words for things one counts; 个 stands for any of them
COUNTING = frozenset(_COUNTED.split())
#: other measures; the first word of a line is the one they are compared under
_MEASURED_BY_LINE = """
人 名 位
人次 人天 人日
小时 个小时 h H
分钟
秒 秒钟
天 日
工作日 个工作日
周 个周 个星期
月 个月
年 周年
季度 个季度
平方米 平米 平方 m2
立方米 立方 方 m3
公里 千米 km KM Km
米 m 延米
平方公里
公顷
亩
吨 t
公斤 千克 kg KG
斤
升
度 千瓦时
千瓦
摄氏度 °C
课时 学时
兆
分
级
倍
岁
折
星
"""
_MEASURED = {
    word: line.split()[0] for line in _MEASURED_BY_LINE.strip().splitlines() for word in line.split()
}
#: every measure word, longest first, as alternatives of a pattern
MEASURE_WORDS = "|".join(sorted({*COUNTING, *_MEASURED}, key=lambda word: (-len(word), word)))


def measure(unit: str) -> str:
    """The canonical measure word for comparison: “名” → “人”, “万元” → “元”; itself when there is no
    other."""
    return "元" if unit in MONEY else _MEASURED.get(unit, unit)


_LONGEST = 24


@lru_cache(maxsize=1024)
def chinese_integer(text: str) -> int | None:
    """The value of a Chinese numeral: “二十三” → 23, “二〇二〇” → 2020, “三万两千” → 32000.

    None when the whole text is not one well-formed numeral.
    """
    if not text or len(text) > _LONGEST:
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = 0
    digit: int | None = None
    last_small, last_large, unit = 10**4, 10**12, 1
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit, unit = _DIGITS[char], (10 if _DIGITS[char] == 0 else unit)
        elif char in _SMALL:
            unit = _SMALL[char]
            if unit >= last_small or (digit is None and (unit != 10 or section % 100)):
                return None
            section += (1 if digit is None else digit) * unit
            digit, last_small = None, unit
        elif char in _LARGE:
            unit = _LARGE[char]
            section += digit or 0
            if not section or unit >= last_large:
                return None
            total += section * unit
            section, digit, last_small, last_large = 0, None, 10**4, unit
        else:
            return None
    # 一百二 is 120, 三万二 is 32000: a last digit without its unit counts in tenths of the unit before it
    trailing = (digit or 0) * (unit // 10 if digit and unit > 10 else 1)
    return total + section + trailing


def scale(number: Decimal, places: int, magnitude: str, of: str = "") -> tuple[Decimal, int]:
    """A number times its magnitude, and the decimals it was printed to: (22, 0, "万") → (220000, 0).

    `magnitude` is one of MAGNITUDES or "". “1.23456万” has one decimal left: 12345.6. `of`: the magnitude the
    result is counted in: (3, 0, "十万", "万") → (30, 0).
    """
    if magnitude == of:
        return number, places
    factor = MAGNITUDES[magnitude] / MAGNITUDES.get(of, 1)
    return number * factor, max(places - factor.adjusted(), 0)
