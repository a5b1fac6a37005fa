"""Finds the faces of a photo whichever way it lies, and looks twice where the detector is in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from face_detection.face_detect import Detector
from face_detection.mtcnn.stages import QUARTERS
from face_detection.search.turning import turned
from face_detection.values import Face, Photo

# Source of the constants: `python -m benchmarks.photos.turned`; see docs/engines.md, "Turned photos".

CERTAIN = 0.9995
"""Confidence from which a face is upright without a look at its turned self."""

UPRIGHT, LEAD = 0.97, 0.03
"""Score of O-Net on a face's own box from which it is upright, and its lead over its turned selves. Of 4,850
photos of LFW, turned three ways each, no face passed that was detected in a wrong position."""

STEADILY_UPRIGHT = 0.95
"""The same score as the mean over several placements of the box; it need not lead."""

JUDGED = 4
"""Faces of a photo of many people by which its position is judged."""


@dataclass(frozen=True, eq=False)
class Look:
    """A photo in one of its four positions.

    Attributes:
        photo: the photo, turned.
        quarters: quarter turns anticlockwise from the photo as it was sent.
        faces: all detected faces, largest first.
    """

    photo: Photo
    quarters: int
    faces: tuple[Face, ...]


class FaceSearch:
    """Finds faces with one detector; thread-safe.

    Args:
        detector: detects upright faces.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def find(self, photo: Photo, confidence: float, second_face: float = 0.0) -> Look:
        """Detect the faces of a photo, and turn it if they are upright in another position only.

        An upright face that is found at once costs nothing more if the detector is certain, or else one or
        two runs of its last network. Only otherwise the photo is searched in all four positions, with lower
        thresholds: then the mean confidence over several placements of a face's box has to suffice.

        Args:
            photo: a photo of any size.
            confidence: the least confidence of a face.
            second_face: side of the smallest other face of interest, relative to the largest; smaller ones
                may be missing in the result. 0 means all.

        Returns:
            The photo, turned if necessary, with its faces.
        """
        as_sent = Look(photo, 0, self._first(photo, confidence, second_face))
        subject = _subject(as_sent, confidence)
        if subject is not None and self._is_upright(photo, subject, confidence):
            return as_sent
        return self._best(as_sent, confidence)

    def _first(self, photo: Photo, confidence: float, second_face: float) -> tuple[Face, ...]:
        if second_face:
            return self._detector.detect_subject(photo, confidence, second_face)
        return self._detector.detect(photo)

    def _is_upright(self, photo: Photo, face: Face, confidence: float) -> bool:
        if face.confidence >= CERTAIN:
            return True
        if face.confidence < confidence:
            return False
        box = face.box[None]
        own, *others = self._detector.turned_scores(photo, box)[0]
        if own >= UPRIGHT and own - max(others) >= LEAD:
            return True
        own, *others = self._detector.turned_scores(photo, box, steady=True)[0]
        return bool(own >= STEADILY_UPRIGHT and own >= max(others))

    def _best(self, as_sent: Look, confidence: float) -> Look:
        """The position with the best face; the photo as it was sent if there is none."""
        best, best_score = as_sent, confidence
        for look in self._looks(as_sent):
            subject = _subject(look, confidence)
            if subject is None:
                continue
            (steadied,) = self._detector.steadied(look.photo, subject.box[None])
            if steadied.confidence >= best_score:
                best, best_score = _with(look, subject, steadied, confidence), steadied.confidence
        return best

    def _looks(self, as_sent: Look) -> Iterator[Look]:
        for quarters in range(QUARTERS):
            if quarters == 0 and as_sent.faces:
                yield as_sent
            else:
                photo = turned(as_sent.photo, quarters)
                yield Look(photo, quarters, self._detector.detect_again(photo))


def are_upright(detector: Detector, photo: Photo, faces: Sequence[Face]) -> bool:
    """Whether the faces of a photo of many people are upright, by the largest ones.

    Args:
        detector: what they were detected by.
        photo: the photo.
        faces: its faces, largest first.

    Returns:
        Whether the photo need not be turned; False if there are no faces.
    """
    judged = faces[:JUDGED]
    if any(face.confidence >= CERTAIN for face in judged):
        return True
    if not judged:
        return False
    scores = detector.turned_scores(photo, np.stack([face.box for face in judged]))
    upright = scores[:, 0] >= scores[:, 1:].max(axis=1)
    return bool(2 * upright.sum() >= len(judged))


def _subject(look: Look, confidence: float) -> Face | None:
    """The largest face of sufficient confidence, or else the one with the highest."""
    certain = [face for face in look.faces if face.confidence >= confidence]
    return certain[0] if certain else max(look.faces, key=lambda face: face.confidence, default=None)


def _with(look: Look, subject: Face, steadied: Face, confidence: float) -> Look:
    """The look with a doubtful face replaced; a face that was good enough stays as it was detected."""
    if subject.confidence >= confidence:
        return look
    return replace(look, faces=(steadied,))
