"""Gives the faces of all pictures their names: each face one student at most, each student once over all.

Within one picture ``face_matching.assignment`` ensures that. Over several pictures the same student is seen
more than once; the best sighting counts, and the others point to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from attendance.classroom.faces.seen_again import (
    DecidedFace,
    best_sightings,
    embedding_of,
    pointed,
    seen_again,
)
from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomFace, ClassroomPicture
from attendance.recognition.mismatch import engines_must_match
from attendance.values import ReviewCandidate
from face_detection.classroom_photo import SeenFace
from face_detection.values import Embedding
from face_matching.assignment import assign
from face_matching.decision import Decision, DecisionPolicy, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.group_thresholds import CONFIRMED

SUGGESTIONS = 3
"""Maximum number of students suggested for an unknown face."""


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """One picture with the faces in it, before they have names.

    Attributes:
        upload: the number of the upload that it shows.
        read_size: width and height in pixels of the picture that the faces' boxes are in.
        shown_size: of the picture that is shown.
        faces: all of them, largest first.
        decisions: for each face with an embedding, in order, if already decided.
        at: seconds since the start of a video.
    """

    upload: int
    read_size: tuple[int, int]
    shown_size: tuple[int, int]
    faces: tuple[SeenFace, ...]
    decisions: tuple[Decision, ...] | None = None
    at: float | None = None


@engines_must_match()
def name_faces(
    pictures: Sequence[ReadPicture], gallery: Gallery | None, policy: DecisionPolicy
) -> tuple[ClassroomPicture, ...]:
    """Name the faces of all pictures of one job.

    Args:
        pictures: the pictures.
        gallery: the students of the roster with a template; None: nobody has one.
        policy: the rule for one face.

    Raises:
        EngineMismatchError: the templates are of another engine.
    """
    named = [
        _named(number, picture, _decisions(picture, gallery, policy))
        for number, picture in enumerate(pictures)
    ]
    faces = [face for picture in named for face in picture]
    if gallery is not None:
        best = best_sightings(faces)
        faces = [pointed(each, best) for each in faces]
        faces = seen_again(faces, best, gallery, policy)
        faces = _with_suggestions(faces, best, gallery, policy)
    return tuple(
        ClassroomPicture(
            number=number,
            width=picture.shown_size[0],
            height=picture.shown_size[1],
            faces=tuple(each.face for each in faces if each.face.picture == number),
            upload=picture.upload,
            at=picture.at,
        )
        for number, picture in enumerate(pictures)
    )


def _decisions(picture: ReadPicture, gallery: Gallery | None, policy: DecisionPolicy) -> tuple[Decision, ...]:
    embeddings = [seen.embedding for seen in picture.faces if seen.embedding is not None]
    if picture.decisions is not None:
        return picture.decisions
    if gallery is None or not embeddings:
        return tuple(Unknown(None) for _ in embeddings)
    return assign(gallery, np.stack(embeddings), policy, engine=policy.engine, proof=CONFIRMED)


def _named(number: int, picture: ReadPicture, decisions: Sequence[Decision]) -> list[DecidedFace]:
    remaining = iter(decisions)
    named = []
    for place, seen in enumerate(picture.faces):
        bare = ClassroomFace(
            key=f"{number}-{place}",
            picture=number,
            box=_shares(seen, picture.read_size),
            state=FaceState.UNFIT,
            candidates=(),
            problem=seen.problems[0].value if seen.problems else None,
            pixels=round(max(seen.face.width, seen.face.height)),
        )
        face = bare if seen.embedding is None else _decided(bare, next(remaining))
        named.append(DecidedFace(face, seen.embedding))
    return named


def _decided(face: ClassroomFace, decision: Decision) -> ClassroomFace:
    if isinstance(decision, Match):
        match = ReviewCandidate(decision.student_id, decision.score)
        return replace(face, state=FaceState.MATCH, candidates=(match,), problem=None)
    if isinstance(decision, Doubtful):
        found = tuple(ReviewCandidate(each.student_id, each.score) for each in decision.candidates)
        return replace(face, state=FaceState.DOUBTFUL, candidates=found, problem=decision.reason.value)
    return replace(face, state=FaceState.UNKNOWN, problem=None)


def _shares(seen: SeenFace, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """The box as fractions of the picture's size, cut to the picture."""
    width, height = size
    x1, y1, x2, y2 = (float(number) for number in seen.face.box)
    left, right = (min(max(x / width, 0.0), 1.0) for x in (x1, x2))
    top, bottom = (min(max(y / height, 0.0), 1.0) for y in (y1, y2))
    return left, top, max(0.0, right - left), max(0.0, bottom - top)


def _with_suggestions(
    faces: Sequence[DecidedFace], best: dict[str, DecidedFace], gallery: Gallery, policy: DecisionPolicy
) -> list[DecidedFace]:
    """Unknown faces with the students whom they resemble as one person's photos do, and who are not found."""
    named = []
    for each in faces:
        if each.face.state is FaceState.UNKNOWN:
            candidates = _suggested(embedding_of(each), best, gallery, policy)
            named.append(DecidedFace(replace(each.face, candidates=candidates), each.embedding))
        else:
            named.append(each)
    return named


def _suggested(
    embedding: Embedding, best: dict[str, DecidedFace], gallery: Gallery, policy: DecisionPolicy
) -> tuple[ReviewCandidate, ...]:
    judged = policy.judge(gallery, embedding[np.newaxis])
    scores, shown = judged.scores[0], judged.similarities[0]
    likely = [
        ReviewCandidate(gallery.student_ids[i], float(shown[i]))
        for i in np.argsort(-scores, kind="stable").tolist()
        if scores[i] >= judged.same_person_at and gallery.student_ids[i] not in best
    ]
    return tuple(likely[:SUGGESTIONS])
