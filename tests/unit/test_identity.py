"""What the directory knows of a unit when its files come in."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from batch.config.settings import Settings
from batch.inbox.scan import Candidate
from batch.model.reference import Reference
from batch.night import run_night
from batch.store.ledger import open_ledger
from batch.unit.identity import Directory
from batch.unit.review_bundle import context_of, load_rules
from tests.paper import FILE, SAMPLE
from tests.roster.sheets import save


def looked_up(settings: Settings, sha: str) -> Reference:
    """What is known of the unit when its one file has these bytes."""
    with open_ledger(settings.outbox / ".jixiao") as ledger:
        known = Directory.of(ledger, settings, load_rules(context_of(settings)))
        found = known.guess([(Candidate(str(settings.inbox), FILE, FILE.partition("/")[0], 1, 1), sha)])
    assert found
    (identity,) = found
    assert identity.reference
    return identity.reference


def test_the_files_at_hand_are_no_earlier_submission(tmp_path: Path) -> None:
    """The same night run again must not count a return of the very files it looks at."""
    settings = Settings(
        inbox=tmp_path / "inbox",
        outbox=tmp_path / "outbox",
        roster=tmp_path / "单位名册.xlsx",
        engine="local",
    )
    save(tmp_path / "单位名册.xlsx", {"单位": [("单位编码", "单位全称"), ("001", "浏阳市数据资源中心")]})
    sent = settings.inbox / FILE
    sent.parent.mkdir(parents=True)
    sent.write_bytes(SAMPLE.read_bytes())
    assert [review.status for review in run_night(settings).reviews] == ["退回"]
    same = looked_up(settings, sha256(sent.read_bytes()).hexdigest())
    assert (same.returns, same.first_sent) == (0, "")
    # whatever else the unit sends is its second try
    corrected = looked_up(settings, "0" * 64)
    assert corrected.returns == 1
    assert corrected.first_sent
