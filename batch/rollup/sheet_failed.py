"""A sheet that could not be made, by a mistake of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from batch.errors import behind


class SheetFailed(Exception):  # noqa: N818 - says what happened
    """A mistake of ours on one sheet; the cause says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@contextmanager
def on_sheet(name: str) -> Iterator[None]:
    """What goes wrong here is a mistake on the sheet of this name, unless the system refused something."""
    try:
        yield
    except Exception as error:
        if behind(error) is not None:
            raise
        raise SheetFailed(name) from error
