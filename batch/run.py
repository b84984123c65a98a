"""Run a batch for a scheduler: one at a time, logged, recorded whatever its end, safe to interrupt.

Used by `jixiao run` and `jixiao watch`. State files below `.jixiao`: last-run.json (when, how it ended, its
counts; for monitoring) and covered.json (the snapshot of the inbox it saw; for the watcher).
"""

from __future__ import annotations

import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch import __version__
from batch.errors import behind, with_advice, with_place
from batch.outbox.lock import Busy, hold
from batch.outbox.state_file import write_state

if TYPE_CHECKING:
    from batch.config.settings import Settings
    from batch.inbox.scan import Listing
    from batch.outputs import Night
    from batch.unit.inbox_work import Progress

#: exit status: the batch ran; some files could not be processed; wrong use or settings; it could not run
RAN, INCOMPLETE, WRONG_USE, COULD_NOT_RUN = 0, 1, 2, 3

LOCK, LAST_RUN, COVERED = "lock", "last-run.json", "covered.json"
_UNCHANGED = "批次没有完成，原有结果没有改动"
_HALF = "批次没有完成：结果放到一半时出错，发件箱里新旧都有。排除下面的原因后运行任何一条命令，都会先接着放完"
_NOT_RECORDED = "批次的结果已经放好，但没有记进账本，请再运行一次"
#: seconds a command waits for a batch that is being published just now
_PUBLISHING = 5.0


class NotRun(Exception):  # noqa: N818 - says what happened
    """The batch did not finish; the reason in Chinese, and the exit status for it."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a batch, and how it waits while another one has the outbox."""

    command: str
    #: up to so many seconds
    wait: float = 0.0
    #: called once, with the holder
    waiting: Callable[[Busy], None] | None = None
    #: whether units get their copies back before what is told of all units is made
    ahead: bool = False


def run_once(
    settings: Settings,
    caller: Caller,
    *,
    progress: Progress | None = None,
    force: bool = False,
    listing: Listing | None = None,
    then: Callable[[Callable[[str], None]], bool] | None = None,
) -> tuple[Night, int]:
    """Run a batch, alone in its outbox; `force` and `listing` are for `run_night`. `then` is called after it
    with the log, and returns whether all it did went well. Returns the night and the exit status.

    Waits for another batch to end as `caller` says. Raises Busy when it has not ended by then, NotRun when
    the batch did not finish, KeyboardInterrupt when it was interrupted: a publication under way is then
    finished, staged outputs are dropped.
    """
    from batch.inbox.overlap import require_apart
    from batch.inbox.scan import scan
    from batch.inbox.snapshot import RULES, covered, signs
    from batch.night import run_night
    from batch.outbox.log import log_to
    from batch.outbox.publish import STATE

    with _told_why(settings.outbox):
        require_apart(settings.inbox, settings.outbox)
    if not settings.outbox.is_dir():
        # a mistyped folder gets no outbox; where there is one, monitoring learns of it
        _ensure_inbox(settings)
    state = settings.outbox / STATE
    with (
        _told_why(settings.outbox),
        hold(state / LOCK, "批次", wait=caller.wait, waiting=caller.waiting) as left_by,
    ):
        record = _Record(settings.outbox, state / LAST_RUN, caller.command)
        with record.kept(), log_to(settings.outbox) as log:
            _ensure_inbox(settings)
            if left_by:
                log(f"接管：上一次没有正常结束（{left_by}）")
            log(f"开始：收件箱 {settings.inbox}，规则包 {settings.pack}")
            try:
                listing = listing or scan(settings.inbox)
                seen = signs(listing, settings)
                night = run_night(settings, progress, force=force, ahead=caller.ahead, listing=listing)
            except KeyboardInterrupt:
                _clear_up(settings)
                log("中断：收到停止的要求，没有发布的结果已丢弃")
                raise
            for trouble in (*night.amiss, *night.troubles):
                log(trouble)
            units, left = len(night.units), len(night.unprocessed)
            log(f"结束：批次 {night.batch}，{units}个单位，读取{night.read}个文件，{left}个文件未处理")
            if night.clerk_book_saved:
                # what this batch wrote itself is no reason for another
                seen = seen | {RULES: signs(listing, settings)[RULES]}
            try:
                write_state(state / COVERED, covered(seen, night.unprocessed))
            except OSError as error:
                # the results are in place; a watcher only looks once more than it had to
                log(f"没有记下看过哪些文件：{with_place(error)}")
            status = INCOMPLETE if night.failed_files else RAN
            if then is not None and not then(log):
                status = INCOMPLETE
            record.fill(night, status)
    return night, status


