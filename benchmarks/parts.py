"""Where the time of one submission goes: every step by itself, on the same data, the medians of many runs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from statistics import median

from batch.checks.engine import run_checks
from batch.forms.gather import FileReading, gather
from batch.forms.read import read_forms
from batch.model.form import Source
from batch.outputs.facts import facts_of
from batch.outputs.marked import Heading, marks_of, results_sheet
from batch.scoring.figures import figures_of
from batch.scoring.scores import score_of
from batch.work import Bundle, Context, Sent, load_rules, work
from batch.workbook.opening import open_book
from batch.workbook.patch import annotate
from batch.workbook.recalculate import recalculate

RUNS = 40


def timed(step: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds of a step, the median of `runs` after one that does not count."""
    step()
    taken = []
    for _ in range(runs):
        gc.collect(0)
        started = time.perf_counter()
        step()
        taken.append(time.perf_counter() - started)
    return 1000 * median(taken)


def parts(name: str, data: bytes, pack: str, runs: int = RUNS) -> dict[str, float]:
    """Milliseconds by step for one submission of one file; the last entry is the whole, taken by itself."""
    at = Context(pack)
    rules = load_rules(at)
    bundle = Bundle("", (Sent(name, 0, data),))
    book = open_book(data, name)
    recalculate(book)
    reading = FileReading(name, 0, read_forms(book, rules.forms, name), Source(name))
    submission = gather([reading], rules.forms, "")[0]
    checked = run_checks(submission, rules.catalogue, rules.forms)
    done = work(bundle, at).units[0]
    heading = Heading(rules.book.title, rules.book.year)
    marks = marks_of(done.review.findings, name)
    sheet = results_sheet(done.review, heading, name)

    def recalculated() -> None:
        recalculate(book)

    def scored() -> None:
        score_of(submission, checked.findings, rules.score)
        figures_of(submission, rules.forms, rules.figures)

    def drawn() -> None:
        marks_of(done.review.findings, name)
        results_sheet(done.review, heading, name)

    steps: dict[str, Callable[[], object]] = {
        "打开文件、读单元格": lambda: open_book(data, name),
        "补算公式": recalculated,
        "识别表格、读数": lambda: read_forms(book, rules.forms, name),
        "逐项检查": lambda: run_checks(submission, rules.catalogue, rules.forms),
        "重算得分与指标": scored,
        "汇总所需数据": lambda: facts_of(submission, done.review, rules.forms),
        "批注与审核结果的内容": drawn,
        "写批注件": lambda: annotate(data, marks, [sheet]),
    }
    taken = {word: timed(step, runs) for word, step in steps.items()}
    taken["合计（整件一次）"] = timed(lambda: work(bundle, at), runs)
    return taken
