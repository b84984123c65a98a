"""Small files that ask for much: each is done or answered, and what comes of it stays in bounds.

Nothing here looks at a clock: what is counted are findings, characters, and how often a thing is worked out.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import openpyxl

from batch.checks.engine import several
from batch.checks.engine.amount import Result, add_up
from batch.checks.engine.collect import MANY
from batch.checks.engine.several import exact_sum
from batch.engines.common import HANGS
from batch.model.form import Value
from batch.model.quoting import QUOTED
from batch.unit.bundle import Bundle, BundleResult, Sent
from batch.unit.review_bundle import TOO_MUCH, review_files
from batch.unit.rules import Context
from batch.unit.tasks import ReadTask, read_and_work
from tests.paper import BASIC, PACK, PROJECT, SAMPLE
from tests.workbook.handmade import package_of, sheet, strings, workbook

if TYPE_CHECKING:
    import pytest
    from openpyxl.worksheet.worksheet import Worksheet

#: Excel takes no more characters into a cell
LONGEST_TEXT = 32_767


def made(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The real submission after a change."""
    book = openpyxl.load_workbook(SAMPLE)
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def done(data: bytes) -> BundleResult:
    result = review_files(Bundle("", (Sent("报送.xlsx", 0, data),)), Context(PACK))
    assert result.troubles == []
    return result


def refusal(data: bytes) -> str:
    result = done(data)
    assert not result.units
    ((_, reason),) = result.unprocessed
    return reason


def rows_of(count: int) -> bytes:
    """Many indicators, each with its headings printed again, as programs export them."""

    def change(book: openpyxl.Workbook) -> None:
        form: Worksheet = book[PROJECT]
        for area in list(form.merged_cells.ranges):
            form.unmerge_cells(str(area))
        form.insert_rows(17, count)
        row = [form.cell(16, column).value for column in range(1, 10)]
        for number in range(17, 17 + count):
            for column, value in enumerate(row[1:], 2):
                form.cell(number, column).value = value

    return made(change)


def test_a_sum_over_all_rows_is_worked_out_once_for_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was worked out, and told, for every row: 2,000 rows took a worker's memory."""
    added = Counter[int]()

    def counted(parts: Sequence[Result], of: str) -> Result:
        added[len(parts)] += 1
        return add_up(parts, of)

    def counted_plainly(values: Sequence[Value]) -> several.ExactSum:
        added[len(values)] += 1
        return exact_sum(values)

    monkeypatch.setattr(several, "add_up", counted)
    monkeypatch.setattr(several, "exact_sum", counted_plainly)
    few = done(rows_of(60))
    once = sum(size * times for size, times in added.items())
    added.clear()
    many = done(rows_of(240))
    assert sum(size * times for size, times in added.items()) < 5 * once
    for result in (few, many):
        (unit,) = result.units
        assert max(len(finding.related) for finding in unit.review.findings) <= 100
        assert max(len(finding.message) for finding in unit.review.findings) < 8 * QUOTED


def test_a_text_in_every_cell_is_quoted_and_not_repeated() -> None:
    """Digits, because a pattern that looks for amounts went through them again from each one."""
    long = "7" * LONGEST_TEXT

    def change(book: openpyxl.Workbook) -> None:
        form = book[PROJECT]
        for row in range(2, 20):
            for cell in form[row]:
                if isinstance(cell.value, str) and cell.column in (4, 9):
                    cell.value = long

    (unit,) = done(made(change)).units
    assert {finding.check for finding in unit.review.findings} >= {"F015"}
    for finding in unit.review.findings:
        texts = (finding.message, finding.fix, finding.filled, finding.expected, finding.difference)
        assert max(map(len, texts)) < 4 * QUOTED
        assert len(finding.field) <= 800
    assert max(len(tie.remark) for tie in unit.facts.ties) <= QUOTED


def test_a_longer_text_than_excel_takes_is_refused_in_every_shape() -> None:
    def with_text(book: openpyxl.Workbook) -> None:
        book[BASIC]["A30"] = "县" * LONGEST_TEXT

    assert done(made(with_text)).units
    long = f"<t>{'县' * (LONGEST_TEXT + 1)}</t>"
    pieces = "<r><t>县县县</t></r>" * (LONGEST_TEXT // 3 + 1)
    for text in (long, pieces):
        inline = f'<row r="1"><c r="A1" t="inlineStr"><is>{text}</is></c></row>'
        for data in (package_of(sheet=sheet(inline)), package_of(strings=strings(text))):
            assert "文字超过32767个字" in refusal(data)


def test_one_text_in_very_many_cells_is_refused() -> None:
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 301))
    data = package_of(sheet=sheet(cells), strings=strings(f"<t>{'县' * 30_000}</t>"))
    assert "单元格的文字共900万字" in refusal(data)


def test_sheets_that_are_all_the_same_part_are_refused() -> None:
    names = "".join(f'<sheet name="表{n}" sheetId="{n}" r:id="rId1"/>' for n in range(1, 901))
    reason = refusal(package_of(workbook=workbook(f"<sheets>{names}</sheets>")))
    assert "与另一张表页是同一份内容" in reason


def test_stray_cells_without_end_are_told_up_to_a_number() -> None:
    def change(book: openpyxl.Workbook) -> None:
        form = book[BASIC]
        for row in range(40, 440):
            for column in range(1, 21):
                form.cell(row, column).value = row + column / 10

    (unit,) = done(made(change)).units
    stray = [f for f in unit.review.findings if f.check == "F015" and f.form == BASIC]
    assert 0 < len(stray) <= MANY
    assert len(stray) < MANY or any("同类问题另有" in finding.message for finding in stray)


def test_what_takes_no_end_is_answered_and_the_next_one_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that goes back and forth holds all of Python up; the bound reaches it there."""

    def hang(*_: object) -> None:
        re.fullmatch("(a+)+b", "a" * 60)

    task = ReadTask("", (Sent("挂起.xlsx", 0, SAMPLE.read_bytes()),), Context(PACK))
    with monkeypatch.context() as changed:
        changed.setattr("batch.unit.tasks.SECONDS", 0.2)
        changed.setattr("batch.unit.review_bundle.run_checks", hang)
        back = read_and_work(task)
    assert back.unprocessed == [("挂起.xlsx", HANGS.format(seconds=0.2))]
    assert not back.settled
    assert len(read_and_work(task).units) == 1


def test_what_asks_for_too_much_memory_is_no_mistake_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def swell(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("batch.unit.review_bundle.run_checks", swell)
    result = review_files(Bundle("", (Sent("大.xlsx", 0, SAMPLE.read_bytes()),)), Context(PACK))
    assert result.unprocessed == [("大.xlsx", TOO_MUCH)]
