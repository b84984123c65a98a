"""`jixiao demo`: a county whose two nights show what the guide says, the same every time."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.config.settings import load_settings
from batch.demo.county import county
from batch.demo.rounds import KEPT, Demo, DemoError, make_demo
from batch.model.review import Review
from batch.model.status import Severity
from batch.night import run_night
from tests.app.test_cli import everything
from tests.nights import reviews_of
from tests.paper import SAMPLE

#: what each unit gets back: status of either night, and the errors and questions of the first it was there
SEEN = {
    "县教育局": ("通过", "通过", set()),
    "县第一中学": ("通过", "通过", set()),
    "县实验小学": ("退回", "退回", {"F025 D18", "K206 K5", "K207 K5"}),
    "县水利局": (
        "退回",
        "通过",
        {"J105 D6", "K202 K5", "X310 H21", "Z413 F20", "J102 C4", "J107 D6", "J108 D6"},
    ),
    "县林业局": ("待说明", "通过", {"J122 D19", "K206 K5", "K207 K5"}),
    # the four forms of a web page stand below each other
    "县统计局": ("退回", "通过", {"X310 H66", "Z409 G100"}),
    "县档案馆": (
        "退回",
        "退回",
        {
            *("F021 D11", "C502 D12", "J116 D15", "J112 D16", "J112 D17", "J112 D18", "C504 D20"),
            *("Z401 F4", "Z415 F22", "Z418 F28", "C517 F4"),
        },
    ),
    "县审计局": ("", "通过", set()),
    "县司法局": ("", "通过", set()),
    "县市场监督管理局": (
        "",
        "退回",
        {"J106 D7", "C507 D12", "J107 D6", "J108 D6", "C511 F5", "X304 F5", "X304 F6"},
    ),
    "浏阳市数据资源中心": ("退回", "退回", None),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "演示"


@pytest.fixture(scope="module")
def made(folder: Path) -> Demo:
    return make_demo(folder)


def by_unit(folder: Path) -> dict[str, Review]:
    return {review.unit: review for review in reviews_of(folder / "outbox")}


def published(outbox: Path) -> dict[str, tuple[str, set[str]]]:
    """By unit its status, and its findings that are no 提示 with their cells."""
    lines = (outbox / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    found = [finding for line in lines if (finding := json.loads(line))["severity"] != "hint"]
    units = json.loads((outbox / "results.json").read_text(encoding="utf-8"))["units"]
    return {
        u["unit"]: (u["status"], {f"{f['check']} {f['cell']}" for f in found if f["unit"] == u["unit"]})
        for u in units
    }


def test_every_unit_shows_what_it_is_there_for(made: Demo, folder: Path) -> None:
    first, second = published(folder / KEPT / "发件箱"), published(folder / "outbox")
    assert set(second) == set(SEEN)
    for unit, (before, after, told) in SEEN.items():
        assert (first[unit][0] if unit in first else "") == before, unit
        assert second[unit][0] == after, unit
        if told is not None:
            assert (first.get(unit) or second[unit])[1] == told, unit
    assert not made.first.troubles + made.second.troubles


def test_who_sent_nothing_and_who_something_broken_is_told_apart(made: Demo) -> None:
    first, second = made.first.turnout, made.second.turnout
    assert first is not None
    assert second is not None
    assert [unit.name for unit in first.missing] == ["县司法局", "县市场监督管理局", "县农业农村局"]
    assert first.counts == {"应报": 12, "已报": 8, "读不了": 1, "未报": 3}
    assert [unread.unit.name for unread in first.unreadable] == ["县审计局"]
    assert second.counts == {"应报": 12, "已报": 11, "未报": 1}
    assert [unit.name for unit in second.missing] == ["县农业农村局"]
    unread = [name for name, _ in made.first.unprocessed]
    assert unread == ["县审计局/县审计局_2020.xlsx", "县统计局/情况说明（盖章扫描）.pdf"]
    assert not made.first.problems + made.second.problems


def test_explanations_and_the_bureaus_ruling_count_on_the_second_night(made: Demo, folder: Path) -> None:
    units = by_unit(folder)
    answers = {f"{f.check} {f.answer}" for f in units["县林业局"].findings if f.answer}
    assert answers == {"J122 已说明", "K206 已说明", "K207 已说明"}
    assert {f.check for f in units["县实验小学"].findings if f.answer == "豁免"} == {"K206"}
    # what was put right is gone, what was missed is still there
    left = {f"{f.check} {f.cell}" for f in units["县档案馆"].findings if f.severity is Severity.ERROR}
    assert left == {"J116 D15", "J112 D16", "J112 D17", "J112 D18"}


def test_the_guide_names_only_what_is_there(made: Demo, folder: Path) -> None:
    guide = (folder / "说明.txt").read_text(encoding="utf-8-sig")
    named = re.findall(rf"((?:{KEPT}|inbox|outbox)\\[^\s，：]+)", guide)
    assert len(named) > 8
    assert [name for name in named if not (folder / name.replace("\\", "/")).exists()] == []
    assert [unit.name for unit in county() if unit.name not in guide] == []


def test_the_command_makes_the_very_same_county_and_tells_where_to_look(
    made: Demo, folder: Path, tmp_path: Path
) -> None:
    result = CliRunner().invoke(cli, ["demo", str(tmp_path / "演示")])
    assert result.exit_code == 0
    assert "第二晚：应报12户，已报11户，未报1户：退回4户，通过7户" in result.output
    assert "outbox/汇总.xlsx" in result.output
    assert everything(tmp_path / "演示") == everything(folder)


def test_a_run_by_hand_changes_nothing_and_reads_nothing(made: Demo, folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "演示")
    before = everything(tmp_path / "演示")
    settings = tmp_path / "演示" / "jixiao.toml"
    result = CliRunner().invoke(cli, ["--config", str(settings), "run", "--engine", "local"])
    assert result.exit_code == 0
    assert everything(tmp_path / "演示") == before
    log = (tmp_path / "演示" / "outbox" / ".jixiao" / "logs" / "jixiao.log").read_text(encoding="utf-8")
    assert "读取0个文件" in log


def test_a_change_of_the_bureaus_own_rules_reaches_files_that_did_not_change(
    made: Demo, folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder, tmp_path / "演示")
    settings = load_settings(tmp_path / "演示" / "jixiao.toml")
    assert settings.rules is not None
    settings.rules.write_text('[[check]]\nid = "F025"\nstatus = "停用"\n', encoding="utf-8")
    run_night(replace(settings, engine="local"))
    assert by_unit(tmp_path / "演示")["县实验小学"].count(Severity.ERROR) == 0


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "数据.xlsx").write_bytes(b"mine")
    with pytest.raises(DemoError, match="已经有文件"):
        make_demo(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["数据.xlsx"]
    result = CliRunner().invoke(cli, ["demo", str(tmp_path)])
    assert result.exit_code == 2
    assert "请换一个新的文件夹名" in result.output


def test_the_real_submission_and_report_are_those_of_the_repository(made: Demo, folder: Path) -> None:
    shipped = Path(make_demo.__code__.co_filename).parent / "files"
    assert (shipped / SAMPLE.name).read_bytes() == SAMPLE.read_bytes()
    (told,) = (Path(__file__).parent / "report").glob("*.txt")
    assert (shipped / told.name).read_bytes() == told.read_bytes()
    real = by_unit(folder)["浏阳市数据资源中心"]
    assert [f for f in real.findings if f.file.endswith(".txt")]
