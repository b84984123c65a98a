"""Make everything that goes back to a unit: the annotated copy of each file, and the 退回通知.

A copy is verified as soon as it is made. One that cannot be made, or is not sound, is made in the next safer
way: by patching the unit's bytes, by saving the workbook anew, from what was read only.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial

from batch.model.book import Book, Unreadable
from batch.model.day_words import day_in_words
from batch.model.limits import Limits
from batch.model.markup import ExtraSheet, Mark
from batch.model.review import Review
from batch.outbox.paths import SUGGESTED, copy_paths, suggested_path
from batch.returns.details_sheet import details_sheet, figures_sheet
from batch.returns.explanation_sheet import explanation_sheet
from batch.returns.notes import marks_of
from batch.returns.notice import notice, notice_path
from batch.returns.rebuilt_copy import rebuilt, tabs, values_only
from batch.returns.results_sheet import results_sheet
from batch.returns.round_heading import RoundHeading
from batch.returns.suggestion import TOLD, corrections_of, filled_marks, typed_of
from batch.returns.things_page import ResultsPage, things_page
from batch.workbook.annotate.annotate import Annotation, CannotPatch
from batch.workbook.annotate.edit_cells import Place, Typed
from batch.workbook.annotate.fallback import fallback_copy
from batch.workbook.integrity import Originals, require_sound_book
from batch.workbook.package.passwords import unlock_package
from batch.workbook.package.sniffing import is_encrypted

_SIGNED = "原文件有数字签名；批注改动了文件，签名在本文件中不再有效，请以原文件的签名为准。"
_CONVERTED = "原文件不是.xlsx格式，本批注文件由系统按读取的内容重新制作，版面可能略有不同。"
_LOST = "下拉选项、图片、图形没有保留；{公式}原有批注已保留。请以原文件为准。"
_REMADE = (
    "原文件结构特殊，本批注文件由系统按读取的内容重新制作，"
    "原有批注、下拉选项、图片、图形没有保留；{公式}请以原文件为准。"
)
_VALUES = "{n}处公式只保留了结果；"


@dataclass(frozen=True, slots=True)
class Original:
    """One file as it was sent, and as it was read."""

    data: bytes
    book: Book
    #: when it was last saved, in nanoseconds; 0 where that is unknown
    modified: int = 0


@dataclass(slots=True)
class Copies:
    """All that goes back to a unit."""

    #: (path in the outbox, bytes)
    made: list[tuple[str, bytes]] = field(default_factory=list)
    #: files whose copy, and outputs that, could not be made in any way
    failed: list[str] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)


def copies_of(
    review: Review,
    originals: Mapping[str, Original],
    heading: RoundHeading,
    limits: Limits,
    passwords: tuple[str, ...],
) -> Copies:
    """All that goes back to a unit, whole. `originals` by the files of the review."""
    copies = Copies()
    sent = Originals(originals[file].data for file in review.files)
    for file, path in copy_paths(review.unit, review.files).items():
        maker = _Maker(_Given(originals[file], review, file, heading, limits, passwords))
        _make(copies, file, path, maker.copies(), sent.require_sound)
        if corrections_of(review, file):
            suggested = suggested_path(path)
            ways = maker.suggestions()
            _make(copies, suggested, suggested, ways, sent.require_sound, wanted=False)
    # the letter bears the day of what it answers, so that the same files give the same letter
    dated = _day(max(originals[file].modified for file in review.files))
    path = notice_path(review.unit)
    is_suggested = any(made.startswith(f"{SUGGESTED}/") for made, _ in copies.made)
    letter = partial(notice, review, heading, dated, is_suggested=is_suggested)
    _make(copies, path, path, [letter], lambda made, _: require_sound_book(made))
    return copies


def _day(modified: int) -> str:
    """A time as the day of a letter; "" where it is unknown."""
    if not modified:
        return ""
    day = datetime.fromtimestamp(modified // 1_000_000_000)  # noqa: DTZ006 - all units are in one county
    return day_in_words(day.date().isoformat())


def _make(
    copies: Copies,
    name: str,
    path: str,
    ways: Iterable[Callable[[], bytes | None]],
    check: Callable[[bytes, str], None],
    *,
    wanted: bool = True,
) -> None:
    """Add an output, made in the first of these ways whose result is sound by a check.

    `wanted`: whether it is a failure when it cannot be made: a 建议稿 that no way can type is left out.
    """
    troubles: list[str] = []
    left = iter(ways)
    while True:
        try:
            way = next(left, None)
            if way is None:
                break
            made = way()
            if made is None:
                return
            check(made, path)
        except (CannotPatch, Unreadable) as error:
            # an odd package: what it was is said on the copy
            troubles.append(f"{path}：{error.reason}")
        except Exception:  # noqa: BLE001 - a mistake of ours in one way must not cost the unit the next one
            troubles.append(traceback.format_exc())
            copies.troubles.append(troubles[-1])
        else:
            copies.made.append((path, made))
            return
    if not wanted:
        return
    copies.failed.append(name)
    copies.troubles += [trouble for trouble in troubles if trouble not in copies.troubles]


@dataclass(frozen=True)
class _Given:
    """One file of a unit and what goes into its copies."""

    original: Original
    review: Review
    file: str
    heading: RoundHeading
    limits: Limits
    passwords: tuple[str, ...]

    @cached_property
    def marks(self) -> list[Mark]:
        """The marks of its annotated copy."""
        return marks_of(self.review, self.file)


@dataclass(frozen=True)
class _Maker:
    """The ways to make the copies of one file."""

    given: _Given

    def copies(self) -> Iterator[Callable[[], bytes]]:
        """How the annotated copy may be made, the one that keeps most of the file first."""
        for base in self._bases():
            yield base.copy
            if base.tabs is None:
                yield base.fallback

    def suggestions(self) -> Iterator[Callable[[], bytes]]:
        """How the 建议稿 may be made; in no way where nothing is certain."""
        given = self.given
        corrections = corrections_of(given.review, given.file).values()
        if corrections:
            marks, typed = filled_marks(given.marks, corrections), typed_of(corrections, given.original.book)
            for base in self._bases():
                yield partial(base.suggestion, marks, typed)

    def _bases(self) -> Iterator[_Base]:
        if self._patched is not None:
            yield self._patched
        yield self._anew

    @cached_property
    def _patched(self) -> _Base | None:
        given, book = self.given, self.given.original.book
        if book.container not in ("xlsx", "xlsm"):
            return None
        data = given.original.data
        package = unlock_package(data, given.passwords, given.limits) if is_encrypted(data) else data
        return _Base(given, package, _SIGNED if book.signed else "")

    @cached_property
    def _anew(self) -> _Base:
        book = self.given.original.book
        if self._patched is not None:
            told = _lost(_REMADE, book)
        else:
            # pages and lists hold nothing but texts
            told = _CONVERTED + (_lost(_LOST, book) if book.container in ("xls", "ods", "xml") else "")
        return _Base(self.given, rebuilt(book), told, tabs(book))


class _Base:
    """What a file's copies are made from: its own bytes, or the workbook written anew."""

    def __init__(self, of: _Given, data: bytes, told: str, renamed: Mapping[str, str] | None = None) -> None:
        self._of = of
        self._data = data
        #: what is lost with it
        self._told = told
        #: what the sheets are called in it, None where they keep their names
        self.tabs = renamed
        #: of the annotated copy, once it was made
        self._annotation: Annotation | None = None

    def copy(self) -> bytes:
        """The annotated copy."""
        annotation = Annotation(self._data, self._of.limits)
        made = annotation.marked(self._placed(self._of.marks), self._sheets(self._told))
        self._annotation = annotation
        return made

    def suggestion(self, marks: Sequence[Mark], typed: Mapping[Place, Typed]) -> bytes:
        """The 建议稿: the annotated copy after somebody typed into it."""
        annotation = self._annotation or Annotation(self._data, self._of.limits)
        renamed = {(self._tab(sheet), cell): content for (sheet, cell), content in typed.items()}
        read = self._of.original.book if self.tabs is None else None
        sheets = self._sheets(TOLD.format(n=len(typed)) + self._told, is_suggestion=True)
        return annotation.filled(renamed, self._placed(marks), sheets, read)

    def fallback(self) -> bytes:
        """The annotated copy, of a workbook that cannot be patched."""
        sheets = self._sheets(self._told)
        return fallback_copy(self._data, self._of.original.book, self._of.marks, sheets, self._of.limits)

    def _tab(self, sheet: str) -> str:
        return sheet if self.tabs is None else self.tabs.get(sheet, sheet)

    def _placed(self, marks: Sequence[Mark]) -> Sequence[Mark]:
        return marks if self.tabs is None else [replace(mark, sheet=self._tab(mark.sheet)) for mark in marks]

    def _sheets(self, told: str, *, is_suggestion: bool = False) -> list[ExtraSheet]:
        of = self._of
        first = results_sheet(of.review, of.heading, self._things, told, is_suggestion=is_suggestion)
        return [first, *self._further]

    @cached_property
    def _things(self) -> ResultsPage:
        return things_page(self._of.review, self._of.file, self.tabs)

    @cached_property
    def _further(self) -> list[ExtraSheet]:
        """The added sheets behind the first, which are the same in all copies."""
        of = self._of
        return [
            explanation_sheet(of.review, of.heading, of.file, self.tabs),
            details_sheet(of.review, of.file, self.tabs),
            # a pack without figures of its own has none for any unit
            *([figures_sheet(of.review.figures)] if of.review.figures else []),
        ]


def _lost(sentence: str, book: Book) -> str:
    """The notice of what a copy that was written anew has lost."""
    values = values_only(book)
    return sentence.format(公式=_VALUES.format(n=values) if values else "")
