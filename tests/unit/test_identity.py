"""Whose files are, and what the directory knows of a unit when its files come in."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from batch.config.settings import Settings
from batch.forms.read.empty_forms import EMPTY
from batch.inbox.scan import Candidate
from batch.model.reference import LastYear, Reference, RosterUnit
from batch.night import run_night
from batch.returns.rebuilt_copy import rebuilt
from batch.roster.roster import Roster
from batch.store.ledger import open_ledger
from batch.unit.bundle import Bundle, Claim, Sent
from batch.unit.identity import Directory
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context, context_of, load_rules
from tests.paper import FILE, PACK, SAMPLE, Edits, corrected
from tests.roster.sheets import save
from tests.roster.test_prefill import made


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
    assert [unit["status"] for unit in run_night(settings).units] == ["退回"]
    same = looked_up(settings, sha256(sent.read_bytes()).hexdigest())
    assert (same.returns, same.first_sent) == (0, "")
    # whatever else the unit sends is its second try
    corrected = looked_up(settings, "0" * 64)
    assert corrected.returns == 1
    assert corrected.first_sent


CENTRE = RosterUnit("浏阳市数据资源中心", "101001", ("数据中心",))
ROSTER = Roster((CENTRE, RosterUnit("县教育局", "001"), RosterUnit("县水利局", "002")))
#: the unit's name taken off every form
UNNAMED: Edits = {
    "基础数据表!A2": "填报单位：",
    "监控表!J3": None,
    "项目支出自评表!F3": None,
    "整体支出自评表!C2": None,
}


def owners(folder: str, files: dict[str, Edits], state: Path) -> set[tuple[str, str]]:
    """(code, how it is known) of the units that files of one folder are found to be of."""
    sent = tuple(Sent(name, 0, rebuilt(corrected(edits))) for name, edits in files.items())
    claims = review_files(Bundle(folder, sent, known=(), has_roster=True), Context(PACK)).claims
    with open_ledger(state) as ledger:
        directory = Directory(ledger, 2020, ROSTER)
        known = tuple(
            directory.identity(Candidate("收件箱", name, folder, 1, 1), claim, {})
            for name, claim in claims.items()
        )
    done = review_files(Bundle(folder, sent, known=known, has_roster=True), Context(PACK))
    return {(unit.review.code, unit.review.how) for unit in done.units}


@pytest.mark.parametrize(
    ("folder", "file", "edits", "owner"),
    [
        # what its forms state counts before where it lies
        ("县教育局", "县教育局/表.xlsx", {}, ("101001", "全称")),
        ("县教育局", "县教育局/表.xlsx", {**UNNAMED, "基础数据表!A2": "单位编码：002"}, ("002", "编码")),
        # a name that comes from the folder or the file counts as that
        ("浏阳市数据资源中心", "浏阳市数据资源中心/表.xlsx", UNNAMED, ("101001", "文件夹")),
        ("", "浏阳市数据资源中心.xlsx", UNNAMED, ("101001", "文件名")),
        ("", "表.xlsx", UNNAMED, ("", "")),
    ],
)
def test_a_file_is_whose_it_says(
    tmp_path: Path, folder: str, file: str, edits: Edits, owner: tuple[str, str]
) -> None:
    assert owners(folder, {file: edits}, tmp_path) == {owner}


@pytest.mark.parametrize(
    ("file", "claim", "owner"),
    [
        ("县水利局/附表.xlsx", Claim("001"), "县教育局"),
        # a file is rather that of the unit in its name than that of a department's folder
        ("县教育局/县水利局_2020.xlsx", Claim(), "县水利局"),
        ("县水利局/1、县教育局/附表.pdf", Claim(), "县教育局"),
        ("2020年报送/数据中心/附表.xlsx", Claim(), "浏阳市数据资源中心"),
        ("县教育局和县水利局.xlsx", Claim(), ""),
        ("照片.jpg", Claim(name="某公司"), ""),
    ],
)
def test_whose_a_file_is_that_could_not_be_read(tmp_path: Path, file: str, claim: Claim, owner: str) -> None:
    with open_ledger(tmp_path) as ledger:
        assert Directory(ledger, 2020, ROSTER).owner(file, claim) == owner
        # without a roster there is the folder at most
        alone = Directory(ledger, 2020).owner(file, claim)
        assert alone == (claim.name or (file.partition("/")[0] if "/" in file else ""))


def test_a_form_that_was_handed_out_and_left_empty_says_whose_it_is(tmp_path: Path) -> None:
    sent = Sent("附表模板.xlsx", 0, made())
    done = review_files(Bundle("", (sent,), has_roster=True), Context(PACK))
    assert [reason for _, reason in done.unprocessed] == [EMPTY]
    with open_ledger(tmp_path) as ledger:
        assert Directory(ledger, 2020, ROSTER).owner(sent.name, done.claims[sent.name]) == "县教育局"


def test_files_that_state_different_codes_are_of_different_units(tmp_path: Path) -> None:
    files: dict[str, Edits] = {
        f"杂/{code}.xlsx": {**UNNAMED, "基础数据表!A2": f"单位编码：{code}"} for code in ("001", "002")
    }
    assert owners("杂", files, tmp_path) == {("001", "编码"), ("002", "编码")}


def test_what_is_known_of_a_unit_goes_with_its_files(tmp_path: Path) -> None:
    last = LastYear(2019, grade="良")
    with open_ledger(tmp_path) as ledger:
        directory = Directory(ledger, 2020, ROSTER, _last_years={CENTRE.name: last})
        found = [
            directory.identity(Candidate("收件箱", "表.xlsx", "", 1, 1), Claim(name=name), {}).reference
            for name in ("数据中心", "县水利局")
        ]
    centre, other = found
    assert centre is not None
    assert (centre.name, centre.how, centre.roster, centre.last_year) == (CENTRE.name, "别名", CENTRE, last)
    assert other is not None
    assert other.last_year is None
