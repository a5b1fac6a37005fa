"""A face is compared first with the few students whom it is likely to show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from face_matching.decision import Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from face_matching.known_person import KNOWN_FMR, verify
from face_matching.thresholds import FACENET_1_MTCNN, RETAIL_1_MTCNN

SIZE = 300
DIMENSION = 256


def unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def class_of(size: int, engine: str = "retail-1", *, twins: bool = False) -> Gallery:
    """Students in directions of their own; the first two nearly the same, if they are twins."""
    rows = np.random.default_rng(3).normal(size=(size, DIMENSION))
    if twins:
        rows[1] = rows[0] + 0.1 * rows[1]
    return Gallery.build(engine, [f"s{i:03}" for i in range(size)], unit(rows))


def face_of(gallery: Gallery, place: int, similarity: float) -> NDArray[np.float32]:
    """A face of this similarity to a student, and as like the others as chance has it."""
    own = gallery.fused(gallery.student_ids[place])
    assert own is not None
    other = np.random.default_rng(8).normal(size=DIMENSION)
    other -= (other @ own) * own
    return unit(similarity * own.astype(np.float64) + np.sqrt(1 - similarity**2) * unit(other))


def weakest(gallery: Gallery, *, found: type) -> float:
    """The lowest similarity at which a search of the class decides so."""
    for similarity in np.arange(0.2, 1.0, 0.005):
        if isinstance(RETAIL_1_MTCNN.identify(gallery, face_of(gallery, 0, similarity)), found):
            return float(similarity)
    raise AssertionError(f"no search is {found}")


def test_a_face_that_no_search_marks_is_marked_as_the_student_of_the_phone() -> None:
    gallery = class_of(SIZE)
    face = face_of(gallery, 0, weakest(gallery, found=Match) - 0.03)
    assert not isinstance(RETAIL_1_MTCNN.identify(gallery, face), Match)
    found = verify(RETAIL_1_MTCNN, gallery, face, ("s000",))
    assert isinstance(found, Match)
    assert found.student_id == "s000"


def test_the_bar_is_that_of_one_comparison_in_ten_thousand() -> None:
    gallery = class_of(SIZE)
    bar = RETAIL_1_MTCNN.judge(gallery, face_of(gallery, 0, 0.5)[np.newaxis]).passes_at(KNOWN_FMR)
    for similarity in np.arange(0.1, 0.7, 0.01):
        face = face_of(gallery, 0, similarity)
        score = RETAIL_1_MTCNN.judge(gallery, face[np.newaxis]).scores[0, 0]
        found = verify(RETAIL_1_MTCNN, gallery, face, ("s000",))
        assert isinstance(found, Match) == (score >= bar)


def test_students_who_share_a_phone_share_the_rate() -> None:
    gallery = class_of(SIZE)
    marked = {
        known: [
            isinstance(verify(RETAIL_1_MTCNN, gallery, face_of(gallery, 0, similarity), known), Match)
            for similarity in np.arange(0.1, 0.7, 0.002)
        ]
        for known in (("s000",), ("s000", "s005", "s007"))
    }
    alone, shared = (sum(each) for each in marked.values())
    assert alone > shared > 0


def test_a_face_is_no_student_whose_phone_it_only_holds() -> None:
    gallery = class_of(SIZE)
    assert isinstance(verify(RETAIL_1_MTCNN, gallery, face_of(gallery, 4, 0.9), ("s000",)), Unknown)


def test_a_twin_with_the_phone_of_the_other_is_not_marked() -> None:
    gallery = class_of(SIZE, twins=True)
    for similarity in np.arange(0.1, 1.0, 0.01):
        face = face_of(gallery, 1, similarity)
        found = verify(RETAIL_1_MTCNN, gallery, face, ("s000",))
        assert not isinstance(found, Match)
    assert isinstance(found, Doubtful)
    assert found.reason is Doubt.LOOK_ALIKE
    assert {each.student_id for each in found.candidates} == {"s000", "s001"}


def test_twins_who_share_a_phone_are_told_apart_by_a_person() -> None:
    gallery = class_of(SIZE, twins=True)
    found = verify(RETAIL_1_MTCNN, gallery, face_of(gallery, 0, 0.9), ("s000", "s001"))
    assert isinstance(found, Doubtful)


def test_a_face_just_below_the_bar_is_for_a_person() -> None:
    gallery = class_of(SIZE)
    found = [
        verify(RETAIL_1_MTCNN, gallery, face_of(gallery, 0, s), ("s000",)) for s in np.arange(0, 0.7, 0.01)
    ]
    kinds = [type(each) for each in found]
    assert list(dict.fromkeys(kinds)) == [Unknown, Doubtful, Match]
    assert all(each.reason is Doubt.UNPROVEN for each in found if isinstance(each, Doubtful))


def test_among_too_few_people_only_what_is_proven_counts() -> None:
    few = class_of(5)
    proven = RETAIL_1_MTCNN.proven.at(KNOWN_FMR)
    for similarity, kind in ((proven + 0.01, Match), (proven - 0.01, Doubtful)):
        assert isinstance(verify(RETAIL_1_MTCNN, few, face_of(few, 0, similarity), ("s000",)), kind)


def test_an_engine_without_relative_scores_needs_what_is_proven() -> None:
    gallery = class_of(SIZE, "facenet-1")
    proven = max(FACENET_1_MTCNN.proven.at(KNOWN_FMR), gallery.stranger_level)
    for similarity, kind in ((proven + 0.01, Match), (proven - 0.01, Doubtful)):
        assert isinstance(verify(FACENET_1_MTCNN, gallery, face_of(gallery, 0, similarity), ("s000",)), kind)


def test_students_outside_the_class_and_empty_classes_are_unknown() -> None:
    gallery = class_of(SIZE)
    face = face_of(gallery, 0, 1.0)
    assert verify(RETAIL_1_MTCNN, gallery, face, ("somebody",)) == Unknown(None)
    assert verify(RETAIL_1_MTCNN, gallery, face, ()) == Unknown(None)
    assert verify(RETAIL_1_MTCNN, None, face, ("s000",)) == Unknown(None)
