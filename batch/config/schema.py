"""Tables of TOML files into typed structs; every mistake is told in Chinese, all of a table at once.

A shape is a msgspec.Struct (Keys): its fields are the keys a table may have, their types what may stand
there. msgspec stops at the first mistake of a struct, so each key is converted by itself. Where the type does
not say in plain words what is wanted, `Meta(description=…)` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from batch.config.toml_text import Where

Shape = TypeVar("Shape", bound="Keys")

#: text that says something
Words = Annotated[str, msgspec.Meta(pattern=r"\S", description="引号里的文字，不能空着")]
#: a number, or one between quotes so that it stays exactly as written
Number = Annotated[
    int
    | Annotated[str, msgspec.Meta(pattern=r"^-?\d+(\.\d+)?$")]
    | Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)],
    msgspec.Meta(description="一个数"),
]
#: (name of the file, line or 0, what is wrong)
Located = tuple[str, int, str]
#: longer values are cut when they are told
_LONGEST = 40
#: of more words than these the first ones are told
_MOST = 30


class Keys(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The base of all shapes: the keys a table may have; those without a default are required."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where it stands, and what to do about it."""

    where: Where
    message: str


@dataclass(slots=True)
class Mistakes:
    """The mistakes of one table with everything in it."""

    found: list[Mistake] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.found)

    def add(self, where: Sequence[str | int], message: str) -> None:
        """Note one."""
        self.found.append(Mistake(tuple(where), message))


def decode(data: Any, shape: type[Shape], mistakes: Mistakes, where: Where = ()) -> Shape | None:
    """A table as a struct; None when there are mistakes in it, which are noted. `where`: the table itself."""
    if not isinstance(data, dict):
        mistakes.add(where, f"{_called(where)}应写成 [{_header(where)}] 一节，现为{shown(data)}")
        return None
    keys = shape_keys(shape)
    before = len(mistakes)
    strange = [key for key in data if key not in keys]
    for key in strange:
        mistakes.add((*where, key), unknown(key, keys))
    # a misspelt key is told once: not as missing too
    meant = {nearest(key, keys) for key in strange}
    values: dict[str, Any] = {}
    for key, known in keys.items():
        if key in data:
            values[known.name] = _value(data[key], known.type, mistakes, (*where, key))
        elif known.required and key not in meant:
            mistakes.add(where, f"缺少“{key}”，应为{wanted(known.type)}")
    return shape(**values) if len(mistakes) == before else None


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that a misspelt word probably means; "" for none."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.5)), "")


def unknown(word: str, known: Iterable[str], what: str = "不认识的写法") -> str:
    """A word that means nothing, the one that is probably meant, and all there are."""
    listed = list(known)
    near = nearest(word, listed)
    meant = f"，是不是“{near}”？" if near else "，"
    more = f"等{len(listed)}个" if len(listed) > _MOST else ""
    return f"{what}“{word}”{meant}可以写的有：{'、'.join(listed[:_MOST])}{more}"


def as_message(kind: str, mistakes: Sequence[Located]) -> str:
    """Mistakes with the place of each, one a line. `kind`: what the files are called."""
    lines = [
        f"{kind}{name} 第{line}行：{message}" if line else f"{kind}{name}：{message}"
        for name, line, message in mistakes
    ]
    return lines[0] if len(lines) == 1 else "\n".join((f"共{len(lines)}处写法有误：", *lines))


def shown(value: Any) -> str:
    """A value as it is told: text in Chinese quotes, other values as TOML has them, in one line."""
    if isinstance(value, str):
        plain = "".join(char if char.isprintable() else " " for char in value)
        return f"“{_cut(plain)}”"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _cut(f"[{', '.join(shown(item) for item in value)}]")
    if isinstance(value, dict):
        return "一节"
    return _cut(str(value))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _called(where: Where) -> str:
    """The key that leads to a value, as a sentence begins with it."""
    key = next((part for part in reversed(where) if isinstance(part, str)), "")
    number = f"的第{where[-1] + 1}项" if where and isinstance(where[-1], int) else ""
    return f"“{key}”{number}"


def _header(where: Where) -> str:
    """The header under which a table is written."""
    return ".".join(part for part in where if isinstance(part, str))


@cache
def shape_keys(shape: type[Keys]) -> dict[str, Any]:
    """The keys of a shape as they are written, each with its msgspec.structs.FieldInfo, which takes long to
    make."""
    return {known.encode_name: known for known in msgspec.structs.fields(shape)}


