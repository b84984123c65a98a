"""One job of bench.py in a process of its own, whose memory and time nothing else has touched.

Prints a line of JSON: seconds by the clock and of processor time of all processes, peaks of memory in MB.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from multiprocessing import active_children
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))


def night(inbox: Path, outbox: Path, workers: int) -> None:
    """One batch of jixiao: one worker is this process itself."""
    from batch.night import run_night
    from batch.settings import Settings

    engine = "local" if workers == 1 else "process"
    run_night(Settings(inbox=inbox, outbox=outbox, pack="hunan-2020", engine=engine, workers=workers))


def usual(inbox: Path, outbox: Path, count: int) -> None:
    """The usual script on the first `count` submissions."""
    from benchmarks import usual_script

    outbox.mkdir(parents=True, exist_ok=True)
    files = sorted(inbox.rglob("*.xlsx"))[:count]
    lines = [usual_script.process(path, outbox / f"{path.parent.name}.xlsx") for path in files]
    usual_script.summarise(lines, outbox / "汇总.xlsx")


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
    before = sum(os.times()[:4])
    with Watch() as watch:
        started = time.perf_counter()
        (night if job == "night" else usual)(Path(inbox), Path(outbox), int(number))
        seconds = time.perf_counter() - started
    while active_children():
        # their time counts once they have ended
        time.sleep(0.05)
    found = {
        "seconds": seconds,
        "busy": sum(os.times()[:4]) - before,
        "parent": peak("self"),
        "workers": watch.highest,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
