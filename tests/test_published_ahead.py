"""A watcher gives a unit its copy back first; what is told of all units follows, and the end is the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from batch.config.settings import Settings
from batch.night import run_night
from batch.outputs import export
from tests.paper import SAMPLE
from tests.sample_units import clean_unit

UNIT = "县教育局"
COPY = f"批注/{UNIT}/{UNIT}.xlsx"


def settings(root: Path) -> Settings:
    return Settings(root / "inbox", root / "outbox", engine="local")


def outputs(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root / "outbox").as_posix(): path.read_bytes()
        for path in (root / "outbox").rglob("*")
        if path.is_file() and ".jixiao" not in path.parts
    }


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """The same county twice, after one night and with one file sent again."""
    one, other = tmp_path / "一", tmp_path / "二"
    (one / "inbox").mkdir(parents=True)
    (one / "inbox" / "样本.xlsx").write_bytes(SAMPLE.read_bytes())
    clean_unit(one / "inbox" / f"{UNIT}.xlsx", UNIT, 1, projects=1)
    run_night(settings(one))
    clean_unit(one / "inbox" / f"{UNIT}.xlsx", UNIT, 2, projects=1)
    (one / "inbox" / "坏.xlsx").write_bytes(b"PK no workbook")
    shutil.copytree(one, other, copy_function=shutil.copy2)
    return one, other


def test_the_copy_is_out_before_the_lists_are_made(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    run_night(settings(other))
    before = outputs(one)
    seen: list[dict[str, bytes]] = []

    def looked(*given: object) -> None:
        seen.append(outputs(one))
        export(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("batch.night.export", looked)
    run_night(settings(one), ahead=True)
    (then,) = seen
    after = outputs(one)
    assert then[COPY] == after[COPY] != before[COPY]
    assert then["未处理/坏.xlsx.txt"] == after["未处理/坏.xlsx.txt"]
    assert then["results.json"] == before["results.json"] != after["results.json"]
    assert after == outputs(other)


def test_a_night_that_ends_in_between_is_made_up_for(
    two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two
    run_night(settings(other))

    def fails(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("batch.night.export", fails)
        with pytest.raises(KeyboardInterrupt):
            run_night(settings(one), ahead=True)
    run_night(settings(one))
    assert outputs(one) == outputs(other)
