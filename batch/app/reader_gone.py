"""What reads the program's output may close it early, as `head` does: the program then ends quietly."""

from __future__ import annotations

import errno
import io
import sys
from typing import Any

#: 128 and the number of SIGPIPE, which is what a shell sees of other programs
STATUS = 141
#: the second on Windows
_CLOSED = (errno.EPIPE, errno.EINVAL)


class _Output(io.RawIOBase):
    """The bytes of a stream on their way out.

    Once nobody reads them it raises SystemExit: that passes the handlers of OSError, which would tell of a
    file or a server, and still closes files and locks in order. What is written after that goes nowhere.
    """

    def __init__(self, raw: Any) -> None:
        self._raw, self._gone = raw, False

    def writable(self) -> bool:
        """It is."""
        return True

    def fileno(self) -> int:
        """The number of the stream whose bytes these are."""
        number: int = self._raw.fileno()
        return number

    def isatty(self) -> bool:
        """Whether a person reads it."""
        return bool(self._raw.isatty())

    def write(self, data: Any) -> int:
        """Hand bytes on; how many."""
        if self._gone:
            return len(data)
        try:
            return int(self._raw.write(data))
        except OSError as error:
            if error.errno not in _CLOSED:
                raise
            self._gone = True
            raise SystemExit(STATUS) from None


def end_with_reader() -> None:
    """Have the program end when who reads its output or its messages is gone. Terminals stay as they are."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            out = io.BufferedWriter(_Output(getattr(stream.buffer, "raw", stream.buffer)))
            setattr(sys, name, io.TextIOWrapper(out, stream.encoding, stream.errors, line_buffering=True))
