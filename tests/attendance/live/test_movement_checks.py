"""Faces before a camera are asked to turn, each on its own, and marked once they did."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

import pytest
from PIL import Image

from attendance.live import movement_checks
from attendance.live.live_streams import LiveStreams
from attendance.live.movement_checks import PATIENCE_SECONDS, REST_SECONDS
from attendance.live.values import LiveFace, LiveMarking, LivePolicy, LiveStatus, LiveView
from attendance.liveness.burst_problems import BurstProblem
from attendance.liveness.policy import MOST_FAILURES
from attendance.values import LivenessMode, LivenessResult, Mark, Place
from face_detection.liveness.values import MovementProblem, Turn
from tests.attendance.fake_bursts import PATCH_SIDE, PATCH_TANGENT, STEP, WAY, patch_of
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, Site

REQUIRED = LivePolicy(liveness=LivenessMode.REQUIRED, place=Place.KIOSK)
FLAG = replace(REQUIRED, liveness=LivenessMode.FLAG)
OTHER_WAY = {Turn.LEFT: Turn.RIGHT, Turn.RIGHT: Turn.LEFT, Turn.UP: Turn.DOWN, Turn.DOWN: Turn.UP}
FRAMES_A_SECOND = 10.0


@pytest.fixture
def rooms(class_of_two: Site) -> LiveStreams:
    site = class_of_two
    return LiveStreams(site.store, site.clock, site.matcher, site.class_sessions)


def head(person: int, turn: Turn | None = None, tangent: float = 0.0) -> bytes:
    """A patch of a room that shows a person whose head is turned."""
    return patch_of(photo_of(person), turn, tangent)


class Kiosk:
    """The camera of a stream, and who stands before it."""

    def __init__(self, rooms: LiveStreams, site: Site, policy: LivePolicy) -> None:
        course = site.sessions.course_of(site.session)
        self.stream = rooms.open(site.session.id, course, by="teacher", device="kiosk", policy=policy)
        self.at = 0.0

    def show(self, *heads: bytes) -> LiveView:
        self.at += 1 / FRAMES_A_SECOND
        return self.stream.look(room_of(*heads), self.at)

    def stand(self, person: int, seconds: float = 1.0) -> LiveFace:
        """Look straight for some time."""
        for _ in range(round(seconds * FRAMES_A_SECOND)):
            (face,) = self.show(head(person)).faces
        return face

    def turn(self, person: int, turns: Sequence[Turn], *, then: int | None = None) -> LiveFace:
        """Turn the head, and back; somebody else is in the most turned frames where ``then`` names one."""
        for turn in turns:
            for tangent in (*WAY, 0.15, 0.0):
                who = person if then is None or tangent < max(WAY) else then
                (face,) = self.show(head(who, turn, tangent)).faces
                if face.status in (LiveStatus.MARKED, LiveStatus.UNMOVED):
                    return face
        return face

    def asked(self, person: int) -> tuple[Turn, ...]:
        """What a person is asked for, who stands before the camera."""
        face = self.stand(person)
        assert face.status is LiveStatus.ASKED
        assert face.turns
        return face.turns


@pytest.fixture
def kiosk(rooms: LiveStreams, class_of_two: Site) -> Kiosk:
    return Kiosk(rooms, class_of_two, REQUIRED)


def mark_of(site: Site, roll_number: str = "1") -> Mark:
    mark = site.mark_of(roll_number)
    assert mark is not None
    return mark


def test_who_turns_as_asked_is_marked_with_what_speaks_for_it(kiosk: Kiosk, class_of_two: Site) -> None:
    turns = kiosk.asked(COLLINS)
    assert class_of_two.mark_of("1") is None
    assert kiosk.turn(COLLINS, turns).status is LiveStatus.MARKED
    evidence = mark_of(class_of_two).evidence
    assert (evidence.place, evidence.liveness, evidence.why) == (Place.KIOSK, LivenessResult.PASSED, ())


def test_who_only_looks_is_never_marked(kiosk: Kiosk, class_of_two: Site) -> None:
    assert kiosk.stand(COLLINS, MOST_FAILURES * PATIENCE_SECONDS + 3).status is LiveStatus.UNMOVED
    assert class_of_two.mark_of("1") is None


def test_after_the_wrong_way_something_else_is_asked(kiosk: Kiosk, class_of_two: Site) -> None:
    (turn,) = kiosk.asked(COLLINS)
    face = kiosk.turn(COLLINS, [OTHER_WAY[turn]])
    assert face.status is LiveStatus.ASKED
    assert face.turns != (turn,)
    assert kiosk.turn(COLLINS, kiosk.asked(COLLINS)).status is LiveStatus.MARKED
    assert class_of_two.mark_of("1") is not None


def test_after_two_failures_a_teacher_decides_and_later_there_is_another_try(
    kiosk: Kiosk, class_of_two: Site
) -> None:
    for _ in range(MOST_FAILURES):
        (turn,) = kiosk.asked(COLLINS)
        face = kiosk.turn(COLLINS, [OTHER_WAY[turn]])
    assert face.status is LiveStatus.UNMOVED
    assert kiosk.stream.click(face.track_id, by="kiosk", by_person=False) is None
    assert kiosk.stand(COLLINS, REST_SECONDS / 2).status is LiveStatus.UNMOVED
    assert kiosk.stand(COLLINS, REST_SECONDS / 2).status is LiveStatus.ASKED
    assert class_of_two.mark_of("1") is None


def test_each_time_it_takes_twice_as_long_until_the_next_try(kiosk: Kiosk) -> None:
    for _ in range(2):
        kiosk.at += REST_SECONDS + 1
        for _ in range(MOST_FAILURES):
            (turn,) = kiosk.asked(COLLINS)
            kiosk.turn(COLLINS, [OTHER_WAY[turn]])
    kiosk.at += REST_SECONDS + 1
    assert kiosk.stand(COLLINS).status is LiveStatus.UNMOVED
    kiosk.at += REST_SECONDS
    assert kiosk.stand(COLLINS).status is LiveStatus.ASKED


def test_leaving_the_picture_gives_no_new_tries(kiosk: Kiosk) -> None:
    for _ in range(MOST_FAILURES):
        (turn,) = kiosk.asked(COLLINS)
        kiosk.turn(COLLINS, [OTHER_WAY[turn]])
    for _ in range(30):
        kiosk.show()
    assert kiosk.stand(COLLINS).status is LiveStatus.UNMOVED


def test_a_teachers_click_marks_whoever_it_is(kiosk: Kiosk, class_of_two: Site) -> None:
    face = kiosk.stand(COLLINS)
    assert kiosk.stream.click(face.track_id, by="kiosk", by_person=False) is None
    assert kiosk.stream.click(face.track_id, by="teacher") is not None
    evidence = mark_of(class_of_two).evidence
    assert (evidence.place, evidence.liveness) == (Place.KIOSK, LivenessResult.NOT_ASKED)


def test_at_a_kiosk_that_is_tapped_the_movement_comes_first(rooms: LiveStreams, class_of_two: Site) -> None:
    kiosk = Kiosk(rooms, class_of_two, replace(REQUIRED, marking=LiveMarking.BY_CLICK))
    kiosk.turn(COLLINS, kiosk.asked(COLLINS))
    face = kiosk.stand(COLLINS)
    assert face.status is LiveStatus.RECOGNISED
    assert class_of_two.mark_of("1") is None
    assert kiosk.stream.click(face.track_id, by="kiosk", by_person=False) is not None
    assert mark_of(class_of_two).evidence.liveness is LivenessResult.PASSED


def test_another_head_than_the_recognised_one_does_not_pass(
    kiosk: Kiosk, class_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movement_checks, "problem_of_faces", lambda *_: BurstProblem.ANOTHER_PERSON)
    face = kiosk.turn(COLLINS, kiosk.asked(COLLINS))
    assert face.status is not LiveStatus.MARKED
    assert class_of_two.mark_of("1") is None


@pytest.mark.parametrize(
    "tangent", [pytest.param(0.4, id="a face that looks aside"), pytest.param(0.0, id="a straight face")]
)
def test_a_print_that_is_lowered_before_the_own_head_turns_does_not_pass(
    kiosk: Kiosk, class_of_two: Site, tangent: float
) -> None:
    """The face was recognised, and is not recognised again for seconds."""
    for _ in range(15):
        (shown,) = kiosk.show(head(COLLINS, Turn.LEFT, tangent)).faces
    assert shown.status is LiveStatus.ASKED
    for step in (0.0, 0.0, 0.0, *WAY):
        (face,) = kiosk.show(head(HOPPER, shown.turns[0], step)).faces
        assert (face.student, class_of_two.mark_of("1")) == (shown.student, None)
    assert face.turns != shown.turns


def test_where_it_is_only_noted_the_mark_says_what_was_wrong(rooms: LiveStreams, class_of_two: Site) -> None:
    kiosk = Kiosk(rooms, class_of_two, FLAG)
    for _ in range(MOST_FAILURES):
        (turn,) = kiosk.asked(COLLINS)
        face = kiosk.turn(COLLINS, [OTHER_WAY[turn]])
    assert face.status is LiveStatus.MARKED
    evidence = mark_of(class_of_two).evidence
    assert evidence.liveness is LivenessResult.FAILED
    assert evidence.why == (MovementProblem.WRONG_WAY.value,)


def test_where_it_is_only_noted_who_never_moves_is_marked_in_the_end(
    rooms: LiveStreams, class_of_two: Site
) -> None:
    face = Kiosk(rooms, class_of_two, FLAG).stand(COLLINS, MOST_FAILURES * PATIENCE_SECONDS + 3)
    assert face.status is LiveStatus.MARKED
    assert mark_of(class_of_two).evidence.liveness is LivenessResult.NOT_SHOWN


def test_who_need_not_move_is_marked_at_once(rooms: LiveStreams, class_of_two: Site) -> None:
    student = class_of_two.student("1")
    class_of_two.store.update_student(replace(student, movement_exempt=True), student)
    face = Kiosk(rooms, class_of_two, REQUIRED).stand(COLLINS)
    assert face.status is LiveStatus.MARKED
    assert mark_of(class_of_two).evidence.liveness is LivenessResult.EXEMPT


def test_without_a_movement_marks_note_what_the_policy_says(rooms: LiveStreams, class_of_two: Site) -> None:
    policy = LivePolicy(unasked=LivenessResult.PHOTO_ONLY)
    assert Kiosk(rooms, class_of_two, policy).stand(COLLINS).status is LiveStatus.MARKED
    evidence = mark_of(class_of_two).evidence
    assert (evidence.place, evidence.liveness) == (Place.UNKNOWN, LivenessResult.PHOTO_ONLY)


def test_two_movements_come_in_their_order(rooms: LiveStreams, class_of_two: Site) -> None:
    kiosk = Kiosk(rooms, class_of_two, replace(REQUIRED, movements=2))
    turns = kiosk.asked(COLLINS)
    assert len(set(turns)) == 2
    assert kiosk.turn(COLLINS, turns).status is LiveStatus.MARKED


def test_several_faces_are_asked_and_judged_each_on_its_own(
    kiosk: Kiosk, class_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = (Turn.LEFT, Turn.RIGHT)
    given = cycle([(side,) for side in sides])
    monkeypatch.setattr(movement_checks._chance, "choice", lambda _choices: next(given))
    for _ in range(10):
        view = kiosk.show(head(COLLINS), head(HOPPER))
    assert [face.turns for face in view.faces] == [(side,) for side in sides]
    for tangent in WAY:
        view = kiosk.show(head(COLLINS, Turn.LEFT, tangent), head(HOPPER))
    assert [face.status for face in view.faces] == [LiveStatus.MARKED, LiveStatus.ASKED]
    assert class_of_two.mark_of("2") is None


def test_slow_cameras_pass_as_well(kiosk: Kiosk) -> None:
    turns = kiosk.asked(COLLINS)
    for tangent in (0.0, 0.0, 0.0, 0.2, 0.5, 0.5):
        kiosk.at += 0.3
        (face,) = kiosk.show(head(COLLINS, turns[0], tangent)).faces
    assert face.status is LiveStatus.MARKED


def test_the_colours_are_those_of_the_fake_pipeline() -> None:
    with Image.open(io.BytesIO(head(COLLINS, Turn.LEFT, 0.5))) as image:
        assert image.size == (PATCH_SIDE + PATCH_TANGENT // 2, PATCH_SIDE)
        assert image.getpixel((0, 0))[0] // STEP == COLLINS  # type: ignore[index]