def finish_publishing(outbox: Path) -> None:
    """Finish a killed batch's publication, before a command reads a mixture of both sets.

    One under way is waited for. Where it cannot be finished the next batch does it.
    """
    from batch.outbox.publish import STATE, Outbox

    if Outbox(outbox).half_published:
        with suppress(Busy, OSError), hold(outbox / STATE / LOCK, "收尾", wait=_PUBLISHING):
            Outbox(outbox).finish()


def _ensure_inbox(settings: Settings) -> None:
    if not settings.inbox.is_dir():
        reason = f"找不到收件箱文件夹：{settings.inbox}。请先建好文件夹，把各单位的文件放进去。"
        raise NotRun(reason, WRONG_USE)


def _clear_up(settings: Settings) -> None:
    """After an interruption: kill the workers, leave the outbox with the old set or the new one."""
    from batch.outbox.publish import Outbox

    for child in multiprocessing.active_children():
        child.kill()
    with suppress(OSError):
        Outbox(settings.outbox).open()


@contextmanager
def _told_why(outbox: Path) -> Iterator[None]:
    """The reason a batch did not finish, in words a clerk understands; the log has the rest."""
    from batch.config.entries import RulebookError
    from batch.config.settings import SettingsError
    from batch.engines.common import EngineError
    from batch.night import NotRecorded
    from batch.outbox.publish import Outbox
    from batch.roster.problems import RosterError
    from batch.store.ledger import LedgerBusy, LedgerError

    try:
        yield
    except (Busy, NotRun):
        raise
    except (RulebookError, RosterError, SettingsError) as error:
        raise NotRun(str(error), WRONG_USE) from error
    except LedgerError as error:
        raise NotRun(f"{_UNCHANGED}：{error}", WRONG_USE) from error
    except Exception as error:
        head = _HALF if Outbox(outbox).half_published else _UNCHANGED
        cause: BaseException = error
        if isinstance(error, NotRecorded) and error.__cause__:
            head, cause = _NOT_RECORDED, error.__cause__
        if isinstance(cause, EngineError | LedgerBusy | LedgerError):
            reason = f"{cause}。"
        elif refused := behind(cause):
            reason = with_advice(refused)
        else:
            reason = "程序出错，请把发件箱 .jixiao/logs 里的日志发给管理员"
        raise NotRun(f"{head}：{reason}", COULD_NOT_RUN) from error


class _Record:
    """The record of this run, written at its start, so that a killed run is seen to have no end."""

    def __init__(self, outbox: Path, path: Path, by: str) -> None:
        self._outbox, self._path = outbox, path
        self._entries: dict[str, Any] = {
            "by": by,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "version": __version__,
            "start": _now(),
            "end": None,
            "exit_status": None,
            "batch": None,
            "counts": None,
            "error": None,
        }

    def fill(self, night: Night, status: int) -> None:
        """Add what the batch came to."""
        from batch.model.status import Severity

        self._entries |= {
            "exit_status": status,
            "batch": night.batch,
            "counts": {
                "units": len(night.units),
                "errors": night.count(Severity.ERROR),
                "warnings": night.count(Severity.WARNING),
                "hints": night.count(Severity.HINT),
                "unprocessed": len(night.unprocessed),
                "read": night.read,
            },
        }

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Context that writes the record now, and again when the run has ended, however it did."""
        write_state(self._path, self._entries)
        try:
            with _told_why(self._outbox):
                yield
        except NotRun as reason:
            self._entries |= {"exit_status": reason.status, "error": str(reason)}
            raise
        except KeyboardInterrupt:
            self._entries |= {"exit_status": COULD_NOT_RUN, "error": "被中断"}
            raise
        finally:
            with suppress(OSError):
                write_state(self._path, self._entries | {"end": _now()}, durable=True)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")
