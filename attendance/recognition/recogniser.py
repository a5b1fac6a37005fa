"""Recognition without a check-in, for other software: find faces, name them, verify a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np

from attendance.recognition.matcher import Matcher, MatcherSource
from attendance.recognition.mismatch import engines_must_match
from attendance.store.protocol import Store
from attendance.store.protocols.summaries import TemplateKey
from attendance.values import Course, Student
from face_detection.classroom_photo import SeenFace
from face_detection.photo import ANONYMOUS_SLOTS, KNOWN_SLOTS, decode, turn_to_read
from face_detection.problems import PhotoProblem
from face_detection.quality import CHECK_IN_LIMITS
from face_detection.search.turning import turned_face
from face_detection.values import Face, Photo
from face_matching.assignment import assign
from face_matching.decision import Decision, Unknown
from face_matching.gallery import Gallery
from face_matching.site_index.candidate_search import judge_known

VERIFICATION_FMR = 1e-4
"""Chance that a false claim of an identity is accepted: what NIST SP 800-63B-4 asks for."""


AnyFace = TypeVar("AnyFace")


class ClaimOutcome(StrEnum):
    """Whether a photo confirms a claimed identity."""

    CONFIRMED = "confirmed"
    UNSURE = "unsure"  # passes, but not with what the calibration data can prove
    REFUTED = "refuted"


@dataclass(frozen=True, eq=False)
class RecognisedFace:
    """One face and who it is.

    Attributes:
        seen: where it is, and any problems of its quality.
        decision: None where it was not fit to be compared.
    """

    seen: SeenFace
    decision: Decision | None


@dataclass(frozen=True, eq=False)
class FacesOfPicture(Generic[AnyFace]):
    """The faces of a picture.

    Attributes:
        height: of the picture that the faces' coordinates are in, in pixels.
        width: of the same.
        scale: size of the sent picture relative to this one: more than 1 if a large one was shrunk.
        faces: largest first.
    """

    height: int
    width: int
    scale: float
    faces: tuple[AnyFace, ...]

    @classmethod
    def of(cls, photo: Photo, faces: tuple[AnyFace, ...], quarters: int) -> FacesOfPicture[AnyFace]:
        """The faces that were found in a photo.

        Args:
            photo: the photo, turned.
            faces: its faces, in coordinates of the photo as it was sent.
            quarters: the quarter turns from the photo as it was sent.
        """
        scale = max(photo.original_size) / max(photo.height, photo.width)
        is_sideways = quarters % 2 == 1
        height, width = (photo.width, photo.height) if is_sideways else (photo.height, photo.width)
        return cls(height, width, scale, faces)

    def recognised(self, faces: tuple[RecognisedFace, ...]) -> FacesOfPicture[RecognisedFace]:
        """The same picture with who its faces are."""
        return FacesOfPicture(self.height, self.width, self.scale, faces)


FoundFaces = FacesOfPicture[Face]
RecognisedFaces = FacesOfPicture[RecognisedFace]


@dataclass(frozen=True)
class Verification:
    """The result of comparing a photo with a claimed identity.

    Attributes:
        claim: None where the photo could not be compared; ``problems`` has the reasons.
        score: cosine similarity to the student's templates.
        problems: why the photo can't be used, the most helpful to fix first.
    """

    claim: ClaimOutcome | None
    score: float | None = None
    problems: tuple[PhotoProblem, ...] = ()


class Recogniser:
    """Detects and identifies faces; writes nothing.

    Args:
        store: the register's database.
        matcher: gives the matcher, which reads photos and identifies students.
    """

    def __init__(self, store: Store, matcher: MatcherSource) -> None:
        self._store = store
        self._matcher = matcher

    def detect(self, data: bytes, *, longest_side: int | None = None, anonymous: bool = False) -> FoundFaces:
        """Detect the faces of a photo without identifying them.

        Args:
            data: the photo.
            longest_side: pixels to which a larger one is shrunk first; None keeps it as it is.
            anonymous: whether nobody knows who asks. Such photos are read one at a time, beside all others.

        Raises:
            PhotoError: the bytes are no photo that can be read.
            BusyError: too many photos are being read; try again.
        """
        slots = ANONYMOUS_SLOTS if anonymous else KNOWN_SLOTS
        with ANONYMOUS_SLOTS.slot() if anonymous else turn_to_read(data, longest_side=longest_side):
            look = self._matcher().pipeline.room.search(decode(data, longest_side=longest_side, slots=slots))
            faces = tuple(turned_face(face, -look.quarters, look.photo) for face in look.faces)
            return FoundFaces.of(look.photo, faces, look.quarters)

    def everybody(self, data: bytes, course: Course) -> RecognisedFaces:
        """Find all faces of a photo and name those of a course; each student is one face at most.

        Raises:
            PhotoError: the bytes are no photo that can be read.
            EngineMismatchError: the templates have to be made again.
        """
        matcher = self._matcher()
        probe = matcher.pipeline.room.read(data)
        sent = _as_sent(probe.photo, probe.faces, probe.quarters)
        del probe  # frees the pixels, which the next large photo needs
        decisions = iter(_decided([seen for seen in sent.faces if not seen.problems], course, matcher))
        faces = tuple(RecognisedFace(seen, None if seen.problems else next(decisions)) for seen in sent.faces)
        return sent.recognised(faces)

    def one(self, data: bytes, course: Course) -> RecognisedFaces:
        """Name the one face of a photo, as a check-in does.

        Returns:
            One face or none; with its problems, among them that there are several faces.

        Raises:
            PhotoError: the bytes are no photo that can be read.
            EngineMismatchError: the templates have to be made again.
        """
        matcher = self._matcher()
        probe = matcher.pipeline.read(data, CHECK_IN_LIMITS)
        if probe.face is None:
            return RecognisedFaces.of(probe.photo, (), probe.quarters)
        decision = None if probe.embedding is None else matcher.identify(probe.embedding, course)
        seen = SeenFace(probe.face, probe.quality, probe.problems, probe.embedding)
        sent = _as_sent(probe.photo, (seen,), probe.quarters)
        return sent.recognised((RecognisedFace(sent.faces[0], decision),))

    @engines_must_match()
    def verify(self, data: bytes, student: Student) -> Verification | None:
        """Compare a photo with the student it should show (one to one).

        Returns:
            None where the student has no template of this engine to compare with, or consent has ended.

        Raises:
            PhotoError: the bytes are no photo that can be read.
            EngineMismatchError: the templates have to be made again.
        """
        matcher = self._matcher()
        pipeline, policy = matcher.pipeline, matcher.policy
        engine, detector = pipeline.engine_name, pipeline.detector_name
        kept = [each for each in self._store.templates_of(student.id) if each.is_by(engine, detector)]
        # One of a student whose consent has ended isn't found, whether or not they are active.
        templates = self._store.templates_among(
            [TemplateKey(each.student_id, each.id, each.created_at) for each in kept]
        )
        if not templates:
            return None
        probe = pipeline.read(data, CHECK_IN_LIMITS)
        if probe.embedding is None:
            return Verification(None, problems=probe.problems or (PhotoProblem.NO_FACE,))
        gallery = matcher.galleries.of_school(engine=engine, detector=detector)
        if gallery is None or gallery.place(student.id) is None:  # who left is in no gallery
            rows = np.stack([template.embedding for template in templates])
            gallery = Gallery.build(engine, [student.id] * len(templates), rows)
        found = judge_known(policy, gallery, probe.embedding, VERIFICATION_FMR, [student.id])
        judged, own = found.judged, found.student_ids.index(student.id)
        score, similarity = float(judged.scores[0, own]), float(judged.similarities[0, own])
        if score >= judged.proven_at(VERIFICATION_FMR):
            return Verification(ClaimOutcome.CONFIRMED, similarity)
        passes = score >= judged.passes_at(VERIFICATION_FMR)
        return Verification(ClaimOutcome.UNSURE if passes else ClaimOutcome.REFUTED, similarity)


def _as_sent(photo: Photo, faces: Sequence[SeenFace], quarters: int) -> FacesOfPicture[SeenFace]:
    """The faces of a photo that was turned to read it, in coordinates of the photo as it was sent."""
    back = tuple(replace(seen, face=turned_face(seen.face, -quarters, photo)) for seen in faces)
    return FacesOfPicture.of(photo, back, quarters)


@engines_must_match()
def _decided(faces: Sequence[SeenFace], course: Course, matcher: Matcher) -> tuple[Decision, ...]:
    """One decision for each face that is fit."""
    gallery = matcher.gallery(course)
    rows = [seen.embedding for seen in faces if seen.embedding is not None]
    if gallery is None or not rows:
        return tuple(Unknown(None) for _ in faces)
    return assign(gallery, np.stack(rows), matcher.policy, engine=matcher.pipeline.engine_name)
