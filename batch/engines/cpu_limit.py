"""A bound on the processor time that a piece of work may take, wherever it runs.

Time on the clock says little: a night may run on a slow machine beside other programs. What never ends takes
processor time, and is ended by its own process after its share of it, also inside a regular expression.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import Final

#: seconds between further signals: the exception of one may be lost where nobody can take it
_AGAIN: Final = 1.0


class OutOfTimeError(BaseException):
    """The work took more processor time than it may.

    No Exception: whatever looks after mistakes in a single file or unit on the way must not take it for one.
    """


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError when what is done meanwhile takes more processor time than so many seconds.

    Windows has no such signal and threads other than the first get none: there the engines, which watch the
    clock, find out later.
    """
    if sys.platform == "win32" or current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _expire)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _expire(*_: object) -> None:
    raise OutOfTimeError
