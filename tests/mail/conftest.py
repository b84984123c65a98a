"""A published batch, a mail server with certificates of its own, and settings that fit the two."""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import trustme

from batch.config.mail_settings import PASSWORD as PASSWORD_VARIABLE
from batch.config.mail_settings import USER as USER_VARIABLE
from batch.config.settings import Settings, load_settings
from batch.night import run_night
from tests.mail.server import PASSWORD, USER, Office, Server
from tests.sample_units import clean_unit

SENDER, LEADER, DEPUTY = "jx@example.gov.cn", "leader@example.gov.cn", "deputy@example.gov.cn"
#: the evening of 15 March 2021, in whatever zone this machine is
ARRIVED = 1_615_800_000


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Path:
    """The outbox after one batch: the real unit, and one without a mistake. Copy it, never write it."""
    folder = tmp_path_factory.mktemp("night")
    shutil.copytree(sample.parent, folder / "inbox" / sample.parent.name)
    (folder / "inbox" / "县教育局").mkdir()
    clean_unit(folder / "inbox" / "县教育局" / "县教育局_2020.xlsx")
    for path in (folder / "inbox").rglob("*.xlsx"):
        os.utime(path, (ARRIVED, ARRIVED))
    run_night(Settings(inbox=folder / "inbox", outbox=folder / "outbox", engine="local"))
    return folder / "outbox"


@pytest.fixture
def folder(tmp_path: Path, published: Path) -> Path:
    """A bureau's folder with that outbox in it."""
    shutil.copytree(published, tmp_path / "outbox")
    return tmp_path


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who certifies the server; no system trusts it."""
    return trustme.CA()


@pytest.fixture
def serve(authority: trustme.CA) -> Iterator[Callable[..., Server]]:
    """Starts a server for an office; `security` as in the settings, "none" knows no logins either."""
    with ExitStack() as running:

        def start(office: Office, security: str = "starttls") -> Server:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
            server = Server(office, security, context)
            server.start()
            running.callback(server.stop)
            return server

        yield start


@pytest.fixture
def office() -> Office:
    """What the server does in this test, and what it got."""
    return Office()


@pytest.fixture
def server(serve: Callable[..., Server], office: Office) -> Server:
    """A running server with STARTTLS and login."""
    return serve(office)


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name and password of the mailbox in the environment."""
    monkeypatch.setenv(USER_VARIABLE, USER)
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)


@pytest.fixture
def settings(folder: Path, server: Server, authority: trustme.CA, login: None) -> Callable[..., Settings]:
    """Writes jixiao.toml for the server and loads it: first what stands above [mail], then its entries."""
    authority.cert_pem.write_to_path(folder / "ca.pem")

    def make(above: str = "", **entries: Any) -> Settings:
        own = {
            "host": '"127.0.0.1"',
            "port": server.port,
            "ca_file": '"ca.pem"',
            "sender": f'"绩效科 <{SENDER}>"',
            "to": f'["主任 <{LEADER}>"]',
            "cc": f'"{DEPUTY}"',
            "wait_seconds": 0,
            **entries,
        }
        lines = [f"{key} = {value}" for key, value in own.items()]
        path = folder / "jixiao.toml"
        path.write_text("\n".join([above, "[mail]", *lines, ""]), encoding="utf-8")
        return load_settings(path)

    return make
