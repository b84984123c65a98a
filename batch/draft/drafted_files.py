"""A proposal as the files of a pack: pack.toml, a file a form, a file of checks a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from batch.checks.engine.across import KEYS
from batch.checks.engine.requested_cells import field_of
from batch.config.pack_files import PACK, read_pack
from batch.config.rulebook import FIGURES
from batch.draft.draft_words import draft_words
from batch.draft.drafted_scoring import scores_of
from batch.draft.known_forms import BASE
from batch.draft.proposal import DraftField, DraftForm, DraftList, DraftTie, PackProposal
from batch.draft.tie_words import texts_of
from batch.draft.toml_lines import toml_of
from batch.forms.spec.labels import label as normalise
from batch.model.status import IN_FORCE, ON_TRIAL, SWITCHED_OFF, Severity

#: by this comment a file of ours is known again
MARK: Final = "由 jixiao draft 起草"
_NOTE: Final = f"{MARK}：再确认一次会重写本文件，改动请写进待确认.xlsx，或写进本局规则。"
#: letters of checks that the packs do not use yet, one a form
LETTERS: Final = "ABDEHILMNOPQSTUV"
#: of checks between forms
_BETWEEN: Final = "W"
#: so much of a note tells it apart
_NOTE_BEGINS: Final = 8
_WORDS = draft_words()


def check_ids(proposal: PackProposal) -> dict[str, str]:
    """The id of the check that each tie becomes, by the tie's."""
    ids: dict[str, str] = {}
    for number, form in enumerate(proposal.forms):
        first = 101 + 300 * (number // len(LETTERS))
        own = (tie for tie in proposal.wanted() if tie.form == form.id)
        ids |= {tie.id: f"{LETTERS[number % len(LETTERS)]}{first + n}" for n, tie in enumerate(own)}
    between = (tie for tie in proposal.wanted() if tie.needs)
    return ids | {tie.id: f"{_BETWEEN}{101 + n}" for n, tie in enumerate(between)}


def drafted_files(proposal: PackProposal, name: str) -> dict[str, str]:
    """By path in the pack's folder, the text of each of its files."""
    names = proposal.names()
    ids = check_ids(proposal)
    reads = list(_across(proposal))
    files = {"pack.toml": toml_of(_pack(proposal, name), _NOTE)}
    for number, form in enumerate(proposal.forms):
        ties = [tie for tie in proposal.wanted() if tie.form == form.id]
        files[f"forms/{number + 1}-{_file(form.key)}.toml"] = toml_of(_form(form, ties, names), _NOTE)
        if ties:
            checks = [_check(tie, [form], names, ids[tie.id]) for tie in ties]
            files[f"checks/{number + 1}-{_file(form.key)}.toml"] = toml_of({"check": checks}, _NOTE)
    between = [
        _check(tie, proposal.forms_of(tie), names, ids[tie.id]) for tie in proposal.wanted() if tie.needs
    ]
    if between:
        files["checks/表间.toml"] = toml_of({"check": between}, _NOTE)
    scores = scores_of(proposal)
    for file in {**proposal.carried, **scores}:
        # what a known pack says of its own forms goes before
        tables = {**scores.get(file, {}), **proposal.carried.get(file, {})}
        files[file] = toml_of(tables, _NOTE)
    if reads:
        files["checks/0-各单位之间.toml"] = toml_of({"check": reads}, _NOTE)
    return files


def _across(proposal: PackProposal) -> Iterator[dict[str, Any]]:
    """For the base pack's checks across units, the cells they look at that the drafted forms have."""
    cells = {name for form in proposal.forms for name in _cell_names(form)}
    base = (text for folder in read_pack(BASE).folders for text in folder.texts("checks"))
    for check in (check for text in base for check in text.read()["check"]):
        reads = sorted({".".join(field_of(key)) for key in KEYS.get(check["id"], ())} & cells)
        if reads:
            # without figures there is nothing to compare
            off = {} if FIGURES in proposal.carried else {"status": SWITCHED_OFF}
            yield {"id": check["id"], **off, "reads": reads}


def _cell_names(form: DraftForm) -> Iterator[str]:
    """Every field of a form as checks name it."""
    yield from (f"{form.key}.{entry.name}" for entry in form.entries)
    for grid in form.grids:
        yield from (f"{form.key}.{row.name}.{c.name}" for row in grid.rows for c in grid.columns)
    for column in (column for listed in form.lists for column in listed.columns):
        yield from (f"{form.key}.{column.name}", f"{form.key}.总分.{column.name}")


def _file(text: str) -> str:
    return re.sub(r"\W", "", text)[:40] or "表"


def _pack(proposal: PackProposal, name: str) -> dict[str, Any]:
    decor = dict.fromkeys(word for form in proposal.forms for word in form.decor)
    head = next(iter(read_pack(BASE).folders)).text(PACK)
    base = head.read() if head else {}
    known = tuple(base["notes"])
    # the first note of a form begins what its reader takes for notes
    firsts = [form.notes[0][:_NOTE_BEGINS] for form in proposal.forms if form.notes]
    notes = [words for words in dict.fromkeys(firsts) if not words.startswith(known)]
    called = dict.fromkeys(normalise(one.total) for form in proposal.forms for one in form.lists if one.total)
    totals = [words for words in called if words not in base["totals"]]
    data: dict[str, Any] = {
        "name": name,
        "extends": BASE,
        "title": proposal.title,
        "version": f"{proposal.year}.1",
        "year": proposal.year,
        "period": list(proposal.period),
        "forms": [form.key for form in proposal.forms],
    }
    if shared := list(_same_sums(proposal)):
        data["same_sum"] = shared
    # an empty list would take the place of the base pack's words
    own = (("decor", list(decor)), ("notes", notes), ("totals", totals))
    return data | {key: words for key, words in own if words}


def _same_sums(proposal: PackProposal) -> Iterator[dict[str, str]]:
    """The amounts that stand on two forms: they tell the unit of money where a form does not print it."""
    names = proposal.names()
    for tie in proposal.wanted():
        if tie.needs and tie.text == "{0} == {1}":
            one, other = (".".join(names[key] for key in part.split(".")) for part in tie.parts)
            yield {"name": one.partition(".")[2], "one": one, "other": other}


def _form(form: DraftForm, ties: Iterable[DraftTie], names: Mapping[str, str]) -> dict[str, Any]:
    computed = (tie for tie in ties if tie.computes and " == " in tie.text)
    formulas = {tie.parts[0]: _formula(tie, names) for tie in computed}
    data: dict[str, Any] = {
        "key": form.key,
        "title": form.title,
        "per": form.per,
        "required": form.required,
        "money": form.money,
    }
    if form.unit_field:
        data["unit_field"] = names[form.unit_field]
    if form.entries:
        data["entry"] = [
            {
                **_field(entry, formulas),
                **({"place": entry.place} if entry.place != "right" else {}),
                **({"required": True} if entry.required else {}),
            }
            for entry in form.entries
        ]
    if form.grids:
        data["grid"] = [
            {
                "name": grid.name,
                "type": "money",
                "column": [_column(column, formulas, names) for column in grid.columns],
                "row": [_row(row, formulas) for row in grid.rows],
            }
            for grid in form.grids
        ]
    if form.lists:
        first, *further = (_list(listed, formulas, names) for listed in form.lists)
        data["list"] = [first, *further] if further else first
    words = {field.name for field in form.fields()}
    named = [{"name": name, "aliases": spelt} for name, spelt in form.named.items()]
    known = {at: what for at, what in form.prefilled.items() if words.issuperset(at.split("."))}
    data |= {key: value for key, value in (("indicator", named), ("known", known)) if value}
    drawing = form.drawing
    data["template"] = {
        "sheet": drawing.sheet[:31],
        "landscape": drawing.landscape,
        "widths": drawing.widths,
        "rows": drawing.rows,
        **({"heights": drawing.heights} if drawing.heights else {}),
    }
    return data


def _field(field: DraftField, formulas: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"name": field.name}
    if field.label != field.name:
        data["label"] = field.label
    if field.aliases:
        data["aliases"] = field.aliases
    data["type"] = field.type
    if not field.answer:
        data["answer"] = False
    if field.choices and field.type == "choice":
        data["choices"] = field.choices
    if field.id in formulas:
        data["formula"] = formulas[field.id]
    return data


def _row(row: DraftField, formulas: Mapping[str, str]) -> dict[str, Any]:
    data = _field(row, formulas)
    del data["type"]
    if row.indent:
        data["indent"] = row.indent
    if row.open:
        data["open"] = True
    return data


def _column(column: DraftField, formulas: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    data = _field(column, formulas)
    if column.required:
        data["required"] = True
    if column.last_year in {names[key] for key in names}:
        data["last_year"] = column.last_year
    if column.only:
        data["only"] = [names[row] for row in column.only]
    if column.id in formulas and "/" in formulas[column.id]:
        bottom = formulas[column.id].rpartition("/")[2].strip()
        data["required_if"] = f"{bottom} != 0"
    return data


def _list(listed: DraftList, formulas: Mapping[str, str], names: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": listed.name,
        **({"levels": [names[level] for level in listed.levels]} if listed.levels else {}),
        "column": [],
    }
    if listed.in_labels:
        data["weights"] = "label"
    if listed.level_points:
        data["level_points"] = [names[column] for column in listed.level_points]
        data |= {"points": names[listed.points], "score": names[listed.score]} if listed.score else {}
    for key, value in (
        # points of a column of their own go by its name
        ("points", _WORDS.list.points if listed.in_labels and not listed.points else ""),
        ("group_weight", listed.group_weight),
        ("sign", listed.sign),
        ("measure", listed.measure),
    ):
        if value:
            data[key] = names.get(value, value)
    for column in listed.columns:
        one = _field(column, {})
        if column.required:
            one["required"] = True
        if f"总分.{column.id}" in formulas:
            one["total"] = formulas[f"总分.{column.id}"]
        data["column"].append(one)
    return data


def _spell(text: str, parts: Iterable[str], names: Mapping[str, str]) -> str:
    """A tie's words with the fields' names."""
    spelt = [".".join(names.get(part, part) for part in one.split(".")) for one in parts]
    return re.sub(r"\{(\d+)\}", lambda found: spelt[int(found[1])], text)


def tie_text(tie: DraftTie, names: Mapping[str, str]) -> str | list[str]:
    """A tie as the pack writes it: one expression, or several that say the same of other fields."""
    said = [_spell(tie.text, parts, names) for parts in (tie.parts, *tie.again)]
    return said if tie.again else said[0]


def _formula(tie: DraftTie, names: Mapping[str, str]) -> str:
    """How the form computes what a tie is about."""
    return _spell(tie.formula or tie.text.partition(" == ")[2], tie.parts, names)


def _check(
    tie: DraftTie, forms: Sequence[DraftForm], names: Mapping[str, str], number: str
) -> dict[str, Any]:
    texts = texts_of(tie, forms)
    support = f"；{tie.tried}份样表里能算的，{tie.held}份成立" if tie.tried else ""
    data: dict[str, Any] = {
        "id": number,
        "title": texts.title,
        "severity": tie.severity or Severity.ERROR.value,
        "status": IN_FORCE if tie.in_force else ON_TRIAL,
        **({"needs": [form.key for form in forms]} if tie.needs else {"form": forms[0].key}),
        "each": tie.each,
        "tie": tie_text(tie, names),
    }
    if tie.columns:
        data["columns"] = [names[column] for column in tie.columns]
    if tie.rows:
        data["rows"] = [names[row] for row in tie.rows]
    if tie.when:
        data["when"] = _spell(tie.when, tie.parts, names)
    data |= {
        "tolerance": tie.tolerance,
        "message": texts.message,
        "fix": texts.fix,
        "category": texts.category,
        "basis": f"{tie.source}{support}",
    }
    return data