def _value(data: Any, kind: Any, mistakes: Mistakes, where: Where) -> Any:
    """A value of the wanted type; a mistake in it is noted, and what comes back then is nothing to use."""
    table, one, many = _tables(kind)
    if table is not None and one and not (many and isinstance(data, list)):
        return decode(data, table, mistakes, where)
    if table is not None:
        if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
            mistakes.add(where, f"{_called(where)}的每一项以 [[{_header(where)}]] 开头，注意是两层方括号")
            return None
        return tuple(decode(item, table, mistakes, (*where, n)) for n, item in enumerate(data))
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError:
        wrong = _wrong_items(data, kind)
        for n, item_kind in wrong:
            at = (*where, n)
            mistakes.add(at, f"{_called(at)}应为{wanted(item_kind)}，现为{shown(data[n])}")
        if not wrong:
            mistakes.add(where, f"{_called(where)}应为{wanted(kind)}，现为{shown(data)}")
        return None


def _tables(kind: Any) -> tuple[type[Keys] | None, bool, bool]:
    """The shape of the table that a type asks for, whether it takes one, and whether a list of them; None for
    other types."""
    shape, one, many = None, False, False
    for part in _parts(kind):
        if isinstance(part, type) and issubclass(part, Keys):
            shape, one = part, True
        if get_origin(part) is tuple:
            inner, _, _ = _tables(get_args(part)[0])
            shape, many = inner or shape, many or inner is not None
    return shape, one, many


def _parts(kind: Any) -> tuple[Any, ...]:
    """The types of a union; any other type by itself."""
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _wrong_items(data: Any, kind: Any) -> list[tuple[Any, Any]]:
    """The entries of a list or a table of values that are not of its type: (number or key, their type)."""
    bare = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    for part in _parts(bare):
        item = get_args(part)
        if get_origin(part) is tuple and isinstance(data, list):
            return [(n, item[0]) for n, value in enumerate(data) if not is_of(value, item[0])]
        if get_origin(part) is dict and isinstance(data, dict):
            return [(key, item[1]) for key, value in data.items() if not is_of(value, item[1])]
    return []


def is_of(value: Any, kind: Any) -> bool:
    """Whether a value is of a type."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


_WANTED = {
    str: "引号里的文字",
    bool: "true 或 false",
    int: "整数",
    float: "数",
}


def wanted(kind: Any) -> str:
    """What a type asks for, in the words of somebody who fills in a file."""
    if get_origin(kind) is Annotated:
        bare, *notes = get_args(kind)
        said = [note.description for note in notes if isinstance(note, msgspec.Meta) and note.description]
        return said[0] if said else _bounds(notes) + wanted(bare)
    is_enum = isinstance(kind, type) and issubclass(kind, Enum)
    if is_enum or get_origin(kind) is Literal:
        words = "、".join([one.value for one in kind] if is_enum else map(str, get_args(kind)))
        return f"{' ' if words[:1].isascii() else ''}{words} 之一"
    table, one, many = _tables(kind)
    if table is not None:
        return "一节（[…]），或几节（[[…]]）" if one and many else "几节（[[…]]）" if many else "一节（[…]）"
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return (
            '方括号里的一列，例如 ["甲", "乙"]'
            if item in (str, Words)
            else f"方括号里的一列，每项为{wanted(item)}"
        )
    if get_origin(kind) is dict:
        return f"花括号里的名称和值，每个值为{wanted(get_args(kind)[1])}"
    if get_origin(kind) in (Union, UnionType):
        return "，或".join(wanted(part) for part in get_args(kind) if part is not type(None))
    return _WANTED.get(kind, str(getattr(kind, "__name__", kind)))


def _bounds(notes: Iterable[Any]) -> str:
    """The bounds of a number: 0到20的, 大于0的"""
    for note in notes:
        if isinstance(note, msgspec.Meta):
            if note.ge is not None and note.le is not None:
                return f"{note.ge:g}到{note.le:g}的"
            if note.ge is not None:
                return f"不小于{note.ge:g}的"
            if note.gt is not None:
                return f"大于{note.gt:g}的"
    return ""


def values_of(keys: Keys, kind: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """All values of a table, and of the tables in it, that were asked for as `kind`."""
    for known in shape_keys(type(keys)).values():
        value, at = getattr(keys, known.name), (*where, known.encode_name)
        if value is not None and kind in _parts(known.type):
            yield at, value
        elif isinstance(value, Keys):
            yield from values_of(value, kind, at)
        elif isinstance(value, tuple):
            for n, item in enumerate(value):
                if isinstance(item, Keys):
                    yield from values_of(item, kind, (*at, n))
