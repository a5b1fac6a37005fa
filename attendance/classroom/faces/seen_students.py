"""Who is seen in pictures of a room: everybody named there, and those who said that they are there.

Whoever has checked in claims to be in the room. To confirm a claim takes less than to name a face among the
whole class, because each remaining face is compared with the few remaining claims only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from attendance.classroom.faces.face_naming import ReadPicture
from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomPicture
from face_matching.assignment import best_pairs
from face_matching.decision import DecisionPolicy
from face_matching.gallery import Gallery
from face_matching.threshold_curve import fmr_for

FALSE_SIGHTING = 0.01
"""The accepted probability that one of a picture's remaining faces passes for somebody who has checked in
from elsewhere. Between 0.005 and 0.02, which ``python -m benchmarks.relay`` measured with 130 people of
``lfwhalf``, 2026-11-29; docs/classroom.md has what 0.01 does with other people."""


def seen_students(
    read: Sequence[ReadPicture],
    named: Sequence[ClassroomPicture],
    gallery: Gallery | None,
    policy: DecisionPolicy,
    claimed: Collection[str],
    *,
    false_sighting: float = FALSE_SIGHTING,
) -> tuple[str, ...]:
    """The students in the pictures of one job.

    Args:
        read: the pictures.
        named: the same with named faces, in the same order.
        gallery: the students of the roster with a template; None: nobody has one.
        policy: the rule for one face.
        claimed: ids of the students who have checked in.
        false_sighting: see ``FALSE_SIGHTING``.

    Returns:
        Their ids, sorted.
    """
    seen = {
        face.candidates[0].student_id
        for picture in named
        for face in picture.faces
        if face.state is FaceState.MATCH
    }
    if gallery is not None:
        for each, picture in zip(read, named, strict=True):
            left = set(claimed) - seen
            seen |= _claims_confirmed(each, picture, gallery, policy, left, false_sighting)
    return tuple(sorted(seen))


def _claims_confirmed(  # noqa: PLR0917 - one line for each of what a sighting depends on
    read: ReadPicture,
    named: ClassroomPicture,
    gallery: Gallery,
    policy: DecisionPolicy,
    claimed: set[str],
    false_sighting: float,
) -> set[str]:
    """Those of the remaining claims that remaining faces of a picture confirm, each face one at most."""
    faces = [
        seen.embedding
        for seen, face in zip(read.faces, named.faces, strict=True)
        if seen.embedding is not None and face.state is not FaceState.MATCH
    ]
    columns = [number for number, name in enumerate(gallery.student_ids) if name in claimed]
    if not faces or not columns:
        return set()
    judged = policy.judge(gallery, np.stack(faces), engine=policy.engine)
    weights = judged.scores[:, columns] - judged.passes_at(fmr_for(false_sighting, len(faces)))
    pairs = best_pairs(weights)
    return {gallery.student_ids[columns[column]] for column in pairs.tolist() if column >= 0}
