"""Workbooks the tests of the checks share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sample_units import clean_unit


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A unit without a mistake and with one project of 356.70万元."""
    path: Path = tmp_path_factory.mktemp("unit") / "u.xlsx"
    clean_unit(path, projects=1)
    return path.read_bytes()
