"""Every bent workbook of the corpus, read from its bytes: exactly the findings of the manifest.

After a change of the rules: python tools/make_corpus.py --update, and look through the differences.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.bends import BENDS, LAYOUTS
from tests.paper import PACK

CORPUS = Path(__file__).parent / "corpus"
MANIFEST: dict[str, list[list[str]]] = json.loads((CORPUS / "manifest.json").read_text(encoding="utf-8"))
MAX_BYTES = 1_000_000


def test_every_workbook_has_its_findings_written_down_and_the_other_way_round() -> None:
    lying = {p.relative_to(CORPUS).as_posix() for p in (CORPUS / "layouts").rglob("*") if p.is_file()}
    assert lying == set(MANIFEST)


def test_every_bend_has_its_workbook() -> None:
    cases = {Path(name).parent.name for name in MANIFEST}
    assert cases == {*BENDS, *LAYOUTS, "as_sent", "as_it_should_be"}


def test_the_corpus_stays_small() -> None:
    assert sum(p.stat().st_size for p in (CORPUS / "layouts").rglob("*") if p.is_file()) < MAX_BYTES


@pytest.mark.parametrize("name", MANIFEST)
def test_exactly_what_is_written_down_is_found(name: str) -> None:
    path = CORPUS / name
    done = review_files(Bundle("", (Sent(path.name, 0, path.read_bytes()),)), Context(PACK))
    assert done.unprocessed == []
    assert len(done.units) == 1
    found = [[f.check, f.form, f.field, f.severity.value] for f in done.units[0].review.findings]
    assert sorted(found) == sorted(MANIFEST[name])


def test_a_unit_without_mistakes_is_told_no_mistake() -> None:
    severe = [found for found in MANIFEST["layouts/as_it_should_be/报送.xlsx"] if found[3] != "提示"]
    assert severe == []
