"""The tree of a parsed formula."""

from __future__ import annotations

from dataclasses import dataclass

from batch.model.book import Area
from batch.workbook.formulas.formula_values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, truth value or error value written into the formula."""

    value: Value


@dataclass(frozen=True, slots=True)
class CellReference:
    """A cell or range; `sheet` is None for the formula's own sheet."""

    sheet: str | None
    area: Area

    @property
    def single(self) -> bool:
        """Whether it is one cell."""
        return (self.area.top, self.area.left) == (self.area.bottom, self.area.right)


@dataclass(frozen=True, slots=True)
class Chain:
    """Operations of one precedence from left to right: a - b + c is one chain, of any length."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Unary:
    """ "+" or "-" before a node, "%" behind it."""

    sign: str
    node: Node


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A call of one of `ARGUMENTS`, with as many arguments as it takes; an omitted one is 0."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | CellReference | Chain | Unary | FunctionCall


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula."""

    root: Node
    #: everything it refers to, in every branch
    references: tuple[CellReference, ...]
    #: number of nodes, for those who count the work
    size: int
