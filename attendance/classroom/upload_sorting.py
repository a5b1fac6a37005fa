"""Finds out which uploads can be read, before any of them is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attendance.classroom.jobs.errors import ClassroomError
from attendance.classroom.jobs.limits import LONGEST_NAME, MOST_PHOTO_BYTES, MOST_PHOTOS, MOST_VIDEO_BYTES
from attendance.classroom.jobs.states import ClassroomProblem
from attendance.classroom.jobs.values import ClassroomUpload, UploadProblem
from attendance.classroom.media_kinds import UploadKind, kind_of

_MOST_BYTES = {UploadKind.PHOTO: MOST_PHOTO_BYTES, UploadKind.VIDEO: MOST_VIDEO_BYTES}


@dataclass(frozen=True)
class SortedUploads:
    """What was sent.

    Attributes:
        names: the phone's names for them, in printable form.
        files: number and path of those to read.
        left_out: paths of the others.
        problems: why those are skipped.
        is_video: whether what is read is one video.
    """

    names: tuple[str, ...]
    files: tuple[tuple[int, Path], ...]
    left_out: tuple[Path, ...]
    problems: tuple[UploadProblem, ...]
    is_video: bool


def sort_uploads(uploads: Sequence[ClassroomUpload]) -> SortedUploads:
    """Sort uploads into photos, videos and the rest.

    Raises:
        ClassroomError: there are none, too many, or a video and something else.
        OSError: one of them can't be read.
    """
    if not uploads:
        raise ClassroomError(ClassroomProblem.NO_UPLOADS, "No photo or video was sent.")
    if len(uploads) > MOST_PHOTOS:
        raise ClassroomError(
            ClassroomProblem.TOO_MANY_PHOTOS,
            f"{len(uploads)} files were sent; at most {MOST_PHOTOS} are read at once. Send the "
            "rest afterwards.",
        )
    names = tuple(shown_name(upload.name) for upload in uploads)
    kinds = [kind_of(upload.path) for upload in uploads]
    if UploadKind.VIDEO in kinds and len(uploads) > 1:
        raise ClassroomError(
            ClassroomProblem.PHOTOS_OR_ONE_VIDEO,
            "Send photos, or one video. Several videos, or photos and a video together, can't be "
            "read at once.",
        )
    problems = tuple(
        UploadProblem(number, names[number], problem.value)
        for number, (upload, kind) in enumerate(zip(uploads, kinds, strict=True))
        if (problem := _problem_of(upload.path, kind)) is not None
    )
    bad = {problem.number for problem in problems}
    return SortedUploads(
        names=names,
        files=tuple((n, upload.path) for n, upload in enumerate(uploads) if n not in bad),
        left_out=tuple(upload.path for n, upload in enumerate(uploads) if n in bad),
        problems=problems,
        is_video=UploadKind.VIDEO in kinds,
    )


def shown_name(name: str) -> str:
    """A file's name in printable form, shortened."""
    whole = name.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in whole if sign.isprintable())[:LONGEST_NAME] or "?"


def _problem_of(path: Path, kind: UploadKind | None) -> ClassroomProblem | None:
    if kind is None:
        return ClassroomProblem.NEITHER_PHOTO_NOR_VIDEO
    return ClassroomProblem.TOO_MANY_BYTES if path.stat().st_size > _MOST_BYTES[kind] else None
