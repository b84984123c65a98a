"""Lazily decoded sequence: items are made from their sources at each access, so that few are in memory at
once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

Item = TypeVar("Item")


class LazySequence(Sequence[Item]):
    """A sequence whose items are `make(source)`, made at each access; a county has a thousand units or
    more."""

    __slots__ = ("_keep", "_kept", "_make", "_sources")

    def __init__(self, sources: Sequence[Any], make: Callable[[Any], Item], keep: int = 0) -> None:
        """`make` is called at each access and must always return an equal item for the same source.

        The first `keep` items are cached, for sequences that are iterated over many times.
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
    """The items sorted by `key`, one at a time: only the keys are held in memory."""
    keys = [key(item) for item in items]
    return (items[place] for place in sorted(range(len(keys)), key=keys.__getitem__))
