"""Finding, naming and verifying faces without a check-in."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import Any

import pytest

from attendance.recognition.galleries import Galleries
from attendance.recognition.matcher import MatcherSource
from attendance.recognition.recogniser import ClaimOutcome, Recogniser
from attendance.values import Course
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from face_detection.values import Photo
from face_matching.assignment import assign
from face_matching.decision import DecisionPolicy, Doubtful, Match, Unknown
from face_matching.relative_scores.relative_curves import RelativeCurves
from tests.attendance.fake_pipeline import fake_policy, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site


@pytest.fixture
def recogniser(class_of_two: Site) -> Recogniser:
    return Recogniser(class_of_two.store, class_of_two.matcher)


def _everybody(site: Site) -> Course:
    return site.sessions.course_of(site.session)


def test_faces_are_found_without_names_where_they_are(recogniser: Recogniser) -> None:
    found = recogniser.detect(room_of(photo_of(COLLINS), photo_of(STRANGER, side=80)))
    assert [round(face.width) for face in found.faces] == [80, 64]
    assert found.width > found.height > 80


def test_of_a_picture_that_was_shrunk_the_scale_is_told(recogniser: Recogniser) -> None:
    picture = room_of(photo_of(COLLINS, side=400))
    whole, shrunk = recogniser.detect(picture), recogniser.detect(picture, longest_side=108)
    assert (whole.scale, shrunk.scale) == (1.0, 4.0)
    assert shrunk.faces[0].width * shrunk.scale == pytest.approx(400, abs=8)


def test_a_picture_of_nothing_has_no_faces(recogniser: Recogniser) -> None:
    assert recogniser.detect(room_of()).faces == ()


def test_everybody_of_the_course_is_named_once(recogniser: Recogniser, class_of_two: Site) -> None:
    picture = room_of(
        photo_of(COLLINS), photo_of(HOPPER), photo_of(STRANGER), photo_of(6, problem=PhotoProblem.BLURRED)
    )
    named = recogniser.everybody(picture, _everybody(class_of_two)).faces
    decisions = [face.decision for face in named]
    assert [decision.student_id for decision in decisions if isinstance(decision, Match)] == [
        class_of_two.student("1").id,
        class_of_two.student("2").id,
    ]
    assert isinstance(decisions[2], Unknown)
    assert decisions[3] is None
    assert named[3].seen.problems == (PhotoProblem.BLURRED,)


def test_the_pixels_are_freed_before_names_are_looked_for(
    recogniser: Recogniser, class_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos: list[weakref.ref[Photo]] = []
    room, galleries = class_of_two.matcher().pipeline.room, []
    read = type(room).read

    def remembered(self: Any, data: bytes, **options: Any) -> Any:
        probe = read(self, data, **options)
        photos.append(weakref.ref(probe.photo))
        return probe

    def looked_for(*given: Any, **options: Any) -> Any:
        galleries.append([photo() for photo in photos])
        return assign(*given, **options)

    monkeypatch.setattr(type(room), "read", remembered)
    monkeypatch.setattr("attendance.recognition.recogniser.assign", looked_for)
    recogniser.everybody(room_of(photo_of(COLLINS)), _everybody(class_of_two))
    assert galleries == [[None]]


def test_nobody_is_named_outside_the_course(recogniser: Recogniser, class_of_two: Site) -> None:
    only_hopper = replace(_everybody(class_of_two), roster=(class_of_two.student("2").id,))
    (face,) = recogniser.everybody(room_of(photo_of(COLLINS)), only_hopper).faces
    assert isinstance(face.decision, Unknown)


def test_without_templates_everybody_is_unknown(recogniser: Recogniser, class_of_two: Site) -> None:
    nobody = replace(_everybody(class_of_two), roster=())
    (face,) = recogniser.everybody(room_of(photo_of(COLLINS)), nobody).faces
    assert face.decision == Unknown(None)
    (alone,) = recogniser.one(photo_of(COLLINS), nobody).faces
    assert alone.decision == Unknown(None)


def test_the_one_face_is_named_as_a_check_in_would(recogniser: Recogniser, class_of_two: Site) -> None:
    course = _everybody(class_of_two)
    (known,) = recogniser.one(photo_of(COLLINS), course).faces
    (alike,) = recogniser.one(photo_of(COLLINS, blend=13), course).faces
    (stranger,) = recogniser.one(photo_of(STRANGER), course).faces
    (several,) = recogniser.one(photo_of(COLLINS, problem=PhotoProblem.SEVERAL_FACES), course).faces
    assert isinstance(known.decision, Match)
    assert isinstance(alike.decision, Doubtful)
    assert isinstance(stranger.decision, Unknown)
    assert several.decision is None
    assert several.seen.problems == (PhotoProblem.SEVERAL_FACES,)


@pytest.mark.parametrize(
    ("photo", "claim"),
    [
        (photo_of(COLLINS), ClaimOutcome.CONFIRMED),
        (photo_of(COLLINS, blend=13), ClaimOutcome.UNSURE),
        (photo_of(STRANGER), ClaimOutcome.REFUTED),
        (photo_of(HOPPER), ClaimOutcome.REFUTED),
    ],
)
def test_a_claim_is_compared_with_that_student_alone(
    recogniser: Recogniser, class_of_two: Site, photo: bytes, claim: ClaimOutcome
) -> None:
    verified = recogniser.verify(photo, class_of_two.student("1"))
    assert verified is not None
    assert verified.claim is claim
    assert verified.score is not None


def test_a_photo_that_is_not_fit_says_why_and_claims_nothing(
    recogniser: Recogniser, class_of_two: Site
) -> None:
    dark = recogniser.verify(photo_of(COLLINS, problem=PhotoProblem.TOO_DARK), class_of_two.student("1"))
    assert dark is not None
    assert (dark.claim, dark.score, dark.problems) == (None, None, (PhotoProblem.TOO_DARK,))


def test_nothing_can_be_verified_for_a_student_without_a_face(
    recogniser: Recogniser, class_of_two: Site
) -> None:
    class_of_two.enrol("3", name="Katherine Johnson")
    assert recogniser.verify(photo_of(COLLINS), class_of_two.student("3")) is None


def test_what_is_no_photo_is_an_error_and_nobody(recogniser: Recogniser, class_of_two: Site) -> None:
    course = _everybody(class_of_two)
    for read in (recogniser.detect, lambda data: recogniser.everybody(data, course)):
        with pytest.raises(PhotoError):
            read(b"no photo")


def test_a_claim_is_judged_relative_to_the_others_of_the_school(class_of_two: Site) -> None:
    for person in range(3, 15):
        class_of_two.enrol(str(person), photo_of(person))
    curves = RelativeCurves((10,), (0.9, 1e-9), ((0.9, 0.9),), (0.5,), margin=0.1)

    def policy(engine: str, detector: str) -> DecisionPolicy:
        return replace(fake_policy(engine, detector), relative=curves)

    matcher = MatcherSource(lambda: class_of_two.pipeline, policy, Galleries(class_of_two.store))
    recogniser = Recogniser(class_of_two.store, matcher)
    student = class_of_two.student("5")
    # Half a step towards the next student: 0.92 similar, and 0.89 without what it has with that one.
    for blend, claim in ((0, ClaimOutcome.CONFIRMED), (7, ClaimOutcome.REFUTED)):
        verified = recogniser.verify(photo_of(5, blend=blend), student)
        assert verified is not None
        assert verified.claim is claim
        assert verified.score is not None
        assert verified.score > 0.9  # what is shown is the similarity
