"""What comes of a unit depends on its files alone: not on what was done before it, nor on where.

`pytest tests/test_same_everywhere.py --units 60` takes more of them, in more orders.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from batch.engines.engine import open_engine
from batch.unit.bundle import Sent
from batch.unit.rules import Context
from batch.unit.tasks import ReadResult, ReadTask, read_and_work, worker_died
from tests.damage import package_damaged
from tests.paper import PACK, SAMPLE
from tests.sample_units import NAMES, clean_unit

CORPUS = Path(__file__).parent / "corpus"


def task_of(folder: str, path: Path, data: bytes | None = None) -> ReadTask:
    sent = Sent(f"{folder}/{path.name}", 0, path.read_bytes() if data is None else data)
    return ReadTask(folder, (sent,), Context(PACK))


@pytest.fixture(scope="module")
def tasks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[ReadTask]:
    """Units of the corpus, sound ones and damaged ones: a sample, the same every time."""
    count: int = request.config.getoption("--units")
    dice = random.Random(7)
    corpus = sorted(path for path in CORPUS.rglob("*") if path.is_file() and path.suffix != ".json")
    found = [task_of(f"单位{n}", path) for n, path in enumerate(dice.sample(corpus, min(count, len(corpus))))]
    found.append(task_of("实报", SAMPLE))
    folder = tmp_path_factory.mktemp("units")
    for number, name in enumerate(NAMES[: 2 + count // 10]):
        clean_unit(folder / f"{name}.xlsx", name, number)
        found.append(task_of(name, folder / f"{name}.xlsx"))
    damaged = [package_damaged(SAMPLE.read_bytes(), dice) for _ in range(2 + count // 5)]
    return found + [task_of(f"损坏{number}", SAMPLE, data) for number, data in enumerate(damaged)]


@pytest.fixture(scope="module")
def alone(tasks: list[ReadTask]) -> dict[str, ReadResult]:
    """What comes of each in a process that does nothing else."""
    with ProcessPoolExecutor(2, get_context("spawn"), max_tasks_per_child=1) as pool:
        return {task.folder: back for task, back in zip(tasks, pool.map(read_and_work, tasks), strict=True)}


def shuffled(tasks: Sequence[ReadTask], seed: int) -> list[ReadTask]:
    return random.Random(seed).sample(tasks, len(tasks))


def test_in_any_order_in_one_process(
    tasks: list[ReadTask], alone: dict[str, ReadResult], request: pytest.FixtureRequest
) -> None:
    for seed in range(2 + request.config.getoption("--units") // 10):
        order = shuffled(tasks, seed)
        # the last comes first as well, and each twice: after itself, and after every other sooner or later
        for task in [order[-1], *order, *order[:1]]:
            assert read_and_work(task) == alone[task.folder], (seed, task.folder)


@pytest.mark.parametrize("engine", ["local", "process", "dask"])
def test_in_every_engine(engine: str, tasks: list[ReadTask], alone: dict[str, ReadResult]) -> None:
    order = shuffled(tasks, 99)
    with open_engine(engine, workers=2) as workers:
        for task, back in zip(order, workers.run(read_and_work, order, worker_died), strict=True):
            assert back == alone[task.folder], task.folder
