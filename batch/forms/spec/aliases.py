"""A bureau's aliases for labels of the pack's forms: `[[alias]]` in its rule file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Annotated, Any

from msgspec import Meta

from batch.config.entries import Entry, decoded
from batch.config.schema import Keys, Mistake, Words
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze

#: (squeezed, normalised) → (name, step), as Labels.find
Finder = Callable[[str, str], tuple[str, str] | None]


class _AliasKeys(Keys):
    """[[alias]]"""

    form: Words
    label: Words
    also: Annotated[
        tuple[Words, ...], Meta(min_length=1, description='方括号里的几个名称，例如 ["预算单位"]')
    ]


def form_of(alias: Entry, forms: Collection[str]) -> str:
    """The form an [[alias]] belongs to. Raises RulebookError for one that is not well written."""

    def rules(keys: _AliasKeys) -> Iterator[Mistake]:
        if keys.form not in forms:
            yield Mistake(("form",), f"没有“{keys.form}”这张表，form 可以是：{'、'.join(forms)}")
        for n, text in enumerate(keys.also):
            if not normalise(text):
                yield Mistake(("also", n), f"“{text}”里没有可以作名称的字")

    return decoded(alias, _AliasKeys, rules).form


def with_own_name(
    form: dict[str, Any], finders: Sequence[Finder], alias: Entry, reserved: Collection[str]
) -> dict[str, Any]:
    """The form's data with one [[alias]] added to what it names: a field, an indicator, the title.

    `finders` look up labels in the order of `_sections`; `reserved` are words with another function and the
    titles of the other forms. Raises RulebookError for a label the form does not have, and for an alias that
    means something else already.
    """
    wanted, also = alias.data["label"], alias.data["also"]
    for n, text in enumerate(also):
        if normalise(text) in reserved:
            said = f"“{text}”另有用处（别的表的名称，或分块、合计用的字），不能作别名"
            raise alias.error(said, "also", n)
    if normalise(wanted) in map(normalise, (form["title"], *form.get("titles", ()))):
        return {**form, "titles": [*form.get("titles", ()), *also]}
    sections = list(_sections(form))
    hits = [finder(squeeze(wanted), normalise(wanted)) for finder in finders]
    fields = {hit[0] for hit in hits if hit}
    indicators = form.get("indicator", [])
    named = [d for d in indicators if normalise(wanted) in map(normalise, (d["name"], *d["aliases"]))]
    if not fields and not named:
        said = f"{form['key']}里没有“{wanted}”这个项目或栏目，请照模板上的文字写"
        raise alias.error(said, "label")
    for n, text in enumerate(also):
        taken = {hit[0] for finder in finders if (hit := finder(squeeze(text), normalise(text)))} - fields
        taken |= {d["name"] for d in indicators if d not in named and normalise(text) in _spellings(d)}
        if taken:
            said = f"“{text}”已经是“{'、'.join(sorted(taken))}”的写法，不能再作“{wanted}”的别名"
            raise alias.error(said, "also", n)
    for section, hit in zip(sections, hits, strict=True):
        for at, field in enumerate(section):
            if hit and field["name"] == hit[0]:
                section[at] = {**field, "aliases": [*field.get("aliases", ()), *also]}
    given = [{**d, "aliases": [*d["aliases"], *also]} if d in named else d for d in indicators]
    return _rebuilt(form, sections, given)


def _spellings(indicator: dict[str, Any]) -> set[str]:
    return set(map(normalise, (indicator["name"], *indicator["aliases"])))


def _sections(form: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """Copies of the form's lists of fields, in the order of FormSpec.label_sets."""
    yield list(form.get("entry", ()))
    for grid in form.get("grid", ()):
        yield list(grid["row"])
        yield list(grid["column"])
    if "list" in form:
        yield list(form["list"]["column"])


def _rebuilt(
    form: dict[str, Any], sections: list[list[dict[str, Any]]], indicators: list[dict[str, Any]]
) -> dict[str, Any]:
    """The form with its lists of fields replaced by `sections`."""
    left = iter(sections)
    made = {**form, "entry": next(left)}
    made["grid"] = [{**grid, "row": next(left), "column": next(left)} for grid in form.get("grid", ())]
    if "list" in form:
        made["list"] = {**form["list"], "column": next(left)}
    if indicators:
        made["indicator"] = indicators
    return made
