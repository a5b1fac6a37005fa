"""The pages of photos of the room: sending, waiting, what was seen; for the course's teachers alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from attendance.classroom.classroom import Classroom
from attendance.classroom.jobs.errors import ClassroomBusyError, ClassroomJobNotFoundError
from attendance.classroom.jobs.states import ClassroomProblem, JobState, JobStep
from attendance.classroom.jobs.values import ClassroomJob, UploadProblem
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Role, Session
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FULL_BLEND, photo_of, room_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER
from tests.client.room_sender import RoomSender, face_at
from tests.client.signed_in import SignedIn, SignIn

PAIR = room_of(photo_of(COLLINS), photo_of(STRANGER))
DOUBT = photo_of(HOPPER, blend=FULL_BLEND)


@pytest.fixture
def session(register: Register) -> Iterator[Session]:
    """Today's General session."""
    yield register.sessions.today()
    register.classroom.close()


@pytest.fixture
def sender(teacher: SignedIn, register: Register, session: Session) -> RoomSender:
    """A teacher on the page of the session."""
    return RoomSender(teacher, register, session)


class NoPlace:
    """Photos come in, and no job can be made of them."""

    def __init__(self, classroom: Classroom, why: Exception) -> None:
        self.inbox = classroom.inbox
        self._why = why

    def submit(self, *_arguments: object, **_named: object) -> None:
        """Says why not."""
        raise self._why

    def jobs_of(self, _session_id: str) -> list[ClassroomJob]:
        """None."""
        return []


class StandingJobs:
    """Jobs that stand still, for pages that a job passes through in no time."""

    def __init__(self, *jobs: ClassroomJob) -> None:
        self._jobs = {job.id: job for job in jobs}

    def job(self, job_id: str) -> ClassroomJob:
        """The job."""
        if job_id not in self._jobs:
            raise ClassroomJobNotFoundError(job_id)
        return self._jobs[job_id]

    def jobs_of(self, session_id: str) -> list[ClassroomJob]:
        """All of them."""
        return [job for job in self._jobs.values() if job.session_id == session_id]

    def close(self) -> None:
        """Nothing is under way."""


@pytest.fixture
def waiting(register: Register, session: Session, teacher: SignedIn) -> ClassroomJob:
    """A job with two others ahead of it."""
    job = ClassroomJob(
        "1" * 32, session.id, teacher.user.id, register.clock.now(), JobState.WAITING, ahead=2, uploads=("1",)
    )
    stand(register, job)
    return job


def stand(register: Register, *jobs: ClassroomJob) -> None:
    """Let these be the jobs."""
    register.classroom = cast("Classroom", StandingJobs(*jobs))


def row(page: str, key: str) -> str:
    """The row of a face."""
    found = re.search(rf'<li class="seen [^>]*data-face="{key}".*?</li>', page, re.DOTALL)
    assert found
    return found[0]


def count(page: str, name: str) -> str:
    """One of the large numbers."""
    found = re.search(rf'data-count="{name}">(\d+)<', page)
    assert found
    return found[1]


def test_board_and_session_lead_to_the_photo(sender: RoomSender, session: Session) -> None:
    for path in (f"/teach/sessions/{session.id}/board", f"/teach/sessions/{session.id}"):
        assert f'href="{quote(sender.at)}"' in sender.who.get(path).text


def test_the_empty_page_says_what_to_do(sender: RoomSender) -> None:
    page = sender.who.get(sender.at).text
    assert 'accept="image/*,video/*" multiple' in page
    assert "Up to 12 photos, or one video of up to 3 minutes (300 MB)" in page
    assert "Nothing yet." in page


def test_what_was_sent_is_listed_newest_first(sender: RoomSender, register: Register) -> None:
    first = sender.job(PAIR)
    register.clock.advance(minutes=1)  # type: ignore[attr-defined]
    second = sender.job(PAIR, PAIR)
    page = sender.who.get(sender.at).text
    assert page.index(second.id) < page.index(first.id)
    assert "2 photos" in page
    assert "Needs review" in page


