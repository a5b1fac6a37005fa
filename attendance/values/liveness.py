"""What speaks for a check-in: where it came from, and whether a living person moved as they were asked to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LivenessMode(StrEnum):
    """What a course makes of the movement that phones ask for."""

    OFF = "off"  # phones ask for none
    FLAG = "flag"  # phones ask for it, and marks without it count with a note
    REQUIRED = "required"  # without it a teacher decides


class LivenessResult(StrEnum):
    """What came of the movement that was asked for."""

    NOT_ASKED = "not_asked"  # marks by hand, with the typed code, from a room's photo, or before version 7
    PASSED = "passed"
    FAILED = "failed"  # the movement was not right; the mark stands because its course only notes that
    NOT_SHOWN = "not_shown"  # none came: an uploaded photo, no camera, no JavaScript
    EXEMPT = "exempt"  # the student need not move
    PHOTO_ONLY = "photo_only"  # a photo from other software, whose token counts without a movement


class Place(StrEnum):
    """Where a check-in came from, as far as the server can know."""

    UNKNOWN = "unknown"  # mobile data, for example; nobody is to blame for it
    THIS_NETWORK = "this_network"  # the same network as the teacher's computer
    ROOM_PHOTO = "room_photo"  # seen in a photo of the room
    KIOSK = "kiosk"  # seen by the device at the door


@dataclass(frozen=True)
class MarkEvidence:
    """What speaks for a mark, or for a check-in in review.

    Attributes:
        why: codes of what was wrong with the movement, in the order of the checks.
        signed: whether the phone proved its device key; without it, a device is only what the phone claims.
    """

    place: Place = Place.UNKNOWN
    liveness: LivenessResult = LivenessResult.NOT_ASKED
    why: tuple[str, ...] = ()
    signed: bool = False


NO_EVIDENCE = MarkEvidence()
"""What speaks for a mark that nobody's phone made, and for those from before version 7 of the schema."""
