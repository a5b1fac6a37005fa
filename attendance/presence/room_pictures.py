"""What photos of a room show: noted in the session, and in the marks of those who are seen."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from attendance.classes.mark_changes import mark_after, settle_mark
from attendance.clock import Clock
from attendance.errors import SessionNotFoundError
from attendance.store.protocol import Store
from attendance.values import Mark, MarkEvent, MarkHead, RoomPicture, Session
from attendance.values.liveness import Place

SEEN_IN_ROOM = "seen in a photo of the room"  # the note in a mark's history
NOT_SEEN_AFTER_ALL = "not seen in a photo of the room after all"
CLASSROOM_ATTEMPT = "classroom:"  # begins the attempt of a mark from a classroom photo


@dataclass(frozen=True)
class PictureKey:
    """Which picture of a session: one photo, several that were sent together, or a video.

    Attributes:
        at: when it was sent.
        by: id of the user who sent it.
    """

    at: datetime
    by: str


class RoomPictures:
    """Notes whom pictures of rooms show.

    Args:
        store: the register's database.
        clock: the source of the time.
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def claimed(self, session_id: str) -> frozenset[str]:
        """Ids of the students who have checked in by phone, and so claim to be in the room."""
        return frozenset(mark.student_id for mark in self._store.marks(session_id) if came_by_phone(mark))

    def note(self, session_id: str, key: PictureKey, seen: Collection[str]) -> None:
        """Note whom a picture shows, instead of what was noted about it before; idempotent.

        Raises:
            SessionNotFoundError: there is no such session.
        """
        picture = RoomPicture(key.at, key.by, tuple(sorted(seen)))

        def noted(session: Session) -> Session:
            others = [each for each in session.room_pictures if _key_of(each) != key]
            return replace(session, room_pictures=(*others, picture))

        self._change(session_id, noted)

    def correct(
        self, session_id: str, key: PictureKey, *, here: Collection[str], others: Collection[str]
    ) -> None:
        """Correct whom a picture shows by what a person has decided.

        Args:
            session_id: of which session.
            key: which picture.
            here: ids of the students whom the person named.
            others: ids of students whose faces the person gave other names.

        Raises:
            SessionNotFoundError: there is no such session.
        """
        session = self._get(session_id)
        before = {name for each in session.room_pictures if _key_of(each) == key for name in each.seen}
        self.note(session_id, key, (before - set(others)) | set(here))

    def forget(self, session_id: str, key: PictureKey) -> None:
        """Forget a picture that was discarded; idempotent.

        Raises:
            SessionNotFoundError: there is no such session.
        """

        def forgotten(session: Session) -> Session:
            left = tuple(each for each in session.room_pictures if _key_of(each) != key)
            return replace(session, room_pictures=left)

        self._change(session_id, forgotten)

    def _change(self, session_id: str, change: Callable[[Session], Session]) -> None:
        """Change the session's pictures, then the place in the marks of those whom that concerns."""
        while True:
            before = self._get(session_id)
            after = change(before)
            if after == before or self._store.replace_session(replace(after, version=before.version + 1)):
                break
        now, seen = self._clock.now(), seen_in(after)
        for student_id in sorted(seen | seen_in(before)):
            place = functools.partial(_placed, is_seen=student_id in seen, at=now)
            settle_mark(self._store, session_id, student_id, place)

    def _get(self, session_id: str) -> Session:
        session = self._store.session(session_id)
        if session is None:
            raise SessionNotFoundError(f"There is no session {session_id!r}.")
        return session


def came_by_phone(mark: Mark | MarkHead) -> bool:
    """Whether a mark that counts rests on what a phone sent, whatever was added since."""
    attempt = mark.attempt
    return mark.counts_as_there and attempt is not None and not attempt.startswith(CLASSROOM_ATTEMPT)


def seen_in(session: Session) -> frozenset[str]:
    """Ids of the students in any picture of the room."""
    return frozenset(name for picture in session.room_pictures for name in picture.seen)


def _key_of(picture: RoomPicture) -> PictureKey:
    return PictureKey(picture.at, picture.by)


def _placed(mark: Mark | None, *, is_seen: bool, at: datetime) -> Mark | None:
    """The mark with its place, and a note of it that changes nothing else; None if it needs neither."""
    if mark is None or not came_by_phone(mark) or (mark.evidence.place is Place.ROOM_PHOTO) is is_seen:
        return None
    event = MarkEvent(
        at=at,
        status=mark.status,
        method=mark.method,
        by="",
        note=SEEN_IN_ROOM if is_seen else NOT_SEEN_AFTER_ALL,
        under_review=mark.under_review,
        noted=True,
    )
    place = Place.ROOM_PHOTO if is_seen else Place.UNKNOWN
    return replace(mark_after(mark, event), evidence=replace(mark.evidence, place=place))
