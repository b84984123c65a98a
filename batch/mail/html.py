"""The HTML body of a mail: tables and inline styles only, which every mail program draws alike.

No script, no style sheet, no picture, no link. Text comes in raw and is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from batch.mail.words import escaped
from batch.workbook.style import CHART, GREY, INK, LINE_COLOUR, WORDS

_FONT = "font-family:'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"
_FILLING = "width:100%;border-collapse:collapse;table-layout:fixed"
#: a name too long for its line breaks anywhere rather than widen the page
_BREAK = "word-break:break-word;overflow-wrap:anywhere"
_TILE, _PAPER, _GROUND = "#F5F7FB", "#FFFFFF", "#EEF1F6"


def page(title: str, preview: str, blocks: Iterable[str]) -> str:
    """The whole document. `preview` is the line a list of mails shows under the subject."""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light">'
        f"<title>{escaped(title)}</title></head>\n"
        f'<body style="margin:0;padding:0;background:{_GROUND};color:#{INK};{_FONT}">\n'
        f'<div style="display:none;max-height:0;overflow:hidden">{escaped(preview)}</div>\n'
        f'<table role="presentation" style="{_FILLING};background:{_GROUND}"><tr><td align="center" '
        'style="padding:12px 8px">\n'
        f'<table role="presentation" style="{_FILLING};max-width:680px;background:{_PAPER};'
        f'border:1px solid #{LINE_COLOUR}"><tr><td align="left" '
        f'style="padding:18px 16px;font-size:15px;line-height:1.6;{_BREAK}">\n'
        + "\n".join(blocks)
        + "\n</td></tr></table>\n</td></tr></table>\n</body></html>\n"
    )


def heading(title: str, below: str) -> str:
    """The title with a grey line below it."""
    return (
        f'<div style="font-size:20px;font-weight:bold;line-height:1.4">{escaped(title)}</div>'
        f'<div style="font-size:13px;color:#{GREY};padding:4px 0 10px">{escaped(below)}</div>'
    )


def section(title: str) -> str:
    """A heading within the page."""
    return (
        f'<div style="font-size:16px;font-weight:bold;padding:18px 0 4px;margin-bottom:8px;'
        f'border-bottom:2px solid #{INK}">{escaped(title)}</div>'
    )


def paragraph(text: str, *, small: bool = False, most: int = 1000) -> str:
    """A paragraph; small print is grey."""
    style = f"font-size:13px;color:#{GREY}" if small else "font-size:15px"
    return f'<div style="{style};padding:4px 0">{escaped(text, most)}</div>'


def tiles(numbers: Sequence[tuple[str, int]], unit: str) -> str:
    """Figures with their names in a row, four at most on a phone; the colour only repeats the word."""
    cells = "".join(_tile(name, number, unit, 100 // len(numbers)) for name, number in numbers)
    return f'<table role="presentation" style="{_FILLING};margin-bottom:6px"><tr>{cells}</tr></table>'


def _tile(name: str, number: int, unit: str, width: int) -> str:
    colour = f"#{WORDS[name][1] if name in WORDS and number else INK}"
    return (
        f'<td width="{width}%" align="center" style="background:{_TILE};border:1px solid #{LINE_COLOUR};'
        f'padding:8px 2px"><div style="font-size:13px;color:#{GREY}">{escaped(name)}</div>'
        f'<div style="font-size:22px;font-weight:bold;color:{colour};line-height:1.3">{number}'
        f'<span style="font-size:13px;font-weight:normal">{escaped(unit)}</span></div></td>'
    )


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]]) -> str:
    """A bar for each row, made of a piece for each (word, number); the number stands behind the bar."""
    longest = max((sum(number for _, number in pieces) for _, pieces in rows), default=0)
    if not longest:
        return ""
    words = dict.fromkeys(word for _, pieces in rows for word, _ in pieces)
    legend = "　".join(f'<span style="color:#{CHART[word]}">■</span>{escaped(word)}' for word in words)
    return (
        f'<table role="presentation" style="{_FILLING}">'
        + "".join(_bar(name, pieces, longest) for name, pieces in rows)
        + f'</table><div style="font-size:13px;color:#{GREY};padding:4px 0">{legend}</div>'
    )


def _bar(name: str, pieces: Sequence[tuple[str, int]], longest: int) -> str:
    whole = sum(number for _, number in pieces)
    shares = [(word, max(1, round(100 * number / longest))) for word, number in pieces if number]
    rest = 100 - sum(share for _, share in shares)
    cells = "".join(
        f'<td width="{share}%" style="width:{share}%;background:#{CHART[word]};font-size:1px;'
        'line-height:1px;height:14px">&nbsp;</td>'
        for word, share in shares
    )
    if rest > 0:
        cells += f'<td width="{rest}%" style="width:{rest}%;font-size:1px;line-height:1px">&nbsp;</td>'
    return (
        f'<tr><td width="34%" style="width:34%;font-size:14px;padding:4px 6px 4px 0;{_BREAK}">'
        f'{escaped(name, 30)}</td><td style="padding:4px 0"><table role="presentation" '
        f'style="{_FILLING}"><tr>{cells}</tr></table></td><td width="12%" align="right" '
        f'style="width:12%;font-size:14px">{whole}</td></tr>'
    )


def entries(rows: Iterable[tuple[str, str, str]]) -> str:
    """A list: name, a word as a badge ("" for none), and a grey line below."""
    return (
        f'<table role="presentation" style="{_FILLING}">'
        + "".join(
            f'<tr><td style="padding:7px 0;border-bottom:1px solid #E3E7EE;{_BREAK}">'
            f'<span style="font-weight:bold">{escaped(name, 80)}</span>{badge(word)}'
            f'<div style="font-size:13px;color:#{GREY}">{escaped(below)}</div></td></tr>'
            for name, word, below in rows
        )
        + "</table>"
    )


def badge(word: str) -> str:
    """A status as a coloured word behind a name; "" is nothing."""
    if not word:
        return ""
    fill, ink = WORDS.get(word, ("E7E6E6", INK))
    return (
        f' <span style="background:#{fill};color:#{ink};font-size:13px;padding:1px 6px;'
        f'white-space:nowrap">{escaped(word, 20)}</span>'
    )
