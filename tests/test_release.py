"""The release folder: what goes into it for which machine, and scripts that name only what is there.

Making it needs an index of packages and is no part of the tests.
"""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from tools.make_release import (
    LIST,
    PARTS,
    PYTHONS,
    SUMS,
    TARGETS,
    Pin,
    closure,
    copy_parts,
    download,
    install_list,
    lacking,
    project_needs,
    read_lock,
    sums,
    told,
)
from tools.manuals import write_manuals

ROOT = Path(__file__).parent.parent
WINDOWS, LINUX, ARM = TARGETS
#: what some packages need: a made-up shop of them
SHOP = {
    "a": ["b[fast]>=1", 'c; sys_platform == "win32"', 'd; python_version < "3.12"'],
    "b": ["e; extra == 'fast'", "f; extra == 'slow'"],
}


def wheel(folder: Path, name: str, *needs: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        lines = "".join(f"Requires-Dist: {need}\n" for need in needs)
        archive.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\n{lines}")
    return path


def test_the_lock_is_understood_to_the_last_line() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = read_lock(text)
    assert sum(len(pin.hashes) for pin in pins) == text.count("--hash=")
    assert read_lock("\n".join(pin.line for pin in pins)) == pins
    # every package this project names is pinned for every machine
    for target in TARGETS:
        for python in PYTHONS:
            environment = target.environment(python)
            held = [pin.name for pin in pins if pin.holds(environment)]
            assert len(held) == len(set(held))
            named = {re.split(r"[>=\[ ]", need)[0] for need in project_needs()}
            assert named <= set(held)


def test_a_line_without_hashes_is_an_error() -> None:
    with pytest.raises(ValueError, match="rich==1"):
        read_lock("rich==1\n")


def test_what_a_machine_needs_follows_markers_and_extras() -> None:
    def needed(target_python: tuple[int, str]) -> set[str]:
        number, python = target_python
        return set(closure(["a"], TARGETS[number].environment(python), lambda n: SHOP.get(n, [])))

    assert needed((0, "3.11")) == {"a", "b", "c", "d", "e"}
    assert needed((1, "3.11")) == {"a", "b", "d", "e"}
    assert needed((2, "3.12")) == {"a", "b", "e"}


def test_a_wheel_that_asks_for_what_is_not_there_is_found(tmp_path: Path) -> None:
    wheels = [wheel(tmp_path, "a", "b", 'c; sys_platform == "win32"'), wheel(tmp_path, "b")]
    names = frozenset({"a", "b"})
    assert lacking(wheels, WINDOWS.environment("3.11"), names) == {"c"}
    assert lacking(wheels, LINUX.environment("3.11"), names) == set()


def test_packages_that_cannot_be_had_are_told_one_by_one(tmp_path: Path) -> None:
    pins = [Pin("a", "1.0", "", ("sha256:00",)), Pin("b", "1.0", 'sys_platform == "win32"', ("sha256:11",))]
    asked: list[str] = []

    def pip(arguments: list[str]) -> int:
        wanted = Path(arguments[arguments.index("--requirement") + 1]).read_text(encoding="utf-8")
        asked.append(wanted)
        assert "--platform=manylinux_2_28_aarch64" in arguments
        assert "--require-hashes" in arguments
        assert "sys_platform" not in wanted
        return int("b==" in wanted)

    assert download(pins, ARM, "3.12", tmp_path / "wheels", pip) == pins[1:]
    assert len(asked) == 3
    assert list(told({"Linux aarch64": ["b"]})) == ["  Linux aarch64：缺 b，这种电脑上装不了"]


def test_the_list_holds_the_hashes_of_the_wheels_that_are_there(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheel(wheels, "a")
    own = wheel(wheels, "jixiao")
    pins = [Pin("a", "1.0", 'sys_platform == "win32"', ("sha256:00",)), Pin("b", "1.0", "", ("sha256:11",))]
    listed = read_lock(install_list(pins, wheels, own))
    assert [(pin.name, pin.marker, len(pin.hashes)) for pin in listed] == [
        ("a", 'sys_platform == "win32"', 1),
        ("jixiao", "", 1),
    ]
    assert listed[0].hashes[0].removeprefix("sha256:") in sums(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release folder without its wheels."""
    out = tmp_path / "发布"
    out.mkdir()
    copy_parts(out, "  齐全")
    (out / LIST).write_text("", encoding="utf-8")
    (out / SUMS).write_text(sums(out), encoding="utf-8", newline="\n")
    return out


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "verify.py")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_damaged_copy_is_not_installed(folder: Path) -> None:
    assert verified(folder).returncode == 0
    (folder / "jixiao.sh").write_bytes(b"x")
    (folder / LIST).unlink()
    done = verified(folder)
    assert done.returncode == 1
    assert f"{LIST}：缺少" in done.stdout
    assert "jixiao.sh：与制作时不同" in done.stdout


def test_scripts_are_written_as_their_system_reads_them(folder: Path) -> None:
    for path in folder.iterdir():
        data = path.read_bytes()
        if path.suffix == ".cmd" or path.name == "说明.txt":
            assert data.count(b"\n") == data.count(b"\r\n"), path.name
        else:
            assert b"\r" not in data, path.name
        # a mark before "@echo off" would be taken for a command
        assert data.startswith(b"\xef\xbb\xbf") == (path.name == "说明.txt"), path.name
    assert "{情况}" not in (folder / "说明.txt").read_text(encoding="utf-8-sig")
    for path in folder.glob("*.cmd"):
        lines = path.read_text(encoding="utf-8").splitlines()
        chinese = [n for n, line in enumerate(lines) if not line.isascii()]
        # Chinese is shown rightly only behind the change of the code page
        assert lines.index("chcp 65001 >nul") < min(chinese, default=len(lines)), path.name


def test_scripts_install_from_the_folder_alone_and_name_only_what_is_in_it(folder: Path) -> None:
    for name in ("安装.cmd", "install.sh"):
        text = (folder / name).read_text(encoding="utf-8")
        for option in ("--no-index", "--find-links wheels", "--require-hashes", f"--requirement {LIST}"):
            assert option in text, (name, option)
        assert "verify.py" in text
    named = {
        found
        for path in PARTS.iterdir()
        for found in re.findall(r"[\w.一-鿿]+\.(?:cmd|sh|in)\b", path.read_text(encoding="utf-8"))
    }
    assert named <= {path.name for path in folder.iterdir()}
    for script in folder.glob("*.sh"):
        # Windows has no shell to ask
        if sys.platform != "win32":
            subprocess.run(["sh", "-n", str(script)], check=True)


def test_the_manuals_come_as_pages_whose_links_and_pictures_are_there(tmp_path: Path) -> None:
    pages = write_manuals(tmp_path)
    assert {"操作手册.html", "填报说明.html"} <= set(pages)
    for name in pages:
        html = (tmp_path / name).read_text(encoding="utf-8")
        assert "<!--" not in html.replace("<!DOCTYPE", "")
        targets = re.findall(r'(?:href|src)="([^"#]+)(?:#[^"]*)?"', html)
        local = [unquote(t) for t in targets if not t.startswith(("http://", "https://"))]
        assert local or name not in ("操作手册.html", "填报说明.html")
        for anchor in re.findall(r'href="#([^"]+)"', html):
            assert f'id="{unquote(anchor)}"' in html, (name, anchor)
        for target in local:
            assert ((tmp_path / name).parent / target).is_file(), (name, target)
            assert not target.endswith(".md")
