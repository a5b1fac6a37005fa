"""A live stream: faces keep their numbers, several frames must agree, and each student is marked once."""

from __future__ import annotations

import pytest

from attendance.errors import SessionClosedError, SessionNotFoundError
from attendance.live.live_streams import LiveStreams
from attendance.live.stream import LiveStream
from attendance.live.values import LiveFace, LiveMarking, LivePolicy, LiveStatus, LiveView
from attendance.values import MarkMethod, MarkStatus
from face_detection.errors import PhotoError
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site

FRAMES_A_SECOND = 10.0


@pytest.fixture
def rooms(class_of_two: Site) -> LiveStreams:
    site = class_of_two
    return LiveStreams(site.store, site.clock, site.matcher, site.class_sessions)


class Camera:
    """Sends the same picture again and again, a tenth of a second apart.

    Args:
        stream: where to.
    """

    def __init__(self, stream: LiveStream) -> None:
        self.stream = stream
        self.at = 0.0

    def show(self, picture: bytes, *, seconds: float = 1.0) -> LiveView:
        """The view after so many seconds."""
        for _ in range(round(seconds * FRAMES_A_SECOND)):
            self.at += 1 / FRAMES_A_SECOND
            view = self.stream.look(picture, self.at)
        return view


def camera(rooms: LiveStreams, site: Site, policy: LivePolicy | None = None) -> Camera:
    course = site.sessions.course_of(site.session)
    return Camera(rooms.open(site.session.id, course, by="teacher", device="webcam", policy=policy))


def statuses(view: LiveView) -> list[LiveStatus]:
    return [face.status for face in view.faces]


def only(view: LiveView) -> LiveFace:
    (face,) = view.faces
    return face


def test_several_frames_must_agree_before_anybody_is_marked(rooms: LiveStreams, class_of_two: Site) -> None:
    webcam = camera(rooms, class_of_two)
    first = only(webcam.show(room_of(photo_of(COLLINS)), seconds=0.1))
    assert (first.status, first.student) == (LiveStatus.LOOKING, None)
    assert class_of_two.mark_of("1") is None

    face = only(webcam.show(room_of(photo_of(COLLINS))))
    assert face.track_id == first.track_id
    assert face.status is LiveStatus.MARKED
    assert face.student == class_of_two.student("1")
    mark = class_of_two.mark_of("1")
    assert mark is not None
    assert (mark.status, mark.method, mark.device) == (MarkStatus.LATE, MarkMethod.FACE, "webcam")
    assert mark.history[-1].by == "teacher"
    assert face.mark == mark


def test_who_was_there_before_is_greeted_and_not_marked_again(rooms: LiveStreams, class_of_two: Site) -> None:
    class_of_two.submit(photo_of(COLLINS))
    before = class_of_two.mark_of("1")
    face = only(camera(rooms, class_of_two).show(room_of(photo_of(COLLINS))))
    assert (face.status, face.mark) == (LiveStatus.ALREADY, before)


def test_a_stranger_a_doubt_and_a_poor_face_are_told_apart(rooms: LiveStreams, class_of_two: Site) -> None:
    picture = room_of(
        photo_of(STRANGER),
        photo_of(COLLINS, blend=FULL_BLEND),
        photo_of(HOPPER, problem=PhotoProblem.BLURRED),
    )
    view = camera(rooms, class_of_two).show(picture, seconds=8)
    assert statuses(view) == [LiveStatus.UNKNOWN, LiveStatus.DOUBTFUL, LiveStatus.UNFIT]
    assert [c.student_id for c in view.faces[1].candidates] == [class_of_two.student("1").id]
    assert view.faces[2].problem is PhotoProblem.BLURRED
    assert class_of_two.store.marks(class_of_two.session.id) == []


def test_where_the_teacher_clicks_nobody_is_marked_before(rooms: LiveStreams, class_of_two: Site) -> None:
    webcam = camera(rooms, class_of_two, LivePolicy(LiveMarking.BY_CLICK))
    face = only(webcam.show(room_of(photo_of(COLLINS))))
    assert face.status is LiveStatus.RECOGNISED
    assert class_of_two.mark_of("1") is None

    mark = webcam.stream.click(face.track_id, by="teacher 2")
    assert mark is not None
    assert mark == class_of_two.mark_of("1")
    assert mark.history[-1].by == "teacher 2"
    assert only(webcam.show(room_of(photo_of(COLLINS)))).status is LiveStatus.MARKED


def test_a_click_settles_a_doubt_but_can_name_nobody_else(rooms: LiveStreams, class_of_two: Site) -> None:
    webcam = camera(rooms, class_of_two)
    face = only(webcam.show(room_of(photo_of(COLLINS, blend=FULL_BLEND)), seconds=8))
    collins, hopper = class_of_two.student("1").id, class_of_two.student("2").id
    assert webcam.stream.click(face.track_id, by="t") is None
    assert webcam.stream.click(face.track_id, by="t", student_id=hopper) is None
    assert webcam.stream.click(999, by="t", student_id=collins) is None
    assert webcam.stream.click(face.track_id, by="t", student_id=collins) == class_of_two.mark_of("1")
    assert class_of_two.mark_of("2") is None


