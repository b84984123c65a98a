"""A bureau's own names for what its units' forms call differently: `[[alias]]` in its rule file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from batch.config.rulebook import Entry
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze

#: (squeezed, normalised) → (name, step), as Labels.find
Finder = Callable[[str, str], tuple[str, str] | None]
_KEYS = {"form", "label", "also"}


def form_of(alias: Entry, forms: Collection[str]) -> str:
    """The form an [[alias]] belongs to. Raises RulebookError for one that is not well written."""
    data = alias.data
    for key in data:
        if key not in _KEYS:
            raise alias.error(f"[[alias]] 里不认识的写法“{key}”，只有 form、label、also")
    also = data.get("also")
    if not isinstance(data.get("label"), str) or not isinstance(also, list) or not also:
        raise alias.error('别名要写 form、label 和 also，例如 also = ["公务接待支出"]')
    if not all(isinstance(text, str) and normalise(text) for text in also):
        raise alias.error("also 里每个名称都要用引号括起来，不能空着")
    if data.get("form") not in forms:
        raise alias.error(f"没有“{data.get('form', '')}”这张表，form 可以是：{'、'.join(forms)}")
    return str(data["form"])


def with_own_name(
    form: dict[str, Any], finders: Sequence[Finder], alias: Entry, reserved: Collection[str]
) -> dict[str, Any]:
    """The form's data with one [[alias]] added to what its label names: a field, an indicator, the title.

    `finders` look up labels in the order of `_sections`; `reserved` are words with a job of their own and
    the titles of the other forms. Raises RulebookError for a label the form does not have, and for a name
    that means something else already.
    """
    wanted, also = alias.data["label"], alias.data["also"]
    for text in also:
        if normalise(text) in reserved:
            raise alias.error(f"“{text}”另有用处（别的表的名称，或分块、合计用的字），不能作别名")
    if normalise(wanted) in map(normalise, (form["title"], *form.get("titles", ()))):
        return {**form, "titles": [*form.get("titles", ()), *also]}
    sections = list(_sections(form))
    hits = [finder(squeeze(wanted), normalise(wanted)) for finder in finders]
    fields = {hit[0] for hit in hits if hit}
    indicators = form.get("indicator", [])
    named = [d for d in indicators if normalise(wanted) in map(normalise, (d["name"], *d["aliases"]))]
    if not fields and not named:
        raise alias.error(f"{form['key']}里没有“{wanted}”这个项目或栏目，请照模板上的文字写")
    for text in also:
        taken = {hit[0] for finder in finders if (hit := finder(squeeze(text), normalise(text)))} - fields
        taken |= {d["name"] for d in indicators if d not in named and normalise(text) in _spellings(d)}
        if taken:
            raise alias.error(f"“{text}”已经是“{'、'.join(sorted(taken))}”的写法，不能再作“{wanted}”的别名")
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
