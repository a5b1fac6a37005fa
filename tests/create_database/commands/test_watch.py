"""The command watch: who passes the camera is marked, and nothing else happens."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from attendance.cameras.watch_values import Sight
from attendance.cameras.watching import Watch
from attendance.errors import StoreUnavailableError
from attendance.open_register import open_register
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.values import Mark, MarkMethod, MarkStatus
from create_database.commands import watch as command
from create_database.watch_window import has_screen, labels_of, opening_size
from face_detection.values import Photo, Pixels
from face_detection.video.overlay import Tone
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of
from tests.create_database.admin import COLLINS, HOPPER, STRANGER, Admin
from tests.portraits import grace_hopper, skimage_picture
from tests.videos import Actor, camera_of, scenes, write_video

ROOT = Path(__file__).resolve().parents[3]
Places = Mapping[bytes, tuple[int, int]]


def frame_of(places: Places) -> Pixels:
    """A white room with faces whose upper left corners are at these places."""
    room = Image.new("RGB", (480, 200), (255, 255, 255))
    for face, place in places.items():
        room.paste(Image.open(io.BytesIO(face)), place)
    return np.asarray(room)


def footage(admin: Admin, *scenes_of: tuple[Places, int]) -> str:
    """A file with these scenes, each for so many tenths of a second; its path."""
    frames = [frame_of(places) for places, tenths in scenes_of for _ in range(tenths)]
    return str(write_video(admin.folder / "door.avi", frames))


def marks_of(register: Register) -> dict[str, Mark]:
    session = register.sessions.today()
    students = {student.id: student.roll_number for student in register.students.all()}
    return {students[mark.student_id]: mark for mark in register.store.marks(session.id)}


BOTH: Places = {photo_of(COLLINS): (20, 60), photo_of(HOPPER): (160, 60), photo_of(STRANGER): (300, 60)}
NOBODY: Places = {}


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


def test_who_is_in_the_footage_is_marked(admin_of_two: Admin) -> None:
    done = admin_of_two.types(
        "watch", footage(admin_of_two, (BOTH, 15)), "--session", "General", "--by", "Ada"
    )
    assert done.exit_code == 0
    assert "Eileen Collins (17) is present." in done.stdout
    assert "Grace Hopper (18) is present." in done.stdout
    assert "2 students marked, 0 already marked, 0 sent to review; 15 frames" in done.stdout
    with admin_of_two.register() as register:
        marks = marks_of(register)
    assert set(marks) == {"17", "18"}
    assert marks["17"].method is MarkMethod.CLASSROOM_PHOTO
    assert (marks["17"].device, marks["17"].history[0].by) == ("door.avi", "Ada")


def test_a_second_time_nothing_changes(admin_of_two: Admin) -> None:
    film = footage(admin_of_two, (BOTH, 15))
    admin_of_two.types("watch", film, "--session", "general")
    with admin_of_two.register() as register:
        before = marks_of(register)
    done = admin_of_two.types("watch", film, "--session", "general")
    assert "Grace Hopper (18) was seen; their mark present is unchanged." in done.stdout
    assert "no student marked, 2 already marked" in done.stdout
    with admin_of_two.register() as register:
        assert marks_of(register) == before


def test_a_dry_run_writes_nothing(admin_of_two: Admin) -> None:
    unsure: Places = {photo_of(COLLINS): (20, 60), photo_of(HOPPER, blend=FULL_BLEND - 1): (160, 60)}
    film = footage(admin_of_two, (unsure, 15))
    done = admin_of_two.types("watch", film, "--session", "General", "--dry-run")
    assert done.exit_code == 0
    assert "Eileen Collins (17) would be present." in done.stdout
    assert "An uncertain match with Grace Hopper (18) would need review" in done.stdout
    assert "1 student would be marked, 0 already marked, 1 would be sent" in done.stdout
    assert done.stdout.endswith("Dry run: nobody was marked.\n")
    with admin_of_two.register() as register:
        assert marks_of(register) == {}
        assert register.reviews.held() == []


def test_who_is_in_doubt_is_held_for_review(admin_of_two: Admin) -> None:
    unsure: Places = {photo_of(COLLINS, blend=FULL_BLEND - 1): (20, 60)}
    done = admin_of_two.types("watch", footage(admin_of_two, (unsure, 15)), "--session", "General")
    assert "1 sent to review" in done.stdout
    listed = admin_of_two.types("review").stdout
    assert "Eileen Collins" in listed


@pytest.mark.parametrize("said", ["09:55", "2026-11-23 09:55", "2026-11-23T09:55:00"])
def test_marks_of_a_recording_have_the_time_at_which_somebody_is_seen(admin_of_two: Admin, said: str) -> None:
    film = footage(admin_of_two, (BOTH, 15))
    done = admin_of_two.types("watch", film, "--session", "General", "--started-at", said)
    assert (done.exit_code, "09:55:0" in done.stdout) == (0, True)
    with admin_of_two.register() as register:
        marks = marks_of(register)
    began = admin_of_two.clock.now() - timedelta(minutes=5)
    assert set(marks) == {"17", "18"}
    assert all(began <= mark.at < began + timedelta(seconds=2) for mark in marks.values())


def test_what_was_recorded_before_the_session_opened_is_passed_over(admin_of_two: Admin) -> None:
    film = footage(admin_of_two, (BOTH, 30))
    done = admin_of_two.types(
        "watch", film, "--session", "General", "--started-at", "2026-11-22 23:59:58", "--dry-run"
    )
    assert "Skipping what was recorded before the session opened at 2026-11-23 00:00." in done.stderr
    assert "00:00:0" in done.stdout
    assert "; 10 frames in" in done.stdout


@pytest.mark.parametrize(
    ("said", "exit_code", "reason"),
    [
        ("10:01", 1, "--started-at 2026-11-23 10:01 is in the future."),
        ("this morning", 2, "'this morning' does not match the formats"),
    ],
)
def test_a_beginning_that_can_not_be_is_refused(
    admin_of_two: Admin, said: str, exit_code: int, reason: str
) -> None:
    done = admin_of_two.types(
        "watch", footage(admin_of_two, (BOTH, 5)), "--session", "General", "--started-at", said
    )
    assert (done.exit_code, reason in " ".join(done.stderr.split())) == (exit_code, True)


@pytest.mark.server
def test_a_camera_has_no_beginning(admin_of_two: Admin) -> None:
    with camera_of(lambda _: frame_of(NOBODY)) as camera:
        done = admin_of_two.types("watch", camera.address, "--session", "General", "--started-at", "09:00")
    assert (done.exit_code, "--started-at is only for recordings" in done.stderr) == (2, True)


def test_without_a_session_it_lists_what_is_open(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        general = register.sessions.today()
        opened = [
            register.class_sessions.open_now(register.courses.add(name).id, by="Ada")
            for name in ("Physics", "Chemistry")
        ]
    done = admin_of_two.types("watch", "0")
    assert done.exit_code == 2
    assert "Choose a session with --session." in done.stderr
    for session in (general, *opened):
        assert f"{session.id} (" in done.stderr


def test_without_a_session_the_one_that_somebody_opened_is_meant(admin_of_two: Admin) -> None:
    film = footage(admin_of_two, (BOTH, 15))
    assert "for General." in admin_of_two.types("watch", film, "--dry-run").stderr
    with admin_of_two.register() as register:
        course = register.courses.add("Physics 2", roster=["17", "18"])
        register.class_sessions.open_now(course.id, by="Ada")
    assert "for Physics 2." in admin_of_two.types("watch", film, "--dry-run").stderr


def test_what_a_person_decided_is_unchanged(admin_of_two: Admin) -> None:
    admin_of_two.types("mark", "17", "absent")
    done = admin_of_two.types("watch", footage(admin_of_two, (BOTH, 15)))
    assert (
        "Eileen Collins (17) was seen; their mark absent was set by a person and is unchanged." in done.stdout
    )
    assert "1 student marked, 1 already marked" in done.stdout


def test_a_session_is_found_by_its_id(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        course = register.courses.add("Physics 2")
        register.courses.add_to_roster(course.id, ["18"])
        session = register.class_sessions.open_now(course.id, by="Ada")
    film = footage(admin_of_two, (BOTH, 15))
    done = admin_of_two.types("watch", film, "--session", session.id)
    assert "Grace Hopper (18) is present." in done.stdout
    assert "Collins" not in done.stdout, "who is not on the roster is not searched"
    assert admin_of_two.types("watch", film, "--session", "physics 2").exit_code == 0


def test_a_session_that_is_not_open_is_refused_with_the_reason(admin_of_two: Admin) -> None:
    with admin_of_two.register() as register:
        course = register.courses.add("Physics 2")
        session = register.class_sessions.open_now(course.id, by="Ada")
        register.closing.close(session.id, by="Ada")
    done = admin_of_two.types("watch", "0", "--session", session.id)
    assert done.exit_code == 1
    assert f"The session {session.id} is closed. No session is open" in done.stderr
    done = admin_of_two.types("watch", "0", "--session", "Chemistry")
    assert "There is no open session with the id or course Chemistry." in done.stderr


@pytest.mark.server
def test_it_ends_when_the_session_is_closed(admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "SESSION_CHECK_SECONDS", 0.1)

    def close() -> None:
        with admin_of_two.register() as register:
            register.closing.close(register.sessions.today().id, by="Ada")

    later = threading.Timer(1.0, close)
    with camera_of(lambda _: frame_of(NOBODY)) as camera:
        later.start()
        done = admin_of_two.types("watch", camera.address, "--session", "General")
    later.join()
    assert done.exit_code == 0
    assert "The session was closed." in done.stderr
    assert "no student marked" in done.stdout


def test_a_database_that_is_away_for_a_moment_does_not_end_it(
    admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "RETRY_SECONDS", 0.01)
    real = Watch.look
    calls: list[float] = []

    def look(watch: Watch, photo: Photo, at: float) -> Sight:
        calls.append(at)
        if 2 < len(calls) < 6:
            raise StoreUnavailableError("The database does not answer.")
        return real(watch, photo, at)

    monkeypatch.setattr(Watch, "look", look)
    done = admin_of_two.types("watch", footage(admin_of_two, (BOTH, 20)), "--session", "General")
    assert done.exit_code == 0
    assert (
        done.stderr.count("The database does not answer. People still in view are marked once it responds.")
        == 1
    )
    assert "2 students marked" in done.stdout


def test_what_can_not_be_read_is_said(admin_of_two: Admin, tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    done = admin_of_two.types("watch", str(tmp_path / "broken.mp4"), "--session", "General")
    assert done.exit_code == 1
    assert done.stderr.endswith("broken.mp4 is not an MP4, MOV, WebM, MKV or AVI video.\n")
    done = admin_of_two.types("watch", str(tmp_path / "none.mp4"), "--session", "General")
    assert (done.exit_code, "There is no file" in done.stderr) == (1, True)


def test_where_nobody_is_enrolled_it_says_so(admin: Admin) -> None:
    done = admin.types("watch", footage(admin, (BOTH, 5)), "--session", "General")
    assert "No student of this course is enrolled with a face" in done.stderr
    assert "no student marked" in done.stdout


@pytest.mark.server
def test_ctrl_c_ends_a_watch_with_what_came_of_it(admin_of_two: Admin) -> None:
    before = signal.getsignal(signal.SIGINT)
    pressed: list[int] = []

    def picture(number: int) -> Pixels:
        if number > 40 and not pressed:
            pressed.append(number)
            os.kill(os.getpid(), signal.SIGINT)
        return frame_of(BOTH)

    with camera_of(picture) as camera:
        done = admin_of_two.types("watch", camera.address, "--session", "General")
    assert done.exit_code == 0
    assert "2 students marked" in done.stdout
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.server
def test_a_stream_that_is_lost_is_told_and_reached_again(admin_of_two: Admin) -> None:
    def picture(number: int) -> Pixels:
        if number == 15:
            threading.Thread(target=again).start()
        if number == 60:
            os.kill(os.getpid(), signal.SIGINT)
        return frame_of(BOTH if number > 15 else NOBODY)

    with camera_of(picture) as camera:

        def again() -> None:
            camera.switch_off()
            camera.switch_on()

        done = admin_of_two.types("watch", camera.address, "--session", "General")
    name = camera.address
    assert f"The connection to {name} was lost. Reconnecting." in done.stderr
    assert f"{name} is connected again." in done.stderr
    assert "2 students marked" in done.stdout


@pytest.mark.server
def test_a_password_in_the_address_is_printed_nowhere(admin_of_two: Admin) -> None:
    def picture(number: int) -> Pixels:
        if number == 40:
            os.kill(os.getpid(), signal.SIGINT)
        return frame_of(BOTH)

    with camera_of(picture) as camera:
        address = camera.address.replace("http://", "http://grace:hunter2@")
        done = admin_of_two.types("watch", address, "--session", "General")
    assert "2 students marked" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr
    with admin_of_two.register() as register:
        assert {mark.device for mark in marks_of(register).values()} == {camera.address}


def test_no_window_is_tried_where_there_is_no_display() -> None:
    assert not has_screen({}, "linux")
    assert not has_screen({"DISPLAY": "", "WAYLAND_DISPLAY": ""}, "linux")


@pytest.mark.server
@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="windows need no display variable here")
def test_a_display_that_does_not_answer_is_no_screen_and_no_crash() -> None:
    environ = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    assert not has_screen(environ | {"DISPLAY": ":987"}, "linux")


class FakeScreen:
    """What the command asks of OpenCV's windows."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, keys: Sequence[int] = ()) -> None:
        self.shown: list[Pixels] = []
        self.open: list[str] = []
        self.sizes: list[tuple[int, ...]] = []
        self._keys = iter(keys)
        monkeypatch.setattr(command, "has_screen", lambda: True)
        monkeypatch.setattr(cv2, "namedWindow", lambda title, _flags: self.open.append(title))
        monkeypatch.setattr(cv2, "imshow", lambda _title, pixels: self.shown.append(pixels))
        monkeypatch.setattr(cv2, "waitKey", lambda _wait: next(self._keys, -1))
        monkeypatch.setattr(cv2, "getWindowProperty", lambda _title, _what: 1.0)
        monkeypatch.setattr(cv2, "resizeWindow", lambda _title, *size: self.sizes.append(size))
        monkeypatch.setattr(cv2, "destroyAllWindows", self.open.clear)


