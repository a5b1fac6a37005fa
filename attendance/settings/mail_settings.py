"""Parsers for the settings of e-mail and notices."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from attendance.values import NoticeKind
from attendance.values.email_address import is_email_address
from attendance.values.roll_numbers import clean_text, is_printable
from attendance.values.this_computer import is_this_computer

LONGEST_WAIT = 7 * 24 * 60  # minutes; a later notice would be about something long forgotten


class MailSecurity(StrEnum):
    """How the connection to the mail server is encrypted."""

    STARTTLS = "starttls"  # upgraded after connecting; a server that doesn't offer it is not used
    TLS = "tls"  # from the first byte
    NONE = "none"


_SCHEMES = {
    "smtp": (MailSecurity.STARTTLS, 587),
    "smtps": (MailSecurity.TLS, 465),
    "smtp+plain": (MailSecurity.NONE, 25),
}


@dataclass(frozen=True)
class SmtpServer:
    """The mail server; ``str`` omits the username and password."""

    host: str
    port: int
    security: MailSecurity
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class MailSender:
    """The sender of e-mail.

    Attributes:
        name: for example the school's; the address if there is no name.
    """

    name: str
    address: str


class NoticesTo(StrEnum):
    """Who receives the notices about a student."""

    GUARDIAN = "guardian"  # or the student, without a guardian's address
    STUDENT = "student"


def smtp_server(text: str) -> SmtpServer:
    """A mail server: ``smtp://user:password@host:port``, or with ``smtps`` or ``smtp+plain``."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("must look like smtp://user:password@host:587") from error
    if parts.scheme not in _SCHEMES or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(
            "must look like smtp://user:password@host:587 (STARTTLS), smtps://… (TLS) or smtp+plain://host:25"
        )
    security, usual = _SCHEMES[parts.scheme]
    user = unquote(parts.username) if parts.username else None
    password = unquote(parts.password) if parts.password else None
    if (user is None) != (password is None):
        raise ValueError("needs both a username and a password, or neither")
    if security is MailSecurity.NONE and user is not None and not is_this_computer(host):
        raise ValueError("would send the password unencrypted; use smtp:// or smtps://")
    return SmtpServer(host, port or usual, security, user, password)


def mail_sender(text: str) -> MailSender:
    """An address, optionally with a name: ``School of Physics <office@example.org>``."""
    found = getaddresses([text])
    name, address = found[0] if len(found) == 1 else ("", "")
    name = clean_text(name)
    if not is_email_address(address) or not address.isascii() or not is_printable(name):
        raise ValueError("must be an address such as office@example.org, or School <office@example.org>")
    try:
        Address(name, addr_spec=address)
    except (ValueError, MessageError) as error:
        raise ValueError("must be an address that can send e-mail") from error
    return MailSender(name or address, address)


_NOTICE_WORDS = {"absence": NoticeKind.ABSENT, "limit": NoticeKind.BELOW_LIMIT}


def notice_kinds(text: str) -> frozenset[NoticeKind]:
    """Which notices are sent: off, absence, limit, or both."""
    words = [word.strip().lower() for word in text.split(",") if word.strip()]
    if words == ["off"]:
        return frozenset()
    if not words or not set(words) <= set(_NOTICE_WORDS):
        raise ValueError("must be off, absence, limit, or absence,limit")
    return frozenset(_NOTICE_WORDS[word] for word in words)


def waiting_time(text: str) -> timedelta:
    """A number of minutes."""
    if not text.isdecimal() or int(text) > LONGEST_WAIT:
        raise ValueError(f"must be a number of minutes from 0 to {LONGEST_WAIT}")
    return timedelta(minutes=int(text))


def notices_to(text: str) -> NoticesTo:
    """Who receives the notices."""
    try:
        return NoticesTo(text.lower())
    except ValueError as error:
        raise ValueError("must be guardian or student") from error


def language(text: str) -> str:
    """A language by its tag, such as ``de`` or ``pt-BR``."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - only where a language is given

    try:
        return str(Locale.parse(text.replace("-", "_")))
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise ValueError("must be a language such as en, de or pt-BR") from error
