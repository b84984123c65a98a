"""The mail to leadership as a browser draws it: something is to be seen, and nothing sticks out."""

from __future__ import annotations

import struct
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from batch.config.mail_settings import MailSettings, mailbox
from batch.mail.leadership_mails import rollup_letter
from batch.mail.published import read_published
from batch.model.reference import RosterUnit
from batch.model.turnout import Turnout, UnreadUnit
from tools.mail_pictures import WIDTHS, html_of, picture, sample_mail, size_at


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The .eml of a dry run after a batch over several units."""
    return sample_mail(tmp_path_factory.mktemp("batch"))


@pytest.mark.parametrize("width", WIDTHS.values())
def test_the_mail_is_drawn_and_fits_its_screen(mail: Path, width: int, tmp_path: Path) -> None:
    html = html_of(mail)
    drawn, height = size_at(html, width, tmp_path)
    assert drawn <= width
    assert 800 < height < 3000
    target = tmp_path / "mail.png"
    picture(html, width, height, target, tmp_path)
    size, shades = look(target)
    assert size == (width, height)
    # an empty page has one or two shades; letters and bars have all of them
    assert len(shades) > 100


def test_long_names_and_lists_do_not_widen_it(mail: Path, tmp_path: Path) -> None:
    published = read_published(mail.parents[2])
    name = "X" * 300
    worst = replace(
        published,
        briefing={
            "conclusion": name,
            "decisions": [{"text": name, "units": 12345, "amount": Decimal("1e12"), "proposal": name}] * 5,
            "further": name,
            "calls": [{"unit": name, "status": "退回", "influence": Decimal("1e12"), "text": name}] * 5,
        },
        errors=1234567,
        turnout=Turnout(
            123456,
            123416,
            (UnreadUnit(RosterUnit(name), ((f"{name}/{name}.xlsx", name),)),),
            tuple(RosterUnit(f"{name}{n}", "001002" * 9) for n in range(39)),
            0,
        ),
        unprocessed=((f"{name}/{name}.xlsx", name),),
    )
    settings = MailSettings(
        host="mail.example.gov.cn", sender=mailbox("a@example.gov.cn"), to=(mailbox("b@example.gov.cn"),)
    )
    for width in (320, *WIDTHS.values()):
        assert size_at(rollup_letter(worst, settings).html, width, tmp_path)[0] <= width


def look(file: Path) -> tuple[tuple[int, int], set[int]]:
    """Width and height of a PNG, and the different bytes its rows are made of."""
    data, at, packed = file.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    width, height = struct.unpack(">II", data[16:24])
    return (width, height), set(zlib.decompress(packed))
