"""The watcher's loop: list the inbox, wait until changes have settled, run a batch."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from batch.errors import with_place
from batch.inbox.overlap import require_apart
from batch.inbox.scan import AGAIN, Listing, scan
from batch.inbox.snapshot import Signs, any_workbook, signs
from batch.outbox.lock import Busy, hold
from batch.outbox.publish import STATE
from batch.outbox.state_file import read_state
from batch.run import COVERED, Caller, NotRun, finish_publishing, run_once
from batch.watch.events import Waker
from batch.watch.heartbeat import Heartbeat
from batch.watch.reporter import Reporter
from batch.watch.settling import Outlook, Settling
from batch.watch.signals import stopped_by_signals

if TYPE_CHECKING:
    from batch.config.settings import Settings

LOCK, HEARTBEAT = "watch.lock", "heartbeat"
#: seconds at most before a batch that failed, or left files it could not read, is tried again
_LONGEST = 1800.0
#: seconds an event may take to arrive, and how many may be missing before they are given up
_EVENT, _MISSING = 2.0, 2


class Watcher:
    """Watches one inbox until it is stopped."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._how = settings.watch
        self._state = settings.outbox / STATE
        self._settling = Settling(settings.inbox, self._how.quiet_seconds, self._how.patience_seconds)
        self._beat = Heartbeat(self._state / HEARTBEAT)
        self._tell = Reporter(settings.outbox)
        self._stopped = threading.Event()
        #: whether an order to stop may end what is under way
        self._interruptible = False
        #: the changes of the last look, and of the last batch: how often that was tried, when it may be again
        self._seen: Signs = {}
        self._tried: Signs = {}
        self._tries, self._again = 0, 0.0
        #: changes that no event told of
        self._missing = 0

    def run(self) -> None:
        """Watch until stopped by a signal.

        Raises SettingsError when inbox and outbox overlap, Busy when another watcher watches this outbox,
        OSError when the outbox cannot be used.
        """
        require_apart(self._settings.inbox, self._settings.outbox)
        finish_publishing(self._settings.outbox)
        with (
            hold(self._state / LOCK, "值守") as left_by,
            suppress(KeyboardInterrupt),
            stopped_by_signals(self._stop),
            self._beat,
        ):
            if left_by:
                self._tell.log(f"接管：上一次值守没有正常结束（{left_by}）")
            self._tell.log(f"开始值守：收件箱 {self._settings.inbox}，发件箱 {self._settings.outbox}")
            waker = Waker(self._settings.inbox, self._how, self._stopped, self._tell.log)
            waker.wait(0)  # listen before the first look, so that nothing falls between
            announced = True
            while not self._stopped.is_set():
                pause = self._look(waker, announced=announced)
                announced = waker.wait(pause)
            self._tell.log("停止值守：收到停止的要求")

    def _stop(self) -> None:
        self._stopped.set()
        if self._interruptible:
            self._interruptible = False
            raise KeyboardInterrupt

    def _look(self, waker: Waker, *, announced: bool) -> float:
        """Look at the inbox once, and run a batch if one is due; returns seconds until the next look."""
        began = time.monotonic()
        listing = self._listing()
        if listing is None:
            return self._how.poll_seconds
        now, covered = signs(listing, self._settings), self._covered()
        # a look at many files on a slow share must not be all that goes on there
        rest = 4 * (time.monotonic() - began)
        if not listing.candidates:
            self._empty(covered)
            return max(rest, waker.idle)
        self._tell.over("empty")
        outlook = self._settling.look(now, covered, time.monotonic(), listing.real_paths)
        self._tell.changes(outlook, covered)
        fresh = outlook.changed.items() - self._seen.items()
        self._seen = outlook.changed
        if fresh and not announced:
            self._miss(waker)
        if not outlook.changed:
            self._beat.says("等待文件")
            return max(rest, waker.idle)
        if not outlook.due:
            self._beat.says("等候停稳")
            return max(rest, min(self._how.quiet_seconds / 4, waker.idle))
        again = self._again - time.monotonic()
        if outlook.changed == self._tried and again > 0:
            return max(rest, min(again, waker.idle))
        return self._batch(listing, outlook)

    def _listing(self) -> Listing | None:
        """The listing of the inbox; None while inbox or outbox are away."""
        try:
            # a share that is away may leave an empty folder: ours has at least our lock in it
            any(self._state.iterdir())
            listing = scan(self._settings.inbox)
        except OSError as error:
            self._beat.says("等候共享恢复")
            self._tell.once("away", f"收件箱或发件箱不可用，等它恢复：{with_place(error)}")
            return None
        if self._tell.over("away"):
            self._tell.log("收件箱和发件箱已恢复")
            self._tried = {}
        return listing

    def _covered(self) -> Signs:
        """The snapshot the last batch saw, whoever ran it."""
        record = read_state(self._state / COVERED)
        if not isinstance(record, dict):
            return {}
        return {str(name): str(sign) for name, sign in record.items()}

    def _empty(self, covered: Signs) -> None:
        """An inbox without workbooks: nothing to do yet, or a share that is away and left an empty folder."""
        self._beat.says("收件箱为空")
        if any_workbook(covered):
            text = "收件箱里的文件全部不见了，可能是共享断开：原有结果保留不动。确要清空，请运行 jixiao run"
            self._tell.once("empty", text)
        else:
            self._tell.once("empty", "收件箱里还没有Excel文件，等待文件")

    def _miss(self, waker: Waker) -> None:
        """A change was found by polling: unless its event is only late, events may not reach this inbox."""
        if waker.by_events and not waker.wait(_EVENT):
            self._missing += 1
            if self._missing >= _MISSING:
                waker.give_up_events("收件箱有变化，系统却没有通知")

    def _batch(self, listing: Listing, outlook: Outlook) -> float:
        """Run a batch over the settled files; returns seconds until the next look."""
        self._tell.log(f"开始批次：{len(outlook.changed) - len(outlook.waiting)}处变化")
        try:
            self._interruptible = True
            self._beat.says("处理批次")
            night, status = run_once(
                self._settings, Caller("watch", ahead=True), listing=_without(listing, outlook.waiting)
            )
            self._interruptible = False
        except Busy as busy:
            self._beat.says("等候另一个批次")
            self._tell.once("busy", f"等候另一个批次结束（{busy}）")
            return self._how.poll_seconds
        except NotRun as reason:
            self._tell.log(str(reason))
            self._beat.says("批次失败，稍后重试", last_batch=_last(None, reason.status))
        except KeyboardInterrupt:
            self._tell.log("批次中断，没有发布的结果已丢弃，下次值守时重做")
            return 0
        else:
            units, left = len(night.units), len(night.unprocessed)
            self._tell.log(
                f"批次 {night.batch} 完成：{units}个单位，读取{night.read}个文件，{left}个文件未处理"
            )
            self._beat.says("等待文件", last_batch=_last(night.batch, status))
        finally:
            self._interruptible = False
        self._tell.over("busy")
        self._tries = self._tries + 1 if outlook.changed == self._tried else 1
        self._tried = outlook.changed
        self._again = time.monotonic() + min(self._how.quiet_seconds * 2**self._tries, _LONGEST)
        return 0


def _without(listing: Listing, waiting: dict[str, str]) -> Listing:
    """The listing, with files that have not settled passed over."""
    passed = [
        (file.name, "F032", f"{waiting[file.name]}，本次跳过，{AGAIN}")
        for file in listing.candidates
        if file.name in waiting
    ]
    return replace(
        listing,
        candidates=tuple(file for file in listing.candidates if file.name not in waiting),
        passed_over=(*listing.passed_over, *passed),
    )


def _last(batch: str | None, status: int) -> dict[str, object]:
    end = datetime.now().astimezone().isoformat(timespec="seconds")
    return {"id": batch, "end": end, "exit_status": status}
