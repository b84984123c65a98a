"""Which files of the inbox are processed together: those of one folder, and those of one unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from batch.inbox.scan import Candidate, Listing
from batch.report.ownership import NOBODYS, owner_of


@dataclass(slots=True)
class CandidateBundle:
    """Files that are processed together."""

    files: list[Candidate]
    left_out: tuple[tuple[str, str, str], ...] = ()

    @property
    def key(self) -> str:
        """Its key in the store."""
        return "\n".join(candidate.name for candidate in self.files)


def bundles_of(listing: Listing) -> list[CandidateBundle]:
    """The bundles: files of one folder together, each file directly in the inbox by itself."""
    beside: dict[str, list[tuple[str, str, str]]] = {}
    for entry in listing.passed_over:
        folder, slash, _ = entry[0].partition("/")
        if slash:
            beside.setdefault(folder, []).append(entry)
    folders: dict[str, list[Candidate]] = {}
    for candidate in listing.candidates:
        folders.setdefault(candidate.folder or f"/{candidate.name}", []).append(candidate)
    return [CandidateBundle(files, tuple(beside.get(files[0].folder, ()))) for files in folders.values()]


def joined(bundles: Iterable[CandidateBundle]) -> CandidateBundle:
    """The files of several bundles as one."""
    return CandidateBundle([candidate for bundle in bundles for candidate in bundle.files])


def reports_elsewhere(
    unprocessed: list[tuple[str, str]], listing: Listing, files: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, Candidate]]:
    """Reports that lie apart from their unit's forms, with the unit their file name names.

    They are taken from the list of files that could not be processed. `files`: those of each unit.
    """
    nobodys = [entry for entry in unprocessed if entry[1] == NOBODYS]
    if not nobodys:
        return
    by_name = {candidate.name: candidate for candidate in listing.candidates}
    for entry in nobodys:
        owner = owner_of(entry[0], files)
        if owner is not None:
            unprocessed.remove(entry)
            yield owner, by_name[entry[0]]
