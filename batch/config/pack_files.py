"""Where packs lie, and the texts of a pack's files with those of the packs it extends.

A pack is a folder with a pack.toml. One that comes with the program goes by its name, any other by the path
of its folder, relative to where it is written: the folder of the settings file or of the pack that extends
it, on the command line the current folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from batch.config.entries import Entry, RulebookError, read_toml
from batch.config.toml_text import TomlText

PACKS = Path(__file__).parents[1] / "packs"
PACK = "pack.toml"
OUTPUTS = "outputs.toml"
#: where the files of a pack stand in its folder; others are not read
_READ = ("*.toml", "forms/*.toml", "checks/*.toml")


@dataclass(frozen=True, slots=True)
class PackFolder:
    """The texts of one pack's files, as they were read."""

    #: of the folder
    name: str
    #: by place in the folder: pack.toml, forms/1-甲表.toml
    files: tuple[tuple[str, str], ...]

    def text(self, file: str) -> TomlText | None:
        """One of its files, called by the pack and its place there; None where it has none."""
        return next((text for place, text in self._texts() if place == file), None)

    def texts(self, folder: str) -> list[TomlText]:
        """The files of one of its folders, in the order of their names."""
        return [text for place, text in self._texts() if place.startswith(f"{folder}/")]

    def _texts(self) -> Iterator[tuple[str, TomlText]]:
        return ((place, TomlText(f"{self.name}/{place}", text)) for place, text in self.files)


@dataclass(frozen=True, slots=True)
class PackFiles:
    """What a pack is made of; it travels with the tasks to workers that do not see the bureau's disk."""

    #: of all bytes that were read
    digest: str
    #: the pack of the program that it is, or extends; "" for none
    inside: str = ""
    #: what lies outside the program, the pack before those it extends
    outside: tuple[PackFolder, ...] = field(default=(), repr=False)

    @property
    def folders(self) -> tuple[PackFolder, ...]:
        """The pack and what it extends, one by one."""
        inside = _chain(PACKS / self.inside) if self.inside else []
        return (*self.outside, *(pack for _, pack in inside))


def pack_names() -> list[str]:
    """Names of the packs that come with the program."""
    return sorted(p.parent.name for p in PACKS.glob("*/pack.toml"))


def pack_from(named: str, start: Path) -> str:
    """A pack as it is called from the current folder: by name, or by its path, which was written relative
    to `start`."""
    return named if named in pack_names() else str(start / named)


def read_pack(named: str) -> PackFiles:
    """The files of a pack and of those it extends. Raises RulebookError where one of them is not there."""
    folder = _folder_of(named, Path())
    if folder is None:
        raise RulebookError(named, 0, _nowhere(named, "写在哪里就从哪里"))
    chain = _chain(folder)
    digest = hashlib.sha256()
    for _, pack in chain:
        digest.update(repr(pack).encode())
    inside = next((pack.name for at, pack in chain if _is_ours(at)), "")
    return PackFiles(digest.hexdigest(), inside, tuple(pack for at, pack in chain if not _is_ours(at)))


def _is_ours(folder: Path) -> bool:
    """Whether a pack comes with the program."""
    return folder.parent == PACKS.resolve()


def _chain(folder: Path) -> list[tuple[Path, PackFolder]]:
    """A pack and what it extends, with their folders."""
    found: list[tuple[Path, PackFolder]] = []
    while True:
        pack = PackFolder(folder.name, tuple(_files(folder)))
        head = Entry({}, TomlText(f"{pack.name}/{PACK}", dict(pack.files)[PACK]))
        if folder in (at for at, _ in found):
            raise head.error("几个规则包用 extends 绕了一圈", "extends")
        found.append((folder, pack))
        extends = read_toml(head.text).get("extends", "")
        if not isinstance(extends, str) or not extends:
            # what is no text is told with the other keys of the file
            return found
        parent = _folder_of(extends, folder)
        if parent is None:
            raise head.error(_nowhere(extends, "从本规则包的文件夹"), "extends")
        folder = parent


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    for pattern in _READ:
        for path in sorted(folder.glob(pattern)):
            place = path.relative_to(folder).as_posix()
            yield place, read_text(path, f"{folder.name}/{place}")


def _folder_of(named: str, start: Path) -> Path | None:
    """The folder of a pack, None where there is none; `start`: what its path is relative to."""
    folder = PACKS / named if named in pack_names() else start / named
    try:
        return folder.resolve() if (folder / PACK).is_file() else None
    except OSError:
        return None


def _nowhere(named: str, start: str) -> str:
    listed = "、".join(pack_names())
    return (
        f"没有名为“{named}”的规则包，可用的有：{listed}；"
        f"也可以写规则包文件夹的路径，里面要有{PACK}，相对路径{start}算起"
    )


def read_text(path: Path, name: str) -> str:
    """The text of a rule file, which messages call `name`. Raises RulebookError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError(name, 0, "文件打不开，或不是UTF-8编码的文本") from error