def test_a_session_that_has_not_begun_takes_no_photo(sender: RoomSender, register: Register) -> None:
    course = register.courses.add("Physics")
    planned = register.class_sessions.plan(
        course.id, day="2026-11-30", start="09:00", minutes=60, by=sender.who.user.id
    )
    early = RoomSender(sender.who, register, planned)
    page = sender.who.get(early.at).text
    assert "Open it first" in page
    assert 'type="file"' not in page
    answer = early.hand_over(*early.sent(PAIR))
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not_opened_yet")


def test_a_roster_without_students_is_said(sender: RoomSender, register: Register) -> None:
    course = register.courses.add("Physics")
    empty = register.class_sessions.open_now(course.id, by="office")
    assert "Nobody is on the roster yet" in sender.who.get(RoomSender(sender.who, register, empty).at).text


def plain(sender: RoomSender, *files: tuple[bytes, str], name: str = "photos") -> TestResponse:
    """Send the form as a browser without JavaScript does."""
    parts = [(io.BytesIO(content), file_name) for content, file_name in files]
    return sender.who.post(sender.at, {name: parts} if parts else {}, content_type="multipart/form-data")


@pytest.mark.parametrize("name", ["photos", "taken"])
def test_a_plain_form_does_it_too(sender: RoomSender, register: Register, name: str) -> None:
    answer = plain(sender, (PAIR, "room.png"), name=name)
    assert answer.status_code == 303
    job = sender.settled(answer.location.rpartition("/")[2])
    assert (len(job.faces), job.uploads) == (2, ("room.png",))
    assert list(register.classroom.inbox.iterdir()) == []


def test_a_plain_form_without_a_photo_says_so(sender: RoomSender) -> None:
    answer = plain(sender)
    assert answer.status_code == 400
    assert "No photo arrived." in answer.text


def test_a_plain_form_with_too_many_photos_keeps_nothing(sender: RoomSender, register: Register) -> None:
    answer = plain(sender, *[(PAIR, f"{number}.png") for number in range(13)])
    assert answer.status_code == 422
    assert "Too many photos" in answer.text
    assert list(register.classroom.inbox.iterdir()) == []


FULL_LINE = ClassroomBusyError(ClassroomProblem.LINE_FULL, "11 jobs wait")


@pytest.mark.parametrize(
    ("why", "status", "words"),
    [(FULL_LINE, 503, "again in a minute"), (OSError(28, "No space left"), 507, "its disk may be full")],
)
def test_what_finds_no_place_now_can_be_handed_over_later(
    sender: RoomSender, register: Register, why: Exception, status: int, words: str
) -> None:
    real = register.classroom
    ids = sender.sent(PAIR)
    register.classroom = cast("Classroom", NoPlace(real, why))
    answer, page = sender.hand_over(*ids), plain(sender, (PAIR, "room.png"))
    assert (answer.status_code, page.status_code) == (status, status)
    assert words in answer.get_json()["message"]
    assert words in page.text
    register.classroom = real
    assert sender.hand_over(*ids).status_code == 200
    assert [path.suffix for path in real.inbox.iterdir()] == [".json"]


@pytest.mark.parametrize("content", [b"no photo at all", b"", b"%PDF-1.7 \x00\x01"])
def test_what_is_no_photo_fails_with_a_reason(sender: RoomSender, content: bytes) -> None:
    answer = plain(sender, (content, "list.pdf"))
    assert answer.status_code == 303
    page = sender.page(sender.settled(answer.location.rpartition("/")[2]))
    assert "Nothing could be read." in page
    assert "list.pdf" in page
    assert "isn&#39;t a photo or a video" in page
    assert "Send another" in page


