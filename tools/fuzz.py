"""Damaged files through the program, as a night works on them: what goes wrong in the program itself is told.

python tools/fuzz.py --count 2000 --other 300 --seed 1 [--keep build/fuzz]

Says how many files were read and how many answered, each error of the program's own by its file's number, and
the worst time and memory. The same seed makes the same files; those that led to an error can be kept.
Exit status 1 when there was an error.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from batch.engines.common import ready_worker  # noqa: E402
from batch.unit.bundle import Sent  # noqa: E402
from batch.unit.review_bundle import NO_COPY, TROUBLE  # noqa: E402
from batch.unit.rules import Context, load_rules  # noqa: E402
from batch.unit.tasks import ReadTask, read_and_work  # noqa: E402
from tests.damage import bytes_damaged, package_damaged  # noqa: E402

CORPUS = ROOT / "tests" / "corpus"
CONTEXT = Context("hunan-2020")
_MIB = 1024
_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
#: the share of packages of other formats damaged inside
_AS_PACKAGE = 0.7


def workbooks() -> list[Path]:
    """Sound workbooks, among them bent ones."""
    return [*sorted((ROOT / "inbox").rglob("*.xlsx")), *sorted(CORPUS.rglob("*.xlsx"))]


def others() -> list[Path]:
    """Sound files in other formats, and reports."""
    found = [path for path in sorted((CORPUS / "containers").iterdir()) if path.suffix != ".xlsx"]
    return [*found, *sorted((ROOT / "inbox").rglob("*.txt"))]


def damaged(seed: int, number: int, *, package: bool) -> tuple[str, bytes]:
    """One damaged file, the same for the same seed and number: its name and its bytes."""
    dice = random.Random(f"{seed}/{number}/{package}")  # noqa: S311 - no secrets
    path = dice.choice(workbooks() if package else others())
    data = path.read_bytes()
    # one that has a password is no package on the outside
    if data.startswith(b"PK") and (package or dice.random() < _AS_PACKAGE):
        return f"{number}{path.suffix}", package_damaged(data, dice)
    return f"{number}{path.suffix}", bytes_damaged(data, dice)


def error_of(name: str, data: bytes) -> tuple[str, bool]:
    """What went wrong in the program itself, "" for nothing; and whether the file was read."""
    back = read_and_work(ReadTask("", (Sent(name, 0, data),), CONTEXT))
    ours = [reason for _, reason in back.unprocessed if reason in (TROUBLE, NO_COPY)]
    if back.troubles or ours:
        return "\n".join([*back.troubles, *ours]), bool(back.units)
    if not back.units and not back.unprocessed:
        return "neither read nor answered", False
    return "", bool(back.units)


def _made(seed: int, count: int, other: int) -> Iterator[tuple[str, bytes]]:
    for number in range(count):
        yield damaged(seed, number, package=True)
    for number in range(other):
        yield damaged(seed, number, package=False)


def _used() -> float:
    """Seconds of processor time so far, those of the child processes that read some formats included."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, _WHO))


def _run(files: Iterator[tuple[str, bytes]], tell: Callable[[str], None], keep: Path | None) -> int:
    read = errors = total = 0
    worst = 0.0, ""
    for name, data in files:
        before = _used()
        error, was_read = error_of(name, data)
        worst = max(worst, (_used() - before, name))
        read += was_read
        total += 1
        if error:
            errors += 1
            tell(f"{name}: {error}")
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / name).write_bytes(data)
    peak = max(resource.getrusage(who).ru_maxrss for who in _WHO) // _MIB
    tell(f"{total} files: {read} read, {total - read} answered, {errors} own errors")
    tell(f"worst {worst[0]:.2f} s of processor time ({worst[1]}), peak {peak} MiB")
    return errors


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="packages")
    parser.add_argument("--other", type=int, default=300, help="files of other formats")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for files that led to an error")
    given = parser.parse_args()
    ready_worker()
    load_rules(CONTEXT)
    return 1 if _run(_made(given.seed, given.count, given.other), print, given.keep) else 0


if __name__ == "__main__":
    sys.exit(main())
