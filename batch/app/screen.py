"""Terminal output of a run: progress, the closing table, findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from batch.app.help_text import broken
from batch.model.briefing import influence_in_words
from batch.model.day_words import day_in_words
from batch.model.status import (
    CLEAN,
    MISSING,
    RETURNED,
    SEVERITY_WORDS,
    TO_EXPLAIN,
    UNIT_STATUSES,
    UNREADABLE,
    Severity,
)
from batch.outbox.paths import LISTS, ROLLUP

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from batch.app.round_status import RoundStatus
    from batch.model.review import Review
    from batch.model.turnout import Turnout
    from batch.outputs import Night

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}
_STATUS_COLOURS = {RETURNED: "red", TO_EXPLAIN: "yellow", CLEAN: "green"}
#: units that are named where all are counted
_NAMED = 10
#: units listed at the end of a run; more do not fit a screen, and 汇总.xlsx has them all
_LISTED = 40
_MINUTE, _HOUR = 60, 3600
#: signs of the bar; plain ones, for Chinese terminals give lines and blocks one column or two
_BAR = 24


@contextmanager
def progress_bar(*, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar with rate and time left on a terminal, nothing elsewhere.

    What it yields is told (files done, files in all). At the end one line says how long it took.
    """
    from rich.console import Console
    from rich.progress import Progress, TextColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _done, _total: None
        return
    since = monotonic()
    with Progress(
        TextColumn("审核 {task.fields[line]}", markup=False), console=console, transient=True
    ) as bar:
        task = bar.add_task("", total=None, line="")

        def tell(done: int, total: int) -> None:
            filled = _BAR * done // max(total, 1)
            line = f"[{'#' * filled}{'-' * (_BAR - filled)}] {done}/{total} 个文件"
            bar.update(task, completed=done, line=f"{line}  {pace(done, total, monotonic() - since)}")

        yield tell
        done = int(bar.tasks[0].completed)
    if done:
        seconds = monotonic() - since
        console.print(f"审核了{done}个文件，用时{duration(seconds)}，{speed(done, seconds)}")


def pace(done: int, total: int, seconds: float) -> str:
    """How fast it goes and how long it will still take, as far as that can be said."""
    if not done or seconds <= 0:
        return "估算中"
    left = f"  还要{duration((total - done) * seconds / done)}" if done < total else ""
    return speed(done, seconds) + left


def speed(done: int, seconds: float) -> str:
    """Files a second, or how long one takes where that is longer than a second."""
    a_second = done / max(seconds, 0.001)
    return f"每秒{a_second:.0f}个" if a_second >= 1 else f"每个{duration(1 / a_second)}"


def duration(seconds: float) -> str:
    """ "8秒", "3分20秒", "2小时05分"."""
    whole = max(1, round(seconds))
    if whole < _MINUTE:
        return f"{whole}秒"
    if whole < _HOUR:
        return f"{whole // _MINUTE}分{whole % _MINUTE:02d}秒"
    return f"{whole // _HOUR}小时{whole % _HOUR // _MINUTE:02d}分"


def night_summary(night: Night, outbox: Path) -> None:
    """The closing table, one line a unit, and what lies where. Of very many units those with most errors."""
    from rich.console import Console

    console = Console(highlight=False)
    table = _table()
    table.add_column("单位", overflow="fold")
    table.add_column("状态", no_wrap=True)
    scored = any(unit["self_score"] is not None for unit in night.units)
    for word in (*SEVERITY_WORDS, *(["自评得分"] if scored else [])):
        table.add_column(word, justify="right", no_wrap=True)
    shown = night.units
    if len(shown) > _LISTED:
        shown = sorted(shown, key=lambda unit: -unit["errors"])[:_LISTED]
    for unit in shown:
        score = "未评" if unit["self_score"] is None else f"{unit['self_score']:g}"
        scores = [score] if scored else []
        counts = [str(unit[f"{severity.code}s"]) for severity in Severity]
        status = f"[{_STATUS_COLOURS[unit['status']]}]{unit['status']}[/]"
        table.add_row(_plain(unit["unit"]), status, *counts, *scores)
    told = night.content["batch"]
    _say(console, f"批次 {night.batch}，{told['year']}年度（按{told.get('year_from') or '规则包'}）")
    _say(console, counts_told(night.turnout, Counter(unit["status"] for unit in night.units)))
    if shown:
        console.print(table)
    if len(shown) < len(night.units):
        console.print(f"以上是错误最多的{len(shown)}户，全部{len(night.units)}户见汇总表的“单位总表”。")
    if night.turnout is not None:
        _say_who(console, UNREADABLE, [unread.unit.name for unread in night.turnout.unreadable])
        _say_who(console, MISSING, [unit.name for unit in night.turnout.missing])
    for problem in night.problems:
        _say(console, str(problem))
    for name, reason in night.unprocessed:
        _say(console, f"未处理：{name}：{reason}")
    for name in night.beside:
        _say(console, f"原文件正被打开，新结果放在旁边：{name}")
    for line in night.amiss:
        _say(console, f"请注意：{line}")
    _say(console, f"汇总表：{outbox / ROLLUP}")
    _say(console, f"清单：{outbox / LISTS}")
    if night.units:
        _say(console, f"批注件：{outbox / '批注'}")


