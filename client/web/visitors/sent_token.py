"""The API token that a request brings, wherever the client could put it."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from attendance.accounts.api_tokens import PREFIX

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_OF_BROWSERS = ("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE")  # a program sends neither


def sent_token(environ: WSGIEnvironment) -> str | None:
    """The text that a request's ``Authorization`` header gives as its token; None if it gives none.

    Programs that know only an address can have the token in it, as ``https://api:fa_…@server``. curl and most
    libraries send it as the password of the Basic scheme. Browsers send such passwords for any page once they
    have them, so theirs don't count.

    Args:
        environ: the WSGI environment.
    """
    scheme, _, sent = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    sent = sent.strip()
    if scheme.lower() == "bearer":
        return sent or None
    if scheme.lower() == "basic" and not any(header in environ for header in _OF_BROWSERS):
        return _password(sent)
    return None


def _password(sent: str) -> str | None:
    """The token of Basic credentials: the password, or the user name where there is no password."""
    try:
        name, _, password = base64.b64decode(sent, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return next((text for text in (password, name) if text.startswith(PREFIX)), None)
