"""Match a text on a sheet with the labels of a set of fields, in steps: exact, normalised, loose, alias."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from batch.forms.spec.labels import label as normalise
from batch.forms.spec.loose_labels import loose_label

#: how a label may be recognised, from the surest to the least sure
STEPS = ("exact", "normalised", "loose", "alias")
#: how people write a year that they do not name
_YEARS = {"{本年}": ("本年", "本年度", "当年", "今年"), "{上年}": ("上年", "上年度", "去年")}


class Labelled(Protocol):
    """What matching needs of a field."""

    @property
    def name(self) -> str:
        """How the pack's rules call it."""

    @property
    def label(self) -> str:
        """How the form prints it."""

    @property
    def squeezed(self) -> str:
        """The same without blanks."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """How others print it."""

    @property
    def may_lack(self) -> bool:
        """Whether a form without it misses nothing."""


#: a field and the step by which its label was recognised
Hit = tuple[str, str]


# each is its own, so that what it finds can be kept under it
@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """A set of fields, to be looked up by label."""

    exact: dict[str, str]
    normalised: dict[str, str]
    alias: dict[str, str]
    #: by what `loose_label` makes of a label or alias: (field, step)
    loose: dict[str, Hit]
    #: the fields that no form has to have
    spare: frozenset[str] = frozenset()

    def find(self, squeezed: str, normal: str) -> Hit | None:
        """The field that a label is one of, or None. Both spellings carry year tokens."""
        if squeezed in self.exact:
            return self.exact[squeezed], "exact"
        if normal in self.normalised:
            return self.normalised[normal], "normalised"
        if normal in self.alias:
            return self.alias[normal], "alias"
        return self.loose.get(loose_label(normal))

    def rank(self, normal: str) -> int:
        """How far down among the aliases a label is named; below all of them where it is none."""
        return next((n for n, alias in enumerate(self.alias) if alias == normal), len(self.alias))


def labels_of(fields: Sequence[Labelled]) -> Labels:
    """The lookup for a set of fields; a spelling that two of them have belongs to the earlier one."""
    exact = {f.squeezed: f.name for f in fields}
    normalised: dict[str, str] = {}
    alias: dict[str, str] = {}
    for f in fields:
        normalised.setdefault(normalise(f.label), f.name)
    for f in fields:
        for text in (f.name, *f.aliases):
            alias.setdefault(normalise(text), f.name)
    for f in fields:
        for spelling in (f.label, *f.aliases):
            for text in _in_words(spelling):
                alias.setdefault(normalise(text), f.name)
    spare = frozenset(f.name for f in fields if f.may_lack)
    return Labels(exact, normalised, alias, _loose(normalised, alias), spare)


def _in_words(label: str) -> list[str]:
    """A label with its year in words: 本年预算数, 上年度决算数; none where it has no year."""
    for token, words in _YEARS.items():
        if token in label:
            return [label.replace(token, word) for word in words]
    return []


def _loose(normalised: dict[str, str], alias: dict[str, str]) -> dict[str, tuple[str, str]]:
    """What each field's spellings come to loosely, without what two fields come to."""
    named: dict[str, set[str]] = {}
    for text, name in (*normalised.items(), *alias.items()):
        named.setdefault(loose_label(text), set()).add(name)
    official = set(map(loose_label, normalised))
    return {
        text: (next(iter(names)), "loose" if text in official else "alias")
        for text, names in named.items()
        if len(names) == 1
    }