def _say_who(console: Console, status: str, names: Sequence[str]) -> None:
    if names:
        dots = "等" if len(names) > _NAMED else ""
        _say(console, f"{status}：{len(names)}户：{'、'.join(names[:_NAMED])}{dots}")


def counts_told(turnout: Turnout | None, statuses: Mapping[str, int]) -> str:
    """应报, 已报, 读不了, 未报, 名册外 as far as there are any; then how those that reported fared."""
    reported = sum(statuses.get(status, 0) for status in UNIT_STATUSES)
    stand = turnout.counts if turnout else {"已报": reported}
    fared = {status: statuses[status] for status in UNIT_STATUSES if statuses.get(status)}
    parts = ("，".join(f"{word}{number}户" for word, number in part.items()) for part in (stand, fared))
    return "：".join(filter(None, parts))


def show_standing(standing: RoundStatus) -> None:
    """How the round stands: the counts, then one line a unit, those to be rung up first."""
    from rich.console import Console

    console = Console(highlight=False)
    _say(console, counts_told(standing.turnout, Counter(row.status for row in standing.rows)))
    if standing.batch:
        console.print(f"批次 {standing.batch}，数据截止 {day_in_words(standing.cutoff) or '—'}")
    else:
        console.print("还没有处理过。把各单位的文件放进收件箱，运行 jixiao run。")
    _show_calls(console, standing)
    table = _table()
    table.add_column("单位", overflow="fold")
    table.add_column("状态", no_wrap=True)
    for word in (Severity.ERROR.value, Severity.WARNING.value, "得分"):
        table.add_column(word, justify="right", no_wrap=True)
    table.add_column("找谁催（逾期算到今天）", overflow="fold")
    for row in standing.rows:
        if row.status not in _STATUS_COLOURS:
            cells = [f"[magenta]{row.status}[/]", "", "", ""]
        else:
            score = "未评" if row.self_score is None else f"{row.self_score:g}"
            colour = _STATUS_COLOURS[row.status]
            cells = [f"[{colour}]{row.status}[/]", str(row.errors), str(row.warnings), score]
        late = f"逾期{row.days_late}天" if row.days_late else ""
        whom = " ".join(filter(None, (late, row.contact, row.phone)))
        table.add_row(_plain(row.unit), *cells, _plain(whom))
    if standing.rows:
        console.print(table)
    for row in standing.rows:
        if row.reason:
            _say(console, f"{row.unit}的文件{UNREADABLE}：{row.reason}")


def _show_calls(console: Console, standing: RoundStatus) -> None:
    """Whom to ring up first, at what number, and what to say."""
    rows = {row.unit: row for row in standing.rows}
    for number, call in enumerate(standing.calls, 1):
        row = rows[call["unit"]]
        whom = " ".join(filter(None, (row.contact, row.phone)))
        head = f"先打给谁：{number}. {row.unit}（{row.status}{'，' if whom else ''}{whom}）"
        _say(console, f"{head}：{call['text']}{influence_in_words(call['influence'], call.get('total', ''))}")


def show_review(review: Review) -> None:
    """What one unit has to do, then its findings, gravest first, each with its cell and its repair."""
    from rich.console import Console

    from batch.returns.notes import listed_findings
    from batch.returns.things import Things

    console = Console(highlight=False)
    counts = "，".join(f"{severity.value}{review.count(severity)}" for severity in Severity)
    _say(console, f"{review.unit}：{review.status}（{counts}）")
    things = Things.of(review.causes)
    for title, part in (("要做的", things.to_do), ("要说明的", things.to_explain)):
        if part:
            _say(console, f"{title}{len(part)}件")
        for thing in part:
            _say(console, f"{thing.number}. {thing.cause.text}（{thing.settles}）", 2)
    for finding, more in listed_findings(review.findings):
        place = f"{finding.sheet} {finding.cell}" if finding.cell else finding.sheet or finding.form
        colour = _COLOURS[finding.severity]
        head = f"[{colour}]【{finding.severity.value}】[/]{finding.check} {_plain(place)}"
        console.print(head, soft_wrap=True)
        _say(console, finding.message, 4)
        _say(console, f"改法：{finding.fix}", 4)
        if more:
            _say(console, f"另有{len(more)}处同类问题", 4)


def show_text(text: str) -> None:
    """A text of several lines, each broken where the terminal ends."""
    from rich.console import Console

    console = Console(highlight=False)
    for line in text.splitlines():
        _say(console, line)


def _table() -> Table:
    """A table with one rule below its head, of a sign that is one column wide everywhere."""
    from rich.box import Box
    from rich.table import Table

    blank = "    \n"
    return Table(box=Box(f"{blank}{blank} -- \n{blank * 5}", ascii=True))


def _say(console: Console, text: str, indent: int = 0) -> None:
    """A text of any origin: broken where a terminal ends, in one line for everything that is no terminal."""
    text = _printable(text)
    lines = broken(text, console.width - indent) if console.is_terminal else [text]
    for line in lines:
        console.print(" " * indent + line, markup=False, soft_wrap=True)


def _plain(text: str) -> str:
    """Text from a file never becomes markup, and no control character reaches the terminal."""
    from rich.markup import escape

    return escape(_printable(text))


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)
