"""`jixiao init`: make a folder a bureau can start with, and leave alone what is there already."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from batch.clerk_book.blank import clerk_book_bytes
from batch.config.pack_files import pack_names
from batch.config.pack_keys import QUARTERS
from batch.config.rulebook import Rulebook, load_rulebook
from batch.config.settings import CLERK_BOOK, ROSTER, Settings
from batch.forms.spec.load import load_forms
from batch.forms.spec.output_words import OutputWords
from batch.forms.spec.spec import PackForms
from batch.forms.template.workbook import template_bytes
from batch.roster.blank import roster_bytes
from batch.roster.new_file import Put, put_new

_FILES: Final = Path(__file__).parent / "files"
#: checks that the examples of the usual rules change
_EXAMPLES: Final = ("J130", "K206", "X315")
#: the check that the instructions name, where the pack has it
_EXPLAINED: Final = "J105"
#: what they say of the roster's projects, where the pack has forms for projects
_PROJECTS: Final = "     有年初批复的项目清单，填到“项目”页。\n"
_TEXTS: Final = ("jixiao.toml", "本局规则.toml", "使用说明.txt")


def start_folder(target: Path, pack: str | None = None) -> list[tuple[Path, Put]]:
    """Make `target` a ready folder: settings, roster, the clerk's book, rules, template, inbox and outbox.

    `pack`: the rule pack if not the usual one, by name or by its path from the current folder. Returns each
    file and what became of it; one that is there already is never overwritten. Raises OSError, and
    RulebookError for a pack that cannot be used.
    """
    defaults = Settings()
    book = load_rulebook(pack or defaults.pack)
    forms = load_forms(book)
    words = _words_of(book, forms)
    contents = {name: text_bytes(name, words) for name in _TEXTS}
    if not set(_EXAMPLES) <= set(book.checks):
        contents["本局规则.toml"] = _rules_for(book, forms)
    if pack:
        written = json.dumps(_seen_from(target, pack), ensure_ascii=False)
        usual = f'pack = "{defaults.pack}"'.encode()
        contents["jixiao.toml"] = contents["jixiao.toml"].replace(usual, f"pack = {written}".encode())
    contents[ROSTER] = roster_bytes(forms, checks=_forms_of_checks(book))
    contents[CLERK_BOOK] = clerk_book_bytes(forms)
    contents["templates/附表模板.xlsx"] = template_bytes(forms)
    for folder in (defaults.inbox, defaults.outbox):
        (target / folder).mkdir(parents=True, exist_ok=True)
    return [(target / name, put_new(target / name, data)) for name, data in contents.items()]


def _rules_for(book: Rulebook, forms: PackForms) -> bytes:
    """The examples of a bureau's own rules in the words of another pack's forms."""
    form = next(iter(forms.forms.values()))
    ties = (
        check.data["tie"]
        for check in book.checks.values()
        if check.data.get("form") == form.key and "tie" in check.data
    )
    labels = [label for labels in form.label_sets for label in labels.exact]
    text = text_bytes("本局规则_别的表.toml").decode("utf-8-sig")
    tie = next((tie for tie in ties if isinstance(tie, str)), "甲 <= 乙")
    for slot, word in (("{表}", form.key), ("{算式}", tie), ("{栏}", labels[0])):
        text = text.replace(slot, word)
    return text.encode("utf-8-sig")


def _words_of(book: Rulebook, forms: PackForms) -> dict[str, str]:
    """What stands in the slots of the texts: the words of the pack."""
    of_forms, first = _forms_of_checks(book), next(iter(forms.forms))
    own = (check for check, form in of_forms.items() if form == first)
    usual = OutputWords().reports
    reports = forms.outputs.reports
    return {
        "{报表}": usual if reports.endswith(usual) else reports,
        "{编号}": _EXPLAINED if _EXPLAINED in of_forms else next(own, "F001"),
        "{项目清单}": _PROJECTS if any(spec.per == "项目" for spec in forms.forms.values()) else "",
        **period_words(forms),
    }


def period_words(forms: PackForms) -> dict[str, str]:
    """How the settings call the period: by the form that prints it, where one does."""
    dated = next((spec.key for spec in forms.forms.values() if "{期}" in str(spec.drawing.rows)), "")
    stem = dated.removesuffix("表")
    return {
        "{期间}": f"{dated or '报表'}的{stem if stem != dated else ''}期间",
        "{期}": forms.period_words if forms.period_words in QUARTERS else "1-7月",
    }


def _forms_of_checks(book: Rulebook) -> dict[str, str]:
    return {check: str(entry.data.get("form", "")) for check, entry in book.checks.items()}


def _seen_from(target: Path, pack: str) -> str:
    """A pack as the settings in `target` name it."""
    if pack in pack_names():
        return pack
    try:
        return Path(os.path.relpath(pack, target)).as_posix()
    except ValueError:
        # on another drive
        return Path(pack).resolve().as_posix()


def text_bytes(name: str, words: Mapping[str, str] | None = None) -> bytes:
    """One of the texts as Windows' Notepad shows it rightly: UTF-8 with a mark, lines ended by CR LF.

    `words`: what to write for its slots.
    """
    text = (_FILES / name).read_text(encoding="utf-8")
    for slot, word in (words or {}).items():
        text = text.replace(slot, word)
    return text.replace("\n", "\r\n").encode("utf-8-sig")
