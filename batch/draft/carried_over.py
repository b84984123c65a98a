"""What the known packs say of forms that were drafted anew: their figures and scores, as far as these go.

Without it a form of the same fields would be read and checked, and left out of scoring and roll-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, Final

from batch.config.entries import RulebookError
from batch.config.pack_files import pack_names, read_pack
from batch.config.rulebook import FIGURES, SCORING, Rulebook, load_rulebook
from batch.config.toml_text import TomlText, Where
from batch.draft.known_forms import BASE
from batch.draft.proposal import PackProposal
from batch.draft.toml_lines import toml_of

#: by file: its tables
Tables = dict[str, dict[str, Any]]
#: what one mistake leaves out may be needed elsewhere
_ROUNDS: Final = 8


def carried_over(proposal: PackProposal, load: Callable[[Mapping[str, str]], object]) -> None:
    """Put into the proposal the known packs' figures and scores that fit the drafted forms.

    `load`: load the drafted pack with these further files; raises RulebookError.
    """
    proposal.carried = {}
    known = {form.known for form in proposal.forms if form.known}
    books = [load_rulebook(name) for name in pack_names() if name != BASE]
    book = max(books, key=lambda book: len(known & set(book.forms)), default=None)
    if not known or book is None:
        return
    tables = _tables(book)
    for _ in range(_ROUNDS):
        files = {file: toml_of(data) for file, data in tables.items() if data}
        try:
            load(files)
        except RulebookError as error:
            if not _left_out(tables, files, error):
                return
        else:
            proposal.carried = {file: data for file, data in tables.items() if data}
            return


def _tables(book: Rulebook) -> Tables:
    """The pack's own tables of figures and scores; those of all packs come from the base pack."""
    base = next(iter(read_pack(BASE).folders)).text(SCORING)
    shared = base.read() if base else {}
    scoring = {key: value for key, value in book.scoring.items() if key not in shared}
    return deepcopy({FIGURES: {key: entry.data for key, entry in book.figures.items()}, SCORING: scoring})


def _left_out(tables: Tables, files: Mapping[str, str], error: RulebookError) -> bool:
    """Take what is wrong out of the tables; whether there was anything."""
    places: list[tuple[str, Where]] = []
    for name, line, _ in error.mistakes:
        file = name.rpartition("/")[2]
        if file in files and (where := _place(tables[file], TomlText(file, files[file]), line)):
            places.append((file, where))
    # from the back, so that numbers in lists stay true
    for file, where in sorted(
        set(places), key=lambda place: (place[0], str(place[1][0]), place[1][1:]), reverse=True
    ):
        table, key = tables[file], where[0]
        inside = table.get(str(key))
        if len(where) > 1 and isinstance(inside, list):
            del inside[int(where[1])]
        elif len(where) > 1 and isinstance(inside, dict):
            inside.pop(where[1], None)
        if len(where) == 1 or not inside:
            table.pop(str(key), None)
    return bool(places)


def _place(table: Mapping[str, Any], text: TomlText, line: int) -> Where:
    """The entry of a table, or of one of its tables, that stands on a line or last before it."""
    best: tuple[int, Where] = (0, ())
    for key, value in table.items():
        entries: list[Where] = [(key,)]
        if isinstance(value, Mapping):
            entries += [(key, inner) for inner in value]
        elif isinstance(value, list):
            entries = [(key, n) for n in range(len(value))]
        for where in entries:
            at = text.line(where)
            if best[0] < at <= line:
                best = at, where
    return best[1]
