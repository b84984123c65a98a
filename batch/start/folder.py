"""`jixiao init`: make a folder a bureau can start with, and leave alone what is there already."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from batch.clerk_book.blank import clerk_book_bytes
from batch.config.pack_files import pack_names
from batch.config.rulebook import load_rulebook
from batch.config.settings import CLERK_BOOK, ROSTER, Settings
from batch.forms.spec.load import load_forms
from batch.forms.template.workbook import template_bytes
from batch.roster.blank import roster_bytes
from batch.roster.new_file import Put, put_new

_FILES: Final = Path(__file__).parent / "files"
_TEXTS: Final = ("jixiao.toml", "本局规则.toml", "使用说明.txt")


def start_folder(target: Path, pack: str | None = None) -> list[tuple[Path, Put]]:
    """Make `target` a ready folder: settings, roster, the clerk's book, rules, template, inbox and outbox.

    `pack`: the rule pack if not the usual one, by name or by its path from the current folder. Returns each
    file and what became of it; one that is there already is never overwritten. Raises OSError, and
    RulebookError for a pack that cannot be used.
    """
    defaults = Settings()
    forms = load_forms(load_rulebook(pack or defaults.pack))
    contents = {name: text_bytes(name) for name in _TEXTS}
    if pack:
        written = json.dumps(_seen_from(target, pack), ensure_ascii=False)
        usual = f'pack = "{defaults.pack}"'.encode()
        contents["jixiao.toml"] = contents["jixiao.toml"].replace(usual, f"pack = {written}".encode())
    contents[ROSTER] = roster_bytes(forms)
    contents[CLERK_BOOK] = clerk_book_bytes()
    contents["templates/附表模板.xlsx"] = template_bytes(forms)
    for folder in (defaults.inbox, defaults.outbox):
        (target / folder).mkdir(parents=True, exist_ok=True)
    return [(target / name, put_new(target / name, data)) for name, data in contents.items()]


def _seen_from(target: Path, pack: str) -> str:
    """A pack as the settings in `target` name it."""
    if pack in pack_names():
        return pack
    try:
        return Path(os.path.relpath(pack, target)).as_posix()
    except ValueError:
        # on another drive
        return Path(pack).resolve().as_posix()


def text_bytes(name: str) -> bytes:
    """One of the texts as Windows' Notepad shows it rightly: UTF-8 with a mark, lines ended by CR LF."""
    text = (_FILES / name).read_text(encoding="utf-8")
    return text.replace("\n", "\r\n").encode("utf-8-sig")