def test_one_bad_file_does_not_stop_the_others(sender: RoomSender) -> None:
    page = sender.page(sender.job(PAIR, b"no photo"))
    assert "Not used:" in page
    assert "<b>2.jpg</b>: This isn&#39;t a photo or a video" in page
    assert count(page, "recognised") == "1"


def test_the_place_in_line_is_shown(sender: RoomSender, waiting: ClassroomJob) -> None:
    page = sender.page(waiting)
    assert "2 uploads are ahead of this one." in page
    assert '<noscript><meta http-equiv="refresh"' in page
    told = sender.ask("GET", f"/{waiting.id}/state").get_json()
    assert (told["over"], told["line"]) == (False, "2 uploads are ahead of this one.")
    assert "2 ahead of it" in sender.who.get(sender.at).text


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"ahead": 1}, "1 upload is ahead of this one."),
        ({"ahead": 0}, "Yours is next."),
        ({"state": JobState.READING, "step": JobStep.FINDING}, "Looking for faces"),
        (
            {"state": JobState.READING, "step": JobStep.FRAMES, "step_done": 12, "step_total": 80},
            "Watching the video: 12 of 80",
        ),
    ],
)
def test_each_step_has_its_words(
    sender: RoomSender, register: Register, waiting: ClassroomJob, changes: dict[str, Any], line: str
) -> None:
    job = replace(waiting, progress=0.25, **changes)
    stand(register, job)
    told = sender.ask("GET", f"/{job.id}/state").get_json()
    assert (told["line"], told["progress"], told["over"]) == (line, 0.25, False)
    assert line in sender.page(job)


def test_asking_how_far_it_is_keeps_no_login_alive(
    sender: RoomSender, register: Register, waiting: ClassroomJob
) -> None:
    register.clock.advance(minutes=30)  # type: ignore[attr-defined]
    assert "Set-Cookie" not in sender.ask("GET", f"/{waiting.id}/state").headers


@pytest.mark.parametrize(
    "problem", [one for one in ClassroomProblem if one is not ClassroomProblem.NO_UPLOADS]
)
def test_each_failure_has_a_sentence(
    sender: RoomSender, register: Register, waiting: ClassroomJob, problem: ClassroomProblem
) -> None:
    left_out = UploadProblem(0, "1.jpg", PhotoProblem.TOO_MANY_PIXELS.value)
    failed = replace(waiting, state=JobState.FAILED, problem=problem, upload_problems=(left_out,))
    stand(register, failed)
    page = sender.page(failed)
    assert problem.value not in page
    assert "Nobody was marked." in page
    assert "It has too many pixels." in page


def test_matches_are_chosen_and_strangers_are_not(sender: RoomSender, register: Register) -> None:
    job = sender.job(PAIR)
    page = sender.page(job)
    assert [count(page, name) for name in ("recognised", "confirm", "unknown", "missing")] == list("1011")
    collins = register.students.get("1").id
    known, unknown = row(page, face_at(job, 0).key), row(page, face_at(job, 1).key)
    assert re.search(rf'value="{collins}"[^>]* checked', known)
    assert "Recognised" in known
    assert " checked" not in unknown
    assert "Unknown" in unknown


def test_a_doubtful_face_waits_for_a_tap(sender: RoomSender) -> None:
    job = sender.job(room_of(DOUBT))
    page = sender.page(job)
    assert [count(page, name) for name in ("recognised", "confirm")] == ["0", "1"]
    face = row(page, face_at(job, 0).key)
    assert " checked" not in face
    assert "To confirm" in face
    assert "It is Grace Hopper" in face


def test_an_unfit_face_says_why(sender: RoomSender) -> None:
    job = sender.job(room_of(photo_of(COLLINS, problem=PhotoProblem.TURNED_AWAY)))
    face = row(sender.page(job), face_at(job, 0).key)
    assert "t be compared" in face
    assert "Turned away." in face


