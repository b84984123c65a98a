"""The log of a batch below the outbox."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from batch import __version__


@contextmanager
def log_to(outbox: Path, name: str = "jixiao.log") -> Iterator[Callable[[str], None]]:
    """Context with a log file below the outbox; its lines can be sent to support as they are.

    The first line names the program's version and the machine. One process at a time may write to a log; a
    large one is rotated, five old ones are kept.
    """
    from loguru import logger

    logger.remove()
    sink = logger.add(
        outbox / ".jixiao" / "logs" / name,
        format="{time:YYYY-MM-DD HH:mm:ss} {level} {message}",
        rotation="5 MB",
        retention=5,
        encoding="utf-8",
        # a path of the system may hold what is no text
        errors="backslashreplace",
        diagnose=False,
    )
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    logger.info("{}", f"jixiao {__version__}，Python {platform.python_version()}，{system}")
    try:
        # the text is an argument, so that braces in a file name are no placeholders
        yield lambda text: logger.info("{}", text)
    except Exception:
        logger.exception("批次中止")
        raise
    finally:
        logger.remove(sink)
