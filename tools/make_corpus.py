"""Write the bent submissions of tests/corpus/layouts, and the manifest of what is to be found in each.

python tools/make_corpus.py            writes the workbooks
python tools/make_corpus.py --update   also writes the manifest from what is found now: read its changes

The bends that change nothing are laid on the real submission with its mistakes, those that change
what is found on the corrected one. The same sources give the same bytes.
"""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from batch.returns.rebuilt_copy import rebuilt  # noqa: E402
from batch.unit.bundle import Bundle, Sent  # noqa: E402
from batch.unit.review_bundle import review_files  # noqa: E402
from batch.unit.rules import Context  # noqa: E402
from tests.bends import BENDS, LAYOUTS  # noqa: E402
from tests.paper import PACK, corrected, sample  # noqa: E402

CORPUS = ROOT / "tests" / "corpus"
MANIFEST = CORPUS / "manifest.json"
FOLDER = "layouts"
FILE = "报送.xlsx"

#: check, form, field, severity
Found = list[str]


def files() -> dict[str, bytes]:
    """Every workbook of the corpus by its path below tests/corpus."""
    books = {name: bend(sample(), random.Random(0)) for name, bend in BENDS.items()}  # noqa: S311 - bends, no secrets
    books |= {name: bend(corrected(), random.Random(0)) for name, bend in LAYOUTS.items()}  # noqa: S311 - bends, no secrets
    books |= {"as_sent": sample(), "as_it_should_be": corrected()}
    return {f"{FOLDER}/{name}/{FILE}": rebuilt(book) for name, book in sorted(books.items())}


def findings(path: Path) -> list[Found]:
    """What is found in one workbook, in a fixed order. A file that is not read says so in a line."""
    done = review_files(Bundle("", (Sent(path.name, 0, path.read_bytes()),)), Context(PACK))
    found = [[f.check, f.form, f.field, f.severity.value] for u in done.units for f in u.review.findings]
    return sorted([*found, *(["", "", reason, "未处理"] for _, reason in done.unprocessed)])


def manifest() -> str:
    """The findings of all workbooks below tests/corpus/layouts, one finding a line."""
    cases = []
    for path in sorted((CORPUS / FOLDER).rglob("*.xlsx")):
        lines = ",\n  ".join(json.dumps(found, ensure_ascii=False) for found in findings(path))
        name = json.dumps(path.relative_to(CORPUS).as_posix(), ensure_ascii=False)
        cases.append(f"{name}: [\n  {lines}\n ]")
    return "{\n " + ",\n ".join(cases) + "\n}\n"


def main() -> None:
    """Write what the command line asks for."""
    shutil.rmtree(CORPUS / FOLDER, ignore_errors=True)
    for name, data in files().items():
        path = CORPUS / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if "--update" in sys.argv[1:]:
        MANIFEST.write_text(manifest(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
