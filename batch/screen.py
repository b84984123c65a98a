"""What a run shows on the terminal and leaves in the log: progress, a closing table, findings in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from batch.model.review import Severity

if TYPE_CHECKING:
    from batch.model.review import Review
    from batch.night import Night
    from batch.standing import Standing

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}
_STATUS_COLOURS = {"退回": "red", "待说明": "yellow", "通过": "green"}
#: units that are named where all are counted
_NAMED = 10
#: what to look at in a demonstration
_TOUR = (
    ("说明.txt", "按什么顺序看"),
    ("outbox/汇总.xlsx", "领导看的一本"),
    ("第一晚/发件箱/批注/县水利局", "单位拿到的批注件"),
    ("inbox/县水利局", "单位在批注件上改好、放回来的"),
)


@contextmanager
def log_to(outbox: Path, name: str = "jixiao.log") -> Iterator[Callable[[str], None]]:
    """A log file below the outbox for as long as the batch runs; lines can be sent to support as they are.

    One process at a time may write to a log: it is set aside when it has grown, five old ones are kept.
    """
    from loguru import logger

    logger.remove()
    sink = logger.add(
        outbox / ".jixiao" / "logs" / name,
        format="{time:YYYY-MM-DD HH:mm:ss} {level} {message}",
        rotation="5 MB",
        retention=5,
        encoding="utf-8",
        diagnose=False,
    )
    try:
        # the text is an argument, so that braces in a file name are no placeholders
        yield lambda text: logger.info("{}", text)
    except Exception:
        logger.exception("批次中止")
        raise
    finally:
        logger.remove(sink)


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal, nothing elsewhere; what it yields is told (files done, files in all)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("审核"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("个文件"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("")
        yield lambda done, total: bar.update(task, completed=done, total=total)


def night_summary(night: Night, outbox: Path) -> None:
    """The closing table: one line a unit, then what lies where."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, title=f"批次 {night.batch}", title_justify="left")
    table.add_column("单位", overflow="fold")
    table.add_column("状态")
    for word in ("错误", "核实", "提示", "自评得分"):
        table.add_column(word, justify="right")
    for review in night.reviews:
        score = "未评" if review.self_score is None else f"{review.self_score.normalize():f}"
        counts = [str(review.count(severity)) for severity in Severity]
        status = f"[{_STATUS_COLOURS[review.status]}]{review.status}[/]"
        table.add_row(_plain(review.unit), status, *counts, score)
    console.print(table)
    if night.missing is not None:
        names = "、".join(_plain(unit.name) for unit in night.missing[:_NAMED])
        dots = "等" if len(night.missing) > _NAMED else ""
        console.print(f"未报：{len(night.missing)}户{'：' if names else ''}{names}{dots}")
    for problem in night.problems:
        console.print(f"单位名册：{_plain(str(problem))}")
    for name, reason in night.unprocessed:
        console.print(f"未处理：{_plain(name)}：{_plain(reason)}")
    for name in night.beside:
        console.print(f"原文件正被打开，新结果放在旁边：{_plain(name)}")
    console.print(f"汇总表：{_plain(str(outbox / '汇总.xlsx'))}")
    console.print(f"批注件：{_plain(str(outbox / '批注'))}")


def show_standing(standing: Standing) -> None:
    """How the round stands: the counts, then one line a unit, those to be rung up first."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from batch.standing import MISSING, STATUSES

    console = Console(highlight=False)
    due = f"应报{standing.due}户，" if standing.due is not None else ""
    counts = "，".join(f"{word}{standing.count(word)}户" for word in STATUSES if standing.count(word))
    console.print(f"{due}已报{standing.reported}户{'：' if counts else '。'}{counts}")
    if standing.batch:
        console.print(f"批次 {standing.batch}，数据截止 {standing.cutoff or '—'}")
    else:
        console.print("还没有处理过。把各单位的文件放进收件箱，运行 jixiao run。")
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("单位", overflow="fold")
    table.add_column("状态")
    for word in ("错误", "核实", "得分"):
        table.add_column(word, justify="right")
    table.add_column("找谁催", overflow="fold")
    for row in standing.rows:
        if row.status == MISSING:
            cells = [f"[magenta]{MISSING}[/]", "", "", ""]
        else:
            score = "未评" if row.self_score is None else f"{row.self_score:g}"
            colour = _STATUS_COLOURS[row.status]
            cells = [f"[{colour}]{row.status}[/]", str(row.errors), str(row.warnings), score]
        late = f"逾期{row.days_late}天" if row.days_late else ""
        whom = " ".join(filter(None, (late, row.contact, row.phone)))
        table.add_row(_plain(row.unit), *cells, _plain(whom))
    if standing.rows:
        console.print(table)


def demo_tour(first: Night, second: Night, folder: Path) -> None:
    """What the demonstration's two nights came to, and what to look at first."""
    from rich.console import Console

    console = Console(highlight=False)
    for word, night in (("第一晚", first), ("第二晚", second)):
        counts = Counter(review.status for review in night.reviews)
        told = "，".join(f"{status}{counts[status]}户" for status in _STATUS_COLOURS)
        errors = night.count(Severity.ERROR)
        console.print(f"{word}：{told}，未报{len(night.missing or ())}户，未改的错误{errors}条")
    console.print(f"都在 {_plain(str(folder))}，先看：")
    for path, what in _TOUR:
        console.print(f"  {path}　{what}")


def show_review(review: Review) -> None:
    """One unit's findings, gravest first, each with its cell and how to put it right."""
    from rich.console import Console
    from rich.padding import Padding

    from batch.outputs.marked import folded

    console = Console(highlight=False)
    counts = "，".join(f"{severity.value}{review.count(severity)}" for severity in Severity)
    console.print(f"{_plain(review.unit)}：{review.status}（{counts}）")
    for finding, more in folded(review.findings):
        place = f"{finding.sheet} {finding.cell}" if finding.cell else finding.sheet or finding.form
        colour = _COLOURS[finding.severity]
        console.print(f"[{colour}]【{finding.severity.value}】[/]{finding.check} {_plain(place)}")
        rest = f"\n另有{len(more)}处同类问题" if more else ""
        text = f"{_plain(finding.message)}\n改法：{_plain(finding.fix)}{rest}"
        console.print(Padding(text, (0, 0, 0, 4)))


def _plain(text: str) -> str:
    """Text from a file never becomes markup, and no control character reaches the terminal."""
    from rich.markup import escape

    return escape("".join(char if char.isprintable() else " " for char in text))
