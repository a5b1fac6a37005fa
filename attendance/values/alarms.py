"""What check-ins leave behind for comparing them, and the alarms that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class CheckInTrace:
    """What is kept of one judged capture, without any picture.

    Attributes:
        id: the attempt's (grant and photo).
        student_id: whom it named; None: nobody.
        device: the phone's key, or what it calls itself.
        signed: whether the phone proved that key.
        address: a keyed hash of its network address, comparable within its session alone; None where none is
            known, or it is no longer kept.
        digest: hex sha256 of the photo.
        picture: a perceptual hash of the photo, 32 bytes; None where it shows no face.
    """

    id: str
    session_id: str
    at: datetime
    student_id: str | None
    device: str | None
    signed: bool
    address: str | None = field(repr=False)
    digest: str
    picture: bytes | None = field(repr=False)


class AlarmKind(StrEnum):
    """What is odd about check-ins; none of it is a proof."""

    SHARED_PHONE = "shared_phone"  # one phone for two students
    TWO_PHONES = "two_phones"  # one student from two phones
    COPY = "copy"  # the same picture as an enrolled photo or an earlier capture, or nearly
    VIRTUAL_CAMERA = "virtual_camera"  # frames as only a program makes them
    LATE_CODE = "late_code"  # a code used long after it left the wall
    MANY_ADDRESSES = "many_addresses"  # more networks than the class has


@dataclass(frozen=True)
class Alarm:
    """Something odd about check-ins of a session, for its teacher to look at.

    Attributes:
        id: ``alarm_id`` of the next three.
        subject: what it is about, such as the students' ids joined by ``+``; unique in session and kind.
        student_ids: whom it concerns.
        detail: the values of its sentence, such as a number of minutes.
        settled_at: when a person settled it; None: it is open.
        for_good: whether the same subject raises no such alarm again, such as siblings who share a phone.
    """

    id: str
    session_id: str
    kind: AlarmKind
    subject: str
    student_ids: tuple[str, ...]
    at: datetime
    detail: tuple[str, ...] = ()
    settled_at: datetime | None = None
    settled_by: str | None = None
    for_good: bool = False


def alarm_id(session_id: str, kind: AlarmKind, subject: str) -> str:
    """The natural key of an alarm: there is one of a kind about a subject in a session."""
    return f"{session_id}|{kind.value}|{subject}"
