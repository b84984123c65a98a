"""Things put together each time they are asked for: in memory are no more of them than somebody holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, overload

Item = TypeVar("Item")


class InTurn(Sequence[Item]):
    """What a function makes of each of some sources: a county has a thousand units, a province many more."""

    __slots__ = ("_make", "_sources")

    def __init__(self, sources: Sequence[Any], make: Callable[[Any], Item]) -> None:
        """`make` is called each time something is asked for, and must always make the same of a source."""
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
        found = self._sources[at]
        return InTurn(found, self._make) if isinstance(at, slice) else self._make(found)


def ordered(items: Sequence[Item], key: Callable[[Item], Any]) -> Iterator[Item]:
    """Things from the least `key` to the greatest, one at a time: they may be put together in turn."""
    keys = [key(item) for item in items]
    return (items[place] for place in sorted(range(len(keys)), key=keys.__getitem__))
