"""Sends e-mail through the server of the settings, and reports the result of each message."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from types import TracebackType
from typing import Self

from attendance.notices.mail_errors import MailRefusedError, MailServerError, MailUnsureError
from attendance.settings.mail_settings import MailSecurity, SmtpServer

ANSWER_SECONDS = 20.0  # for each answer; RFC 5321 allows minutes, but a server that slow is of no use
LONGEST_REPLY = 200  # characters of a server's answer that are stored
OK, GO_AHEAD, FIRST_PERMANENT = 250, 354, 500  # RFC 5321, 4.2.1
ACCEPTED = (250, 251)
SHUTTING_DOWN = 421
_LEADING_DOT = re.compile(rb"(?m)^\.")


class MailConnection:
    """A connection to the mail server, logged in; a context manager that ends it.

    Args:
        server: where to.
        seconds: how long to wait for each answer.
        context: decides which certificates are trusted; None means what the system trusts. OpenSSL takes
            further ones from the file that ``SSL_CERT_FILE`` names.

    Raises:
        MailServerError: it can't be reached, or not as the settings require.
    """

    def __init__(
        self,
        server: SmtpServer,
        *,
        seconds: float = ANSWER_SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        trusted = context or ssl.create_default_context()
        try:
            self._smtp = self._connected(seconds, trusted)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:  # the last: a name that is none
            raise MailServerError(_why_not(server, error)) from error
        try:
            self._introduce(trusted)
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            raise MailServerError(_why_not(server, error)) from error

    def send(self, message: EmailMessage, *, sender: str, to: str) -> None:
        """Send one message; when it returns, the server has accepted it.

        Args:
            message: with all its headers.
            sender: the bare address that bounces go to.
            to: the bare address; its part after the ``@`` in ASCII.

        Raises:
            MailRefusedError: the server rejected this message.
            MailServerError: the connection was lost before the end of the message; it was not sent.
            MailUnsureError: the connection was lost before the answer.
        """
        needs_utf8 = not to.isascii()
        if needs_utf8 and not self._smtp.has_extn("smtputf8"):
            raise MailRefusedError(
                "The mail server accepts only addresses with plain letters before the @.", is_temporary=False
            )
        data = message.as_bytes(policy=SMTPUTF8 if needs_utf8 else SMTP)
        try:
            self._announce(sender, to, needs_utf8=needs_utf8)
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            raise MailServerError(_why_not(self._server, error)) from error
        try:
            self._smtp.send(_LEADING_DOT.sub(b"..", data).removesuffix(b"\r\n") + b"\r\n.\r\n")
            code, reply = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            raise MailUnsureError(
                f"{self._server} received the message but disconnected before it answered."
            ) from error
        if code != OK:
            raise _refused(code, reply)

    def close(self) -> None:
        """End the connection politely, if it still exists."""
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connected(self, seconds: float, trusted: ssl.SSLContext) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(host, port, local_hostname=_own_name(), timeout=seconds, context=trusted)
        return smtplib.SMTP(host, port, local_hostname=_own_name(), timeout=seconds)

    def _introduce(self, trusted: ssl.SSLContext) -> None:
        self._smtp.ehlo_or_helo_if_needed()
        if self._server.security is MailSecurity.STARTTLS:
            self._smtp.starttls(context=trusted)
            self._smtp.ehlo()
        if self._server.user is not None:
            self._smtp.login(self._server.user, self._server.password or "")

    def _announce(self, sender: str, to: str, *, needs_utf8: bool) -> None:
        """Send the envelope: sender, recipient, and the start of the data."""
        options = ["SMTPUTF8", "BODY=8BITMIME"] if needs_utf8 else []
        if needs_utf8:
            self._smtp.command_encoding = "utf-8"
        code, reply = self._smtp.mail(sender, options)
        if code != OK:
            # A rejected sender concerns us and not this address: the next message would be rejected too.
            raise smtplib.SMTPSenderRefused(code, reply, sender)
        code, reply = self._smtp.rcpt(to)
        if code not in ACCEPTED:
            raise self._not_this_one(code, reply)
        code, reply = self._smtp.docmd("data")
        if code != GO_AHEAD:
            raise self._not_this_one(code, reply)

    def _not_this_one(self, code: int, reply: bytes) -> MailRefusedError | smtplib.SMTPResponseException:
        """The refusal, after which the connection is ready for the next message."""
        if code == SHUTTING_DOWN:
            return smtplib.SMTPResponseException(code, reply)
        self._smtp.rset()
        return _refused(code, reply)


def _refused(code: int, reply: bytes) -> MailRefusedError:
    said = _said(code, reply).removesuffix(".")
    return MailRefusedError(f"The mail server rejected it: {said}.", is_temporary=code < FIRST_PERMANENT)


def _said(code: int, reply: bytes | str) -> str:
    """A server's answer on one line."""
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    plain = "".join(character if character.isprintable() else " " for character in text)
    return f"{code} {' '.join(plain.split())}"[:LONGEST_REPLY]


def _own_name() -> str:
    """The name of this machine, without asking a name server, which may take long."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _why_not(server: SmtpServer, error: Exception) -> str:
    """Why the server can't be used, and the remedy; never with the credentials."""
    if isinstance(error.__context__, TimeoutError):  # smtplib reports it as a lost connection
        error = error.__context__
    for kind, sentence in _SENTENCES:
        if isinstance(error, kind):
            said = ""
            if isinstance(error, smtplib.SMTPResponseException):
                said = _said(error.smtp_code, error.smtp_error)
            elif isinstance(error, ssl.SSLCertVerificationError):
                said = error.verify_message
            return sentence.format(server=server, said=said)
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"The mail server {server} can't be reached: {reason}."


_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (
        ssl.SSLCertVerificationError,
        (
            "The certificate of the mail server {server} is not trusted: {said}. Does the name "
            "in ATTENDANCE_SMTP match the certificate?"
        ),
    ),
    (
        ssl.SSLError,
        (
            "The mail server {server} does not use TLS here. In ATTENDANCE_SMTP, smtp:// is "
            "STARTTLS (587) and smtps:// is TLS from the start (465)."
        ),
    ),
    (
        smtplib.SMTPAuthenticationError,
        "The mail server {server} rejected the user or the password of ATTENDANCE_SMTP.",
    ),
    (
        smtplib.SMTPNotSupportedError,
        (
            "The mail server {server} does not offer the encryption or the login that "
            "ATTENDANCE_SMTP requires. Use smtps:// if it uses TLS from the start."
        ),
    ),
    (
        smtplib.SMTPSenderRefused,
        "The mail server {server} rejected the address in ATTENDANCE_MAIL_FROM: {said}",
    ),
    (smtplib.SMTPResponseException, "The mail server {server} answered: {said}"),
    (TimeoutError, "The mail server {server} did not answer in time."),
    (
        socket.gaierror,
        "The name of the mail server {server} can't be resolved. Check ATTENDANCE_SMTP.",
    ),
    (smtplib.SMTPServerDisconnected, "The mail server {server} closed the connection."),
)
"""By the kind of the error, the first that fits."""
