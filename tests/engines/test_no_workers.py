"""A program whose workers cannot start publishes nothing: no roll-up that shows an empty county."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.paper import SAMPLE

#: a script without the guard that processes started anew need: every worker fails as it starts
SCRIPT = """
from pathlib import Path
from batch.night import run_night
from batch.config.settings import Settings
run_night(Settings(inbox=Path("inbox"), outbox=Path("outbox"), engine="process", workers=1))
"""


def test_nothing_is_published_when_no_worker_starts(tmp_path: Path, root: Path) -> None:
    for name in ("甲", "乙"):
        (tmp_path / "inbox" / name).mkdir(parents=True)
        (tmp_path / "inbox" / name / "表.xlsx").write_bytes(SAMPLE.read_bytes())
    (tmp_path / "night.py").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "night.py"],
        cwd=tmp_path, capture_output=True, check=False, env={"PYTHONPATH": str(root), "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode != 0
    assert "工作进程启动不了" in done.stderr.decode("utf-8")
    assert not (tmp_path / "outbox" / "汇总.xlsx").exists()
