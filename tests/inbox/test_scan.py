"""What lies in a shared folder: names of every kind, what is no submission, and what must not be opened."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.config.settings import Settings
from batch.inbox.listing import known_time
from batch.inbox.scan import AGAIN, scan
from batch.mail.published import published_copies, read_published
from batch.model.filenames import alike_on_disk, printable_name
from batch.model.status import Severity
from batch.night import run_night
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.nights import findings_of
from tests.paper import PACK, SAMPLE
from tests.sample_units import clean_unit

ROOT = Path(__file__).parent.parent.parent
on_unix = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there")


def put(inbox: Path, name: str, data: bytes = b"x") -> Path:
    path = inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def passed_over(inbox: Path) -> dict[str, str]:
    return {name: reason for name, _, reason in scan(inbox).passed_over}


def gbk(name: str) -> str:
    """A name as the system gives it whose bytes are GBK."""
    return os.fsdecode(name.encode("gbk"))


@on_unix
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("县教育局.xlsx".encode(), "县教育局.xlsx"),
        ("县教育局.xlsx".encode("gbk"), "县教育局.xlsx"),
        ("\u4dae局".encode("gb18030"), "\u4dae局"),
        (b"caf\xe9.xlsx", "caf\ufffd.xlsx"),
        (b"\xff\xfe.xls", "\ufffd\ufffd.xls"),
        (b"a\nb\x1b[2J.xlsx", "a\ufffdb\ufffd[2J.xlsx"),
        ("甲\u2028乙".encode(), "甲\ufffd乙"),
    ],
)
def test_names_are_bytes_made_printable_by_evidence(raw: bytes, text: str) -> None:
    assert printable_name(os.fsdecode(raw)) == text


@on_unix
def test_names_that_read_alike_stay_apart_and_lead_to_their_own_files(tmp_path: Path) -> None:
    put(tmp_path, "县教育局.xlsx", b"utf-8")
    put(tmp_path, gbk("县教育局.xlsx"), b"gbk")
    put(tmp_path, f"{gbk('县水利局')}/{gbk('表')}.xlsx", b"below")
    found = {file.name: (file.folder, file.path.read_bytes()) for file in scan(tmp_path).candidates}
    assert found == {
        "县教育局.xlsx": ("", b"utf-8"),
        "县教育局（2）.xlsx": ("", b"gbk"),
        "县水利局/表.xlsx": ("县水利局", b"below"),
    }


@pytest.fixture(scope="module")
def unit(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("unit") / "unit.xlsx"
    clean_unit(path, "县教育局", 1, projects=1)
    return path.read_bytes()


@on_unix
def test_a_name_that_is_no_text_costs_nobody_the_night_in_any_locale(tmp_path: Path, unit: bytes) -> None:
    inbox = tmp_path / "inbox"
    put(inbox, gbk("县教育局.xlsx"), unit)
    put(inbox, f"好/{gbk('说明')}.pdf")
    put(inbox, os.fsdecode(b"bad\xff.xlsx"), b"")
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "batch", "run", "--inbox", str(inbox), "--outbox", str(tmp_path / "c")]
    done = subprocess.run([*command, "--engine", "local"], env=environment, capture_output=True, check=False)
    assert done.returncode == 1, done.stderr.decode()
    run_night(Settings(inbox=inbox, outbox=tmp_path / "utf8", engine="local"))
    made = [
        sorted(p.relative_to(tmp_path / out) for p in (tmp_path / out).glob("*/**/*"))
        for out in ("c", "utf8")
    ]
    shown = {path.as_posix() for path in made[0] if ".jixiao" not in path.parts}
    assert shown == {path.as_posix() for path in made[1] if ".jixiao" not in path.parts}
    assert {"批注/县教育局/县教育局.xlsx", "未处理/bad\ufffd.xlsx.txt", "未处理/好、说明.pdf.txt"} <= shown


def published_in(outbox: Path) -> set[str]:
    names = {path.relative_to(outbox).as_posix() for path in outbox.rglob("*")}
    return {name for name in names if not name.startswith(".jixiao")}


def test_recycle_bins_and_snapshots_are_no_submissions_and_told(tmp_path: Path) -> None:
    bins = ("#recycle", "@Recycle", "$RECYCLE.BIN", ".Trash-1000", ".Trashes")
    old = ("@Recently-Snapshot", "~snapshot", ".snapshot", "县教育局/.stversions")
    own = (
        "__MACOSX",
        "System Volume Information",
        ".stfolder",
        "lost+found",
        "县教育局/@eaDir",
        ".AppleDouble",
    )
    for folder in (*bins, *old, *own):
        put(tmp_path, f"{folder}/县水利局/表.xlsx")
    put(tmp_path, "县教育局/表.xlsx")
    for hidden in (
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "._表.xlsx",
        ".hidden/表.xlsx",
        "a.xlsx:Zone.Identifier",
    ):
        put(tmp_path, hidden)
    (tmp_path / "#Recycle").mkdir(exist_ok=True)
    assert [file.name for file in scan(tmp_path).candidates] == ["县教育局/表.xlsx"]
    told = passed_over(tmp_path)
    assert set(told) == {*bins, *old, *own}
    assert all("回收站" in told[folder] for folder in bins)
    assert all("旧版本" in told[folder] for folder in old)
    # no unit is asked to do anything about them
    assert {check for _, check, _ in scan(tmp_path).passed_over} == {""}


@on_unix
def test_links_pipes_and_folders_are_told_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path / "inbox"
    put(inbox, "县教育局/表.xlsx")
    put(tmp_path, "outside/表.xlsx")
    for name, target in {
        "断.xlsx": "nowhere", "圈.xlsx": "圈.xlsx", "外.xlsx": "../outside/表.xlsx", "外": "../outside",
        "零.xlsx": "/dev/zero", "内.xlsx": "县教育局/表.xlsx",
    }.items():  # fmt: skip
        (inbox / name).symlink_to(target)
    os.mkfifo(inbox / "管.xlsx")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(inbox)
        server.bind("口.xlsx")
        os.chdir(ROOT)
    put(inbox, "夹.xlsx/表.xlsx")
    assert [file.name for file in scan(inbox).candidates] == [
        "内.xlsx",
        "县教育局/表.xlsx",
        "夹.xlsx/表.xlsx",
    ]
    told = passed_over(inbox)
    assert {name: next(word for word in WORDS if word in told[name]) for name in told} == {
        "断.xlsx": "打不开",
        "圈.xlsx": "打不开",
        "外.xlsx": "收件箱以外",
        "外": "指向文件夹",
        "零.xlsx": "收件箱以外",
        "管.xlsx": "不是普通文件",
        "口.xlsx": "不是普通文件",
        "夹.xlsx": "是文件夹",
    }


WORDS = ("打不开", "收件箱以外", "指向文件夹", "不是普通文件", "是文件夹")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("表.xlsb", "二进制工作簿"),
        ("表.mht", "网页归档"),
        ("表.csv", "另存为.xlsx"),
        ("表.zip", "压缩包"),
        ("表.xlsx.lnk", "快捷方式"),
        ("表", "没有扩展名"),
        ("表.pdf", "不是Excel文件"),
        ("表.xlsx.crdownload", AGAIN),
        ("表.part", AGAIN),
        ("表.xlsx.baiduyun.p.downloading", AGAIN),
        ("表.xlsx.!ut", AGAIN),
        ("~$表.xlsx", "正在被他人打开"),
    ],
)
def test_each_other_kind_of_file_has_its_own_answer(tmp_path: Path, name: str, word: str) -> None:
    put(tmp_path, name)
    assert word in passed_over(tmp_path)[name]


@pytest.mark.parametrize("name", ["表.xlsx ", "表.ＸＬＳＸ", "表。xlsx", "表.xltx", "表.ett", "表.XLT"])
def test_endings_people_and_programs_bend_are_read_all_the_same(
    tmp_path: Path, unit: bytes, name: str
) -> None:
    put(tmp_path, name, unit)
    (candidate,) = scan(tmp_path).candidates
    done = review_files(Bundle("", (Sent(candidate.name, 1, unit),)), Context(PACK))
    (made,) = done.units
    assert made.review.count(Severity.ERROR) == 0
    (copy,) = [path for path, _ in made.copies if path.startswith("批注/")]
    assert copy.endswith(".xlsx")


def test_the_copy_of_a_template_is_a_workbook() -> None:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
    (made,) = review_files(Bundle("", (Sent("表.xltx", 1, _template()),)), Context(PACK)).units
    (copy,) = [copy for path, copy in made.copies if path.startswith("批注/")]
    assert kind.encode() not in _types(copy)
    assert b"spreadsheetml.sheet.main+xml" in _types(copy)


def _types(package: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(package)).read("[Content_Types].xml")


def _template() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(SAMPLE) as package, zipfile.ZipFile(target, "w") as made:
        for name in package.namelist():
            data = package.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(b".sheet.main+xml", b".template.main+xml")
            made.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize("seconds", [0, -11_644_473_600, -62_135_596_801, 253_402_300_800, 902_000_000_000])
def test_a_time_no_clock_can_have_shown_is_unknown(seconds: int) -> None:
    assert known_time(seconds * 10**9) == 0


def test_a_file_of_unknown_time_is_done_and_the_batch_has_a_name(tmp_path: Path, unit: bytes) -> None:
    path = put(tmp_path / "inbox", "县教育局.xlsx", unit)
    os.utime(path, (-86_400, -86_400))
    settings = Settings(
        inbox=tmp_path / "inbox", outbox=tmp_path / "out", engine="local", deadline="2021-01-01"
    )
    night = run_night(settings)
    assert night.batch.startswith("时间不明-")
    assert [unit["status"] for unit in night.units] == ["通过"]
    # it is nobody's fault that the time is not known
    assert not [finding for finding in findings_of(settings.outbox) if "截止" in finding.message]


def overlapping(root: Path) -> list[tuple[str, str]]:
    (root / "in").mkdir()
    (root / "out" / "批注").mkdir(parents=True)
    (root / "link").symlink_to(root / "in")
    return [
        ("in", "in"),
        ("in", "in/out"),
        ("out/批注", "out"),
        ("in", "link"),
        ("link", "in/new/out"),
        ("in", "."),
    ]


def test_inbox_and_outbox_that_overlap_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    pairs = overlapping(tmp_path)
    shutil.copy(SAMPLE, tmp_path / "in" / "表.xlsx")
    before = sorted(tmp_path.rglob("*"))
    for inbox, outbox in pairs:
        for command in ("run", "watch"):
            arguments = [command, "--inbox", str(tmp_path / inbox), "--outbox", str(tmp_path / outbox)]
            done = CliRunner().invoke(cli, arguments, prog_name="jixiao")
            assert done.exit_code == 2, (inbox, outbox)
            assert "没有运行" in done.output
    assert sorted(tmp_path.rglob("*")) == before


def test_a_blank_folder_is_refused(tmp_path: Path) -> None:
    for arguments in (["run", "--outbox", ""], ["run", "--inbox", " "], ["status", "--outbox", ""]):
        done = CliRunner().invoke(cli, arguments, prog_name="jixiao")
        assert done.exit_code == 2
        assert "应为文件夹" in done.output
    settings = tmp_path / "jixiao.toml"
    settings.write_text('outbox = ""\n', encoding="utf-8")
    done = CliRunner().invoke(cli, ["--config", str(settings), "run"], prog_name="jixiao")
    assert (done.exit_code, "“outbox”应为引号里的路径" in done.output) == (2, True)


def test_check_never_writes_over_what_was_sent(tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "表.xlsx")
    arguments = ["check", str(tmp_path / "表.xlsx"), "--out", str(tmp_path)]
    done = CliRunner().invoke(cli, arguments, prog_name="jixiao")
    assert (done.exit_code, "没有写" in done.output) == (2, True)
    assert (tmp_path / "表.xlsx").read_bytes() == SAMPLE.read_bytes()


@on_unix
def test_names_that_clean_up_alike_never_overwrite_each_other(tmp_path: Path, unit: bytes) -> None:
    """Units, their notices and the notes in 未处理, whatever came first; the mail finds each unit's own."""
    inbox = tmp_path / "inbox"
    names = ("县委办/机关", "县委办:机关", "县委办|机关", "局.", "局", "ABC局", "abc局")
    for number, name in enumerate(names):
        sample_of(inbox / str(number) / "表.xlsx", name)
    for name in ("甲/坏.xlsx", "甲、坏.xlsx", "a:b.xls", "a*b.xls", "A_b.xls"):
        put(inbox, name)
    run_night(Settings(inbox=inbox, outbox=tmp_path / "out", engine="local"))
    published = read_published(tmp_path / "out")
    assert {unit.name for unit in published.units} == set(names)
    copies = published_copies(published)
    paths = {unit: path for unit, found in copies.items() for path in found.values()}
    assert len({alike_on_disk(path.as_posix()) for path in paths.values()}) == len(names)
    assert {unit: unit_in(path) for unit, path in paths.items()} == {name: name for name in names}
    notices = {alike_on_disk(path.name) for path in (tmp_path / "out" / "退回通知").iterdir()}
    assert len(notices) == len(names)
    told = {
        path.read_text("utf-8-sig").split("\n")[0].strip() for path in (tmp_path / "out/未处理").iterdir()
    }
    assert told == {"甲/坏.xlsx", "甲、坏.xlsx", "a:b.xls", "a*b.xls", "A_b.xls"}
    # who comes first changes nothing
    for number in range(len(names) - 1, -1, -1):
        (inbox / str(number)).rename(inbox / f"{len(names) - number}号")
    run_night(Settings(inbox=inbox, outbox=tmp_path / "other", engine="local"))
    again = published_copies(read_published(tmp_path / "other"))
    assert {name: [p.parent.name for p in found.values()] for name, found in again.items()} == {
        name: [p.parent.name for p in found.values()] for name, found in copies.items()
    }


def sample_of(path: Path, name: str) -> None:
    """The real submission as another unit's."""
    path.parent.mkdir(parents=True)
    with zipfile.ZipFile(SAMPLE) as package, zipfile.ZipFile(path, "w") as made:
        for part in package.namelist():
            made.writestr(part, package.read(part).replace("浏阳市数据资源中心".encode(), name.encode()))


def unit_in(path: Path) -> str:
    """The unit a workbook is about."""
    (made,) = review_files(Bundle("", (Sent("表.xlsx", 1, path.read_bytes()),)), Context(PACK)).units
    return made.review.unit
