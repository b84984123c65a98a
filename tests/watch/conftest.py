"""A desk for every test, whose watcher does not outlive it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.watch.desk import Desk


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes the test's desk from the watcher's settings."""
    desks: list[Desk] = []

    def make(**settings: object) -> Desk:
        desks.append(Desk(tmp_path, **settings))  # type: ignore[arg-type]
        return desks[-1]

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    """A desk with ordinary settings."""
    return make_desk()
