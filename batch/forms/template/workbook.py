"""The official workbook 附表模板.xlsx, built from the pack: the forms to fill in, and how to fill them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from batch.forms.spec.spec import PackForms
from batch.forms.template.cover import Cover, write_cover
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.guide import write_guide
from batch.forms.template.sheet import BODY, SIZE, TemplateFormats, draw_form

#: the same pack gives the same bytes, so the workbook does not say when it was made
_CREATED = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Page:
    """One form of the workbook, with what is already known about it."""

    #: the form's key in the pack
    form: str
    #: by the name of the slot (template_layout.Slot.name): Decimal for numbers, percentages as fractions
    fill: Mapping[str, str | Decimal] = field(default_factory=dict)
    #: slots whose content may not be typed over; computed ones too, if they are filled
    locked: frozenset[str] = frozenset()


def build_template(
    pack: PackForms, path: Path, *, year: int | None = None, pages: Sequence[Page] | None = None
) -> None:
    """Write the workbook to `path`; see `template_bytes`. Raises OSError when it cannot be written."""
    path.write_bytes(template_bytes(pack, year=year, pages=pages))


def template_bytes(
    pack: PackForms,
    *,
    year: int | None = None,
    pages: Sequence[Page] | None = None,
    cover: Cover | None = None,
) -> bytes:
    """The workbook as bytes: the same pack, year and pages give the same bytes.

    `year` is the pack's unless given. `pages` are the forms in their order, one of each project for forms
    filled in project by project; without it every form once and empty. Computed cells carry what they show.
    `cover` goes before the forms.
    Raises RulebookError for a pack whose drawing does not fit its labels, ValueError for a fill that the form
    has no input cell for.
    """
    import xlsxwriter

    year = pack.year if year is None else year
    layouts = {key: lay_out(spec, pack, year) for key, spec in pack.forms.items() if spec.is_issued}
    stream = BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": BODY, "font_size": SIZE},
        },
    )
    book.set_properties({"title": pack.outputs.title(year, "附表"), "created": _CREATED})
    formats = TemplateFormats(book)
    if cover is not None:
        write_cover(book, cover)
    used: dict[str, int] = {}
    for page in [Page(key) for key in layouts] if pages is None else pages:
        layout = layouts[page.form]
        name = layout.spec.drawing.sheet
        used[name] = used.get(name, 0) + 1
        sheet = book.add_worksheet(name if used[name] == 1 else f"{name}{used[name]}")
        draw_form(sheet, formats, layout, pack, page.fill, page.locked)
    write_guide(book, pack.outputs.guide)
    book.close()
    return stream.getvalue()
