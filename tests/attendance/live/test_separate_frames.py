"""Frames that come seconds apart: each is judged alone, and marks the one student whom it shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.errors import SessionNotFoundError
from attendance.live.live_streams import LiveStreams
from attendance.live.separate_frames import SeparateFrames
from attendance.live.values import LiveFace, LivePolicy, LiveStatus
from attendance.values import LivenessMode, LivenessResult, MarkMethod, MarkStatus
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site


@pytest.fixture
def streams(class_of_two: Site) -> LiveStreams:
    site = class_of_two
    return LiveStreams(site.store, site.clock, site.matcher, site.class_sessions)


@pytest.fixture
def camera(streams: LiveStreams, class_of_two: Site) -> SeparateFrames:
    session = class_of_two.session
    course = class_of_two.sessions.course_of(session)
    return streams.open_separate(session.id, course, by="api:door", device="door")


def seen(camera: SeparateFrames, picture: bytes) -> LiveFace:
    """The one face of a frame."""
    (face,) = camera.look(picture, 0.0).faces
    return face


def test_one_frame_marks_and_the_next_may_be_somebody_else(
    camera: SeparateFrames, class_of_two: Site
) -> None:
    first = seen(camera, photo_of(COLLINS))
    assert (first.status, first.student) == (LiveStatus.MARKED, class_of_two.student("1"))
    second = seen(camera, photo_of(HOPPER))
    assert (second.status, second.student) == (LiveStatus.MARKED, class_of_two.student("2"))
    assert first.track_id != second.track_id
    assert seen(camera, photo_of(COLLINS)).status is LiveStatus.ALREADY
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert (mark.method, mark.device, mark.history[-1].by) == (MarkMethod.FACE, "door", "api:door")


@pytest.mark.parametrize(
    ("picture", "status"),
    [
        (photo_of(STRANGER), LiveStatus.UNKNOWN),
        (photo_of(COLLINS, blend=FULL_BLEND), LiveStatus.DOUBTFUL),
        (photo_of(COLLINS, problem=PhotoProblem.SEVERAL_FACES), LiveStatus.UNFIT),
        (photo_of(COLLINS, problem=PhotoProblem.BLURRED), LiveStatus.UNFIT),
    ],
)
def test_no_other_frame_marks_anybody(
    camera: SeparateFrames, class_of_two: Site, picture: bytes, status: LiveStatus
) -> None:
    face = seen(camera, picture)
    assert (face.status, face.student) == (status, None)
    assert class_of_two.store.marks(class_of_two.session.id) == []


def test_a_broken_frame_is_an_error_after_which_others_are_judged(camera: SeparateFrames) -> None:
    with pytest.raises(PhotoError):
        camera.look(b"no picture", 1.0)
    assert seen(camera, photo_of(COLLINS)).status is LiveStatus.MARKED


def test_a_closed_session_takes_no_mark(camera: SeparateFrames, class_of_two: Site) -> None:
    marked = seen(camera, photo_of(COLLINS))
    class_of_two.clock.advance(days=1)
    view = camera.look(photo_of(HOPPER), 0.0)
    assert (view.is_open, view.faces[0].status, view.faces[0].mark) == (False, LiveStatus.RECOGNISED, None)
    before = seen(camera, photo_of(COLLINS))
    assert (before.status, before.mark) == (LiveStatus.ALREADY, marked.mark)


@pytest.mark.parametrize("status", [MarkStatus.ABSENT, MarkStatus.WITHDRAWN])
def test_the_next_frame_does_not_override_a_correction(
    camera: SeparateFrames, streams: LiveStreams, class_of_two: Site, status: MarkStatus
) -> None:
    session = class_of_two.session
    seen(camera, photo_of(COLLINS))
    corrected = class_of_two.marking.mark("1", status, by="teacher", session=session)
    again = seen(camera, photo_of(COLLINS))
    stands = class_of_two.mark_of("1")
    assert stands is not None
    assert stands.history[:-1] == corrected.history  # and a note that the student was seen
    assert (again.status, again.mark) == (LiveStatus.KEPT, stands)
    course = class_of_two.sessions.course_of(session)
    another = streams.open_separate(session.id, course, by="api:door", device="desk")
    assert seen(another, photo_of(COLLINS)).status is LiveStatus.KEPT
    assert class_of_two.mark_of("1") == stands


def test_a_click_marks_nobody(camera: SeparateFrames, class_of_two: Site) -> None:
    face = seen(camera, photo_of(COLLINS, blend=FULL_BLEND))
    student = class_of_two.student("1")
    assert camera.click(face.track_id, by="teacher", student_id=student.id) is None
    assert class_of_two.mark_of("1") is None


def test_there_must_be_such_a_session(streams: LiveStreams, class_of_two: Site) -> None:
    course = class_of_two.sessions.course_of(class_of_two.session)
    with pytest.raises(SessionNotFoundError):
        streams.open_separate("nowhere", course, by="api:door")


@pytest.mark.parametrize(
    ("policy", "exempt", "status", "liveness"),
    [
        (LivePolicy(), False, LiveStatus.MARKED, LivenessResult.NOT_ASKED),
        (
            LivePolicy(unasked=LivenessResult.PHOTO_ONLY),
            False,
            LiveStatus.MARKED,
            LivenessResult.PHOTO_ONLY,
        ),
        (LivePolicy(liveness=LivenessMode.FLAG), False, LiveStatus.MARKED, LivenessResult.NOT_SHOWN),
        (LivePolicy(liveness=LivenessMode.REQUIRED), True, LiveStatus.MARKED, LivenessResult.EXEMPT),
        (LivePolicy(liveness=LivenessMode.REQUIRED), False, LiveStatus.UNMOVED, None),
    ],
)
def test_one_frame_shows_no_movement(
    streams: LiveStreams,
    class_of_two: Site,
    *,
    policy: LivePolicy,
    exempt: bool,
    status: LiveStatus,
    liveness: LivenessResult | None,
) -> None:
    student = class_of_two.student("1")
    class_of_two.store.update_student(replace(student, movement_exempt=exempt), student)
    session = class_of_two.session
    course = class_of_two.sessions.course_of(session)
    camera = streams.open_separate(session.id, course, by="api:door", policy=policy)
    assert seen(camera, photo_of(COLLINS)).status is status
    mark = class_of_two.mark_of("1")
    assert (None if mark is None else mark.evidence.liveness) is liveness
