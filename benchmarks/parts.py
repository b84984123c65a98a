"""Where the time of one submission goes: every step by itself, on the same data, the medians of many runs."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from statistics import median

from batch.checks.run import run_checks
from batch.engines.common import collect_seldom
from batch.figures.facts import facts_of
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.model.form import Source
from batch.model.limits import DEFAULT
from batch.model.markup import ExtraSheet
from batch.returns.copies import Original, copies_of
from batch.returns.round_heading import RoundHeading
from batch.scoring.card import scores_of
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context, load_rules
from batch.workbook.annotate.new_book import new_workbook
from batch.workbook.annotate.own_sheets import NOTICE
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.integrity import Originals, require_sound_book
from batch.workbook.opening import open_book
from batch.workbook.package.package import Package

RUNS = 40


def timed(step: Callable[[], object], runs: int = RUNS) -> float:
    """Milliseconds of processor time of a step, the median of `runs` after one that does not count.

    Every run is one with a file nobody has opened before: the last package that was opened is remembered.
    """
    other = new_workbook([ExtraSheet("", "", [], [])])
    step()
    taken = []
    for _ in range(runs):
        Package.open(other)
        gc.collect(0)
        started = time.process_time()
        step()
        taken.append(time.process_time() - started)
    return 1000 * median(taken)


def _checked(copies: Iterable[tuple[str, bytes]], data: bytes) -> None:
    originals = Originals([data])
    for path, copy in copies:
        if path.startswith(NOTICE):
            require_sound_book(copy)
        else:
            originals.require_sound(copy, path)


def parts(name: str, data: bytes, pack: str, runs: int = RUNS) -> dict[str, float]:
    """Milliseconds by step for one submission of one file; the whole is taken by itself."""
    collect_seldom()
    at = Context(pack)
    rules = load_rules(at)
    bundle = Bundle("", (Sent(name, 0, data),))
    book = open_book(data, name)
    recalculate(book)
    reading = FileReading(name, 0, read_forms(book, rules.forms, name), Source(name))
    submission = merge_files([reading], rules.forms, "")[0]
    checked = run_checks(submission, rules.catalogue, rules.forms)
    ended = checked.collected.values()
    done = review_files(bundle, at).units[0]
    heading = RoundHeading(rules.book.title, rules.book.year)
    originals = {name: Original(data, book)}
    steps: dict[str, Callable[[], object]] = {
        "打开文件、读单元格": lambda: open_book(data, name),
        "补算公式": lambda: recalculate(book),
        "识别表格、读数": lambda: read_forms(book, rules.forms, name),
        "逐项检查": lambda: run_checks(submission, rules.catalogue, rules.forms),
        "重算得分与指标": lambda: scores_of(submission, checked.findings, rules.forms, rules.scoring),
        "汇总所需数据": lambda: facts_of(
            submission, done.review, rules.forms, rules.figures, ended, checked.fields
        ),
        "写批注件": lambda: copies_of(done.review, originals, heading, DEFAULT, ()),
        "以上合计（整件一次）": lambda: review_files(bundle, at),
        "回读批注件": lambda: _checked(done.copies, data),
    }
    return {word: timed(step, runs) for word, step in steps.items()}
