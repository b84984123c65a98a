"""The records of one unit in one table, read from the ledger at each access: few are in memory at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar, overload

from batch.store.tables import RecordTable

Item = TypeVar("Item")
#: the rows of a unit, as its own files give them (0) or as it stands after the comparison of units (1)
WHOSE: Final = "unit_id = ? AND compared = ?"


@dataclass(frozen=True, slots=True)
class StoredRows(Sequence[Item], Generic[Item]):
    """The records of a unit in one table, read each time they are gone through."""

    connection: sqlite3.Connection
    table: RecordTable[Item]
    unit: int
    compared: int

    def __len__(self) -> int:
        return self.table.count(self.connection, WHOSE, (self.unit, self.compared))

    def __iter__(self) -> Iterator[Item]:
        return iter(self.table.read(self.connection, WHOSE, (self.unit, self.compared)))

    @overload
    def __getitem__(self, at: int) -> Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Item]: ...
    def __getitem__(self, at: int | slice) -> Item | Sequence[Item]:
        return list(self)[at]
