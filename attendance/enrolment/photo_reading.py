"""The photos of one student at enrolment, read through the quality gate."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from attendance.enrolment.enrolment_result import REASONS, PhotoOutcome, PhotoStatus
from attendance.recognition.pipelines import Pipeline
from face_detection.errors import PhotoError
from face_detection.face_crop import CutFace, cut_out
from face_detection.photo import portrait_jpeg
from face_detection.problems import PhotoProblem
from face_detection.quality import ENROLMENT_LIMITS
from face_detection.values import Embedding, Probe

WORKERS = 3
"""Photos that are read at the same time: while one waits for its picture, others are embedded."""

READ_AHEAD = 6
"""Photos of a student that are in memory at the same time."""


@dataclass(frozen=True, eq=False)
class UsablePhoto:
    """A photo that a template can be made from.

    Attributes:
        name: as it was given.
        source: hex sha256 of its bytes.
        embedding: ``(D,)`` float32 of length 1.
        quality: 0 to 1.
        portrait: the face as a JPEG, where no photo before it was better.
        cut: the face for later engines; None where there is no photo.
    """

    name: str
    source: str
    embedding: Embedding
    quality: float
    portrait: bytes | None
    cut: CutFace | None = None


@dataclass(frozen=True)
class ReadPhotos:
    """What the photos of one student gave.

    Attributes:
        usable: good ones whose templates are to be there, in the order given.
        outcomes: one for each photo, as if the student is enrolled, in the order given.
    """

    usable: tuple[UsablePhoto, ...]
    outcomes: tuple[PhotoOutcome, ...]


def read_photos(
    pipeline: Pipeline, photos: Mapping[str, bytes], known: Collection[str], again: Collection[str] = ()
) -> ReadPhotos:
    """Read each photo that is not known yet.

    Args:
        pipeline: reads photos.
        photos: bytes by name; reading one may raise ``OSError``, which refuses that photo.
        known: sources of photos that have a template.
        again: those among them that are read once more, because something else that is kept of them is
            missing. If that fails now, they stay as they are.
    """
    usable: list[UsablePhoto] = []
    outcomes = []
    seen = set[str]()
    best = -1.0
    for file in _files(pipeline, photos, set(known) - set(again), seen):
        if file.error is not None:
            reason = f"The file can't be read ({file.error.strerror})."
            outcomes.append(PhotoOutcome(file.name, PhotoStatus.REFUSED, reason))
            continue
        is_known = file.source in known or file.source in seen
        if is_known:
            outcomes.append(PhotoOutcome(file.name, PhotoStatus.KNOWN))
        if file.source in seen or file.reading is None:
            continue
        probe = file.reading.result()
        if isinstance(probe, PhotoProblem):
            if not is_known:
                outcomes.append(PhotoOutcome(file.name, PhotoStatus.REFUSED, REASONS[probe], probe))
            continue
        seen.add(file.source)
        usable.append(_usable(file.name, file.source, probe, better_than=best))
        best = max(best, probe.quality)
        if not is_known:
            outcomes.append(PhotoOutcome(file.name, PhotoStatus.USED))
    return ReadPhotos(tuple(usable), tuple(outcomes))


@dataclass(frozen=True)
class _File:
    """A photo that is being read, unless it need not be, or its file can't be."""

    name: str
    source: str = ""
    reading: Future[Probe | PhotoProblem] | None = None
    error: OSError | None = None


def _files(
    pipeline: Pipeline, photos: Mapping[str, bytes], settled: Collection[str], seen: Collection[str]
) -> Iterator[_File]:
    """The photos in their order, some read ahead at the same time, each content once.

    Args:
        pipeline: reads them.
        photos: bytes by name.
        settled: sources of photos that are not read.
        seen: sources of photos that have been used; grows meanwhile.
    """
    names = iter(photos)
    with ThreadPoolExecutor(WORKERS, "enrolment") as pool:
        while some := tuple(islice(names, READ_AHEAD)):
            readings: dict[str, Future[Probe | PhotoProblem]] = {}
            files = []
            for name in some:
                try:
                    data = photos[name]
                except OSError as error:
                    files.append(_File(name, error=error))
                    continue
                source = hashlib.sha256(data).hexdigest()
                if source not in readings and source not in settled and source not in seen:
                    readings[source] = pool.submit(_read, pipeline, data)
                files.append(_File(name, source, readings.get(source)))
            yield from files


def _read(pipeline: Pipeline, data: bytes) -> Probe | PhotoProblem:
    try:
        probe = pipeline.read(data, ENROLMENT_LIMITS)
    except PhotoError as error:
        return error.problem
    if probe.problems:
        return probe.problems[0]
    return PhotoProblem.NO_FACE if probe.face is None or probe.embedding is None else probe


def _usable(name: str, source: str, probe: Probe, *, better_than: float) -> UsablePhoto:
    assert probe.face is not None
    assert probe.embedding is not None
    portrait = portrait_jpeg(probe.photo, probe.face) if probe.quality > better_than else None
    cut = cut_out(probe.photo, probe.face)
    return UsablePhoto(name, source, probe.embedding, probe.quality, portrait, cut)
