"""A package being edited: parts, relationships and content types, changed by splicing bytes."""

from __future__ import annotations

import posixpath
import re
import zlib

from batch.workbook.package.element_list import ElementList
from batch.workbook.package.package import Package, Rel
from batch.workbook.package.splice import CannotPatch, Root, attribute, escape, prefixed
from batch.workbook.package.zip_writer import Squeezed, write_package

_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"


class PackageEdit:
    """A package with the changes made so far.

    Part names are those of the zip directory, e.g. "xl/workbook.xml", in any case: names that differ in case
    only are the same part (ECMA-376 part 2, 6.2.2.3).
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self._changed: dict[str, bytes] = {}
        #: the package's own parts that were asked for: inflated once, and known again when nothing changed
        self._own: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._by_fold = {name.casefold(): name for name in package.names()}
        self._relations: dict[str, list[Rel]] = {}
        self._listings: dict[str, ElementList] = {}
        #: parts whose content type is stated by name, folded; None until somebody asks
        self._stated: set[str] | None = None
        self._squeezed: Squeezed = {}

    def names(self) -> list[str]:
        """Part names as they would be written: the package's own in their order, new ones after them."""
        own = dict.fromkeys(self.package.names())
        return [n for n in own if n not in self._removed] + [n for n in self._changed if n not in own]

    def has(self, name: str) -> bool:
        """Whether a part is there now."""
        spelled = self._by_fold.get(name.casefold())
        return spelled is not None and spelled not in self._removed

    def read(self, name: str) -> bytes:
        """A part as it is now. Raises CannotPatch when it is not there."""
        name = self._spelled(name)
        if name in self._changed:
            return self._changed[name]
        if not self.has(name):
            raise CannotPatch(f"文件缺少部件 {name}")
        if name not in self._own:
            self._own[name] = self.package.read(name)
        return self._own[name]

    def write(self, name: str, data: bytes) -> None:
        """Set the content of a part, or add it."""
        name = self._spelled(name)
        self._removed.discard(name)
        self._changed[name] = data
        self._by_fold.setdefault(name.casefold(), name)

    def _remove(self, name: str) -> None:
        name = self._spelled(name)
        self._changed.pop(name, None)
        self._listings.pop(name, None)
        self._removed.add(name)

    def _list(self, name: str, local: str) -> ElementList:
        """A listing part that is written back with everything else at the end."""
        name = self._spelled(name)
        if name not in self._listings:
            self._listings[name] = ElementList(self.read(name), local)
        return self._listings[name]

    def result(self) -> tuple[dict[str, bytes], set[str]]:
        """Parts whose content is new or differs from the package's, and parts that were removed."""
        for name, listing in self._listings.items():
            self.write(name, bytes(listing))
        own = set(self.package.names())
        changed = {n: d for n, d in self._changed.items() if n not in own or not self._same(n, d)}
        return changed, self._removed & own

    def written(self) -> bytes:
        """The package as it is now; what stays the same until it is written again is compressed once."""
        return write_package(self.package, *self.result(), self._squeezed)

    def _same(self, name: str, data: bytes) -> bool:
        if data is self._own.get(name):
            return True
        member = self.package.member(name)
        return len(data) == member.size and zlib.crc32(data) == member.crc

    def free_name(self, pattern: str) -> str:
        """The first name of a pattern such as "xl/comments{}.xml" that no part has."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)

    def drop(self, name: str) -> None:
        """Remove a part with its relationships and its content type."""
        self._remove(name)
        self.drop_relations(name)
        types = self._list(_TYPES, "Types")
        types.items = [item for item in types.items if not _states(item, "PartName", f"/{name}")]
        self._stated = None

    def declare(self, name: str, content_type: str) -> None:
        """States the content type of a part, unless it is stated already."""
        types = self._list(_TYPES, "Types")
        if self._stated is None:
            named = (attribute(item, "PartName") for item in types.items if b"PartName" in item)
            self._stated = {part.casefold() for part in named if part}
        folded = f"/{name}".casefold()
        if folded not in self._stated:
            self._stated.add(folded)
            new = f'<Override PartName="{escape(f"/{name}")}" ContentType="{content_type}"/>'
            types.items.append(prefixed(new, types.prefix))

    def no_template(self) -> None:
        """Change a template's content type to a workbook's: no program opens a template named .xlsx."""
        types = self._list(_TYPES, "Types")
        types.items = [
            item.replace(b".template.", b".sheet.") if b".main+xml" in item else item for item in types.items
        ]

    def declare_extension(self, extension: str, content_type: str) -> None:
        """States the content type of all parts with an extension, unless it is stated already."""
        types = self._list(_TYPES, "Types")
        if not any(_states(item, "Extension", extension) for item in types.items):
            new = prefixed(f'<Default Extension="{extension}" ContentType="{content_type}"/>', types.prefix)
            defaults = (n for n, item in enumerate(types.items, 1) if b"Extension" in item)
            types.items.insert(max(defaults, default=0), new)

    def undeclare_extension(self, extension: str) -> None:
        """Remove the content type of an extension that no part has any more."""
        if not any(name.casefold().endswith(f".{extension}") for name in self.names()):
            types = self._list(_TYPES, "Types")
            types.items = [item for item in types.items if not _states(item, "Extension", extension)]

    def relations(self, part: str) -> list[Rel]:
        """The relationships of a part ("" for the package); an empty list when it has none."""
        if part not in self._relations:
            self._relations[part] = [
                rel
                if rel.external or (spelled := self._spelled(rel.target)) == rel.target
                else rel._replace(target=spelled)
                for rel in self.package.relationships(part)
            ]
        return self._relations[part]

    def related(self, part: str, kind: str) -> Rel | None:
        """The first relationship of a kind, such as "comments", that leads to a part which is there."""
        fitting = (rel for rel in self.relations(part) if rel.is_a(kind))
        return next((rel for rel in fitting if self.leads_somewhere(rel)), None)

    def _spelled(self, name: str) -> str:
        return self._by_fold.get(name.casefold(), name)

    def leads_somewhere(self, rel: Rel) -> bool:
        """Whether a relationship leads to a part of this package."""
        return not rel.external and self.has(rel.target)

    def relate(self, part: str, type_base: str, kind: str, target: str) -> Rel:
        """Adds a relationship to another part."""
        name = relations_part(part)
        relations = self.relations(part)
        if not self.has(name):
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            self.write(name, f'{head}<Relationships xmlns="{_RELATIONSHIPS}"></Relationships>'.encode())
        listing = self._list(name, "Relationships")
        taken = {rel.id.casefold() for rel in relations}
        number = 1
        while f"rid{number}" in taken:
            number += 1
        path = escape(_relative(target, part))
        new = f'<Relationship Id="rId{number}" Type="{type_base}/{kind}" Target="{path}"/>'
        listing.items.append(prefixed(new, listing.prefix))
        rel = Rel(f"rId{number}", f"{type_base}/{kind}", target, external=False)
        relations.append(rel)
        return rel

    def unrelate(self, part: str, relation_id: str) -> None:
        """Remove a relationship, and the relationships part with the last one."""
        name = relations_part(part)
        self._relations[part] = [rel for rel in self.relations(part) if rel.id != relation_id]
        listing = self._list(name, "Relationships")
        listing.items = [item for item in listing.items if attribute(item, "Id") != relation_id]
        if not listing.items:
            self._remove(name)

    def drop_relations(self, part: str) -> None:
        """Remove all relationships of a part."""
        self._relations[part] = []
        if self.has(relations_part(part)):
            self._remove(relations_part(part))

    def reachable(self) -> set[str]:
        """Parts a program finds by following relationships from the package."""
        found: set[str] = set()
        waiting = [""]
        while waiting:
            for rel in self.relations(waiting.pop()):
                if rel.target not in found and self.leads_somewhere(rel):
                    found.add(rel.target)
                    waiting.append(rel.target)
        return found


def _states(item: bytes, key: str, value: str) -> bool:
    """Whether an element of [Content_Types].xml declares a part or an extension, in any case."""
    return key.encode() in item and (attribute(item, key) or "").casefold() == value.casefold()


def _relative(target: str, part: str) -> str:
    """The path of a part as the relationships of another name it."""
    steps, folder = target.split("/"), part.split("/")[:-1]
    shared = 0
    while shared < min(len(steps) - 1, len(folder)) and steps[shared] == folder[shared]:
        shared += 1
    return "/".join([*[".."] * (len(folder) - shared), *steps[shared:]])


def relations_part(part: str) -> str:
    """The part that holds the relationships of a part: "xl/workbook.xml" → "xl/_rels/workbook.xml.rels"."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relation_namespace(root: Root) -> str:
    """The namespace of r:id, which differs between transitional and strict files."""
    return STRICT if root.namespace.startswith("http://purl.oclc.org/") else TRANSITIONAL


_RELATION_ID = re.compile(rb"""\s[^\s=:]+:id\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def relation_id(tag: bytes) -> str | None:
    """The r:id of a start tag, whatever prefix the file uses for r."""
    match = _RELATION_ID.search(tag)
    return (match[1] or match[2] or b"").decode("utf-8", "replace") if match else None


def relation_attribute(root: Root, value: str) -> str:
    """An r:id attribute for an element of ours; declares its prefix when the root does not."""
    namespace = relation_namespace(root)
    prefix = root.prefix_of(namespace)
    if prefix is not None:
        return f'{prefix.decode()}id="{value}"'
    return f'xmlns:r="{namespace}" r:id="{value}"'
