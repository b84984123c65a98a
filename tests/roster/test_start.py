"""`jixiao init`: the folder works as it is, explains itself, and nothing in it is ever overwritten."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from batch.config.mail_settings import MailSettings
from batch.config.rulebook import load_rulebook, local_rules
from batch.config.settings import Settings, SettingsError, load_settings
from batch.model.limits import DEFAULT, Limits
from batch.start.folder import text_bytes
from tests.roster.sheets import UNITS, save

FILES = {
    "jixiao.toml", "本局规则.toml", "使用说明.txt", "单位名册.xlsx", "经办台账.xlsx",
    "templates/附表模板.xlsx",
}  # fmt: skip
#: a setting that is switched off by a # before it
OFF = re.compile(r"^# (?=\[|[a-z_]+ = )", re.MULTILINE)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="jixiao")


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_the_folder_has_everything_and_a_batch_runs_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "绩效自评2020"
    result = run("init", str(folder))
    assert result.exit_code == 0
    assert files(folder) == FILES
    assert (folder / "inbox").is_dir()
    assert (folder / "outbox").is_dir()
    assert run("--config", str(folder / "jixiao.toml"), "run", "--engine", "local").exit_code == 0
    assert (folder / "outbox" / "汇总.xlsx").is_file()


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "jixiao.toml").write_text('outbox = "结果"\n', encoding="utf-8")
    save(tmp_path / "单位名册.xlsx", {"单位": UNITS})
    before = {name: (tmp_path / name).read_bytes() for name in ("jixiao.toml", "单位名册.xlsx")}
    result = run("init", str(tmp_path))
    assert result.exit_code == 0
    assert result.output.count("已经有了，没有动") == 2
    assert before == {name: (tmp_path / name).read_bytes() for name in before}
    assert files(tmp_path) == FILES


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "文件").write_bytes(b"")
    result = run("init", str(tmp_path / "文件" / "夹"))
    assert result.exit_code == 3
    assert "建不了文件夹" in result.output


def test_the_settings_load_and_name_every_key(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    settings = load_settings(tmp_path / "jixiao.toml")
    assert settings == Settings(
        inbox=tmp_path / "inbox",
        outbox=tmp_path / "outbox",
        rules=tmp_path / "本局规则.toml",
        roster=tmp_path / "单位名册.xlsx",
        clerk_book=tmp_path / "经办台账.xlsx",
    )
    text = text_bytes("jixiao.toml").decode("utf-8-sig").replace("\r\n", "\n")
    data = tomllib.loads(OFF.sub("", text))
    # passwords come from the environment only
    assert set(data) == {f.name for f in fields(Settings)} - {"passwords"}
    assert "JIXIAO_PASSWORDS" in text
    assert set(data["limits"]) == {f.name for f in fields(Limits)}
    # the certificate is described only: there is none to name; name and password as above
    told = {f.name for f in fields(MailSettings)} - {"ca_file", "user", "password"}
    assert set(data["mail"]) == told
    assert "ca_file" in text
    for line, above in zip(text.splitlines()[1:], text.splitlines(), strict=False):
        if re.match(r"(# )?[a-z]+ = ", line):
            assert above.startswith("# "), f"{line}: what it means stands above it"


def test_switched_on_every_setting_loads_with_the_defaults_it_shows(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    path = tmp_path / "jixiao.toml"
    path.write_text(OFF.sub("", path.read_text(encoding="utf-8-sig")), encoding="utf-8")
    settings = load_settings(path)
    assert settings.limits == DEFAULT
    mail = settings.mail
    assert mail is not None
    assert mail == MailSettings(mail.host, mail.sender, mail.to)
    assert settings.deadline == "2021-03-15"


def test_the_rule_file_changes_nothing_as_it_is_and_works_when_switched_on(tmp_path: Path) -> None:
    run("init", str(tmp_path))
    path = tmp_path / "本局规则.toml"
    assert load_rulebook("hunan-2020", local_rules(path)).changes == []
    switched_on = re.sub(
        r"^# (?=\[\[|[a-z]+ = )", "", path.read_text(encoding="utf-8-sig"), flags=re.MULTILINE
    )
    path.write_text(switched_on, encoding="utf-8")
    changes = load_rulebook("hunan-2020", local_rules(path)).changes
    assert {check for check, *_ in changes} == {
        "J130",
        "K206",
        "X315",
        "L001",
        "基础数据表“公务接待”",
        "评分",
    }
    assert run("--config", str(tmp_path / "jixiao.toml"), "rules").exit_code == 0


def test_the_commands_of_the_instructions_exist() -> None:
    text = text_bytes("使用说明.txt").decode("utf-8-sig")
    assert set(re.findall(r"jixiao ([a-z]+)", text)) <= set(cli.commands)
    assert "\r\n" in text


def test_the_roster_beside_the_settings_is_used_unless_another_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "jixiao.toml"
    settings.write_text("", encoding="utf-8")
    assert load_settings(settings).roster is None
    save(tmp_path / "单位名册.xlsx", {"单位": UNITS})
    assert load_settings(settings).roster == tmp_path / "单位名册.xlsx"
    settings.write_text('roster = "别的/名册.xls"', encoding="utf-8")
    assert load_settings(settings).roster == tmp_path / "别的" / "名册.xls"
    settings.unlink()
    monkeypatch.chdir(tmp_path)
    assert load_settings(None).roster == Path("单位名册.xlsx")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('deadline = "三月十五"', "“deadline”应为日期"),
        ("deadline = 315", "“deadline”应为日期"),
        ("contact = 1", "“contact”应为"),
    ],
)
def test_mistakes_in_the_new_settings_are_told(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "jixiao.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        load_settings(tmp_path / "jixiao.toml")


def test_a_deadline_may_be_toml_s_own_date(tmp_path: Path) -> None:
    (tmp_path / "jixiao.toml").write_text("deadline = 2021-03-15", encoding="utf-8")
    assert load_settings(tmp_path / "jixiao.toml").deadline == "2021-03-15"
