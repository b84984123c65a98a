"""The watcher's messages: every change of state once, in Chinese, on the terminal and in
`.jixiao/logs/watch.log`."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from batch.inbox.snapshot import RULES, Signs
from batch.outbox.log import log_to
from batch.outbox.publish import STATE
from batch.watch.settling import CHANGING, GONE, Outlook

_LOG = "watch.log"
#: names told in one line of the log
_NAMES = 5


class Reporter:
    """Remembers what was reported, so that a state found every few seconds is reported once."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._said: dict[str, str] = {}
        self._changed: set[str] = set()
        self._waiting: dict[str, str] = {}

    def log(self, text: str) -> None:
        """Write a line to the terminal and, while the outbox is there, to the watcher's log."""
        # names of files must not break lines
        text = "".join(char if char.isprintable() else " " for char in text)
        click.echo(f"{datetime.now():%Y-%m-%d %H:%M:%S} {text}", err=True)  # noqa: DTZ005 - for people
        if (self._outbox / STATE).is_dir():
            with suppress(OSError), log_to(self._outbox, _LOG) as log:
                log(text)

    def once(self, about: str, text: str) -> None:
        """Report a lasting state when it begins or changes."""
        if self._said.get(about) != text:
            self._said[about] = text
            self.log(text)

    def over(self, about: str) -> bool:
        """Forget a lasting state; returns whether it had been reported."""
        return self._said.pop(about, None) is not None

    def changes(self, outlook: Outlook, covered: Signs) -> None:
        """Report what changed since the last batch, and what keeps it from being ready."""
        kinds: dict[str, list[str]] = {}
        for name, sign in outlook.changed.items():
            if name not in self._changed and (name != RULES or covered):
                kind = "删除" if sign == GONE else "修改" if name in covered else "新增"
                kinds.setdefault(kind, []).append(name.lstrip("/"))
        if kinds:
            self.log("发现变化：" + "；".join(f"{kind} {_names(names)}" for kind, names in kinds.items()))
        self._changed = set(outlook.changed)
        reasons: dict[str, list[str]] = {}
        for name, reason in outlook.waiting.items():
            # that a file is still changing goes without saying just after it was found changed
            if reason not in (CHANGING, self._waiting.get(name)):
                reasons.setdefault(reason, []).append(name)
        for reason, names in reasons.items():
            self.log(f"等候停稳：{_names(names)}（{reason}）")
        self._waiting = dict(outlook.waiting)


def _names(names: list[str]) -> str:
    more = f"等{len(names)}个" if len(names) > _NAMES else ""
    return "、".join(names[:_NAMES]) + more
