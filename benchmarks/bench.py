"""jixiao beside the usual script and the physical limit, on the same submissions in one run.

python benchmarks/bench.py                      one submission at a time
python benchmarks/bench.py --parts              where the time of one submission goes
python benchmarks/bench.py --night 1 100 1000   whole batches: cold and unchanged, one and two workers
python benchmarks/bench.py --start              how long `jixiao --help` takes

What is compared takes turns, so that a slow minute of the machine slows all of it. Times of one submission
are processor time, which other programs on the machine change least; batches are given by the clock as well.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import corpus, floor, usual_script  # noqa: E402
from benchmarks.job import AHEAD  # noqa: E402
from benchmarks.parts import parts  # noqa: E402

PACK = "hunan-2020"
#: the usual script takes a quarter of a second a submission: more than so many are worked out from fewer
_USUAL_AT_MOST = 100
#: submissions one after the other, and the first of them that do not count
_BLOCK, _WARM_UP = 12, 3
_JOB = Path(__file__).parent / "job.py"

Result = TypeVar("Result")


def _taken(step: Callable[[], Result]) -> tuple[float, Result]:
    """Milliseconds of processor time of one go, and what came of it."""
    started = time.process_time()
    result = step()
    return 1000 * (time.process_time() - started), result


def singly(kind: str, count: int) -> tuple[float, float, float]:
    """Medians over the submissions of a kind, in milliseconds: ours, the usual script's, the floor's.

    Every submission is seen once, as in a night. They take turns by blocks, since nobody works on one
    submission between two of somebody else's; the first of a block, with which one warms up, do not count.
    """
    from batch.engines.common import collect_seldom
    from batch.unit.bundle import Bundle, Sent
    from batch.unit.review_bundle import review_files
    from batch.unit.rules import Context

    # as a worker does
    collect_seldom()
    at = Context(PACK)
    times: list[tuple[float, float, float]] = []
    given = list(corpus.submissions(kind, count))
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "批注.xlsx"
        for start in range(0, count, _BLOCK):
            block = given[start : start + _BLOCK]
            bundles = [Bundle(name, (Sent(f"{name}/{corpus.FILE}", 0, data),)) for name, data in block]
            paths = [Path(folder) / f"{name}.xlsx" for name, _ in block]
            for path, (_, data) in zip(paths, block, strict=True):
                path.write_bytes(data)
            # neither the libraries nor the garbage of one are searched through in the time of another
            gc.collect()
            gc.freeze()
            ours = [_taken(partial(review_files, bundle, at)) for bundle in bundles]
            gc.collect()
            usual = [_taken(partial(usual_script.process, path, out)) for path in paths]
            gc.collect()
            changed = [
                floor.changed_parts(data, done.units[0].copies[0][1])
                for (_, data), (_, done) in zip(block, ours, strict=True)
            ]
            limit = [
                _taken(partial(floor.floor, data, new)) for (_, data), new in zip(block, changed, strict=True)
            ]
            columns = ([taken for taken, _ in column[_WARM_UP:]] for column in (ours, usual, limit))
            times += zip(*columns, strict=True)
    first, second, third = (median(column) for column in zip(*times, strict=True))
    return first, second, third


def print_singly(count: int) -> None:
    """The first table, as Markdown."""
    print("| 一份报送 | jixiao | 常用脚本 | 物理下限 | 脚本÷jixiao | jixiao÷下限 |")
    print("|---|--:|--:|--:|--:|--:|")
    for kind, word in (("plain", "填报无误"), ("bent", "版式改动"), ("mistakes", "真实样本")):
        ours, usual, limit = singly(kind, count)
        print(
            f"| {word} | {ours:.1f} 毫秒 | {usual:.0f} 毫秒 | {limit:.1f} 毫秒 "
            f"| {usual / ours:.1f}倍 | {ours / limit:.1f}倍 |",
            flush=True,
        )


def print_parts(runs: int) -> None:
    """Where the time of one submission goes, as Markdown."""
    columns = [
        parts(name, data, PACK, runs)
        for kind in ("plain", "mistakes")
        for name, data in corpus.submissions(kind, 1)
    ]
    print("| 步骤 | 填报无误 | 真实样本 |")
    print("|---|--:|--:|")
    for step in columns[0]:
        print(f"| {step} | " + " | ".join(f"{column[step]:.2f} 毫秒" for column in columns) + " |")


def print_start(rounds: int) -> None:
    """How long the command line takes to say what it can do."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        command = [sys.executable, "-m", "batch", "--help"]
        subprocess.run(command, cwd=ROOT, env=_installed(), capture_output=True, check=True)
        taken.append(time.perf_counter() - started)
    middle, least = 1000 * median(taken), 1000 * min(taken)
    print(f"jixiao --help：{middle:.0f} 毫秒（{rounds}次的中位数，最快{least:.0f} 毫秒）")


