"""Turn workbooks and mails into pictures, one PNG a printed page, to look at before a release.

    python tools/render.py FILE.xlsx… FOLDER… --out DIR

Workbooks go through LibreOffice to PDF and from there to PNG, mails (.eml) through Chromium. Of a folder
all workbooks and mails are taken, without the copies in 存档 and in hidden folders.
"""

from __future__ import annotations

import argparse
import email
import email.policy
import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

#: a workbook LibreOffice works on for longer is broken
TIMEOUT = 120
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".ods"}
LEFT_OUT = {"存档"}
#: resolution of the pictures; small print of an A4 page is readable
DPI = 80
#: of pictures that show part of a page
CLOSE_DPI = 130
#: left, top, right and bottom as shares of a page
Part = tuple[float, float, float, float]
WHOLE: Part = (0, 0, 1, 1)


class RenderError(Exception):
    """A file that could not be turned into pictures, or back into a workbook."""


def convert(file: Path, to: str, folder: Path) -> Path:
    """Let LibreOffice open `file` and save it as `to` ("pdf", "xlsx") in `folder`.

    Each call has its own user profile, so that calls do not wait for each other or for a running office.
    Returns the new file. Raises RenderError when none came out in time.
    """
    with tempfile.TemporaryDirectory() as profile:
        command = [
            "soffice",
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            to,
            "--outdir",
            str(folder),
            str(file),
        ]
        _call(command, file)
    # LibreOffice ends with 0 even when it could not load the file
    result = folder / f"{file.stem}.{to}"
    if not result.is_file():
        raise RenderError(f"{file.name}: LibreOffice could not open it")
    return result


def page_count(pdf: Path) -> int:
    """Pages of a PDF."""
    info = _call(["pdfinfo", str(pdf)], pdf)
    return next(int(line.split()[1]) for line in info.splitlines() if line.startswith("Pages:"))


def render(file: Path, folder: Path) -> int:
    """Put the pages of a workbook or mail into `folder` as PNG; returns their number."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        is_mail = file.suffix.lower() == ".eml"
        pdf = _print_mail(file, scratch) if is_mail else convert(file, "pdf", scratch)
        _call(["pdftoppm", "-png", "-r", str(DPI), str(pdf), str(folder / file.stem)], file)
        return page_count(pdf)


def sheet_pages(pdf: Path) -> dict[str, int]:
    """The first page of each sheet that is printed: LibreOffice writes their names as bookmarks."""
    outline = _call(["pdftohtml", "-xml", "-i", "-stdout", str(pdf)], pdf)
    found = re.findall(r'<item page="(\d+)">(.*?)</item>', outline)
    return {html.unescape(name): int(page) for page, name in found}


def picture(pdf: Path, page: int, target: Path, part: Part = WHOLE) -> None:
    """Put a page of a PDF, or part of it, into `target`."""
    info = _call(["pdfinfo", "-f", str(page), "-l", str(page), str(pdf)], pdf)
    size = next(line.split(":")[1].split() for line in info.splitlines() if " size:" in line)
    resolution = DPI if part == WHOLE else CLOSE_DPI
    across, down = (float(points) / 72 * resolution for points in (size[0], size[2]))
    left, top, right, bottom = part
    box = (left * across, top * down, (right - left) * across, (bottom - top) * down)
    cut = [word for name, at in zip("xyWH", box, strict=True) for word in (f"-{name}", str(round(at)))]
    where = ["-r", str(resolution), "-f", str(page), "-l", str(page), *cut]
    _call(["pdftoppm", "-png", "-singlefile", *where, str(pdf), str(target.with_suffix(""))], pdf)


def collect(paths: list[Path]) -> list[tuple[Path, Path]]:
    """All files to render, each with the folder, relative to the pictures' folder, its pages belong in."""
    found: list[tuple[Path, Path]] = []
    for path in paths:
        if path.is_file():
            found.append((path, Path()))
            continue
        for file in sorted(path.rglob("*")):
            inside = file.relative_to(path).parent
            left_out = any(part in LEFT_OUT or part.startswith(".") for part in inside.parts)
            if not left_out and file.suffix.lower() in WORKBOOKS | {".eml"}:
                found.append((file, inside))
    return found


def _print_mail(file: Path, scratch: Path) -> Path:
    """Print the body of a mail as PDF."""
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(("html", "plain"))
    if body is None:
        raise RenderError(f"{file.name}: a mail without text")
    page = scratch / ("mail.html" if body.get_content_type() == "text/html" else "mail.txt")
    page.write_text(body.get_content(), encoding="utf-8-sig")
    pdf = scratch / "mail.pdf"
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={scratch / 'profile'}",
        f"--print-to-pdf={pdf}",
        page.as_uri(),
    ]
    _call(command, file)
    return pdf


def _call(command: list[str], file: Path) -> str:
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=TIMEOUT, check=False)
    except FileNotFoundError:
        raise RenderError(f"{command[0]} is not installed; `make office` installs it") from None
    except subprocess.TimeoutExpired:
        raise RenderError(f"{file.name}: {command[0]} took longer than {TIMEOUT} s") from None
    if done.returncode:
        raise RenderError(f"{file.name}: {command[0]} failed: {done.stderr.strip()}")
    return done.stdout


def main() -> int:
    """Render what the command line names; returns 1 when a file failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("paths", nargs="+", type=Path, metavar="FILE|FOLDER")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR")
    options = parser.parse_args()
    files = collect(options.paths)
    if not files:
        print("nothing to render", file=sys.stderr)
        return 1
    failed = 0
    for file, inside in files:
        try:
            print(f"{render(file, options.out / inside):4} pages  {inside / file.name}", flush=True)
        except RenderError as error:
            print(f"FAILED  {error}", file=sys.stderr, flush=True)
            failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
