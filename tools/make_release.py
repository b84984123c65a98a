"""Make the folder for offices without internet and administrator rights: build/release.

    python tools/make_release.py [--out DIR] [--python 3.11 --python 3.12]

It holds wheels for Windows (64 bit), Linux x86-64 and aarch64 (Kylin, UOS), this project's own among them,
scripts that make a private environment from them, and SHA256SUMS. Versions and hashes are those of
requirements.lock; packages come from wherever pip is set to look. A wheel that cannot be had for a target is
told, in the output and in 说明.txt, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.parser import HeaderParser
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tools.manuals import write_manuals  # noqa: E402

PARTS = Path(__file__).parent / "release"
EXTRAS = ("report", "watch")
PYTHONS = ("3.11", "3.12")
MANUALS = "手册"
WHEELS, LIST, SUMS, NOTES = "wheels", "requirements.txt", "SHA256SUMS", "说明.txt"
#: lines end as Windows wants them
_WINDOWS = {".cmd", ".txt"}

#: text of a requirement → whether the machine it is for needs it
Environment = dict[str, str]


@dataclass(frozen=True)
class Target:
    """One kind of machine."""

    name: str
    system: str
    machine: str
    platforms: tuple[str, ...]

    def environment(self, python: str) -> Environment:
        """What markers ask about this machine."""
        windows = self.system == "Windows"
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "os_name": "nt" if windows else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{python}.0",
            "python_version": python,
            "sys_platform": "win32" if windows else "linux",
            "extra": "",
        }


def _linux(machine: str) -> tuple[str, ...]:
    # glibc 2.28, which Kylin V10 and UOS 20 have, and older
    return (*(f"manylinux_2_{n}_{machine}" for n in range(28, 16, -1)), f"manylinux2014_{machine}")


TARGETS = (
    Target("Windows 64位", "Windows", "AMD64", ("win_amd64",)),
    Target("Linux x86_64", "Linux", "x86_64", _linux("x86_64")),
    Target("Linux aarch64", "Linux", "aarch64", _linux("aarch64")),
)


@dataclass(frozen=True)
class Pin:
    """One entry of the lock."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]

    @property
    def line(self) -> str:
        """As a requirements file says it."""
        marker = f" ; {self.marker}" if self.marker else ""
        return " \\\n    ".join(
            (f"{self.name}=={self.version}{marker}", *(f"--hash={h}" for h in self.hashes))
        )

    def holds(self, environment: Environment) -> bool:
        """Whether it is meant for a machine."""
        return not self.marker or Marker(self.marker).evaluate(environment)


def read_lock(text: str) -> list[Pin]:
    """The entries of a requirements file with hashes. Raises ValueError for a line it does not understand."""
    pins = []
    for entry in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        if not entry or entry.startswith("#"):
            continue
        found = re.fullmatch(r"([\w.-]+)==([^\s;]+)(?: ; (.*?))?((?: --hash=\S+)+)", entry)
        if found is None:
            raise ValueError(f"requirements.lock: {entry[:80]}")
        hashes = tuple(part.removeprefix("--hash=") for part in found[4].split())
        pins.append(Pin(canonicalize_name(found[1]), found[2], found[3] or "", hashes))
    return pins


def closure(
    roots: Iterable[str], environment: Environment, needs: Callable[[str], Iterable[str]]
) -> frozenset[str]:
    """The names of all packages a machine needs for some requirements; `needs` tells those of a package."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(root) for root in roots]
    while waiting:
        wanted = waiting.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in found:
            continue
        found.add(key)
        for text in needs(wanted.name):
            need = Requirement(text)
            asked = ("", *wanted.extras)
            if need.marker is None or any(need.marker.evaluate({**environment, "extra": e}) for e in asked):
                waiting.append(need)
    return frozenset(name for name, _ in found)


def project_needs() -> list[str]:
    """What this project needs where it is released to."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [need for extra in EXTRAS for need in project["optional-dependencies"][extra]]
    return [*project["dependencies"], *extras]


def _installed(name: str) -> list[str]:
    try:
        return requires(name) or []
    except PackageNotFoundError:
        # for another system; `lacking` looks into its wheel
        return []


def lacking(wheels: Iterable[Path], environment: Environment, names: frozenset[str]) -> set[str]:
    """Packages the wheels of `names` ask for on a machine that are not among them."""
    needs: dict[str, list[str]] = {}
    for wheel in wheels:
        needs[canonicalize_name(wheel.name.split("-")[0])] = _asked(wheel)
    return (
        set(closure(names & set(needs), environment, lambda name: needs.get(canonicalize_name(name), [])))
        - names
    )