def test_where_there_is_a_screen_the_faces_are_shown_with_names(
    admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = FakeScreen(monkeypatch)
    done = admin_of_two.types("watch", footage(admin_of_two, (BOTH, 15)), "--session", "General")
    assert done.exit_code == 0
    assert len(screen.shown) == 15
    assert (screen.open, screen.sizes) == ([], [(480, 200)])
    last = cv2.cvtColor(screen.shown[-1], cv2.COLOR_BGR2RGB)
    assert (last.reshape(-1, 3) == Tone.SURE.value[0]).all(axis=1).sum() > 200
    assert not (screen.shown[0].reshape(-1, 3)[:, ::-1] == Tone.SURE.value[0]).all(axis=1).any()


def test_q_in_the_window_ends_it(admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = FakeScreen(monkeypatch, keys=[-1, -1, ord("q")])
    admin_of_two.types("watch", footage(admin_of_two, (BOTH, 15)), "--session", "General")
    assert len(screen.shown) == 3


def test_closing_the_window_ends_it_also_where_opencv_calls_that_an_error(
    admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = FakeScreen(monkeypatch)

    def visible(_title: str, _what: int) -> float:
        if len(screen.shown) > 3:
            raise cv2.error("NULL guiReceiver (please create a window)")
        return 1.0

    monkeypatch.setattr(cv2, "getWindowProperty", visible)
    done = admin_of_two.types("watch", footage(admin_of_two, (BOTH, 15)), "--session", "General")
    assert (done.exit_code, len(screen.shown)) == (0, 4)
    assert "4 frames in" in done.stdout


@pytest.mark.parametrize(
    ("frame", "opened"),
    [((640, 480), (640, 480)), ((1920, 1080), (1280, 720)), ((1080, 1920), (405, 720))],
)
def test_the_window_opens_as_large_as_the_picture_where_it_has_room(
    frame: tuple[int, int], opened: tuple[int, int]
) -> None:
    assert opening_size(*frame) == opened


def test_no_window_is_opened_where_none_is_wanted(
    admin_of_two: Admin, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = FakeScreen(monkeypatch)
    film = footage(admin_of_two, (BOTH, 15))
    assert admin_of_two.types("watch", film, "--session", "General", "--no-window").exit_code == 0
    assert screen.shown == []


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with Eileen Collins (17) and Grace Hopper (18), enrolled with the real engine."""
    folder = tmp_path_factory.mktemp("watch")
    for name, photo in (
        ("17_Eileen Collins", skimage_picture("astronaut")),
        ("18_Grace Hopper", grace_hopper()),
    ):
        (folder / "photos" / name).mkdir(parents=True)
        (folder / "photos" / name / "a.jpg").write_bytes(photo)
    words = ["enrol", str(folder / "photos"), "--consent", "signed form"]
    done = subprocess.run(
        [sys.executable, "-m", "create_database", *words],
        cwd=ROOT,
        env=_environ(folder),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def school(enrolled: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(enrolled, tmp_path / "school"))


def _environ(folder: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ATTENDANCE_")}
    for name in ("MONGODB_URI", "DISPLAY", "WAYLAND_DISPLAY"):
        inherited.pop(name, None)
    return inherited | {
        "ATTENDANCE_DATA": str(folder / "data"),
        "ATTENDANCE_CONFIG": str(folder / "config"),
        "ATTENDANCE_ENGINE": "dlib",
        "ATTENDANCE_LIVE_CAMERA": "on",
        "ATTENDANCE_TIMEZONE": "Europe/Berlin",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",
    }


def _cast() -> list[Actor]:
    return [
        Actor(skimage_picture("astronaut"), lambda at: (160 + 25 * at, 240)),
        Actor(grace_hopper(), lambda at: (480, 230 + 8 * at)),
    ]


@pytest.fixture
def program(school: Path) -> Iterator[list[subprocess.Popen[str]]]:
    """Programs that are ended with the test."""
    running: list[subprocess.Popen[str]] = []
    yield running
    for process in running:
        process.kill()
        process.communicate()


def _start(school: Path, running: list[subprocess.Popen[str]], *words: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "create_database", "watch", *words, "--session", "General"],
        cwd=ROOT,
        env=_environ(school),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    running.append(process)
    return process


def _marks(school: Path) -> dict[str, Mark]:
    with open_register(Settings.from_env(_environ(school))) as register:
        return marks_of(register)


@pytest.mark.server
def test_real_faces_in_real_footage_are_marked(
    school: Path, program: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    film = write_video(tmp_path / "hall.mp4", scenes(_cast(), seconds=2, per_second=10))
    out, err = _start(school, program, str(film)).communicate(timeout=240)
    assert "2 students marked" in out, err
    marks = _marks(school)
    assert {roll: mark.counts_as_there for roll, mark in marks.items()} == {"17": True, "18": True}
    assert all(mark.status is not MarkStatus.ABSENT for mark in marks.values())


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="a program can't be sent Ctrl-C alone there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_program_that_watches_a_stream_ends_cleanly_when_told(
    school: Path, program: list[subprocess.Popen[str]], number: signal.Signals
) -> None:
    frames = scenes(_cast(), seconds=2, per_second=10)
    with camera_of(lambda count: frames[count % len(frames)], per_second=10) as camera:
        process = _start(school, program, camera.address)
        assert process.stdout is not None
        seen = [process.stdout.readline() for _ in range(2)]
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert sorted(line.split(" ", 1)[1] for line in seen) == [
        "Eileen Collins (17) is present.\n",
        "Grace Hopper (18) is present.\n",
    ]
    assert "2 students marked, 0 already marked, 0 sent to review" in out
    assert "Traceback" not in err
    assert set(_marks(school)) == {"17", "18"}


def test_waiting_faces_have_no_word_yet() -> None:
    from attendance.cameras.watch_values import Passer, Passing, Sight
    from attendance.recognition.face_tracking import TrackedFace
    from face_detection.video.tracker import Tracker
    from face_matching.tracks.track_evidence import Undecided
    from tests.face_detection.moving_faces import face_at

    (track,) = Tracker().update([face_at(100, 100)], 0.0)
    followed = TrackedFace(track, Undecided(0), settled=False, seen=None, start=0, best=None)
    (label,) = labels_of(Sight((Passer(followed, Passing.WAITING, None),), ()))
    assert (label.text, label.tone) == ("", Tone.WAITING)
