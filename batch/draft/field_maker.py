"""The fields of a drafted form: what each is called, after a known form where the form is one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from batch.draft.blank_page import BlankPage, Box
from batch.draft.draft_words import draft_words
from batch.draft.known_forms import known_fields
from batch.draft.parts import plain_label
from batch.draft.proposal import DraftField, DraftForm
from batch.forms.spec.label_matching import Labels
from batch.forms.spec.spec import Field, FormSpec
from batch.model.book import column_letters


def identifier(text: str, spare: str) -> str:
    """A text as a name that ties can use: its words without signs; `spare` where nothing is left."""
    words = re.sub(r"\W", "", plain_label(text).replace("{期}", "期间"))
    if not words:
        return spare
    return f"{spare}{words}" if words[0].isdigit() else words


def ref_of(box: Box) -> str:
    """The address of a box."""
    return f"{column_letters(box.area.left)}{box.area.top}"


def may_be_blank(label: str) -> bool:
    """Whether a field of this label is filled in only where there is something to say."""
    return any(word in label for word in draft_words().may_be_blank)


@dataclass(frozen=True, slots=True)
class FieldMaker:
    """Makes the fields of one form."""

    page: BlankPage
    form: DraftForm
    #: the known form that it is
    known: FormSpec | None

    def hits(
        self, labels: Sequence[str], known: Labels | None, fields: Sequence[Field]
    ) -> list[Field | None]:
        """The known field of each label."""
        return known_fields(labels, known, fields) if known else [None] * len(labels)

    def field(
        self, key: str, label: str, known: Field | None, taken: set[str], before: str = ""
    ) -> DraftField:
        """A field, called as none in `taken`, which its name is added to; `before`: how its name begins."""
        name = again = known.name if known else f"{before}{identifier(label, '栏')}"
        number = 2
        while again in taken:
            again, number = f"{name}{number}", number + 1
        taken.add(again)
        draft = DraftField(key, label.strip(), again)
        if known:
            draft.aliases = [alias for alias in (known.label, *known.aliases) if alias != draft.label]
            draft.answer, draft.required = known.answer, known.required
        return draft
