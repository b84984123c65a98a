"""A limit on the processor time of a piece of work.

Wall time is no measure: a night may run on a slow machine beside other programs. Work that never ends uses
processor time, and its own process stops it at the limit, also inside a regular expression.
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
    """The work used more processor time than it may.

    A BaseException, so that handlers of errors in a single file or unit do not catch it.
    """


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError when the context uses more than `seconds` of processor time.

    Windows and threads other than the main one have no such signal: there the engines' timeouts apply.
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
