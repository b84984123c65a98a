"""Fill the slots of check messages; amounts carry their own unit of money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from batch.checks.engine.amount import MONEY, as_told
from batch.forms.spec.labels import remembered, squeeze
from batch.model.form import Value
from batch.model.quoting import quoted
from batch.model.record import record

_SLOT = re.compile(r"\{([^{}]+)\}")
#: the unit a message gives a sum, right behind its slot
_MONEY = re.compile("|".join(sorted(MONEY, key=len, reverse=True)))
#: a sum of one part: 20＝20, also one day
_TWICE = re.compile(r"(?<![\d,.年月日/百千万亿元%+×÷−-])(-?\d[\d,.年月日/百千万亿元%-]*+)＝\1(?![\d.,])")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


@record(frozen=True, slots=True)
class Sum:
    """An amount in a message with its unit, which replaces the 万元 or 元 the message prints.

    Not a str: caches keyed by text would confuse equal texts.
    """

    text: str
    #: any: what is no money is a text like others
    unit: str

    @classmethod
    def of(cls, value: Value) -> Sum:
        """A value of a form as a message tells it."""
        return cls(as_told(value), value.unit)

    def __str__(self) -> str:
        """As told."""
        return self.text

    @property
    def money_unit(self) -> str:
        """The unit of money to tell it in; "" for what is no money, or no number."""
        return self.unit if self.unit in MONEY and _DIGIT.search(self.text) else ""


#: what fills a message's slots, by their names
Words = Mapping[str, str | Sum]


def message_numbers(words: Words) -> list[str]:
    """All numbers in a message, also of cells it does not name: an explanation holds only for these."""
    return [told for slot in sorted(words) if (told := _told(quoted(str(words[slot]))))]


# the findings of a unit tell the same words again and again
@remembered
def _told(word: str) -> str:
    """A word as told, its numbers without what only their format adds; "" without a number."""
    return _NUMBER.sub(lambda found: _plain(found[0]), squeeze(word)) if _DIGIT.search(word) else ""


def _plain(number: str) -> str:
    """A number without what only its format adds."""
    return f"{Decimal(number.replace(',', '')).normalize():f}"


def fill(template: str, words: Words) -> str:
    """Put words into a message's {slots}. A slot nobody filled is a mistake in the rulebook: KeyError.

    What a message calls 万元 may have been given in 元, or 元 in 万元: a sum goes with its own unit.
    """
    text, slots = _pieces(template)
    for slot, after in slots:
        given = words[slot]
        word, unit = (given.text, given.money_unit) if isinstance(given, Sum) else (given, "")
        word = quoted(word)
        # quoted words that hold quotes themselves
        inside = text.endswith("“") and after.startswith("”")
        text += word.replace("“", "‘").replace("”", "’") if inside else word
        said = _MONEY.match(after) if unit else None
        text += after if said is None else ("" if word.endswith(unit) else unit) + after[said.end() :]
    # the search alone takes longer than the rest of it
    return _TWICE.sub(r"\1", text) if "＝" in text else text


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A message cut at its slots: the text before them, and each slot's name with the text behind it."""
    first, *pieces = _SLOT.split(template)
    return first, tuple(zip(pieces[::2], pieces[1::2], strict=True))
