"""Dataclasses that are quick to create: some three thousand are made for every unit.

`@record(frozen=True, slots=True)` is a dataclass to the type checker. At run time it is a msgspec.Struct
made in C: a `Value` takes 0.5 µs. As a dataclass with plain slots it took 0.8, as a frozen one 1.7. `replace`
is that of dataclasses for records only, in 0.2 µs instead of 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["record", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass as record
    from dataclasses import replace
else:
    from collections.abc import Callable
    from dataclasses import MISSING, dataclass, fields
    from types import new_class
    from typing import TypeVar

    import msgspec
    from msgspec.structs import replace

    Made = TypeVar("Made")
    #: what a class has of itself: its struct has its own
    _OWN = {"__dict__", "__weakref__", "__orig_bases__", "__parameters__"}

    def record(*, slots: bool, frozen: bool = False) -> Callable[[type[Made]], type[Made]]:
        """See above. Records are compared, hashed and replaced as dataclasses are."""
        assert slots

        def made(described: type[Made]) -> type[Made]:
            body = {name: value for name, value in vars(described).items() if name not in _OWN}
            for field in fields(dataclass(described)):
                if field.default_factory is not MISSING:
                    body[field.name] = msgspec.field(default_factory=field.default_factory)
            body["__dataclass_fields__"] = described.__dataclass_fields__
            bases = (msgspec.Struct, *getattr(described, "__orig_bases__", ()))
            return new_class(described.__name__, bases, {"frozen": frozen}, lambda space: space.update(body))

        return made
