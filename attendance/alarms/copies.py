"""Photos that are an enrolled photo or an earlier capture once more, or nearly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attendance.alarms.checked_photo import CheckedPhoto, Finding
from attendance.values import AlarmKind, CheckInTrace
from face_detection.picture_hash import is_blank, nearly_same, picture_views

SAME, NEARLY = "same", "nearly"
ENROLLED, EARLIER = "enrolled", "earlier"


@dataclass(frozen=True)
class EnrolledPictures:
    """What the register has of a student's enrolled photos.

    Attributes:
        sources: hex sha256 of each photo.
        pictures: perceptual hashes of the kept faces.
    """

    sources: frozenset[str]
    pictures: tuple[bytes, ...]


def copied_picture(
    capture: CheckedPhoto,
    first: CheckInTrace | None,
    of_student: Sequence[CheckInTrace],
    enrolled: EnrolledPictures,
) -> Finding | None:
    """The photo that a capture repeats.

    A phone that tries again in the same session takes nearly the same picture, or sends the same file, so
    these don't count.

    Args:
        capture: the new one.
        first: the earliest trace of the same bytes.
        of_student: the traces of its student; a copied face names the same student.
        enrolled: the student's enrolled photos.
    """
    if capture.digest in enrolled.sources:
        return _finding(capture, SAME, ENROLLED)
    if first is not None and _is_another(first, capture):
        return _finding(capture, SAME, EARLIER, first.at.isoformat())
    if is_blank(capture.patch):
        return None
    earlier = [(one.at, one.picture) for one in of_student if one.picture and _is_another(one, capture)]
    pictures = [*enrolled.pictures, *(picture for _at, picture in earlier)]
    if not pictures:
        return None
    is_like = nearly_same(picture_views(capture.patch), pictures)
    like_enrolled, like_earlier = is_like[: len(enrolled.pictures)], is_like[len(enrolled.pictures) :]
    if like_enrolled.any():
        return _finding(capture, NEARLY, ENROLLED)
    at = next((at for (at, _picture), like in zip(earlier, like_earlier, strict=True) if like), None)
    return None if at is None else _finding(capture, NEARLY, EARLIER, at.isoformat())


def _is_another(trace: CheckInTrace, capture: CheckedPhoto) -> bool:
    """Whether a trace is no try of the same phone in the same session.

    Of two photos of a session that are judged at once, either may be compared first.
    """
    if trace.session_id == capture.session.id:
        return trace.id != capture.id and trace.device != capture.device
    return trace.at <= capture.at


def _finding(capture: CheckedPhoto, *detail: str) -> Finding:
    return Finding(AlarmKind.COPY, capture.student_id, (capture.student_id,), detail)
