"""Records as rows of a table: the fields of a record type are the columns.

Texts, bytes and whole numbers stand as they are, Decimals as text, members of an Enum by their values,
whatever is nested as JSON. What is read is equal to what was written, trailing zeros of a Decimal included.
Records that are hundreds, written and read together, stand as a list in one row.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import chain, starmap
from operator import attrgetter
from types import NoneType
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import msgspec

Item = TypeVar("Item")
#: the values of one row
Row = tuple[str | int | bytes | None, ...]

_JSON = msgspec.json.Encoder()
#: many records hold the same amounts, forms or points: of what cannot be changed these are the same objects,
#: which takes a unit's facts from 10 KB to 3
_SHARED = 128


class _Column(NamedTuple):
    """One column, and how its values are written and read; None: as they are."""

    name: str
    kind: str
    write: Callable[[Any], str | int] | None = None
    read: Callable[[Any], Any] | None = None


class RecordTable(Generic[Item]):
    """The table of one record type.

    `key`: the columns of the primary key. Those that are no fields of the record say whose row it is, and are
    given beside it. `without`: fields that stand in tables of their own. `found_by`: a further column rows
    are looked up by.
    """

    def __init__(
        self,
        name: str,
        record: type[Item],
        key: Sequence[str],
        without: Collection[str] = (),
        found_by: str = "",
    ) -> None:
        types = get_type_hints(record)
        names: list[str] = [field.name for field in fields(record) if field.name not in without]  # type: ignore[arg-type]
        self.name, self._record = name, record
        columns = [_column(name, types[name]) for name in names]
        self._owner = tuple(_Column(name, "INTEGER") for name in key if name not in names)
        self._names, self._key, self._found_by = names, key, found_by
        self._whole, self._values = not without, attrgetter(*names)
        self._read_as = {column.name: column.read for column in columns}
        self._writers = [(at, column.write) for at, column in enumerate(columns) if column.write]
        self._readers = [(at, column.read) for at, column in enumerate(columns) if column.read]
        #: (name, type) of all columns
        self.columns = [(column.name, column.kind) for column in (*self._owner, *columns)]

    def make(self, connection: sqlite3.Connection) -> None:
        """Make the table, empty. Inside a transaction."""
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self.columns)
        connection.execute(f'DROP TABLE IF EXISTS "{self.name}"')
        connection.execute(
            f'CREATE TABLE "{self.name}" ({columns}, PRIMARY KEY ({", ".join(self._key)})) WITHOUT ROWID'
        )
        if self._found_by:
            connection.execute(
                f'CREATE INDEX "{self.name}_{self._found_by}" ON "{self.name}" ({self._found_by})'
            )

    def rows(self, items: Iterable[Item]) -> list[Row]:
        """The records as rows, without the columns that say whose they are."""
        rows = []
        for item in items:
            row = list(self._values(item))
            for at, write in self._writers:
                if row[at] is not None:
                    row[at] = write(row[at])
            rows.append(tuple(row))
        return rows

    def insert(self, connection: sqlite3.Connection, rows: Iterable[Row], *owner: int) -> None:
        """Write rows of an owner, in place of rows with the same key. Inside a transaction.

        With one column fewer in `owner` than the table has, the rows are numbered by the last one.
        """
        marks = ", ".join("?" * len(self.columns))
        statement = f'INSERT OR REPLACE INTO "{self.name}" VALUES ({marks})'  # noqa: S608 - a name of ours
        if len(owner) == len(self._owner):
            connection.executemany(statement, ((*owner, *row) for row in rows))
        else:
            connection.executemany(statement, ((*owner, at, *row) for at, row in enumerate(rows)))

    def read(self, connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> list[Item]:
        """The records of the rows for which `where` holds, by their key."""
        columns, order = ", ".join(f'"{name}"' for name in self._names), ", ".join(self._key)
        query = f'SELECT {columns} FROM "{self.name}" WHERE {where} ORDER BY {order}'  # noqa: S608 - ours
        return [self._read(row) for row in connection.execute(query, values)]

    def value(self, connection: sqlite3.Connection, name: str, where: str, values: Sequence[Any]) -> Any:
        """One field of the one row for which `where` holds."""
        query = f'SELECT "{name}" FROM "{self.name}" WHERE {where}'  # noqa: S608 - names of ours
        ((found,),) = connection.execute(query, values)
        read = self._read_as[name]
        return found if read is None or found is None else read(found)

    def count(self, connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> int:
        """How many rows there are for which `where` holds."""
        query = f'SELECT COUNT(*) FROM "{self.name}" WHERE {where}'  # noqa: S608 - names of ours
        counted: int = connection.execute(query, values).fetchone()[0]
        return counted

    def delete(self, connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> None:
        """Delete the rows for which `where` holds. Inside a transaction."""
        connection.execute(f'DELETE FROM "{self.name}" WHERE {where}', values)  # noqa: S608 - names of ours

    def _read(self, row: Row) -> Item:
        values: list[Any] = list(row)
        for at, read in self._readers:
            if values[at] is not None:
                values[at] = read(values[at])
        if self._whole:
            # by their places it takes half the time
            return self._record(*values)
        return self._record(**dict(zip(self._names, values, strict=True)))


class ListTable(RecordTable[Item]):
    """The table of lists of one record type: an owner's records stand in one row, as JSON.

    What a unit has hundreds of is written in a third of the time that rows of their own take. `key`: whose
    list it is, no field of the record.
    """

    def __init__(self, name: str, record: type[Item], key: Sequence[str]) -> None:
        super().__init__(name, record, key)
        types = get_type_hints(record)
        values: Any = tuple[tuple(types[name] for name in self._names)]  # type: ignore[misc]
        self._decode = msgspec.json.Decoder(list[values]).decode
        # named by what is in it, so that the table is made anew for a record with other fields
        self._list = ", ".join(self._names)
        self.columns = [*((name, "INTEGER") for name in (*key, "count")), (self._list, "TEXT")]

    def rows(self, items: Iterable[Item]) -> list[Row]:
        """The records as one row; none without any."""
        values = list(map(self._values, items))
        return [(len(values), _as_json(values))] if values else []

    def read(self, connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> list[Item]:
        """The records of the lists for which `where` holds, as they were written."""
        query = f'SELECT "{self._list}" FROM "{self.name}" WHERE {where} ORDER BY {", ".join(self._key)}'  # noqa: S608
        lists = [self._decode(text) for (text,) in connection.execute(query, values)]
        return list(starmap(self._record, chain.from_iterable(lists)))

    def count(self, connection: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> int:
        """How many records there are in the lists for which `where` holds."""
        query = f'SELECT COALESCE(SUM(count), 0) FROM "{self.name}" WHERE {where}'  # noqa: S608 - names of ours
        counted: int = connection.execute(query, values).fetchone()[0]
        return counted


def make_tables(
    connection: sqlite3.Connection, tables: Sequence[RecordTable[Any]], gone: Iterable[str] = ()
) -> None:
    """Make the tables, anew when one of them has other columns than its record now: for tables whose rows can
    all be made again. Inside a transaction.

    `gone`: tables that programs before this one had beside them; those are deleted.
    """
    if any(_columns_of(connection, table.name) != table.columns for table in tables):
        for table in tables:
            table.make(connection)
        for name in gone:
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')


def _columns_of(connection: sqlite3.Connection, table: str) -> list[tuple[str, str]]:
    return [(row[1], row[2]) for row in connection.execute(f'PRAGMA table_info("{table}")')]


def _column(name: str, kind: Any) -> _Column:
    """The column of a field of this type."""
    options = [option for option in get_args(kind) if option is not NoneType]
    plain = options[0] if len(options) == 1 and NoneType in get_args(kind) else kind
    if plain in _PLAIN:
        return _Column(name, *_PLAIN[plain])
    if isinstance(plain, type) and issubclass(plain, Enum):
        # a tenth of the time of calling the type
        members = {member.value: member for member in plain}
        return _Column(name, "TEXT", attrgetter("value"), members.__getitem__)
    read = msgspec.json.Decoder(kind).decode
    return _Column(name, "TEXT", _as_json, lru_cache(_SHARED)(read) if get_origin(plain) is tuple else read)


_PLAIN: Mapping[Any, tuple[Any, ...]] = {
    str: ("TEXT",),
    bytes: ("BLOB",),
    int: ("INTEGER",),
    bool: ("INTEGER", int, bool),
    Decimal: ("TEXT", str, lru_cache(_SHARED)(Decimal)),
}


def _as_json(value: Any) -> str:
    return _JSON.encode(value).decode()