def print_nights(sizes: Sequence[int], kind: str, usual: bool, workers_in_turn: Sequence[int]) -> None:
    """Whole batches, as Markdown."""
    print("| 份数 | 方式 | 用时 | 处理器时间 | 每份处理器时间 | 其中主进程 | 主进程内存 | 工作进程内存 |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    told: list[tuple[int, int, str, float, float]] = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            inbox = Path(folder) / "收件箱"
            corpus.write(inbox, kind, size)
            for workers in workers_in_turn:
                outbox = Path(folder) / f"发件箱{workers}"
                for again in ("首次", "未变动", "一份重报"):
                    if again == "一份重报":
                        # saved again: one unit is read, and all that follows is made anew
                        min(inbox.rglob("*.xlsx")).touch()
                    found = _child("night", inbox, outbox, workers)
                    _print_night(size, f"jixiao，{workers}个进程，{again}{_copies_out(found)}", found)
                    told += [(size, workers, *step) for step in found["steps"] if again == "首次"]
            if usual:
                asked = min(size, _USUAL_AT_MOST)
                found = _child("usual", inbox, Path(folder) / "脚本", asked)
                word = "常用脚本" if asked == size else f"常用脚本（由{asked}份推算）"
                found["seconds"] *= size / asked
                found["busy"] *= size / asked
                found["own"] *= size / asked
                _print_night(size, word, found)
    print("\n| 份数 | 进程 | 首次运行的步骤 | 用时 | 主进程内存（到此最多） |\n|--:|--:|---|--:|--:|")
    for size, workers, word, seconds, memory in told:
        print(f"| {size:,} | {workers} | {word} | {seconds:.1f} 秒 | {memory:.0f} MB |")


def _copies_out(found: dict[str, Any]) -> str:
    """When the copies were out, of a night that puts them out ahead of the rest."""
    words = [word for word, _, _ in found["steps"]]
    if AHEAD not in words:
        return ""
    seconds = sum(taken for _, taken, _ in found["steps"][: words.index(AHEAD) + 1])
    return f"（批注件 {seconds:.1f} 秒后）"


def _print_night(size: int, word: str, found: dict[str, Any]) -> None:
    workers = f"{found['workers']:.0f} MB" if found["workers"] else "—"
    print(
        f"| {size:,} | {word} | {found['seconds']:.1f} 秒 | {found['busy']:.1f} 秒 "
        f"| {1000 * found['busy'] / size:.1f} 毫秒 | {1000 * found['own'] / size:.1f} 毫秒 "
        f"| {found['parent']:.0f} MB | {workers} |",
        flush=True,
    )


def _child(job: str, inbox: Path, outbox: Path, number: int) -> dict[str, Any]:
    """A job in a process of its own, whose memory nothing else has touched."""
    done = subprocess.run(
        [sys.executable, str(_JOB), job, str(inbox), str(outbox), str(number)],
        cwd=ROOT,
        env=_installed(),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@cache
def _installed() -> dict[str, str]:
    """The environment in which modules are compiled beforehand, as those of an installed program are."""
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "compileall", "-q", "batch", "benchmarks"]
    subprocess.run(command, cwd=ROOT, env=own, check=True)
    return own


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", action="store_true", help="by step")
    parser.add_argument("--start", action="store_true", help="start-up of the command line")
    parser.add_argument("--night", type=int, nargs="+", metavar="UNITS", help="whole batches of these sizes")
    parser.add_argument("--kind", choices=corpus.KINDS, default="mixed", help="what --night works on")
    parser.add_argument("--workers", type=int, nargs="+", default=(1, 2), help="processes of --night")
    parser.add_argument("--no-usual", action="store_true", help="--night without the usual script")
    parser.add_argument("--count", type=int, default=48, help="submissions of a kind, or goes")
    asked = parser.parse_args()
    if asked.parts:
        print_parts(asked.count)
    elif asked.start:
        print_start(asked.count)
    elif asked.night:
        print_nights(asked.night, asked.kind, not asked.no_usual, asked.workers)
    else:
        print_singly(asked.count)


if __name__ == "__main__":
    main()
