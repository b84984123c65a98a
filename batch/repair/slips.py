"""Typing slips: how one number may have been mistyped as another."""

from __future__ import annotations

from decimal import Decimal

#: the point moved by so many places: 4 are 元 taken for 万元
_SHIFTS = (1, 2, 3, 4)
#: numbers with fewer digits differ in one of them too often by chance
_DIGITS = 4


def slip(typed: Decimal, meant: Decimal, places: int) -> str:
    """Which slip turns `meant` into `typed`, both with so many decimals; "" for none.

    Known are the kinds that statistical offices find most: one digit wrong, two neighbours swapped, a digit
    left out or added, the sign, the point moved (a unit of money included).
    """
    if typed == meant:
        return ""
    if typed == -meant:
        return "正负号写反"
    if not typed or not meant:
        return ""
    for shift in _SHIFTS:
        if typed == meant.scaleb(shift) or typed == meant.scaleb(-shift):
            return "小数点或金额单位写错"
    was, due = _digits(typed, places), _digits(meant, places)
    if max(len(was.strip("0")), len(due.strip("0"))) < _DIGITS:
        return ""
    if (typed < 0) is not (meant < 0):
        return ""
    if len(was) == len(due):
        wrong = [n for n, (a, b) in enumerate(zip(was, due, strict=True)) if a != b]
        if len(wrong) == 1:
            return "一位数字写错"
        if len(wrong) == 2 and wrong[1] == wrong[0] + 1 and was[wrong[0]] == due[wrong[1]]:
            return "相邻两位写反" if was[wrong[1]] == due[wrong[0]] else ""
        return ""
    longer, shorter = (was, due) if len(was) > len(due) else (due, was)
    if len(longer) == len(shorter) + 1 and any(
        longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer))
    ):
        return "多写一位" if longer is was else "少写一位"
    return ""


def point_or_sign(typed: Decimal, unit: str) -> list[Decimal]:
    """What may have been meant when the sign is wrong, or 元 were taken for 万元; `unit`: that of the cell.

    One place more or less is not among them: a digit left out or added looks the same. In 元 nobody types too
    much: there is no smaller unit.
    """
    if not typed:
        return []
    smaller = [typed.scaleb(-_SHIFTS[-1])] if unit != "元" else []
    return [-typed, typed.scaleb(_SHIFTS[-1]), *smaller]


def _digits(number: Decimal, places: int) -> str:
    return f"{abs(number).scaleb(places).to_integral_value():f}"