def test_after_the_session_faces_are_named_and_nobody_is_marked(
    rooms: LiveStreams, class_of_two: Site
) -> None:
    webcam = camera(rooms, class_of_two)
    class_of_two.closing.close(class_of_two.session.id, by="teacher")
    view = webcam.show(room_of(photo_of(COLLINS)))
    assert not view.is_open
    assert only(view).status is LiveStatus.RECOGNISED
    with pytest.raises(SessionClosedError):
        webcam.stream.click(only(view).track_id, by="t")


def test_what_a_teacher_corrects_stays_for_every_stream_and_is_shown(
    rooms: LiveStreams, class_of_two: Site
) -> None:
    webcam = camera(rooms, class_of_two)
    webcam.show(room_of(photo_of(COLLINS)))
    class_of_two.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=class_of_two.session)
    for each in (webcam, camera(rooms, class_of_two)):  # the second one after a reload or a lost network
        face = only(each.show(room_of(photo_of(COLLINS)), seconds=5))
        assert face.status is LiveStatus.KEPT
        assert class_of_two.mark_of("1") == face.mark
        assert face.mark is not None
        assert face.mark.status is MarkStatus.ABSENT


def test_what_a_teacher_undoes_is_open_to_the_camera_again(rooms: LiveStreams, class_of_two: Site) -> None:
    session, webcam = class_of_two.session, camera(rooms, class_of_two)
    said = class_of_two.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=session)
    assert only(webcam.show(room_of(photo_of(COLLINS)))).status is LiveStatus.KEPT
    undone = class_of_two.corrections.undo(session.id, said.student_id, version=said.version, by="teacher")
    assert undone is not None  # what the camera noted meanwhile is not in the way
    assert only(webcam.show(room_of(photo_of(COLLINS)), seconds=4)).status is LiveStatus.MARKED


def test_only_a_teachers_click_changes_what_a_teacher_said(rooms: LiveStreams, class_of_two: Site) -> None:
    webcam = camera(rooms, class_of_two, LivePolicy(LiveMarking.BY_CLICK))
    class_of_two.marking.mark("1", MarkStatus.ABSENT, by="teacher", session=class_of_two.session)
    face = only(webcam.show(room_of(photo_of(COLLINS))))
    assert face.status is LiveStatus.KEPT
    at_a_kiosk = webcam.stream.click(face.track_id, by="teacher", by_person=False)
    assert at_a_kiosk is not None
    assert at_a_kiosk.status is MarkStatus.ABSENT
    mark = webcam.stream.click(face.track_id, by="teacher")
    assert mark is not None
    assert mark.counts_as_there
    assert only(webcam.show(room_of(photo_of(COLLINS)))).status is LiveStatus.MARKED


def test_who_is_enrolled_meanwhile_is_found_when_they_come_back(
    rooms: LiveStreams, class_of_two: Site
) -> None:
    webcam = camera(rooms, class_of_two)
    assert only(webcam.show(room_of(photo_of(STRANGER)), seconds=6)).status is LiveStatus.UNKNOWN
    class_of_two.enrol("3", photo_of(STRANGER), name="Katherine Johnson")
    webcam.show(room_of(), seconds=3)
    assert only(webcam.show(room_of(photo_of(STRANGER)))).status is LiveStatus.MARKED


def test_who_is_erased_while_in_view_is_nobody(rooms: LiveStreams, class_of_two: Site) -> None:
    webcam = camera(rooms, class_of_two, LivePolicy(LiveMarking.BY_CLICK))
    webcam.show(room_of(photo_of(COLLINS)), seconds=0.2)
    class_of_two.students.remove("1")
    assert only(webcam.show(room_of(photo_of(COLLINS)), seconds=6)).student is None


def test_a_broken_frame_is_an_error_and_the_stream_goes_on(rooms: LiveStreams, class_of_two: Site) -> None:
    webcam = camera(rooms, class_of_two)
    webcam.show(room_of(photo_of(COLLINS)), seconds=0.2)
    with pytest.raises(PhotoError):
        webcam.stream.look(b"no picture", 0.25)
    assert only(webcam.show(room_of(photo_of(COLLINS)))).status is LiveStatus.MARKED


def test_there_is_no_stream_for_a_session_that_is_not(rooms: LiveStreams, class_of_two: Site) -> None:
    with pytest.raises(SessionNotFoundError):
        rooms.open("none", class_of_two.sessions.course_of(class_of_two.session), by="teacher")
