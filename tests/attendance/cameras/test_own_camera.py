"""The server's own camera: pictures for enrolling, and a watch until everybody in view is marked."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from attendance.cameras.own_camera import CameraError, OwnCamera, WatchEnd, WatchResult
from attendance.cameras.watch_values import WatchNewsKind
from attendance.cameras.watching import Watching
from attendance.errors import SessionClosedError
from attendance.values import MarkMethod, MarkStatus
from face_detection.photo import decode
from face_detection.values import Photo, Pixels
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site
from tests.videos import camera_of, write_video

PATIENCE = 20.0
BOTH = [photo_of(COLLINS), photo_of(HOPPER)]
ONE = [photo_of(COLLINS)]
NOBODY: list[bytes] = []
NO_CAMERA = "99"


def frame_of(faces: Sequence[bytes]) -> Pixels:
    """A room with these faces and a place for three."""
    blank = Image.new("RGB", (480, 200), (255, 255, 255))
    blank.paste(Image.open(io.BytesIO(room_of(*faces))), (0, 0))
    return np.asarray(blank)


class Hall:
    """A camera before which people stand, one tenth of a second after the other."""

    def __init__(self, site: Site, folder: Path) -> None:
        self.site = site
        self.folder = folder
        self.watching = Watching(
            site.store,
            site.clock,
            matcher=site.matcher,
            sessions=site.sessions,
            class_sessions=site.class_sessions,
            snapshots=site.snapshots,
        )

    def camera(self, *scenes: tuple[Sequence[bytes], int]) -> OwnCamera:
        """A camera that sees each of these for so many tenths of a second."""
        frames = [frame_of(faces) for faces, tenths in scenes for _ in range(tenths)]
        return self.at(str(write_video(self.folder / "hall.avi", frames)))

    def at(self, source: str) -> OwnCamera:
        """The camera of this number, address or path."""
        return OwnCamera(source, self.watching)

    def watch(self, camera: OwnCamera, *, least: float = 0.0, seconds: float = PATIENCE) -> WatchResult:
        """Start a watch that marks."""
        return camera.watch(self.site.session, by="api:door", least_score=least, seconds=seconds)

    def at_frame(self, number: int, happens: Callable[[], object]) -> None:
        """Run something when this frame is read."""
        room = self.site.pipeline.room
        find, seen = room.find, 0

        def found(photo: Photo, *, smallest_face: float | None = None) -> tuple[object, ...]:
            nonlocal seen
            seen += 1
            if seen == number:
                happens()
            return find(photo, smallest_face=smallest_face)

        room.find = found  # type: ignore[method-assign, assignment]


@pytest.fixture
def hall(class_of_two: Site, tmp_path: Path) -> Hall:
    return Hall(class_of_two, tmp_path)


def reported(result: WatchResult) -> set[tuple[WatchNewsKind, str]]:
    return {(each.kind, each.student.roll_number) for each in result.news}


def test_everybody_in_view_is_marked_and_then_it_ends(hall: Hall) -> None:
    result = hall.watch(hall.camera((BOTH, 30), ([photo_of(STRANGER)], 30)))
    assert reported(result) == {(WatchNewsKind.MARKED, "1"), (WatchNewsKind.MARKED, "2")}
    assert result.end is WatchEnd.DONE
    mark = hall.site.mark_of("1")
    assert mark is not None
    assert (mark.method, mark.device) == (MarkMethod.CLASSROOM_PHOTO, "hall.avi")
    assert mark.history[0].by == "api:door"


def test_who_comes_a_moment_later_is_waited_for(hall: Hall) -> None:
    result = hall.watch(hall.camera((ONE, 9), (BOTH, 30)))
    assert reported(result) == {(WatchNewsKind.MARKED, "1"), (WatchNewsKind.MARKED, "2")}
    assert result.end is WatchEnd.DONE


def test_a_film_that_ends_soon_after_everybody_was_marked_is_no_time_out(hall: Hall) -> None:
    assert hall.watch(hall.camera((BOTH, 12))).end is WatchEnd.DONE


def test_a_stranger_in_view_is_waited_for_until_the_end(hall: Hall) -> None:
    result = hall.watch(hall.camera(([*ONE, photo_of(STRANGER)], 40)))
    assert reported(result) == {(WatchNewsKind.MARKED, "1")}
    assert result.end is WatchEnd.TIMED_OUT


def test_nobody_in_view_is_nobody_marked(hall: Hall) -> None:
    assert hall.watch(hall.camera((NOBODY, 15))) == WatchResult((), WatchEnd.TIMED_OUT)


def test_who_was_marked_before_counts_as_done(hall: Hall) -> None:
    hall.site.marking.mark("1", MarkStatus.EXCUSED, by="teacher", session=hall.site.session)
    result = hall.watch(hall.camera((ONE, 30)))
    assert reported(result) == {(WatchNewsKind.KEPT, "1")}
    assert result.end is WatchEnd.DONE
    mark = hall.site.mark_of("1")
    assert mark is not None
    assert mark.status is MarkStatus.EXCUSED


@pytest.mark.parametrize(("least", "marked"), [(0.0, True), (0.95, True), (0.98, False), (1.0, False)])
def test_a_threshold_may_ask_for_more_than_the_engine(hall: Hall, least: float, *, marked: bool) -> None:
    result = hall.watch(hall.camera(([photo_of(COLLINS, blend=5)], 25)), least=least)  # cos 15 degrees: 0.966
    assert bool(result.news) is marked
    assert (hall.site.mark_of("1") is not None) is marked
    assert result.end is (WatchEnd.DONE if marked else WatchEnd.TIMED_OUT)


def test_a_doubt_needs_review_and_no_threshold_makes_it_a_mark(hall: Hall) -> None:
    result = hall.watch(hall.camera(([photo_of(COLLINS, blend=FULL_BLEND - 1)], 30)), least=0.01)
    assert reported(result) == {(WatchNewsKind.HELD, "1")}
    assert hall.site.mark_of("1") is None
    (held,) = hall.site.reviews.held()
    assert held.candidates[0][0].roll_number == "1"


def test_a_session_that_is_closed_meanwhile_keeps_what_was_marked(hall: Hall) -> None:
    camera = hall.camera((ONE, 9), (BOTH, 30))
    hall.at_frame(10, lambda: hall.site.closing.close(hall.site.session.id, by="Ada"))
    result = hall.watch(camera)
    assert reported(result) == {(WatchNewsKind.MARKED, "1")}
    assert result.end is WatchEnd.SESSION_CLOSED
    mark = hall.site.mark_of("2")
    assert mark is not None
    assert mark.method is MarkMethod.CLOSING


def test_a_session_that_is_closed_is_not_watched(hall: Hall) -> None:
    session = hall.site.session
    hall.site.closing.close(session.id, by="Ada")
    camera = hall.camera((BOTH, 15))
    for _ in range(2):  # the camera was given back
        with pytest.raises(SessionClosedError):
            camera.watch(session, by="api:door", least_score=0.0, seconds=PATIENCE)


def test_a_student_who_is_erased_meanwhile_is_nobody(hall: Hall) -> None:
    camera = hall.camera((BOTH, 30))
    hall.at_frame(2, lambda: hall.site.students.remove("1"))
    assert reported(hall.watch(camera)) == {(WatchNewsKind.MARKED, "2")}


def test_only_one_at_a_time_may_use_it(hall: Hall) -> None:
    looking, looked = threading.Event(), threading.Event()

    def wait() -> None:
        looking.set()
        assert looked.wait(PATIENCE)

    camera = hall.camera((BOTH, 30))
    hall.at_frame(3, wait)
    with ThreadPoolExecutor(1) as others:
        first = others.submit(hall.watch, camera)
        assert looking.wait(PATIENCE)
        try:
            with pytest.raises(CameraError, match="Another user is using"):
                hall.watch(camera)
            with pytest.raises(CameraError, match="Another user is using"):
                camera.shots(3, seconds=1)
        finally:
            looked.set()
        assert first.result(PATIENCE).end is WatchEnd.DONE
    assert hall.watch(camera).end is WatchEnd.DONE


def test_many_at_once_are_one_watch_and_refusals(hall: Hall) -> None:
    camera = hall.camera((BOTH, 30))
    ready = threading.Barrier(6)

    def try_it() -> WatchResult | None:
        ready.wait(PATIENCE)
        try:
            return hall.watch(camera)
        except CameraError:
            return None

    with ThreadPoolExecutor(6) as others:
        results = [each.result(PATIENCE) for each in [others.submit(try_it) for _ in range(6)]]
    assert any(result is not None and result.end is WatchEnd.DONE for result in results)
    assert len(hall.site.store.marks(hall.site.session.id)) == 2
    mark = hall.site.mark_of("1")
    assert mark is not None
    assert len(mark.history) == 1


@pytest.mark.parametrize(
    "source", [NO_CAMERA, "none.avi", "broken.avi", "empty.avi", "rtsp://127.0.0.1:1/hall"]
)
def test_without_a_camera_it_says_what_to_do(hall: Hall, source: str) -> None:
    (hall.folder / "broken.avi").write_bytes(b"no video at all")
    (hall.folder / "empty.avi").write_bytes(b"")
    camera = hall.at(str(hall.folder / source) if source.endswith(".avi") else source)
    for use in (lambda: hall.watch(camera), lambda: camera.shots(1, seconds=1)):
        with pytest.raises(CameraError, match=r"This server has no camera .* ATTENDANCE_CAMERA"):
            use()


def test_a_password_in_the_address_is_told_to_nobody(hall: Hall) -> None:
    with pytest.raises(CameraError) as caught:
        hall.at("rtsp://grace:hunter2@127.0.0.1:1/hall").shots(1, seconds=1)
    assert "hunter2" not in str(caught.value)
    assert "its stream or file" in str(caught.value)


def test_a_film_without_a_frame_that_can_be_read_says_so(hall: Hall) -> None:
    hall.camera((BOTH, 5))
    whole = (hall.folder / "hall.avi").read_bytes()
    (hall.folder / "cut.avi").write_bytes(whole[: whole.index(b"movi") + 4])
    with pytest.raises(CameraError, match="camera"):
        hall.at(str(hall.folder / "cut.avi")).shots(1, seconds=1)


def test_shots_are_some_of_each_second(hall: Hall) -> None:
    shots = hall.camera((BOTH, 20)).shots(20, seconds=PATIENCE)
    assert len(shots) == 8
    assert {(photo.width, photo.height) for photo in map(decode, shots)} == {(480, 200)}
    assert len(hall.camera((BOTH, 20)).shots(3, seconds=PATIENCE)) == 3


@pytest.mark.server
def test_a_camera_that_is_lost_is_told(hall: Hall) -> None:
    with camera_of(lambda _: frame_of([*ONE, photo_of(STRANGER)])) as stream:
        gone = threading.Timer(1.5, stream.switch_off)
        gone.start()
        result = hall.watch(hall.at(stream.address), seconds=4)
        gone.join()
    assert reported(result) == {(WatchNewsKind.MARKED, "1")}
    assert result.end is WatchEnd.CAMERA_GONE


@pytest.mark.server
def test_a_camera_that_comes_back_goes_on(hall: Hall) -> None:
    came_back = threading.Event()

    def picture(number: int) -> Pixels:
        if number == 10:
            threading.Thread(target=again).start()
        return frame_of(BOTH if came_back.is_set() else NOBODY)

    with camera_of(picture) as stream:

        def again() -> None:
            stream.switch_off()
            came_back.set()
            stream.switch_on()

        result = hall.watch(hall.at(stream.address))
    assert reported(result) == {(WatchNewsKind.MARKED, "1"), (WatchNewsKind.MARKED, "2")}
    assert result.end is WatchEnd.DONE


@pytest.mark.server
def test_a_live_camera_is_watched_until_the_time_is_over(hall: Hall) -> None:
    with camera_of(lambda _: frame_of([photo_of(STRANGER)])) as stream:
        result = hall.watch(hall.at(stream.address), seconds=1)
        shots = hall.at(stream.address).shots(2, seconds=PATIENCE)
    assert result == WatchResult((), WatchEnd.TIMED_OUT)
    assert len(shots) == 2
