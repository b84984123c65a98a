"""Handing mails to the mail server: encrypted, with login, again after a while when it says “later”.

What a server says is told in Chinese with its own words behind; it is never more than text.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from types import TracebackType

from batch.config.mail_settings import MailSettings
from batch.errors import in_chinese
from batch.mail.words import one_line

_PERMANENT = 500
#: mails in a row that the server put off to the end; then the rest waits for the next run
_PATIENCE = 3


class _RefusedError(Exception):
    """The server, or the way to it, said no."""

    def __init__(self, reason: str, *, later: bool, everybody: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        #: whether it may work after a while
        self.later = later
        #: whether no other mail will fare better
        self.everybody = everybody


class Post:
    """One connection for all mails of a run; opened for the first, opened again when it breaks."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None
        #: why no further mail is tried
        self._closed = ""
        self._put_off = 0

    def __enter__(self) -> Post:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, message: bytes, recipients: Iterable[str], taken: Callable[[set[str]], None]) -> str:
        """Hand over one message; `taken` is told at once for whom the server took it.

        Returns "" when that was everybody, else the reason in Chinese.
        """
        left, reasons, put_off = list(recipients), list[str](), ""
        if self._closed:
            return self._closed
        for attempt in range(self._settings.retries + 1):
            if attempt:
                time.sleep(self._settings.wait_seconds * 2 ** (attempt - 1))
            try:
                answers = self._hand_over(message, left)
            except _RefusedError as refusal:
                put_off = refusal.reason
                if refusal.later and attempt < self._settings.retries:
                    continue
                if refusal.everybody:
                    self._closed = refusal.reason
                if not refusal.later:
                    return "；".join([*reasons, put_off])
                break
            served = set(left) - set(answers)
            if served:
                self._put_off = 0
                taken(served)
            reasons += [_said(to, *answer) for to, answer in answers.items() if answer[0] >= _PERMANENT]
            later = {to: answer for to, answer in answers.items() if answer[0] < _PERMANENT}
            left, put_off = list(later), "；".join(_said(to, *answer) for to, answer in later.items())
            if not left:
                return "；".join(reasons)
        self._put_off += 1
        if self._put_off >= _PATIENCE and not self._closed:
            self._closed = f"邮件服务器一再推迟，其余邮件留到下次发送（{put_off}）"
        return "；".join([*reasons, put_off])

    def _hand_over(self, message: bytes, recipients: list[str]) -> dict[str, tuple[int, bytes]]:
        """Returns the recipients the server would not take, with its answers. Raises _RefusedError."""
        smtp = self._connected()
        try:
            return smtp.sendmail(self._settings.sender.address, recipients, message)
        except smtplib.SMTPRecipientsRefused as error:
            return error.recipients
        except smtplib.SMTPResponseException as error:
            later = error.smtp_code < _PERMANENT
            raise _RefusedError(
                _said("", error.smtp_code, error.smtp_error), later=later, everybody=False
            ) from error
        except OSError as error:
            self._hang_up()
            raise _RefusedError(
                f"与邮件服务器的连接中断（{_named(error)}）", later=True, everybody=False
            ) from error

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None and self._smtp.sock is not None:
            return self._smtp
        settings = self._settings
        server = f"{settings.host}:{settings.port}"
        try:
            self._smtp = self._open()
        except ssl.SSLCertVerificationError as error:
            reason = f"邮件服务器 {server} 的证书不可信（{error.verify_message}），没有发送"
            hint = "；服务器用自签证书的，在[mail]里设 ca_file"
            raise _RefusedError(reason + hint, later=False, everybody=True) from error
        except smtplib.SMTPNotSupportedError as error:
            reason = f"邮件服务器 {server} 不支持加密或登录，为防泄密没有发送"
            raise _RefusedError(reason, later=False, everybody=True) from error
        except smtplib.SMTPResponseException as error:
            later = error.smtp_code < _PERMANENT
            what = (
                "没有接受用户名和密码"
                if isinstance(error, smtplib.SMTPAuthenticationError)
                else "没有接受连接"
            )
            reason = f"邮件服务器 {server} {what}：{_said('', error.smtp_code, error.smtp_error)}"
            raise _RefusedError(reason, later=later, everybody=True) from error
        except OSError as error:
            reason = f"连不上邮件服务器 {server}（{_named(error)}）"
            raise _RefusedError(reason, later=True, everybody=True) from error
        return self._smtp

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        # the machine's own name may be Chinese, which no greeting can hold
        greeting = settings.sender.address.rpartition("@")[2]
        place = (settings.host, settings.port, greeting, settings.timeout_seconds)
        if settings.security == "tls":
            name, port, own, timeout = place
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(name, port, own, timeout=timeout, context=self._trust())
        else:
            smtp = smtplib.SMTP(*place)
        try:
            if settings.security == "starttls":
                smtp.starttls(context=self._trust())
            if settings.user:
                if settings.security == "none":
                    raise smtplib.SMTPNotSupportedError("no login without encryption")
                smtp.login(settings.user, settings.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.ca_file)

    def _hang_up(self) -> None:
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except OSError:
                self._smtp.close()
            self._smtp = None


def _said(to: str, code: int, words: bytes | str) -> str:
    """A server's answer: for whom, its number, its words in whatever encoding."""
    text = words if isinstance(words, str) else _decoded(words)
    refused = "暂时拒收" if code < _PERMANENT else "拒收"
    return one_line(f"{to or '邮件服务器'}{'被' if to else ''}{refused}（{code} {text}）")


def _decoded(words: bytes) -> str:
    try:
        return words.decode("utf-8")
    except UnicodeDecodeError:
        return words.decode("gb18030", "replace")


def _named(error: OSError) -> str:
    """Why there is no connection, in Chinese but for what only the encryption library says."""
    match error:
        case socket.gaierror():
            return "找不到这个名称的服务器，请核对[mail]里的host，并看网络是否通"
        case TimeoutError():
            return "超时没有回答"
        case smtplib.SMTPServerDisconnected():
            return "对方断开了连接"
    return one_line(in_chinese(error))
