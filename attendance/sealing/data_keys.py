"""One data key for each subject, such as a student's face, wrapped by the site's key."""

from __future__ import annotations

import secrets
from threading import Lock

from attendance.errors import SealBrokenError
from attendance.sealing.cipher import Cipher, key_id_of, place_of
from attendance.sealing.site_keys import KEY_BYTES, SiteKeys
from attendance.store.protocols.sealing import StudentKeys
from attendance.values import ConsentParty

FACE, PERSON, JOB = "face:", "person:", "job:"
"""What subjects begin with: a student's face goes with consent, the rest of a student when erased."""
ERASED = "erased:"
"""What subjects of erased students begin with: their keys seal nothing, and say so to older backups."""
OBJECTED = "objected:"
"""What subjects begin with of parties who object: keys of no use but to say so to older backups, likewise."""
EXPORTED = "exported:"
"""What subjects begin with that mark an export of the site: keys with the mark are newer than those in it."""
SITE = ""
"""The subject of what belongs to nobody: the site's key itself seals it."""


def objected(party: ConsentParty, student_id: str) -> str:
    """The subject that says that a party objects to the face of a student."""
    return f"{OBJECTED}{party}:{student_id}"


class KeyGoneError(SealBrokenError):
    """The subject has no key: it was erased, or the file of students' keys is missing."""


class DataKeys:
    """Gives the ciphers of subjects; thread-safe.

    A subject's key is looked up before anything is sealed with it, so that nothing is written with a key that
    another process has forgotten meanwhile. A key for somebody who was erased is forgotten at once, so that
    an enrolment or a check-in that was on its way, which the store refuses then, leaves none.

    Args:
        site: the site's keys.
        wrapped: the wrapped keys of subjects.
    """

    def __init__(self, site: SiteKeys, wrapped: StudentKeys) -> None:
        self.site = site
        self.wrapped = wrapped
        self._lock = Lock()
        self._known: dict[str, tuple[bytes, Cipher]] = {}
        self._is_stale = False

    def to_seal(self, subject: str) -> Cipher:
        """The cipher of a subject, whose key is made if there is none.

        With the key of a face comes that of the rest of its student, so that no first check-in waits for it.
        """
        if subject == SITE:
            return self.site.current.records
        wrapped = self.wrapped.wrapped(subject)
        if wrapped is None:
            wrapped = self._made(subject)
            if subject.startswith(FACE):
                self.to_seal(PERSON + subject.removeprefix(FACE))
        return self._cipher(subject, wrapped)

    def to_open(self, subject: str, key_id: bytes) -> Cipher:
        """The cipher of a subject.

        Args:
            subject: whose.
            key_id: of the site's key at the time of sealing.

        Raises:
            KeyGoneError: there is none.
            SealBrokenError: it was changed, or the site's key is another one.
        """
        if subject == SITE:
            return self.site.of(key_id).records
        known = self._known.get(subject)
        if known is not None:
            return known[1]
        wrapped = self.wrapped.wrapped(subject)
        if wrapped is None:
            raise KeyGoneError(
                "A sealed record has no key: the file of students' keys is missing or older than the "
                "register. Restore the backup of the keys that belongs to this register."
            )
        return self._cipher(subject, wrapped)

    def before_many(self) -> None:
        """Read all keys at once, as many records are to be opened; also forget those that others deleted."""
        if self._known and not self._is_stale:
            return
        found = self.wrapped.all()
        self._is_stale = False
        with self._lock:
            self._known = {each: known for each, known in self._known.items() if found.get(each) == known[0]}
        for subject, wrapped in found.items():
            self._cipher(subject, wrapped)

    def somebody_changed(self) -> None:
        """Note that another process may have erased somebody."""
        self._is_stale = True

    def forget(self, *subjects: str) -> None:
        """Make everything that was sealed for these subjects unreadable, in all copies."""
        self.wrapped.forget(*subjects)
        with self._lock:
            for subject in subjects:
                self._known.pop(subject, None)

    def rewrap(self) -> int:
        """Wrap all keys with the site's current key; returns how many had to be."""
        current, count = self.site.current, 0
        for subject, wrapped in self.wrapped.all().items():
            if key_id_of(wrapped) != current.id:
                key = self._unwrapped(subject, wrapped)
                count += self.wrapped.exchange(
                    subject, wrapped, current.wrapping.seal(key, _place(subject), current.id)
                )
        return count

    def _made(self, subject: str) -> bytes:
        key, current = secrets.token_bytes(KEY_BYTES), self.site.current
        wrapped = self.wrapped.add(subject, current.wrapping.seal(key, _place(subject), current.id))
        if self._is_erased(subject):  # and its key was forgotten while somebody was about to write once more
            self.wrapped.forget(subject)
        return wrapped

    def _is_erased(self, subject: str) -> bool:
        kind = next((kind for kind in (FACE, PERSON) if subject.startswith(kind)), None)
        return kind is not None and self.wrapped.wrapped(ERASED + subject.removeprefix(kind)) is not None

    def _cipher(self, subject: str, wrapped: bytes) -> Cipher:
        known = self._known.get(subject)
        if known is not None and known[0] == wrapped:
            return known[1]
        cipher = Cipher(self._unwrapped(subject, wrapped))
        with self._lock:
            self._known[subject] = (wrapped, cipher)
        return cipher

    def _unwrapped(self, subject: str, wrapped: bytes) -> bytes:
        return self.site.of(key_id_of(wrapped)).wrapping.open(wrapped, _place(subject))


def _place(subject: str) -> bytes:
    return place_of("keys", subject)
