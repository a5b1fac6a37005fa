"""A mail server of our own on this machine, which does as a test asks: takes, refuses, hangs, dies."""

from __future__ import annotations

import asyncio
import email
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from attendance.settings.mail_settings import MailSecurity, SmtpServer

USER, PASSWORD = "office", "swordfish"
PATIENCE = 60.0  # seconds, for the server itself to begin and to end


class Postbox:
    """What the server does with messages, and those that it took.

    Attributes:
        taken: the messages with whom they were for, in order.
        refuses: answers instead of taking, by recipient.
        dies_at: ``data`` (before the message) or ``answer`` (after it), at the recipient of ``dies_for``.
        hangs_at: the same.
    """

    def __init__(self) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self.refuses: dict[str, str] = {}
        self.refuses_sender: str | None = None
        self.dies_at: str | None = None
        self.hangs_at: str | None = None
        self.troubled = ""  # whom that happens to; empty means everybody
        self.connections = 0
        self.logins: list[str] = []
        self.was_encrypted: list[bool] = []

    def to(self, address: str) -> list[EmailMessage]:
        """What an address got."""
        return [message for whom, message in self.taken if whom == address]

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        assert server.transport is not None
        self.was_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return responses

    async def handle_MAIL(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_sender:
            return self.refuses_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        await self._trouble(server, "data", address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        (to,) = envelope.rcpt_tos
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=default)
        if message["Subject"] == self.refuses.get("subject"):
            return "554 Not this one"
        self.taken.append((to, message))
        await self._trouble(server, "answer", to)
        return "250 Taken"

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append(data.login.decode())
        is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=is_right, handled=False)

    async def _trouble(self, server: SMTP, where: str, address: str) -> None:
        if self.troubled not in ("", address):
            return
        if self.dies_at == where:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.hangs_at == where:
            await asyncio.sleep(60)


@contextmanager
def running(
    postbox: Postbox,
    *,
    certificate: ssl.SSLContext | None = None,
    security: MailSecurity = MailSecurity.NONE,
    wants_login: bool = False,
    **options: Any,
) -> Iterator[SmtpServer]:
    """A server with this postbox; gives the settings with which it is reached.

    Args:
        postbox: says what it does.
        certificate: its TLS, from the start or for STARTTLS.
        security: which of them.
        wants_login: whether nobody may send without.
        options: of aiosmtpd.
    """
    starttls = certificate if security is MailSecurity.STARTTLS else None
    if wants_login:
        # aiosmtpd knows of no other TLS than STARTTLS, and warns of asking for a login without it.
        is_starttls = security is MailSecurity.STARTTLS
        options |= {"authenticator": postbox.authenticate}
        options |= {"auth_required": is_starttls, "auth_require_tls": is_starttls}

    def protocol() -> SMTP:
        return SMTP(postbox, hostname="test", enable_SMTPUTF8=True, tls_context=starttls, **options)

    loop = asyncio.new_event_loop()
    from_start = certificate if security is MailSecurity.TLS else None
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opening = loop.create_server(protocol, "127.0.0.1", 0, ssl=from_start)
    server = asyncio.run_coroutine_threadsafe(opening, loop).result(PATIENCE)
    try:
        port = server.sockets[0].getsockname()[1]
        login = (USER, PASSWORD) if wants_login else (None, None)
        yield SmtpServer("localhost", port, security, *login)
    finally:
        loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _end_all() -> None:
    """End what still hangs, so that nothing is left behind."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
