"""What all tests share: where the repository is, the sample submission, and tests that repeat exactly."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# the same examples every run, and no verdict that depends on how busy the machine is
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def sample() -> Path:
    """The filled workbook of a real unit, as it lies in the sample inbox. Read it, never write it."""
    return ROOT / "inbox" / "浏阳市数据资源中心" / "浏阳市数据资源中心_2020.xlsx"


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """This process and those it starts are stopped by Ctrl-C, whoever started it.

    A shell has what it starts in the background ignore SIGINT; whoever inherits that keeps to it, the program
    included.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def pytest_addoption(parser: pytest.Parser) -> None:
    """How many units the tests take that try some of very many."""
    parser.addoption("--units", type=int, default=5, help="units in tests/test_same_everywhere.py")
