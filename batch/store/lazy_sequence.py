"""Things put together each time they are asked for: in memory are no more of them than somebody holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

Item = TypeVar("Item")


class LazySequence(Sequence[Item]):
    """What a function makes of each of some sources: a county has a thousand units, a province many more."""

    __slots__ = ("_keep", "_kept", "_make", "_sources")

    def __init__(self, sources: Sequence[Any], make: Callable[[Any], Item], keep: int = 0) -> None:
        """`make` is called each time something is asked for, and must always make the same of a source.

        Of the first so many to `keep` it is kept: where all are gone through again and again it is of use.
        """
        self._sources, self._make, self._keep = sources, make, keep
        self._kept: list[Item] = []

    def __len__(self) -> int:
        return len(self._sources)

    def __iter__(self) -> Iterator[Item]:
        return map(self._made, range(len(self._sources)))

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        if isinstance(at, slice):
            return LazySequence(range(len(self._sources))[at], self._made)
        return self._made(range(len(self._sources))[at])

    def _made(self, at: int) -> Item:
        kept = self._kept
        if at < len(kept):
            return kept[at]
        made = self._make(self._sources[at])
        # those in front come first when all are gone through
        if at == len(kept) < self._keep:
            kept.append(made)
        return made


def ordered(items: Sequence[Item], key: Callable[[Item], Any]) -> Iterator[Item]:
    """Things from the least `key` to the greatest, one at a time: they may be put together in turn."""
    keys = [key(item) for item in items]
    return (items[place] for place in sorted(range(len(keys)), key=keys.__getitem__))
