"""Files that are processed together, as they come in, and what comes of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.model.reference import Reference
from batch.model.review import Review
from batch.model.unit_facts import UnitFacts
from batch.report.ownership import TOLD_ONLY


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it was in the inbox."""

    #: relative to the inbox, with forward slashes
    name: str
    modified: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The unit a file names: the code it states and the name in its forms, "" where it has none."""

    code: str = ""
    name: str = ""

    @classmethod
    def parsed(cls, text: str) -> Claim:
        """The claim that `text` wrote as one text."""
        return cls(*text.split("\n")[:2])

    @property
    def text(self) -> str:
        """The claim as one text, for the ledger."""
        return f"{self.code}\n{self.name}"


@dataclass(frozen=True, slots=True)
class Identity:
    """The unit a file belongs to, given the unit it names."""

    file: str
    #: what this was found out for
    claim: Claim
    #: None: nobody the bureau knows
    reference: Reference | None
    #: units with names like it, for a unit that is not in the roster
    suggested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """Files that are processed together: those of one folder, or a single one."""

    folder: str
    files: tuple[Sent, ...]
    #: files of the folder that are not read at all: (file, check that says why, reason)
    left_out: tuple[tuple[str, str, str], ...] = ()
    #: whose the files are; None when the bureau knows nothing about anybody
    known: tuple[Identity, ...] | None = None
    #: whether there is a roster, so that a unit nobody knows is a mistake
    has_roster: bool = False


@dataclass(slots=True)
class UnitWork:
    """All results of one unit's files."""

    review: Review
    facts: UnitFacts
    #: (path in the outbox, bytes)
    copies: list[tuple[str, bytes]] = field(default_factory=list)
    #: whether they are still to be made
    owes_copies: bool = False


@dataclass(slots=True)
class BundleResult:
    """The result of one bundle."""

    units: list[UnitWork] = field(default_factory=list)
    #: (file, reason in Chinese)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)
    #: by file, whom it names, and the years its forms say they are of, as text: "2020 2020 2021"
    claims: dict[str, Claim] = field(default_factory=dict)
    years: dict[str, str] = field(default_factory=dict)
    #: whether somebody else is named than `known` was made for: nothing was done yet
    asks: bool = False

    @property
    def has_failures(self) -> bool:
        """Whether a file that should have been read could not be."""
        return any(reason not in TOLD_ONLY for _, reason in self.unprocessed)
