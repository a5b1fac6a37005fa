"""Finds out whom a request counts for, from its head alone and without the database."""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from flask import Flask, Request, current_app, request

from attendance.errors import StoreUnavailableError
from attendance.values.this_computer import NAME
from client.problems.refusals import RefusedError
from client.serving.shares.addresses import counted_address
from client.serving.shares.parties import IDENTIFY, PARTY, Party, PartyKind
from client.web.cookie_names import LOGIN_NUMBER
from client.web.grants import Signatures
from client.web.parsing.upload import CLAIM, GRANT
from client.web.proxy import Forwarding
from client.web.services import register_of, signatures_of
from client.web.visitors.sent_token import sent_token

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def init_identity(app: Flask, forwarding: Forwarding) -> None:
    """Let the layer before an app know whom a request counts for."""

    def identify(scope: MutableMapping[str, Any]) -> Party:
        environ = _environ_of(scope)
        forwarding.apply(environ)
        return _party(app, environ)

    app.extensions[IDENTIFY] = identify


def the_party() -> Party:
    """Whom this request counts for."""
    party: Party | None = request.environ.get(PARTY)
    if party is None:
        party = request.environ[PARTY] = _party(current_app, request.environ)
    return party


def the_limited_party() -> Party:
    """Whom this request's failures count for.

    A token that wasn't accepted lately is looked up, so that a valid one counts for itself from its first
    request on, whatever others at its address have done.
    """
    party = the_party()
    text = sent_token(request.environ) if party.kind is PartyKind.ADDRESS else None
    if text is not None:
        with suppress(StoreUnavailableError):  # the app answers it
            if (token := register_of(current_app).api_tokens.holder(text)) is not None:
                party = request.environ[PARTY] = Party(PartyKind.TOKEN, token.id)
    return party


def the_address() -> str:
    """The visitor's address, as it is counted."""
    return counted_address(request.remote_addr)


def _party(app: Flask, environ: WSGIEnvironment) -> Party:
    """A valid grant or claim in the query, a token accepted lately, a signed login, or else the address."""
    register = register_of(app)
    now = register.clock.now()
    address = counted_address(environ.get("REMOTE_ADDR"))
    grant = _grant_id(signatures_of(app), parse_qs(environ.get("QUERY_STRING", "")), now)
    if grant is not None:
        return Party(PartyKind.GRANT, grant, address)
    token = sent_token(environ)
    if token is not None and (token_id := register.api_tokens.lately_accepted(token)):
        return Party(PartyKind.TOKEN, token_id)
    if "HTTP_COOKIE" in environ:
        session = app.session_interface.open_session(app, Request(environ))
        if session is not None and LOGIN_NUMBER in session:
            return Party(PartyKind.LOGIN, str(session[LOGIN_NUMBER]))
    return Party(PartyKind.ADDRESS, address)


def _grant_id(signatures: Signatures, query: dict[str, list[str]], now: datetime) -> str | None:
    try:
        if GRANT in query:
            return signatures.read_grant(query[GRANT][0], now).id
        if CLAIM in query:
            return signatures.read_claim(query[CLAIM][0], now).grant_id
    except RefusedError:
        pass  # the app answers it, once the body is complete
    return None


def _environ_of(scope: MutableMapping[str, Any]) -> WSGIEnvironment:
    """What identifies a visitor of an ASGI request, as WSGI knows it."""
    client = scope.get("client")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.get("method", "GET"),
        "PATH_INFO": scope["path"],
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": NAME,
        "SERVER_PORT": "0",
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "REMOTE_ADDR": client[0] if client else None,
    }
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # in WSGI it would pass for another header
        key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    return environ
