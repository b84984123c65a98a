"""Lazy sequence: items are made from their sources at each access, so that few are in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

Item = TypeVar("Item")


class LazySequence(Sequence[Item]):
    """A sequence whose items are `make(source)`, made at each access; a county has a thousand units or
    more."""

    __slots__ = ("_make", "_sources")

    def __init__(self, sources: Sequence[Any], make: Callable[[Any], Item]) -> None:
        """`make` is called at each access and must always return an equal item for the same source."""
        self._sources, self._make = sources, make

    def __len__(self) -> int:
        return len(self._sources)

    def __iter__(self) -> Iterator[Item]:
        return map(self._make, self._sources)

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        if isinstance(at, slice):
            return LazySequence(self._sources[at], self._make)
        return self._make(self._sources[at])
