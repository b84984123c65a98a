"""Refuse an inbox and an outbox that overlap: publishing deletes what it did not write, submissions
included."""

from __future__ import annotations

import os
from pathlib import Path

from batch.config.settings import SettingsError

_WHY = (
    "发件箱里的旧结果每次都会清理，放在一起会删掉各单位报送的文件。请在设置或命令里把两者改成互不包含的文件夹"
)


def require_apart(inbox: Path, outbox: Path) -> None:
    """Raise SettingsError when inbox and outbox are the same folder or one lies in the other.

    Links, other spellings and mounts are resolved: folders are compared as the system identifies them.
    """
    if _same(inbox, outbox):
        raise SettingsError(f"收件箱和发件箱是同一个文件夹（{inbox}），没有运行：{_WHY}。")
    if any(_same(folder, inbox) for folder in _above(outbox)):
        raise SettingsError(f"发件箱 {outbox} 在收件箱 {inbox} 里面，没有运行：{_WHY}。")
    if any(_same(folder, outbox) for folder in _above(inbox)):
        raise SettingsError(f"收件箱 {inbox} 在发件箱 {outbox} 里面，没有运行：{_WHY}。")


def _above(folder: Path) -> tuple[Path, ...]:
    return tuple(Path(os.path.realpath(folder)).parents)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        # one is not there yet, or away
        return os.path.realpath(one) == os.path.realpath(other)
