"""Reseals the records of an export with the key of the new site, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from attendance.sealing.data_keys import DataKeys, KeyGoneError
from attendance.sealing.key_copies import export_keys, keys_in
from attendance.sealing.opening import state_with
from attendance.sealing.seal import RegisterSeal
from attendance.sealing.sealed_fields import SEALED
from attendance.sealing.site_keys import SiteKeys
from attendance.store.portable.kinds import INSIDE, SEAL, STUDENTS, PortableKind
from attendance.store.protocols.sealing import SealStage, SealState
from attendance.store.records import Declared, Record, from_record, to_record


class Resealing:
    """Reseals records that the site's key seals, directly or through a student's key.

    Args:
        site: the keys of the new site and of the export, the current one first.
        wrapped: the students' keys in the export.
    """

    def __init__(self, site: SiteKeys, wrapped: Mapping[str, bytes]) -> None:
        self._site = site
        self._seal = RegisterSeal(DataKeys(site, KeysInMemory(wrapped)), SealStage.ROTATING)

    def of(self, kind: PortableKind, records: Iterable[Record]) -> Iterator[Record]:
        """Reseal records of one kind; answers that nobody can read any more are left out.

        Raises:
            SealBrokenError: a record was tampered with.
        """
        for record in records:
            if kind == SEAL:
                yield self._state(record)
            elif kind.value is None or kind.value not in SEALED:
                yield record
            elif (new := self._sealed(kind.value, record)) is not None:
                for name in INSIDE if kind == STUDENTS else ():
                    new[name] = [self._sealed(INSIDE[name], each) for each in record[name]]
                yield new

    def _sealed(self, kind: type[Declared], record: Record) -> Record | None:
        value: Any = from_record(kind, record)
        try:
            new: Any = self._seal.sealed_anew(value)
        except KeyGoneError:  # the student was erased; repeating the erasure deletes the record
            return dict(record)
        return None if new is None else record | to_record(new)

    def _state(self, record: Record) -> Record:
        before = from_record(SealState, record)
        new = state_with(self._site.current, before.register_id, SealStage.SEALED)
        return to_record(replace(new, confirmed=before.confirmed, version=before.version + 1))


def rewrapped(site: SiteKeys, exported: bytes, register_id: str, at: datetime) -> bytes:
    """Rewrap exported keys with the site's current key.

    Args:
        site: the site's keys.
        exported: the output of ``export_keys``.
        register_id: the id of the register.
        at: the time of the export, aware UTC; stays the same.

    Raises:
        SealBrokenError: the exported keys are damaged.
    """
    keys = KeysInMemory(keys_in(exported))
    DataKeys(site, keys).rewrap()
    return export_keys(keys, register_id, at)


class KeysInMemory:
    """Keys of students in memory only; see ``StudentKeys``.

    Args:
        wrapped: the wrapped keys by subject.
    """

    def __init__(self, wrapped: Mapping[str, bytes]) -> None:
        self._wrapped = dict(wrapped)

    def wrapped(self, subject: str) -> bytes | None:
        """See ``StudentKeys``."""
        return self._wrapped.get(subject)

    def add(self, subject: str, wrapped: bytes) -> bytes:
        """See ``StudentKeys``."""
        return self._wrapped.setdefault(subject, wrapped)

    def exchange(self, subject: str, before: bytes, after: bytes) -> bool:
        """See ``StudentKeys``."""
        if self._wrapped.get(subject) != before:
            return False
        self._wrapped[subject] = after
        return True

    def forget(self, *subjects: str) -> None:
        """See ``StudentKeys``."""
        for subject in subjects:
            self._wrapped.pop(subject, None)

    def all(self) -> Mapping[str, bytes]:
        """See ``StudentKeys``."""
        return dict(self._wrapped)

    def close(self) -> None:
        """See ``StudentKeys``."""
