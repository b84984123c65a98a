"""A pack's TOML into its forms: keys checked, then built; the bureau's own names of labels added."""

from __future__ import annotations

import re

from msgspec.structs import asdict

from batch.config.entries import Entry, RuleMistakes, decoded, told_together
from batch.config.pack_files import PACK
from batch.config.rulebook import Rulebook
from batch.config.schema import unknown
from batch.forms.spec.aliases import form_of, with_own_name
from batch.forms.spec.drawing import drawing_of
from batch.forms.spec.form_rules import form_rules
from batch.forms.spec.keys import (
    PROJECT,
    ColumnKeys,
    FieldKeys,
    FormKeys,
    GridKeys,
    ListKeys,
    lists_of,
)
from batch.forms.spec.label_matching import labels_of
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze
from batch.forms.spec.non_indicator_rows import RowWords
from batch.forms.spec.output_words import output_words
from batch.forms.spec.report_words import report_words
from batch.forms.spec.shared_sums import no_projects, shared_sums
from batch.forms.spec.spec import Field, FormSpec, Grid, ListSpec, PackForms
from batch.forms.spec.target_columns import target_columns_of
from batch.forms.spec.vocabulary import vocabulary_of

#: year and period in a title
_TOKEN = re.compile(r"\{(?:本年|上年|期)\}度?")


def load_forms(book: Rulebook, mistakes: RuleMistakes | None = None) -> PackForms:
    """Turn a rulebook's forms into specifications.

    `mistakes`: the caller's collection for what is wrong but leaves forms to go on with. Raises RulebookError
    for a key, word or value that means nothing.
    """
    with told_together(mistakes) as noted:
        return _load(book, noted)


def _load(book: Rulebook, noted: RuleMistakes) -> PackForms:
    words = book.words
    decor, totals, subtotals = (
        frozenset(normalise(w) for w in words.get(key, [])) for key in ("decor", "totals", "subtotals")
    )
    forms = _forms(book, noted)
    period = book.asked_period or book.period
    entries = dict(book.forms)
    for alias in book.aliases:
        with noted.noting():
            key = form_of(alias, forms)
            finders = [labels.find for labels in forms[key].label_sets]
            others = {title for other, spec in forms.items() if other != key for title in spec.titles}
            data = with_own_name(entries[key].data, finders, alias, decor | totals | subtotals | others)
            entries[key] = Entry(data, entries[key].text)
            forms[key] = _form(entries[key])
    values = frozenset(name for spec in forms.values() for name in _values_of(spec))
    return PackForms(
        forms=forms,
        decor=decor,
        notes=tuple(words.get("notes", [])),
        totals=totals,
        subtotals=subtotals,
        year=book.year,
        period=period,
        period_words=book.period_words or f"{period[0]}-{period[1]}月",
        asked_period=book.asked_period,
        words=vocabulary_of(book, noted),
        rows=RowWords(words.get("blank_rows", ()), words.get("part_rows", ())),
        categories=tuple(words.get("categories", ())),
        guides=tuple(normalise(w) for w in words.get("guides", [])),
        same_sums=shared_sums(book, "same_sum", values, noted),
        part_sums=shared_sums(book, "part_sum", values, noted),
        no_projects=no_projects(book, values, noted),
        report=report_words(book, values, noted),
        outputs=output_words(book, noted),
    )


def _forms(book: Rulebook, noted: RuleMistakes) -> dict[str, FormSpec]:
    """The pack's forms. Without one of them nothing else can be read: their mistakes are told at once."""
    forms: dict[str, FormSpec] = {}
    for key, entry in book.forms.items():
        with noted.noting():
            forms[key] = _form(entry)
            if forms[key].instead_of and forms[key].instead_of not in book.forms:
                raise entry.error(unknown(forms[key].instead_of, book.forms, "没有这张表："), "instead_of")
    if len(forms) < len(book.forms):
        noted.tell()
    if not forms:
        raise book.error(PACK, ("name",), "规则包里没有报表：forms 文件夹里要有表的文件")
    return forms


def _values_of(spec: FormSpec) -> list[str]:
    """The form's single values and grid values as ties name them: 表.行.栏."""
    cells = [
        f"{row.name}.{column.name}" for grid in spec.grids for row in grid.rows for column in grid.columns
    ]
    return [f"{spec.key}.{name}" for name in (*(entry.name for entry in spec.entries), *cells)]


def form_keys(entry: Entry) -> FormKeys:
    """A form's file by its keys. Raises RulebookError for all mistakes in it."""
    return decoded(entry, FormKeys, form_rules)


def _form(entry: Entry) -> FormSpec:
    keys = form_keys(entry)
    entries = tuple(_field(entry) for entry in keys.entry)
    return FormSpec(
        key=keys.key,
        title=_without_tokens(keys.title),
        printed_title=keys.title,
        titles=tuple(normalise(_without_tokens(title)) for title in (keys.title, *keys.titles)),
        per=keys.per,
        required=keys.required,
        money=keys.money,
        unit_field=keys.unit_field,
        project_field=keys.project_field or PROJECT,
        instead_of=keys.instead_of,
        not_titles=tuple(squeeze(word) for word in keys.not_titles),
        entries=entries,
        grids=tuple(_grid(grid) for grid in keys.grid),
        lists=tuple(_list(listed) for _, listed in lists_of(keys)),
        entry_labels=labels_of(entries),
        drawing=drawing_of(keys.template, entry),
        indicators={one.name: tuple(normalise(alias) for alias in one.aliases) for one in keys.indicator},
        known=dict(keys.known),
        entry_starts=tuple(f"{name}:" for e in entries for name in (e.name, *e.aliases)),
    )


def _without_tokens(title: str) -> str:
    """A title as a form is called by it, whatever year and period."""
    return _TOKEN.sub("", title)


def _grid(keys: GridKeys) -> Grid:
    columns = tuple(_field(column, keys) for column in keys.column)
    rows = tuple(_field(row, keys) for row in keys.row)
    return Grid(keys.name, rows, columns, labels_of(rows), labels_of(columns), keys.formulas)


def _list(keys: ListKeys) -> ListSpec:
    columns = tuple(_field(column) for column in keys.column)
    return ListSpec(
        name=keys.name,
        columns=columns,
        levels=keys.levels or _named_by(columns),
        points=keys.points,
        group_weights=keys.level_points[:-1] or tuple(filter(None, [keys.group_weight])),
        level_points=keys.level_points,
        score=keys.score,
        weighted=keys.weights == "label",
        labels=labels_of(columns),
        beside=target_columns_of(keys.sign, keys.measure, keys.signs),
    )


def _named_by(columns: tuple[Field, ...]) -> tuple[str, ...]:
    """What names the rows of a list without headings: the first column of text that people fill in."""
    texts = [column for column in columns if column.type == "text"]
    return (next(c for c in (*(t for t in texts if t.answer), *texts, columns[0])).name,)


def _field(keys: FieldKeys, grid: GridKeys | None = None) -> Field:
    """One field; what its grid says of all its fields holds where it says nothing itself."""
    given = asdict(keys)
    given["label"] = keys.label or keys.name
    given["type"] = keys.type or (grid.type if grid else "text")
    if isinstance(keys, ColumnKeys) and keys.required is None:
        given["required"] = bool(grid and grid.required)
    return Field(**given)
