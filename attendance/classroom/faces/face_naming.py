"""Gives the faces of all pictures their names: each face one student at most, each student once over all.

Within one picture ``face_matching.assignment`` ensures that. Over several pictures the same student is seen
more than once; the best sighting counts, and the others point to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from attendance.classroom.jobs.values import ClassroomFace, ClassroomPicture, FaceState
from attendance.recognition.mismatch import engines_must_match
from attendance.values import ReviewCandidate
from face_detection.classroom_photo import SeenFace
from face_detection.values import Embedding
from face_matching.assignment import assign, best_pairs
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.face_pairs import judge_pairs
from face_matching.gallery import Gallery
from face_matching.group_thresholds import CONFIRMED
from face_matching.threshold_curve import fmr_for

SUGGESTIONS = 3
"""Maximum number of students suggested for an unknown face."""

SLIGHTLY = 1e-3
"""Weight of an unproven match with a student who is matched elsewhere: less than any real similarity."""


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


@dataclass(frozen=True, eq=False)
class _Named:
    """A face of a picture with what was decided about it."""

    face: ClassroomFace
    embedding: Embedding | None


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
        best = _best_sightings(faces)
        faces = [_pointed(each, best) for each in faces]
        faces = _seen_again(faces, best, gallery, policy)
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


def _named(number: int, picture: ReadPicture, decisions: Sequence[Decision]) -> list[_Named]:
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
        named.append(_Named(face, seen.embedding))
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


def _best_sightings(faces: Sequence[_Named]) -> dict[str, _Named]:
    """The match with the highest score for each student; the first among equals."""
    best: dict[str, _Named] = {}
    for each in faces:
        if each.face.state is FaceState.MATCH:
            [candidate] = each.face.candidates
            known = best.get(candidate.student_id)
            if known is None or candidate.score > known.face.candidates[0].score:
                best[candidate.student_id] = each
    return best


def _pointed(each: _Named, best: dict[str, _Named]) -> _Named:
    """A further match of a student points to the best one."""
    if each.face.state is not FaceState.MATCH:
        return each
    key = best[each.face.candidates[0].student_id].face.key
    return each if key == each.face.key else _Named(replace(each.face, seen_as=key), each.embedding)


def _seen_again(
    faces: list[_Named], best: dict[str, _Named], gallery: Gallery, policy: DecisionPolicy
) -> list[_Named]:
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


def _is_open(each: _Named) -> bool:
    return each.embedding is not None and each.face.state in (FaceState.DOUBTFUL, FaceState.UNKNOWN)


def _likeness(
    faces: Sequence[_Named],
    known: Sequence[_Named],
    gallery: Gallery,
    policy: DecisionPolicy,
    *,
    searched: int,
) -> NDArray[np.float64]:
    """``(F, K)`` by how much two faces are more alike than they must be to be one person's."""
    rows = np.stack([_embedding(each) for each in faces])
    columns = np.stack([_embedding(each) for each in known])
    judged = judge_pairs(policy, gallery, rows, columns)
    weights = judged.scores - judged.proven_at(fmr_for(policy.fpir, searched))
    for row, each in enumerate(faces):
        if each.face.problem == Doubt.UNPROVEN:
            proposed = each.face.candidates[0].student_id
            for column, other in enumerate(known):
                if other.face.candidates[0].student_id == proposed:
                    weights[row, column] = max(weights[row, column], SLIGHTLY)
    return np.asarray(weights)


def _again(each: _Named, student_id: str, best: dict[str, _Named], gallery: Gallery) -> _Named:
    embedding = _embedding(each)
    score = gallery.similarities(embedding[np.newaxis])[0, gallery.student_ids.index(student_id)]
    face = replace(
        each.face,
        state=FaceState.MATCH,
        candidates=(ReviewCandidate(student_id, float(score)),),
        problem=None,
        seen_as=best[student_id].face.key,
    )
    return _Named(face, embedding)


def _with_suggestions(
    faces: Sequence[_Named], best: dict[str, _Named], gallery: Gallery, policy: DecisionPolicy
) -> list[_Named]:
    """Unknown faces with the students whom they resemble as one person's photos do, and who are not found."""
    named = []
    for each in faces:
        if each.face.state is FaceState.UNKNOWN:
            candidates = _suggested(_embedding(each), best, gallery, policy)
            named.append(_Named(replace(each.face, candidates=candidates), each.embedding))
        else:
            named.append(each)
    return named


def _suggested(
    embedding: Embedding, best: dict[str, _Named], gallery: Gallery, policy: DecisionPolicy
) -> tuple[ReviewCandidate, ...]:
    judged = policy.judge(gallery, embedding[np.newaxis])
    scores, shown = judged.scores[0], judged.similarities[0]
    likely = [
        ReviewCandidate(gallery.student_ids[i], float(shown[i]))
        for i in np.argsort(-scores, kind="stable").tolist()
        if scores[i] >= judged.same_person_at and gallery.student_ids[i] not in best
    ]
    return tuple(likely[:SUGGESTIONS])


def _embedding(each: _Named) -> Embedding:
    assert each.embedding is not None
    return each.embedding
