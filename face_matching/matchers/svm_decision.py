"""Decides with a support vector machine which student a face shows, or that it is a stranger's.

A machine knows enrolled students only and would name one for any face. Open set, two things are asked of a
match: the student's probability reaches ``accepts_at``, and the cosine similarity to the student's templates
passes the search threshold, as without the machine. So no stranger passes whom cosine similarity refuses.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from face_matching.candidates import Candidate
from face_matching.decision import Decision, DecisionPolicy, Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.matchers.student_svm import StudentSvm
from face_matching.relative_scores.judged_scores import JudgedScores
from face_matching.threshold_curve import fmr_for


def identify_with_svm(
    policy: DecisionPolicy, svm: StudentSvm, gallery: Gallery, embedding: NDArray[Any]
) -> Decision:
    """Search a gallery for one face, and decide.

    Students whom the machine doesn't know, because they have too few photos, are decided on by the policy
    alone. If the machine and the policy contradict each other, a person decides.

    Args:
        policy: the rule of decision by cosine similarity.
        svm: the machine, trained on students of the same school.
        gallery: who is searched; at least one student.
        embedding: ``(D,)`` float32 of unit length, from the gallery's engine.

    Raises:
        GalleryMismatchError: the embedding is from another engine than the templates.
        EmbeddingError: it has a wrong shape, is not finite or not of unit length.
    """
    judged = policy.judge(gallery, np.asarray(embedding)[np.newaxis])
    decision = policy.decide(judged, gallery.student_ids)
    if isinstance(decision, Unknown):
        return decision
    favourite = _favourite(policy, svm, gallery, judged, embedding)
    known = set(svm.student_ids)
    if isinstance(decision, Match):
        return _checked(decision, favourite, known)
    among = {candidate.student_id for candidate in decision.candidates}
    if favourite is not None and favourite.student_id in among and among <= known:
        return Match(favourite.student_id, favourite.score)
    return decision


def _checked(match: Match, favourite: Candidate | None, known: set[str]) -> Decision:
    """A match by cosine similarity, unless the machine contradicts."""
    own = Candidate(match.student_id, match.score)
    if favourite is not None and favourite.student_id != match.student_id:
        return Doubtful((own, favourite), Doubt.LOOK_ALIKE)
    if favourite is None and match.student_id in known:
        return Doubtful((own,), Doubt.UNPROVEN)
    return match


def _favourite(
    policy: DecisionPolicy,
    svm: StudentSvm,
    gallery: Gallery,
    judged: JudgedScores,
    embedding: NDArray[Any],
) -> Candidate | None:
    """The student whom the machine favours, if accepted and past the gate of cosine similarity."""
    places = [gallery.place(student_id) for student_id in svm.student_ids]
    here = np.array([place is not None for place in places], bool)
    if not here.any():
        return None
    probabilities = np.where(here, svm.probabilities(np.asarray(embedding)[np.newaxis])[0], -1.0)
    best = int(probabilities.argmax())
    place = places[best]
    passes = judged.thresholds(fmr_for(policy.fpir, gallery.students)).passes
    if place is None or probabilities[best] < svm.accepts_at or judged.scores[0, place] < passes:
        return None
    return Candidate(svm.student_ids[best], float(judged.similarities[0, place]))