def _asked(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        headers = HeaderParser().parsestr(archive.read(name).decode())
    return headers.get_all("Requires-Dist") or []


def download(
    pins: list[Pin], target: Target, python: str, wheels: Path, pip: Callable[[list[str]], int]
) -> list[Pin]:
    """Have pip put the wheels of `pins` for a target into a folder; returns those that cannot be had."""
    digits = python.replace(".", "")
    tags = ["--implementation", "cp", "--python-version", python]
    tags += [f"--abi={abi}" for abi in (f"cp{digits}", "abi3", "none")]
    tags += [f"--platform={platform}" for platform in target.platforms]
    fixed = ["download", "-qq", "--no-deps", "--only-binary=:all:", "--dest", str(wheels), *tags]

    def fetched(some: list[Pin]) -> bool:
        wanted = wheels.parent / "wanted.txt"
        # pip would weigh markers by the machine it runs on
        lines = [Pin(p.name, p.version, "", p.hashes).line for p in some]
        wanted.write_text("\n".join(lines) + "\n", encoding="utf-8")
        status = pip([*fixed, "--require-hashes", "--requirement", str(wanted)])
        wanted.unlink()
        return status == 0

    return [] if fetched(pins) else [pin for pin in pins if not fetched([pin])]


def install_list(pins: Iterable[Pin], wheels: Path, own: Path) -> str:
    """What the scripts install: every pin with the hashes of the wheels that are there, and our own wheel."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for wheel in sorted(wheels.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        by_name.setdefault((canonicalize_name(name), version), []).append(f"sha256:{_sha(wheel)}")
    lines = []
    for pin in pins:
        hashes = by_name.get((pin.name, pin.version))
        if hashes:
            lines.append(Pin(pin.name, pin.version, pin.marker, tuple(hashes)).line)
    name, version = own.name.split("-")[:2]
    lines.append(Pin(name, version, "", (f"sha256:{_sha(own)}",)).line)
    return "\n".join(lines) + "\n"


def sums(folder: Path) -> str:
    """A line for every file of a folder, as `sha256sum --check` reads it."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != SUMS)
    return "".join(f"{_sha(p)}  {p.relative_to(folder).as_posix()}\n" for p in files)


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def copy_parts(out: Path, notes: str) -> None:
    """The scripts and notes, with line ends as their system wants them; `notes` is added to 说明.txt."""
    for part in sorted(PARTS.iterdir()):
        text = part.read_text(encoding="utf-8")
        if part.name == NOTES:
            text = text.replace("{情况}", notes)
        mark = "\ufeff" if part.suffix == ".txt" else ""
        ends = "\r\n" if part.suffix in _WINDOWS else "\n"
        (out / part.name).write_text(mark + text, encoding="utf-8", newline=ends)
        if part.suffix == ".sh":
            (out / part.name).chmod(0o755)


def told(missing: dict[str, list[str]]) -> Iterator[str]:
    """For each target, whether all of it is here."""
    for target, names in missing.items():
        yield f"  {target}：{'齐全' if not names else '缺 ' + '、'.join(names) + '，这种电脑上装不了'}"


def _pip(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pip", *arguments], check=False).returncode


def main() -> int:
    """Make the folder anew; returns 1 when something for a target is missing."""
    parser = argparse.ArgumentParser(description="make the release folder")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "release")
    parser.add_argument("--python", action="append", choices=PYTHONS)
    options = parser.parse_args()
    out: Path = options.out
    shutil.rmtree(out, ignore_errors=True)
    wheels = out / WHEELS
    wheels.mkdir(parents=True)
    lock = read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    used: list[Pin] = []
    missing: dict[str, list[str]] = {}
    for target in TARGETS:
        for python in options.python or PYTHONS:
            name = f"{target.name}，Python {python}"
            environment = target.environment(python)
            names = closure(project_needs(), environment, _installed)
            pins = [pin for pin in lock if pin.name in names and pin.holds(environment)]
            absent = download(pins, target, python, wheels, _pip)
            here = frozenset(pin.name for pin in pins)
            missing[name] = sorted(
                {pin.name for pin in absent} | lacking(wheels.glob("*.whl"), environment, here)
            )
            used += [pin for pin in pins if pin not in used]
            print(next(told({name: missing[name]})).strip(), flush=True)
    own = _own_wheel(wheels)
    # pip itself: the scripts need none on the machine
    if own is None or _pip(
        ["download", "-qq", "--no-deps", "--only-binary=:all:", "--dest", str(wheels), "pip"]
    ):
        print("pip 或本程序的 wheel 没有做成", file=sys.stderr)
        return 1
    (out / LIST).write_text(
        install_list(sorted(used, key=lambda p: p.line), wheels, own), encoding="utf-8", newline="\n"
    )
    copy_parts(out, "\n".join(told(missing)))
    write_manuals(out / MANUALS)
    (out / SUMS).write_text(sums(out), encoding="utf-8", newline="\n")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    print(f"{out}：{len(list(wheels.iterdir()))}个wheel，共{size / 1e6:.0f} MB")
    return 1 if any(missing.values()) else 0


def _own_wheel(wheels: Path) -> Path | None:
    arguments = [
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(wheels),
        str(ROOT),
    ]
    return next(wheels.glob("jixiao-*.whl"), None) if _pip(arguments) == 0 else None


if __name__ == "__main__":
    sys.exit(main())
