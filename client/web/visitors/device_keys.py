"""Proves which browser a check-in comes from: by a key that never leaves it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re

from client.problems.refusals import RefusedError, RequestProblem
from client.web.grants import Grant
from client.web.parsing.upload import PROVEN, PhotoForm

KEY, SIGNATURE = "key", "signature"  # the form's fields
_LONGEST_KEY = 256  # characters; a P-256 key as SubjectPublicKeyInfo has 122
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def proven_device(form: PhotoForm, grant: Grant) -> str | None:
    """The device that a form's signature proves.

    Args:
        form: may have a ``key`` and a ``signature``: base64url of a P-256 key as SubjectPublicKeyInfo, and of
            r and s of an ECDSA signature with SHA-256, which ``client/templates/phone/device_key.js`` makes.
        grant: what the photo was sent under.

    Returns:
        A name made of the key, the same at each check-in. None: the form has no signature, or it is not of
        this key, this grant and this photo. Such a photo counts as not signed, because something on the way
        may have changed it.

    Raises:
        RefusedError: the key or the signature is not one.
    """
    key, signature = form.fields.get(KEY, ""), form.fields.get(SIGNATURE, "")
    if not key and not signature:
        return None
    from client.web.visitors.p256 import key_that_signed  # noqa: PLC0415 - only signed photos need it

    message = signed_message(grant.id, form.image or b"")
    try:
        spki = key_that_signed(_decoded(key), _decoded(signature), message)
    except ValueError as error:
        raise RefusedError(RequestProblem.BAD_FORM) from error
    if spki is None:
        return None
    return PROVEN + base64.urlsafe_b64encode(hashlib.sha256(spki).digest()).rstrip(b"=").decode()


def signed_message(grant_id: str, image: bytes) -> bytes:
    """What a browser signs: what it is for, the grant, and the photo's digest."""
    return f"attendance check-in\n{grant_id}\n{hashlib.sha256(image).hexdigest()}".encode()


def _decoded(text: str) -> bytes:
    """The bytes of a short text in base64url without padding.

    Raises:
        RefusedError: it is none.
    """
    if len(text) > _LONGEST_KEY or not _BASE64URL.fullmatch(text):
        raise RefusedError(RequestProblem.BAD_FORM)
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise RefusedError(RequestProblem.BAD_FORM) from error
