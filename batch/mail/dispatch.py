"""One round of mail: what the outbox holds is sent once, or laid down as .eml to look at.

Only one process at a time sends for an outbox; how a mail is kept from going out twice is told in
batch.mail.mail_journal.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import localtime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from batch.config.mail_settings import Mailbox, MailSettings
from batch.config.settings import Settings
from batch.errors import in_chinese
from batch.mail.leadership_mails import failure_letter, rollup_letter
from batch.mail.mail_journal import MailBook
from batch.mail.mime_message import Letter
from batch.mail.published import MailError, Published, read_published
from batch.mail.render import OWN
from batch.mail.smtp import Post
from batch.mail.unit_mails import Unsent, unit_letters
from batch.mail.words import one_line
from batch.model.reference import RosterUnit
from batch.model.status import UNREADABLE
from batch.outbox.lock import Busy, hold
from batch.outbox.publish import Outbox
from batch.store.ledger import NAME, LedgerError, open_ledger
from batch.store.mails import Mails

_LONGEST = 2000
NO_SETTINGS = (
    "还没有设置邮件：要发送，请在 jixiao.toml 里写 [mail] 一节，"
    "至少要有 host（邮件服务器）、sender（发件人）和 to（收件人）。"
)
_NAMES = {"rollup": "汇总", "failure": "未完成通知"}
#: stands in a dry run for those whom no settings name yet
_NOBODY = Mailbox("nobody@example.invalid", "jixiao.toml里还没有写")
_TRIAL = MailSettings(host="", sender=_NOBODY, to=(_NOBODY,))


#: told what became of each mail as soon as that is known
Tell = Callable[[str], None]


@dataclass(slots=True)
class _Round:
    """What came of one round of mail."""

    tell: Tell
    #: whether every mail that should have gone out did
    complete: bool = True

    def note(self, line: str) -> None:
        """Tell what became of a mail."""
        self.tell(one_line(line, _LONGEST))

    def failed(self, line: str) -> None:
        """Tell of a mail that did not go out."""
        self.note(line)
        self.complete = False


def mail_batch(
    settings: Settings, tell: Tell, roster: Mapping[str, RosterUnit] | None = None, *, dry_run: bool = False
) -> bool:
    """Mail the batch in the outbox: the roll-up, and with `unit_mails` each unit's own files.

    `roster` is by the unit's full name, None when there is none. With `dry_run` nothing is sent and the
    mails lie in .jixiao/mail as .eml, dated with the batch's newest file, and as .html; that needs no
    settings. Returns whether everything was sent; `tell` gets a line in Chinese for each mail. Raises
    MailError when there are no settings for mail, no batch, or another process is sending.
    """
    mail = settings.mail or _TRIAL if dry_run else _mail_of(settings)
    published = read_published(settings.outbox)
    done = _Round(tell)
    letters = _letters(published, roster, settings, mail, done)
    if dry_run:
        _lay_down(letters, published, settings.outbox, done, settled=settings.mail is not None)
    else:
        with _journal(settings.outbox) as book:
            _deliver(letters, book, mail, done)
    return done.complete


def mail_failure(settings: Settings, tell: Tell, reason: str, day: date) -> bool:
    """Tell the people who get the roll-up that the batch of `day` could not run, and why.

    The same reason is told once a day. Where the outbox cannot be written, which may be the very reason,
    the mail goes out all the same, without a record. Returns whether it went out. Raises MailError when
    there are no settings for mail.
    """
    mail = _mail_of(settings)
    done = _Round(tell)
    work = _work_of(settings.outbox)
    try:
        letter = failure_letter(reason, day, mail, work)
    except MailError as error:
        # a mistake in the bureau's template is no reason not to tell of a worse one
        done.note(str(error))
        letter = failure_letter(reason, day, replace(mail, templates=None), work)
    try:
        with _journal(settings.outbox) as book:
            _deliver([letter], book, mail, done)
    except MailError:
        with TemporaryDirectory() as folder, open_ledger(Path(folder)) as ledger:
            _deliver([letter], Mails(ledger), mail, done)
    return done.complete


def _work_of(outbox: Path) -> str:
    """How the batch published last calls its work; "" where none can be read."""
    try:
        return read_published(outbox).work
    except (MailError, OSError):
        return ""


def _mail_of(settings: Settings) -> MailSettings:
    if settings.mail is None:
        raise MailError(NO_SETTINGS)
    return settings.mail


def _letters(
    published: Published,
    roster: Mapping[str, RosterUnit] | None,
    settings: Settings,
    mail: MailSettings,
    done: _Round,
) -> Iterator[Letter]:
    """All letters, made one at a time; what cannot be made is noted in `done`."""
    yield rollup_letter(published, mail)
    if not mail.unit_mails:
        return
    if roster is None:
        done.failed("没有单位名册，没有给各单位发邮件。")
        return
    for letter in unit_letters(published, roster, settings, mail):
        if isinstance(letter, Unsent):
            done.failed(f"没有发给{letter.unit}：{letter.reason}")
        else:
            yield letter
    without = sum(
        1 for unit in published.units if unit.name not in roster or not roster[unit.name].mail.strip()
    )
    if without:
        done.note(f"有{without}户在单位名册里没有邮箱，没有给它们发邮件。")
    unread = published.turnout.unreadable if published.turnout else ()
    if unread:
        names = "、".join(one.unit.name for one in unread)
        done.note(f"{UNREADABLE}的{len(unread)}户没有审核结果可发，没有给它们发邮件，请打电话：{names}。")


def _deliver(letters: Iterable[Letter], book: MailBook, mail: MailSettings, done: _Round) -> None:
    with Post(mail) as post:
        for letter in letters:
            name, had = letter.message_id, book.delivered(letter.message_id)
            left = [address for address in letter.recipients if address not in had]
            if not left:
                done.note(f"以前已经发过，不再重发：{letter.subject}")
                continue
            book.sending(name, batch=letter.batch, kind=letter.kind, recipients=letter.recipients)
            reason = post.send(letter.as_bytes(localtime()), left, partial(book.sent, name))
            if reason:
                book.failed(name, reason)
                done.failed(f"没有发出（收件人 {'、'.join(left)}）：{letter.subject}：{reason}")
            else:
                done.note(f"已发给 {'、'.join(left)}：{letter.subject}")


def _lay_down(
    letters: Iterable[Letter], published: Published, outbox: Path, done: _Round, *, settled: bool
) -> None:
    date_of = published.cutoff or datetime(published.year, 12, 31)  # noqa: DTZ001 - a day like the cutoff, without a zone
    folder = Outbox(outbox).state / "mail"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob("*.eml"), *folder.glob("*.html")):
            old.unlink()
        for number, letter in enumerate(letters):
            name = _NAMES.get(letter.kind) or f"单位{number:04d}"
            path = folder / f"{name}.eml"
            path.write_bytes(letter.as_bytes(date_of))
            path.with_suffix(".html").write_text(letter.html, encoding="utf-8")
            to = f"发给 {'、'.join(letter.recipients)}：" if settled else ""
            done.note(f"{path}：{to}{letter.subject}")
    except OSError as error:
        raise MailError(f"写不了 {error.filename}：{in_chinese(error)}。文件若已打开，请先关闭。") from error
    done.note("以上只是试写，没有发送；同名的 .html 可以用浏览器看。")
    done.note(f"邮件按模板写成，自带的模板在 {OWN}，怎样改写见手册的《邮件》。")
    if not settled:
        done.note(NO_SETTINGS)


@contextmanager
def _journal(outbox: Path) -> Iterator[MailBook]:
    """The journal of the outbox, for this process alone as long as it is open."""
    state = Outbox(outbox).state
    try:
        state.mkdir(parents=True, exist_ok=True)
        with hold(state / "mail.lock", "发送邮件"), open_ledger(state) as ledger:
            # what went out cannot be found out again, so this must outlive a power cut
            ledger.execute("PRAGMA synchronous = FULL")
            yield Mails(ledger)
    except Busy as busy:
        raise MailError(f"另一个 jixiao 正在发送邮件（{busy}），本次没有发送。") from busy
    except LedgerError as error:
        raise MailError(str(error)) from error
    except (sqlite3.Error, OSError) as error:
        raise MailError(f"记录邮件的 {NAME} 用不了，为防重发没有继续（{error}）。") from error
