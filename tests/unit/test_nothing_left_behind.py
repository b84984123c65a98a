"""What was made for a unit is gone when it is done: objects that keep each other wait for a search for
garbage, which took a tenth of a night."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import FILE, PACK, SAMPLE
from tests.sample_units import clean_unit


def garbage(*files: Sent) -> set[str]:
    """The kinds of our own objects that only a search for garbage frees, after a submission was worked on."""
    review_files(Bundle("", files), Context(PACK))
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        units = review_files(Bundle("", files), Context(PACK)).units
        assert units[0].copies
        del units
        gc.collect()
        return {type(one).__qualname__ for one in gc.garbage if type(one).__module__.startswith("batch.")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()


@pytest.mark.parametrize("kind", ["clean", "mistakes"])
def test_no_object_of_a_unit_is_left_to_the_search_for_garbage(kind: str, tmp_path: Path) -> None:
    if kind == "mistakes":
        assert garbage(Sent(FILE, 0, SAMPLE.read_bytes())) == set()
    else:
        clean_unit(tmp_path / "表.xlsx", "县教育局", 1)
        assert garbage(Sent("表.xlsx", 0, (tmp_path / "表.xlsx").read_bytes())) == set()
