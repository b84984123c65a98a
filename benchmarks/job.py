"""One job of bench.py in a process of its own, whose memory and time nothing else has touched.

Prints a line of JSON: seconds by the clock, of processor time of all processes and of this one, peaks of
memory in MB, and for a batch how long each of its steps took.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from itertools import pairwise
from multiprocessing import active_children
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from batch.engines.common import collect_seldom  # noqa: E402

#: the step after which units have their copies back: a watcher's nights but the first have it
AHEAD = "批注件发出"
#: by step of a batch: where it is done (module and class), and the function it ends with
STEPS = (
    ("读取、检查、批注", "batch.unit.inbox_work:", "_units_of"),
    ("单位之间比较，重做批注件", "batch.night:", "process_inbox"),
    (AHEAD, "batch.outbox.publish:Outbox", "publish_ahead"),
    ("汇总.xlsx、清单.xlsx、findings.jsonl、results.json，验证", "batch.night:", "stage_archive"),
    ("发布、记台账", "batch.night:", "run_night"),
)
#: step, seconds by the clock, the parent's peak of memory so far in MB
Step = tuple[str, float, float]


def night(inbox: Path, outbox: Path, workers: int) -> list[Step]:
    """One batch of jixiao, step by step: one worker is this process itself."""
    from batch.config.settings import Settings

    engine = "local" if workers == 1 else "process"
    settings = Settings(inbox=inbox, outbox=outbox, pack="hunan-2020", engine=engine, workers=workers)
    ended = [("", time.perf_counter(), 0.0)]

    def marked(word: str, function: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **named: object) -> object:
            try:
                return function(*given, **named)
            finally:
                ended.append((word, time.perf_counter(), peak("self")))

        return step

    for word, module, name in STEPS:
        name_of_module, _, inside = module.partition(":")
        owner = import_module(name_of_module)
        owner = getattr(owner, inside) if inside else owner
        setattr(owner, name, marked(word, getattr(owner, name)))
    # as a watcher runs it
    import_module("batch.night").run_night(settings, ahead=True)
    return [(word, at - before, memory) for (_, before, _), (word, at, memory) in pairwise(ended)]


def usual(inbox: Path, outbox: Path, count: int) -> list[Step]:
    """The usual script on the first `count` submissions."""
    from benchmarks import usual_script

    outbox.mkdir(parents=True, exist_ok=True)
    files = sorted(inbox.rglob("*.xlsx"))[:count]
    lines = [usual_script.process(path, outbox / f"{path.parent.name}.xlsx") for path in files]
    usual_script.summarise(lines, outbox / "汇总.xlsx")
    return []


class Watch(threading.Thread):
    """The highest peak of memory among this process's children, in MB; 0 where the system does not tell."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.highest = 0.0
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Look at the children five times a second."""
        while not self._over.wait(0.2):
            for task in Path("/proc/self/task").glob("*/children"):
                try:
                    children = task.read_text().split()
                except OSError:
                    continue
                self.highest = max([self.highest, *(peak(child) for child in children)])


def peak(process: str) -> float:
    """A process's peak of memory in MB; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def main() -> None:
    """Run the job the command line names."""
    job, inbox, outbox, number = sys.argv[1:]
    # as the program does when it starts
    collect_seldom()
    before = os.times()
    with Watch() as watch:
        started = time.perf_counter()
        steps = (night if job == "night" else usual)(Path(inbox), Path(outbox), int(number))
        seconds = time.perf_counter() - started
    while active_children():
        # their time counts once they have ended
        time.sleep(0.05)
    after = os.times()
    found = {
        "seconds": seconds,
        "busy": sum(after[:4]) - sum(before[:4]),
        "own": sum(after[:2]) - sum(before[:2]),
        "parent": peak("self"),
        "workers": watch.highest,
        "steps": steps,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
