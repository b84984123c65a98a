"""A working folder with a real watcher process looking after it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from batch.returns.rebuilt_copy import rebuilt
from tests.paper import BASIC, SAMPLE, corrected
from tests.processes import children, running, until
from tests.workbook.handmade import package_of, sheet

ROOT = Path(__file__).parent.parent.parent
#: the real submission, with its mistakes
FAULTY = SAMPLE.read_bytes()
FAULTY_UNIT = "浏阳市数据资源中心"
#: a workbook that is read in no time, and lacks all forms
SMALL = package_of(sheet=sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))


@cache
def flawless(unit: str) -> bytes:
    """A submission without mistakes, of a unit called so."""
    return rebuilt(corrected({f"{BASIC}!A2": f"填报单位：{unit}"}))


class Desk:
    """Inbox, outbox, settings, and the watcher."""

    def __init__(self, root: Path, mode: str = "auto", engine: str = "local", patience: float = 300) -> None:
        self.root, self.inbox, self.outbox = root, root / "inbox", root / "outbox"
        self.state = self.outbox / ".jixiao"
        self.inbox.mkdir()
        self.settings = root / "jixiao.toml"
        self.settings.write_text(
            f'engine = "{engine}"\nworkers = 2\n[watch]\nmode = "{mode}"\nquiet_seconds = 0.4\n'
            f"poll_seconds = 0.2\npatience_seconds = {patience}\n",
            encoding="utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = root / "stderr"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The watcher that was started last."""
        assert self._process is not None
        return self._process

    def start(self) -> None:
        """Start a watcher, and wait until it is at work."""
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(self.command("watch"), cwd=ROOT, stdout=errors, stderr=errors)
        pid = self._process.pid
        self.until(lambda: self.heartbeat().get("pid") == pid, "the first beat")

    def command(self, *arguments: str) -> list[str]:
        """The program with this desk's settings."""
        return [sys.executable, "-m", "batch", "--config", str(self.settings), *arguments]

    def end(self, order: int = signal.SIGTERM) -> int:
        """Send the watcher a signal, see that it leaves nobody behind; its exit status."""
        below = children(self.process.pid)
        os.kill(self.process.pid, order)
        status = self.process.wait(timeout=60)
        self.until(lambda: not any(map(running, below)), "workers end")
        assert "Traceback" not in self.said(), self.said()
        return status

    def close(self) -> None:
        """After the test, whatever came of it."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def until(self, true: Any, what: str) -> None:
        """Wait for something, and show the watcher's log when it does not come."""
        until(true, what, self.said)

    def put(self, name: str, data: bytes) -> None:
        """A file in the inbox, written in one go."""
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def said(self) -> str:
        """What all watchers of this desk printed."""
        return self._errors.read_text(encoding="utf-8") if self._errors.exists() else ""

    def heard(self, text: str, times: int = 1) -> None:
        """Wait until the watcher has said something so often."""
        self.until(lambda: self.said().count(text) >= times, f"{text} ×{times}")

    def batches(self) -> list[str]:
        """The batches that came to their end, by their names, which stand for what they saw."""
        return re.findall(r"批次 (\S+) 完成", self.said())

    def heartbeat(self) -> dict[str, Any]:
        """The sign of life; {} before the first."""
        try:
            beat: dict[str, Any] = json.loads((self.state / "heartbeat").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return beat

    def at_work(self) -> None:
        """Wait until the watcher is in the middle of a batch."""
        self.until(lambda: self.heartbeat().get("state") == "处理批次", "a batch")

    def results(self) -> dict[str, Any]:
        """What is published; {} when nothing is."""
        try:
            found: dict[str, Any] = json.loads((self.outbox / "results.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return found

    def units(self) -> dict[str, int]:
        """The published units, with the number of their errors."""
        return {unit["unit"]: unit["errors"] for unit in self.results().get("units", [])}

    def archived(self) -> list[dict[str, Any]]:
        """The results of every batch there was."""
        found = (self.outbox / "存档").glob("*/results.json")
        return [json.loads(path.read_text(encoding="utf-8")) for path in found]

    def settled(self, names: set[str]) -> None:
        """Wait until exactly these files are published, and nothing is left to do."""

        def done() -> bool:
            files = {name for unit in self.results().get("units", []) for name in unit["files"]}
            return files == names and self.heartbeat().get("state") == "等待文件"

        self.until(done, f"all done: {sorted(names)[:5]}")
