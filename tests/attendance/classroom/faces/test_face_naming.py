"""Each face one student at most, each student once over all pictures, whatever the faces look like."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from attendance.classroom.faces.face_naming import SUGGESTIONS, ReadPicture, name_faces
from attendance.classroom.jobs.states import FaceState
from attendance.classroom.jobs.values import ClassroomFace, ClassroomPicture
from face_detection.classroom_photo import SeenFace
from face_detection.problems import PhotoProblem
from face_detection.values import Embedding, Face
from face_matching.candidates import Candidate
from face_matching.decision import Doubt, Doubtful, Match, Unknown
from face_matching.gallery import Gallery
from tests.attendance.fake_pipeline import PASSES, fake_policy

POLICY = fake_policy("fake-1", "fake")
ANNA, BERTA, CARLA = "anna", "berta", "carla"
STUDENTS = [ANNA, BERTA, CARLA]
GALLERY = Gallery.build("fake-1", STUDENTS, np.eye(8, dtype=np.float32)[:3])


def unit(*numbers: float) -> Embedding:
    """An embedding that begins with these numbers: how much it resembles Anna, Berta and Carla."""
    vector = np.zeros(8, np.float32)
    vector[: len(numbers)] = numbers
    rest = 1 - float(np.sum(vector**2))
    assert rest >= -1e-6
    vector[7] = np.sqrt(max(0.0, rest))
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def seen(embedding: Embedding | None, *, left: float = 10.0) -> SeenFace:
    face = Face(np.array([left, 10, left + 40, 60], np.float32), 1.0, np.zeros((5, 2), np.float32))
    problems = () if embedding is not None else (PhotoProblem.BLURRED,)
    return SeenFace(face, 0.5, problems, embedding)


def picture(*embeddings: Embedding | None) -> ReadPicture:
    faces = tuple(seen(embedding, left=50.0 * place) for place, embedding in enumerate(embeddings))
    return ReadPicture(upload=0, read_size=(400, 200), shown_size=(200, 100), faces=faces)


def named(*pictures: ReadPicture, gallery: Gallery | None = GALLERY) -> list[list[ClassroomFace]]:
    return [list(each.faces) for each in name_faces(pictures, gallery, POLICY)]


def test_the_best_sighting_counts_and_the_others_point_to_it() -> None:
    [[worse], [best], [worst]] = named(picture(unit(0.9)), picture(unit(0.95)), picture(unit(0.85)))
    assert (best.state, best.seen_as) == (FaceState.MATCH, None)
    for face in (worse, worst):
        assert (face.state, face.seen_as) == (FaceState.MATCH, best.key)
        assert face.candidates[0].student_id == ANNA


def test_of_equals_the_first_counts() -> None:
    [[first], [second]] = named(picture(unit(0.9)), picture(unit(0.9)))
    assert (first.seen_as, second.seen_as) == (None, first.key)


def test_a_face_turned_away_is_known_by_the_same_face_in_another_picture() -> None:
    sure = unit(0.85, 0, 0, 0.5)
    turned = np.asarray(np.eye(8, dtype=np.float32)[3] * 0.85 + np.eye(8, dtype=np.float32)[0] * 0.5)
    turned = np.asarray(turned / np.linalg.norm(turned), np.float32)
    alone = named(picture(turned))
    assert alone[0][0].state is FaceState.UNKNOWN
    assert float(sure @ turned) > 0.8
    [[known], [again]] = named(picture(sure), picture(turned))
    assert (again.state, again.seen_as) == (FaceState.MATCH, known.key)
    assert again.candidates[0].score == pytest.approx(float(turned[0]))


def test_two_strangers_who_look_alike_are_not_both_somebody_again() -> None:
    sure = unit(0.85, 0, 0, 0.5)
    twin = np.asarray(np.eye(8, dtype=np.float32)[3] * 0.85 + np.eye(8, dtype=np.float32)[0] * 0.5)
    twin = np.asarray(twin / np.linalg.norm(twin), np.float32)
    [[known], two] = named(picture(sure), picture(twin, twin))
    assert sorted(face.state for face in two) == [FaceState.MATCH, FaceState.UNKNOWN]
    assert {face.seen_as for face in two} == {known.key, None}


def test_in_the_picture_of_the_match_nobody_is_the_same_again() -> None:
    doubt = unit(0.7)
    [[sure, other]] = named(picture(unit(0.95), doubt))
    assert sure.state is FaceState.MATCH
    assert other.seen_as is None


def test_unknown_faces_get_suggestions_of_who_is_not_found_yet() -> None:
    faint = unit(0.52, 0.55, 0.1)
    [[face]] = named(picture(faint))
    assert face.state is FaceState.UNKNOWN
    assert [candidate.student_id for candidate in face.candidates] == [BERTA, ANNA]
    [[sure, face]] = named(picture(unit(0, 1.0), faint))
    assert sure.candidates[0].student_id == BERTA
    assert [candidate.student_id for candidate in face.candidates] == [ANNA]


def test_a_face_that_is_not_fit_has_its_problem_and_no_name() -> None:
    [[fit, unfit]] = named(picture(unit(1.0), None))
    assert fit.state is FaceState.MATCH
    assert (unfit.state, unfit.problem, unfit.candidates) == (FaceState.UNFIT, "blurred", ())


def test_without_anybody_enrolled_everybody_is_unknown() -> None:
    [[face, unfit]] = named(picture(unit(1.0), None), gallery=None)
    assert (face.state, unfit.state) == (FaceState.UNKNOWN, FaceState.UNFIT)
    assert face.candidates == ()


def test_decisions_that_are_made_already_are_taken_over() -> None:
    decided = ReadPicture(
        upload=0,
        read_size=(400, 200),
        shown_size=(200, 100),
        faces=(seen(unit(0)), seen(None), seen(unit(0, 0.3)), seen(unit(0, 0, 0.3))),
        decisions=(
            Match(CARLA, 0.9),
            Doubtful((Candidate(ANNA, 0.7), Candidate(BERTA, 0.69)), Doubt.LOOK_ALIKE),
            Unknown(0.3),
        ),
        at=1.5,
    )
    [result] = name_faces([decided], GALLERY, POLICY)
    assert [face.state for face in result.faces] == [
        FaceState.MATCH,
        FaceState.UNFIT,
        FaceState.DOUBTFUL,
        FaceState.UNKNOWN,
    ]
    assert result.faces[2].problem == "look_alike"
    assert [candidate.student_id for candidate in result.faces[2].candidates] == [ANNA, BERTA]
    assert result.at == 1.5


def test_a_box_that_reaches_over_the_edge_is_cut() -> None:
    face = Face(np.array([-40, 150, 40, 260], np.float32), 1.0, np.zeros((5, 2), np.float32))
    read = ReadPicture(0, (400, 200), (200, 100), (SeenFace(face, 0.5, (), unit(1.0)),))
    [[shown]] = named(read)
    assert list(shown.box) == pytest.approx([0.0, 0.75, 0.1, 0.25])
    assert shown.pixels == 110


embeddings = npst.arrays(
    np.float32, 8, elements=st.floats(-1, 1, width=32).map(lambda number: round(number, 2))
)
anybody = st.one_of(
    st.none(),
    st.sampled_from([unit(1.0), unit(0, 1.0), unit(0.9), unit(0.7), unit(0.7, 0.68), unit(0.5, 0.5, 0.5)]),
    embeddings.filter(lambda row: float(np.linalg.norm(row)) > 0.1).map(
        lambda row: np.asarray(row / np.linalg.norm(row), np.float32)
    ),
)
rooms = st.lists(st.lists(anybody, max_size=6), min_size=1, max_size=4)


@given(rooms)
@settings(max_examples=200, deadline=None)
def test_one_face_one_student_and_one_student_once(pictures: list[list[Embedding | None]]) -> None:
    result = name_faces([picture(*faces) for faces in pictures], GALLERY, POLICY)
    assert [len(each.faces) for each in result] == [len(faces) for faces in pictures]
    assert_sound(result)
    for shown, faces in zip(result, pictures, strict=True):
        for face, embedding in zip(shown.faces, faces, strict=True):
            assert (face.state is FaceState.UNFIT) == (embedding is None)


def assert_sound(pictures: tuple[ClassroomPicture, ...]) -> None:
    """What must hold of the names in any set of pictures."""
    faces = {face.key: face for each in pictures for face in each.faces}
    assert len(faces) == sum(len(each.faces) for each in pictures)
    best = Counter[str]()
    in_picture: dict[int, Counter[str]] = defaultdict(Counter)
    for key, face in faces.items():
        assert key.startswith(f"{face.picture}-")
        assert all(0 <= share <= 1 for share in face.box)
        if face.state is not FaceState.MATCH:
            assert face.seen_as is None
            continue
        [candidate] = face.candidates
        in_picture[face.picture][candidate.student_id] += 1
        if face.seen_as is None:
            best[candidate.student_id] += 1
            assert candidate.score >= PASSES
        else:
            pointed = faces[face.seen_as]
            assert pointed.seen_as is None
            assert pointed.picture != face.picture
            assert pointed.candidates[0].student_id == candidate.student_id
    assert all(count == 1 for count in best.values())
    assert all(count == 1 for counts in in_picture.values() for count in counts.values())
    for face in faces.values():
        if face.state is FaceState.UNKNOWN:
            assert len(face.candidates) <= SUGGESTIONS
            assert not {candidate.student_id for candidate in face.candidates} & set(best)
        if face.state is FaceState.DOUBTFUL:
            assert face.candidates
            assert face.problem in {doubt.value for doubt in Doubt}