def test_a_student_in_two_pictures_counts_once(sender: RoomSender) -> None:
    job = sender.job(room_of(photo_of(COLLINS, side=90)), room_of(photo_of(COLLINS)))
    page = sender.page(job)
    assert count(page, "recognised") == "1"
    assert "also in picture" in page
    assert "Picture 2 of 2" in page


def test_a_room_without_faces_says_what_to_do(sender: RoomSender) -> None:
    page = sender.page(sender.job(room_of()))
    assert "No face was found" in page


def test_names_are_text_and_not_markup(sender: RoomSender, register: Register) -> None:
    student = register.students.get("1")
    register.students.change(student.id, NewStudent("1", "<script>alert(1)</script>"), active=True)
    assert "<script>alert" not in sender.page(sender.job(PAIR))


def test_pictures_and_portraits_are_kept_by_no_browser(sender: RoomSender, register: Register) -> None:
    job = sender.job(PAIR)
    for path in ("pictures/0", f"portraits/{register.students.get('1').id}"):
        answer = sender.who.get(f"{sender.at}/{job.id}/{path}")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert "no-store" in answer.headers["Cache-Control"]


def test_only_portraits_of_candidates_are_shown(sender: RoomSender, register: Register) -> None:
    job = sender.job(PAIR)
    for student_id in (register.students.get("2").id, "unknown"):
        assert sender.who.get(f"{sender.at}/{job.id}/portraits/{student_id}").status_code == 404


@pytest.mark.parametrize("path", ["", "/state", "/pictures/0", "/pictures/99", "/portraits/x"])
def test_a_job_that_is_not_there_is_404(sender: RoomSender, path: str) -> None:
    for job_id in ("1" * 32, "nothing", "..", "%2e%2e"):
        assert sender.who.get(f"{sender.at}/{job_id}{path}").status_code == 404


@pytest.mark.parametrize("number", ["1", "-1", "x", "9" * 30])
def test_a_picture_that_is_not_there_is_404(sender: RoomSender, number: str) -> None:
    job = sender.job(PAIR)
    assert sender.who.get(f"{sender.at}/{job.id}/pictures/{number}").status_code == 404


def test_a_job_is_found_under_its_own_session_alone(sender: RoomSender, register: Register) -> None:
    job = sender.job(PAIR)
    course = register.courses.add("Physics")
    elsewhere = RoomSender(sender.who, register, register.class_sessions.open_now(course.id, by="office"))
    for path in ("", "/state", "/pictures/0", f"/portraits/{register.students.get('1').id}"):
        assert sender.who.get(f"{elsewhere.at}/{job.id}{path}").status_code == 404
    for action in ("confirm", "discard", "undo"):
        assert sender.who.post(f"{elsewhere.at}/{job.id}/{action}").status_code == 404
    assert register.classroom.job(job.id).state is JobState.READY


def test_another_teachers_photos_are_closed(register: Register, sign_in: SignIn) -> None:
    owner, other = sign_in(), sign_in()
    course = register.courses.add("Physics", teachers=[owner.user.id], roster=["1"])
    session = register.class_sessions.open_now(course.id, by=owner.user.id)
    sender = RoomSender(owner, register, session)
    job = sender.job(PAIR)
    paths = ["", f"/{job.id}", f"/{job.id}/state", f"/{job.id}/pictures/0"]
    paths.append(f"/{job.id}/portraits/{register.students.get('1').id}")
    for path in paths:
        assert owner.get(sender.at + path).status_code == 200
        assert other.get(sender.at + path).status_code == 403
        assert sign_in(role=Role.ADMIN).get(sender.at + path).status_code == 200
    for action in ("confirm", "discard", "undo"):
        assert other.post(f"{sender.at}/{job.id}/{action}").status_code == 403
    assert other.post(sender.at).status_code == 403
    register.classroom.close()


def test_a_session_that_is_not_there_is_404(teacher: SignedIn) -> None:
    assert teacher.get("/teach/sessions/nothing/classroom").status_code == 404
    assert teacher.post("/teach/sessions/nothing/classroom").status_code == 404
