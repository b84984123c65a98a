"""What the outbox holds of the last batch, as mails tell it. Nothing is computed anew, only read and counted.

Everything of the batch as a whole is read from its folder in 存档: there it cannot be an older file that
stayed in place because somebody had it open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from batch.errors import in_chinese
from batch.model.cause import Sure
from batch.model.filenames import safe_name
from batch.model.reference import RosterUnit
from batch.model.turnout import Turnout, UnreadUnit
from batch.outbox.paths import ROLLUP, copy_paths
from batch.outbox.publish import Outbox


class MailError(Exception):
    """Why there is nothing to mail, in Chinese."""


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit of results.json."""

    name: str
    status: str
    files: tuple[str, ...]
    errors: int
    warnings: int
    hints: int
    #: how many things it has to correct, and how many to explain
    to_do: int = 0
    to_explain: int = 0


@dataclass(frozen=True, slots=True)
class Published:
    """One batch as it lies in the outbox."""

    root: Path
    batch: str
    year: int
    #: how the work is called, and what units send in
    work: str
    reports: str
    #: newest file of the batch; None for an empty inbox
    cutoff: datetime | None
    statuses: Mapping[str, int]
    errors: int
    warnings: int
    hints: int
    units: tuple[UnitResult, ...]
    #: (file, reason)
    unprocessed: tuple[tuple[str, str], ...]
    #: who of the roster stands where; None without one
    turnout: Turnout | None
    #: what leadership is told first, as results.json has it; amounts are Decimal
    briefing: Mapping[str, Any]
    #: the bytes of 汇总.xlsx
    rollup: bytes


def read_published(outbox: Path) -> Published:
    """Read the batch published last. Raises MailError when there is none, or only half of one."""
    if Outbox(outbox).half_published:
        raise MailError("上一批次的结果还没有放好，请等它结束或先运行 jixiao run，再发邮件。")
    try:
        batch = json.loads((outbox / "results.json").read_text(encoding="utf-8"))["batch"]["id"]
        folder = outbox / "存档" / safe_name(batch)
        text = (folder / "results.json").read_text(encoding="utf-8")
        content = json.loads(text, parse_float=Decimal)
        return _published(outbox, content, (folder / ROLLUP).read_bytes())
    except FileNotFoundError as error:
        name = Path(error.filename).name
        raise MailError(
            f"发件箱 {outbox} 里没有可以发送的结果（缺 {name}），请先运行 jixiao run。"
        ) from error
    except OSError as error:
        raise MailError(f"读不了发件箱的 {error.filename}：{in_chinese(error)}。") from error
    except (ValueError, KeyError, TypeError) as error:
        raise MailError(f"发件箱 {outbox} 里的结果不完整，请重新运行 jixiao run。") from error


def _published(root: Path, content: Any, rollup: bytes) -> Published:
    head, totals = content["batch"], content["totals"]
    reasons = {entry["file"]: entry["reason"] for entry in content["unprocessed"]}
    return Published(
        root=root,
        batch=head["id"],
        year=head["year"],
        work=head["work"],
        reports=head["reports"],
        cutoff=datetime.fromisoformat(head["cutoff"]) if head["cutoff"] else None,
        statuses=totals["statuses"],
        errors=totals["errors"],
        warnings=totals["warnings"],
        hints=totals["hints"],
        units=tuple(map(_unit, content["units"])),
        unprocessed=tuple((entry["file"], entry["reason"]) for entry in content["unprocessed"]),
        turnout=_turnout(totals, reasons) if "due" in totals else None,
        briefing=content["briefing"],
        rollup=rollup,
    )


def _unit(told: Any) -> UnitResult:
    causes = [(cause["sure"], cause["clears"]) for cause in told["causes"]]
    wanted = [sure for sure, clears in causes if clears["errors"] or clears["warnings"]]
    to_explain = wanted.count(Sure.EXPLAIN.value)
    return UnitResult(
        told["unit"],
        told["status"],
        tuple(told["files"]),
        told["errors"],
        told["warnings"],
        told["hints"],
        len(wanted) - to_explain,
        to_explain,
    )


def _turnout(totals: Any, reasons: Mapping[str, str]) -> Turnout:
    unreadable = tuple(
        UnreadUnit(_entry(one), tuple((file, reasons[file]) for file in one["files"]))
        for one in totals["unreadable_units"]
    )
    missing = tuple(map(_entry, totals["missing_units"]))
    return Turnout(totals["due"], totals["reported"], unreadable, missing, totals["outside"])


def _entry(told: Mapping[str, str]) -> RosterUnit:
    return RosterUnit(told["unit"], told["code"])


def published_copies(published: Published) -> dict[str, dict[str, Path]]:
    """By unit, its annotated copies: name → file.

    A copy that was open when the batch was published lies beside the older one; the new one is taken.
    """
    wanted = {unit.name: copy_paths(unit.name, unit.files).values() for unit in published.units}
    all_copies = {path for paths in wanted.values() for path in paths}
    found: dict[str, dict[str, Path]] = {}
    for name, paths in wanted.items():
        mine = found.setdefault(name, {})
        for path in paths:
            file = published.root / path
            newer = newest(file)
            is_copy = newer.relative_to(published.root).as_posix() in all_copies
            mine[file.name] = file if is_copy else newer
    return found


def newest(file: Path) -> Path:
    """A file as it was published last: beside the older one when that was open then."""
    newer = file.with_name(f"{file.stem}（新）{file.suffix}")
    return newer if newer.is_file() else file
