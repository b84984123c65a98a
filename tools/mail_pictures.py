"""Make the pictures of the mail: its HTML body on a phone and on a desktop, drawn by Chromium.

    python tools/mail_pictures.py

Runs the batch on the sample inbox and on units made up from the template, writes the mail to leadership
with a dry run, and takes the pictures from that.
"""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import openpyxl

# run as a script: the repository is not on the path
sys.path.insert(0, str(Path(__file__).parent.parent))

from batch.config.mail_settings import MailSettings, mailbox
from batch.config.settings import Settings
from batch.mail.dispatch import mail_batch
from batch.night import run_night
from tests.roster.sheets import UNIT_HEAD, save
from tests.sample_units import clean_unit

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
#: picture → width of the screen
WIDTHS = {"邮件手机": 390, "邮件电脑": 1000}
TIMEOUT = 120
#: unit → what it got wrong: (sheet, cell) → value
UNITS: dict[str, dict[tuple[str, str], str | float]] = {
    "县教育局": {},
    "县档案馆": {},
    "县图书馆": {},
    "县林业局": {("监控表", "H6"): 30.5},
    "县水利局": {("基础数据表", "D6"): 4.2, ("基础数据表", "D20"): 968.4},
    "县统计局": {("基础数据表", "D4"): "100%"},
}
#: units of the roster that have sent nothing that could be read
LATE = ("县审计局", "县司法局")
#: when the files came in, seconds since 1970: the evening of 15 March 2021 in China
ARRIVED = 1_615_804_200


def sample_mail(folder: Path) -> Path:
    """Run a batch below `folder` and write its mail to leadership; returns the .eml."""
    inbox = folder / "inbox"
    for seed, (name, mistakes) in enumerate(UNITS.items()):
        (inbox / name).mkdir(parents=True)
        file = inbox / name / f"{name}_2020.xlsx"
        clean_unit(file, name, seed)
        if mistakes:
            book = openpyxl.load_workbook(file)
            for (sheet, cell), value in mistakes.items():
                book[sheet][cell] = value
            book.save(file)
    sample = ROOT / "inbox" / "浏阳市数据资源中心" / "浏阳市数据资源中心_2020.xlsx"
    (inbox / sample.parent.name).mkdir()
    (inbox / sample.parent.name / sample.name).write_bytes(sample.read_bytes())
    (inbox / "县审计局").mkdir()
    (inbox / "县审计局" / "自评表扫描件.pdf").write_bytes(b"%PDF-1.4")
    for path in inbox.rglob("*.*"):
        os.utime(path, (ARRIVED, ARRIVED))
    names = (*UNITS, sample.parent.name, *LATE)
    units = [(f"{number:03}", name) for number, name in enumerate(names, 1)]
    roster = save(folder / "单位名册.xlsx", {"单位": [UNIT_HEAD[:2], *units]})
    settings = Settings(inbox=inbox, outbox=folder / "outbox", roster=roster)
    run_night(settings)
    people = mailbox("leader@example.gov.cn")
    own = MailSettings(host="mail.example.gov.cn", sender=mailbox("jx@example.gov.cn"), to=(people,))
    mail_batch(replace(settings, mail=own), lambda _: None, dry_run=True)
    return folder / "outbox" / ".jixiao" / "mail" / "汇总.eml"


def html_of(mail: Path) -> str:
    """The HTML body of an .eml."""
    message = email.message_from_bytes(mail.read_bytes(), policy=email.policy.default)
    body = message.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def size_at(html: str, width: int, folder: Path) -> tuple[int, int]:
    """(width, height) that the page takes on a screen `width` wide; wider than the screen: it overflows."""
    (folder / "mail.html").write_text(html, encoding="utf-8")
    # in a frame, because a window of the browser cannot be as narrow as a phone
    frame = folder / "frame.html"
    frame.write_text(
        '<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">'
        f'<iframe src="mail.html" style="border:0;width:{width}px;height:100px" onload="'
        "const page = this.contentDocument.scrollingElement;"
        "document.title = page.scrollWidth + 'x' + page.scrollHeight\"></iframe>",
        encoding="utf-8",
    )
    shown = _chromium(folder, frame, "--allow-file-access-from-files", "--hide-scrollbars", "--dump-dom")
    found = re.search(r"<title>(\d+)x(\d+)</title>", shown)
    assert found, shown
    return int(found[1]), int(found[2])


def picture(html: str, width: int, height: int, target: Path, folder: Path) -> None:
    """Draw the page as a PNG of exactly this size."""
    page = folder / "mail.html"
    page.write_text(html, encoding="utf-8")
    shot = folder / "shot.png"
    _chromium(folder, page, "--hide-scrollbars", f"--window-size={width},{height}", f"--screenshot={shot}")
    target.write_bytes(shot.read_bytes())


def _chromium(folder: Path, page: Path, *options: str) -> str:
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={folder / 'profile'}",
        *options,
        page.as_uri(),
    ]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", errors="replace", timeout=TIMEOUT, check=True
    )
    return done.stdout


def main() -> int:
    """Write the pictures; returns the exit status."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        html = html_of(sample_mail(folder / "batch"))
        for name, width in WIDTHS.items():
            _, height = size_at(html, width, folder)
            picture(html, width, height, PICTURES / f"{name}.png", folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
