"""A digest of all that a result depends on: what is the same is not worked out again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from batch import __version__
from batch.inbox.scan import Candidate
from batch.unit.identity import Directory
from batch.unit.rules import Context
from batch.unit.tasks import ReadTask


def basis_of(rules: Context, known: Directory) -> str:
    """A digest of all inputs beside the files: the rules, the settings, the program's version."""
    parts = (__version__, _program(), repr(rules), known.year, known.has_roster)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def _program() -> str:
    """A digest of the program's files, as they were when this process first asked."""
    program = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in (".py", ".toml"):
            program.update(f"{path.name} {path.stat().st_size} {path.stat().st_mtime_ns}\n".encode())
    return program.hexdigest()


def digest_of(task: ReadTask, basis: str, digests: Mapping[str, str]) -> str:
    """A short digest of all inputs of a task's result; "" when a file could not be read.

    `digests`: of each file's bytes, by name.
    """
    files = [(f.name, f.modified, digests[f.name]) for f in task.files if isinstance(f, Candidate)]
    if not all(sha for _, _, sha in files):
        return ""
    # of those nobody knows anything of, it makes no difference whether anybody was asked
    known = [who for who in task.known or () if who.reference or who.suggested]
    parts = (basis, task.folder, files, task.left_out, known)
    return hashlib.sha256(msgspec.msgpack.encode(parts)).hexdigest()
