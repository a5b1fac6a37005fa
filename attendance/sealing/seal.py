"""Seals and opens the values of the register."""

from __future__ import annotations

import base64
import binascii
import json
import logging
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from attendance.errors import SealBrokenError
from attendance.sealing.cipher import FORM, LONGER, key_id_of, place_of
from attendance.sealing.data_keys import DataKeys, KeyGoneError
from attendance.sealing.sealed_fields import SEALED, SealedFields
from attendance.store.conversion import pack_embedding, unpack_embedding
from attendance.store.erasure import CHECKED_IN, SEALED_TEXT
from attendance.store.protocols.sealing import SealStage
from attendance.values import GrantAnswer

_SEALED_ANSWER = "sealed"  # the key of an answer under which all of it is
_READABLE = (CHECKED_IN, "session_id")  # of answers: the stores look up that mark, and erase by the student

Value = TypeVar("Value")
_log = logging.getLogger(__name__)


class RegisterSeal:
    """Seals and opens values with a register's keys; thread-safe.

    Args:
        keys: the keys of the register.
        stage: while some records may be plain, they are read as they are.

    Attributes:
        stage: may be set as sealing goes on.
    """

    def __init__(self, keys: DataKeys, stage: SealStage) -> None:
        self.keys = keys
        self.stage = stage

    def seal(self, value: Value) -> Value:
        """The value as it is stored.

        Raises:
            StoreUnavailableError: the keys of students can't be reached.
        """
        how = SEALED[type(value)]
        given = {name: getattr(value, name) for name in how.fields}
        if all(field is None for field in given.values()):
            return value
        cipher, key_id = self.keys.to_seal(how.subject(value)), self.keys.site.current.id
        sealed = {
            name: _stored(field, cipher.seal(_plain(field), _place(how, value, name), key_id))
            for name, field in given.items()
            if field is not None
        }
        return replace(value, **sealed)  # type: ignore[type-var] # all kinds in the table are dataclasses

    def open(self, value: Value) -> Value:
        """The value as it was before ``seal``; an embedding is turned by the site's current key.

        Raises:
            SealBrokenError: it was changed, exchanged, or its key is missing.
        """
        how = SEALED[type(value)]
        opened: dict[str, Any] = {}
        for name in how.fields:
            field = getattr(value, name)
            if field is None:
                continue
            try:
                opened[name] = self._opened(how, value, name, field)
            except SealBrokenError as error:
                if how.unreadable is None:
                    raise
                _log.error("The field %s of %s can't be opened: %s", name, how.record(value), error)
                opened[name] = how.unreadable
        return replace(value, **opened) if opened else value  # type: ignore[type-var] # as above

    def _opened(self, how: SealedFields, value: object, name: str, field: Any) -> Any:
        """One field as it was before it was sealed."""
        sealed = _sealed(field)
        if sealed is None:
            if self.stage is not SealStage.SEALING:
                raise SealBrokenError(
                    f"A record of the kind {type(value).__name__} isn't sealed, so another program has "
                    "written it. Restore a backup of the register."
                )
            return self.keys.site.current.turn.turned(field) if isinstance(field, np.ndarray) else field
        key_id = key_id_of(sealed)
        cipher = self.keys.to_open(how.subject(value), key_id)
        plain = _as_before(field, cipher.open(sealed, _place(how, value, name)))
        return self._turned_now(plain, key_id) if isinstance(field, np.ndarray) else plain

    def _turned_now(self, embedding: NDArray[np.float32], key_id: bytes) -> NDArray[np.float32]:
        """An embedding as the site's current key turns it."""
        site = self.keys.site
        if key_id == site.current.id:
            return embedding
        return site.current.turn.turned(site.of(key_id).turn.undone(embedding))

    def open_or_gone(self, value: Value) -> Value | None:
        """The value, or None for an answer whose student was erased."""
        try:
            return self.open(value)
        except KeyGoneError:
            if isinstance(value, GrantAnswer):
                return None
            raise

    def sealed_anew(self, value: Value) -> Value | None:
        """What a stored value is to become: sealed, with the current keys; the same object if it is."""
        how = SEALED[type(value)]
        current = self.keys.site.current.id
        fields = [field for name in how.fields if (field := getattr(value, name)) is not None]
        found = [_sealed(field) for field in fields]
        if all(sealed is not None and key_id_of(sealed) == current for sealed in found):
            return value
        opened = self.open_or_gone(value)
        return None if opened is None else self.seal(opened)


def _place(how: SealedFields, value: object, field: str) -> bytes:
    return place_of(how.table, field, *how.record(value))


def _plain(field: Any) -> bytes:
    """A field as bytes."""
    if isinstance(field, str):
        return field.encode()
    if isinstance(field, bytes):
        return field
    if isinstance(field, np.ndarray):
        return pack_embedding(field)
    return json.dumps(field, ensure_ascii=False, separators=(",", ":")).encode()


def _stored(field: Any, sealed: bytes) -> Any:
    """Sealed bytes in the form in which a store takes a field."""
    if isinstance(field, bytes):
        return sealed
    if isinstance(field, np.ndarray):
        return np.frombuffer(sealed, np.uint8)
    text = SEALED_TEXT + base64.b64encode(sealed).decode()
    if isinstance(field, str):
        return text
    return {name: field[name] for name in _READABLE if name in field} | {_SEALED_ANSWER: text}


def _sealed(field: Any) -> bytes | None:
    """The sealed bytes of a stored field; None: it is plain."""
    if isinstance(field, np.ndarray):
        return field.tobytes() if field.dtype == np.uint8 else None
    if isinstance(field, bytes):
        return field if len(field) >= LONGER and field[: len(FORM)] == FORM else None
    if isinstance(field, dict):
        field = field.get(_SEALED_ANSWER)
    if not isinstance(field, str) or not field.startswith(SEALED_TEXT):
        return None
    try:
        return base64.b64decode(field.removeprefix(SEALED_TEXT), validate=True)
    except binascii.Error as error:
        raise SealBrokenError(
            "A sealed text of the register was changed. Restore a backup of the register."
        ) from error


def _as_before(field: Any, plain: bytes) -> Any:
    """The opposite of ``_plain``, for a field that had this stored form."""
    if isinstance(field, bytes):
        return plain
    if isinstance(field, np.ndarray):
        return unpack_embedding(plain)
    if isinstance(field, str):
        return plain.decode()
    return json.loads(plain)
