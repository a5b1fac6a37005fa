"""Recognises students who are matched in one picture in the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomFace
from attendance.values import ReviewCandidate
from face_detection.values import Embedding
from face_matching.assignment import best_pairs
from face_matching.decision import DecisionPolicy, Doubt
from face_matching.face_pairs import judge_pairs
from face_matching.gallery import Gallery
from face_matching.threshold_curve import fmr_for

SLIGHTLY = 1e-3
"""Weight of an unproven match with a student who is matched elsewhere: less than any real similarity."""


@dataclass(frozen=True, eq=False)
class DecidedFace:
    """A face of a picture with what was decided about it."""

    face: ClassroomFace
    embedding: Embedding | None


def best_sightings(faces: Sequence[DecidedFace]) -> dict[str, DecidedFace]:
    """The match with the highest score for each student; the first among equals."""
    best: dict[str, DecidedFace] = {}
    for each in faces:
        if each.face.state is FaceState.MATCH:
            [candidate] = each.face.candidates
            known = best.get(candidate.student_id)
            if known is None or candidate.score > known.face.candidates[0].score:
                best[candidate.student_id] = each
    return best


def pointed(each: DecidedFace, best: dict[str, DecidedFace]) -> DecidedFace:
    """A further match of a student points to the best one."""
    if each.face.state is not FaceState.MATCH:
        return each
    key = best[each.face.candidates[0].student_id].face.key
    return each if key == each.face.key else DecidedFace(replace(each.face, seen_as=key), each.embedding)


def seen_again(
    faces: list[DecidedFace], best: dict[str, DecidedFace], gallery: Gallery, policy: DecisionPolicy
) -> list[DecidedFace]:
    """Recognise students who are matched in one picture in the others, by that very face of theirs.

    A student who turned away in one photo and looked up in the next is not a stranger. This marks
    nobody: the student is matched already.
    """
    for number in sorted({each.face.picture for each in faces}):
        open_ = [i for i, each in enumerate(faces) if each.face.picture == number and _is_open(each)]
        here = {
            each.face.candidates[0].student_id
            for each in faces
            if each.face.picture == number and each.face.state is FaceState.MATCH
        }
        students = sorted(set(best) - here)
        if not open_ or not students:
            continue
        weights = _likeness(
            [faces[i] for i in open_], [best[s] for s in students], gallery, policy, searched=len(best)
        )
        for row, column in enumerate(best_pairs(weights).tolist()):
            if column >= 0:
                faces[open_[row]] = _again(faces[open_[row]], students[column], best, gallery)
    return faces


def _is_open(each: DecidedFace) -> bool:
    return each.embedding is not None and each.face.state in (FaceState.DOUBTFUL, FaceState.UNKNOWN)


def _likeness(
    faces: Sequence[DecidedFace],
    known: Sequence[DecidedFace],
    gallery: Gallery,
    policy: DecisionPolicy,
    *,
    searched: int,
) -> NDArray[np.float64]:
    """``(F, K)`` by how much two faces are more alike than they must be to be one person's."""
    rows = np.stack([embedding_of(each) for each in faces])
    columns = np.stack([embedding_of(each) for each in known])
    judged = judge_pairs(policy, gallery, rows, columns)
    weights = judged.scores - judged.proven_at(fmr_for(policy.fpir, searched))
    for row, each in enumerate(faces):
        if each.face.problem == Doubt.UNPROVEN:
            proposed = each.face.candidates[0].student_id
            for column, other in enumerate(known):
                if other.face.candidates[0].student_id == proposed:
                    weights[row, column] = max(weights[row, column], SLIGHTLY)
    return np.asarray(weights)


def _again(each: DecidedFace, student_id: str, best: dict[str, DecidedFace], gallery: Gallery) -> DecidedFace:
    embedding = embedding_of(each)
    score = gallery.similarities(embedding[np.newaxis])[0, gallery.student_ids.index(student_id)]
    face = replace(
        each.face,
        state=FaceState.MATCH,
        candidates=(ReviewCandidate(student_id, float(score)),),
        problem=None,
        seen_as=best[student_id].face.key,
    )
    return DecidedFace(face, embedding)


def embedding_of(each: DecidedFace) -> Embedding:
    """The embedding of a face that has one."""
    assert each.embedding is not None
    return each.embedding
