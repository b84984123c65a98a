"""Make the terminal pictures of the documents: real commands in a terminal of 80 columns.

    python tools/terminal_pictures.py

Runs on the county of `jixiao demo`. Needs a Unix terminal and Chromium (`make office` installs it).
"""

from __future__ import annotations

import os
import shlex
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text

from batch.demo.rounds import make_demo

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
COLUMNS, ROWS = 80, 60
#: lines of a picture; what is longer is cut, as it scrolls away on a screen
MOST_LINES = 40
#: picture → what is typed, in the folder of the demonstration
COMMANDS = {
    "终端-run": "jixiao run",
    "终端-status": "jixiao status",
    "终端-check": "jixiao check 第一晚/收件箱/县水利局/县水利局_2020.xlsx",
    "终端-explain": "jixiao explain J105",
}
#: pixels of one column and one line, and around the text
_WIDTH, _LINE, _AROUND = 9, 25, 16
_PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>
body {{ margin: 0; background: #1e1e1e; }}
pre {{ margin: {around}px; color: #d4d4d4; font: {size}px/{line}px "Noto Sans Mono CJK SC", monospace; }}
</style></head><body><pre>{code}</pre></body></html>"""


def typed(command: str, folder: Path) -> str:
    """What a terminal of COLUMNS columns shows when a command is run in a folder, with its escapes."""
    # Unix only; the tests read COMMANDS everywhere
    import fcntl
    import pty
    import termios

    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    arguments = [sys.executable, "-m", "batch", *shlex.split(command)[1:]]
    environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "COLUMNS": str(COLUMNS)}
    # the bar is drawn on stderr and wiped when it is done
    with subprocess.Popen(
        arguments, cwd=folder, env=environment, stdin=slave, stdout=slave, stderr=subprocess.DEVNULL
    ) as process:
        os.close(slave)
        pieces = []
        while piece := _read(master):
            pieces.append(piece)
        process.wait()
    os.close(master)
    return b"".join(pieces).decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        # Linux says so when the last writer has closed its end
        return b""


def page(command: str, shown: str) -> tuple[str, int]:
    """The picture as a web page, and its height in pixels."""
    lines = [f"\x1b[1m$ {command}\x1b[0m", *shown.rstrip("\n").split("\n")]
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], "……"]
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    for line in lines:
        console.print(Text.from_ansi(line), soft_wrap=True)
    # a half-width character of this font is half as wide as it is high
    code = console.export_html(inline_styles=True, theme=SVG_EXPORT_THEME, code_format="{code}")
    html = _PAGE.format(around=_AROUND, size=2 * _WIDTH, line=_LINE, code=code)
    return html, len(lines) * _LINE + 2 * _AROUND


def photograph(html: str, height: int, target: Path) -> None:
    """Let Chromium take a picture of a page."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "terminal.html")
        source.write_text(html, encoding="utf-8")
        command = [
            "chromium",
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            f"--window-size={COLUMNS * _WIDTH + 2 * _AROUND},{height}",
            f"--screenshot={target}",
            source.as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)


def main() -> int:
    """Write every picture of COMMANDS; returns the exit status."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "演示")
        make_demo(folder)
        settings = folder / "jixiao.toml"
        # how late somebody is depends on the day the picture is taken
        text = settings.read_text(encoding="utf-8-sig").replace("deadline =", "# deadline =")
        settings.write_text(text, encoding="utf-8")
        for picture, command in COMMANDS.items():
            html, height = page(command, typed(command, folder))
            photograph(html, height, PICTURES / f"{picture}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
