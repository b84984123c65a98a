"""What the roster gives the batch: whose a submission is, and all that is known about that unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from batch.forms.read.unit_names import unit_name
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import remembered, split_entries
from batch.forms.spec.spec import PackForms
from batch.model.book import TEXT, Book, Cell, Kind
from batch.model.form import Submission
from batch.model.reference import LastYear, Reference
from batch.roster.layout import code_labels
from batch.roster.roster import Roster, RosterMatch, name_key

#: longer texts state no code
_LONGEST = 60


def references(roster: Roster, last_years: Mapping[str, LastYear]) -> dict[str, Reference]:
    """What is known of every unit, by key_of its full name; `last_years` likewise."""
    return {
        name_key(unit.name): Reference(unit.name, unit, last_year=last_years.get(name_key(unit.name)))
        for unit in roster.units
    }


def recognise(
    submission: Submission, roster: Roster, forms: PackForms, codes: Mapping[str, str]
) -> RosterMatch | None:
    """The unit a submission belongs to, and how that is known; None when it is not in the roster.

    `codes` are those the submission's files state (see `stated_code`), by file; files that state different
    ones state none. A name that only comes from the folder or the file counts as that, not as stated.
    """
    stated = {code for file in submission.files if (code := codes.get(file, ""))}
    code = next(iter(stated)) if len(stated) == 1 else ""
    name = submission.unit if _states_its_name(submission, forms) else ""
    found = roster.find(code=code, name=name, folder=submission.folder)
    if found is not None:
        return found
    by_file = [roster.find(file=file) for file in submission.files]
    named = {hit.unit.name: hit for hit in by_file if hit}
    return next(iter(named.values())) if len(named) == 1 else None


def reference_of(found: RosterMatch, known: Mapping[str, Reference]) -> Reference:
    """The reference of a recognised unit, saying how it was recognised; `known` as from `references`."""
    return replace(known[name_key(found.unit.name)], how=found.how)


def _states_its_name(submission: Submission, forms: PackForms) -> bool:
    values = (table.fields.get(forms.forms[table.form].unit_field) for table in submission.tables)
    own = name_key(submission.unit)
    return any(v is not None and v.is_filled and name_key(unit_name(v.raw)) == own for v in values)


def stated_code(book: Book) -> str:
    """The unit's code as a workbook states it behind a label such as 单位编码; "" for none or several."""
    codes: set[str] = set()
    for sheet in book.sheets:
        telling = [
            (cell, said)
            for cell in sheet.cells.values()
            if cell.kind is TEXT and (said := _stated_in(cell.raw))
        ]
        for cell, (is_label, own) in telling:
            codes.update(own)
            if is_label:
                codes.add(_raw(sheet.cells.get((cell.row, cell.col + 1))))
    codes = {code for text in codes if (code := text.strip())}
    return next(iter(codes)) if len(codes) == 1 else ""


@remembered
def _stated_in(text: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether a text is a label of the code, and the codes it states itself; None when it is neither."""
    if len(text) > _LONGEST:
        return None
    wanted = code_labels()
    own = tuple(value for label, value in split_entries(text) if normalise(label) in wanted)
    is_label = normalise(text) in wanted
    return (is_label, own) if is_label or own else None


def _raw(cell: Cell | None) -> str:
    return cell.raw if cell is not None and cell.kind in (Kind.TEXT, Kind.NUMBER) else ""
