"""Stream the elements of an XML part with expat: any prefix, any encoding, no DTD, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from batch.model.limits import damaged, quotable, too_big

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from batch.model.limits import Budget

    Attrs = dict[str, str]

#: names remembered; a real part has a few dozen
_MAX_NAMES = 1000


class _Names(dict[str, str]):
    """Reported names by qualified name, "" for elements that are not reported; filled as names are met."""

    def __init__(self, spaces: Mapping[str, str] | None) -> None:
        super().__init__()
        self.spaces = spaces
        #: the root's namespace, which counts when no namespaces are given
        self.prefix = ""

    def __missing__(self, name: str) -> str:
        if self.spaces is None:
            local = name[len(self.prefix) :] if name.startswith(self.prefix) else ""
            local = "" if " " in local else local
        else:
            space, _, local = name.rpartition(" ")
            local = f"{self.spaces[space]}:{local}" if space in self.spaces else ""
        if len(self) < _MAX_NAMES:
            self[name] = local
        return local


class Handlers(NamedTuple):
    """What is called as a part is read: start and end of an element, and its text."""

    start: Callable[[str, Attrs], None]
    end: Callable[[str], None] | None = None
    text: Callable[[str], None] | None = None


def walk(
    chunks: Iterable[bytes],
    part: str,
    budget: Budget,
    handlers: Handlers,
    spaces: Mapping[str, str] | None = None,
) -> None:
    """Report a part's elements to the handlers by local name, only those in the root's namespace.

    Extensions use namespaces of their own, where the same local name means something else. With `spaces`,
    which gives namespaces short names, only elements of exactly these are reported, as "short:local".
    Attributes of a namespace are named "namespace name", plain ones by their name. `part` is named in
    messages. Raises Unreadable for a DTD, for XML that is not well-formed, and beyond the budget.
    """
    limits = budget.limits
    depth = 0
    names = _Names(spaces)

    def on_start(name: str, attrs: Attrs) -> None:
        nonlocal depth
        depth += 1
        if depth == 1:
            space, blank, _ = name.rpartition(" ")
            names.prefix = space + blank
        elif depth > limits.max_depth:
            raise damaged(f"部件“{quotable(part)}”的结构层次过深")
        local = names[name]
        if local:
            handlers.start(local, attrs)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        local = names[name]
        if local and handlers.end:
            handlers.end(local)

    def on_doctype(*_: object) -> None:
        # a DTD has no business in OOXML (ECMA-376 part 2, 8.1.4) and is where entity attacks live
        raise damaged(f"部件“{quotable(part)}”含有不允许的DTD声明")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.StartDoctypeDeclHandler = on_doctype
    if handlers.text:
        parser.CharacterDataHandler = handlers.text
    fed = 0
    try:
        for chunk in chunks:
            budget.spend_tags(chunk.count(b"<"))
            parser.Parse(chunk, False)
            fed += len(chunk)
            # an unfinished tag is scanned again with each chunk, which a long one turns into hours
            if fed - parser.CurrentByteIndex > limits.max_tag_bytes:
                raise too_big(f"部件“{quotable(part)}”的内容异常")
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged(f"部件“{quotable(part)}”的内容有误") from None
