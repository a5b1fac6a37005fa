"""Frauds of people who are elsewhere, and of pages that avoid the camera."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from attendance.alarms.checked_photo import hashed_address
from attendance.live.values import LivePolicy, LiveStatus
from attendance.people.new_student import NewStudent
from attendance.register import Register
from attendance.values import Consent, LivenessMode, Place
from tests.attendance.fake_pipeline import PEOPLE, photo_of, room_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS, HOPPER
from tests.attendance.store.builders import trace
from tests.client.conftest import Phone
from tests.client.phone.frauds.conftest import NOTHING, Watched
from tests.client.room_sender import RoomSender
from tests.client.signed_in import SignedIn

SCHOOL, ELSEWHERE = "203.0.113.7", "198.51.100.{}"
CLASS = 12
RELAYED = 5
EARLIER = 4  # sessions
NO_MOVEMENT = "No movement was shown"


@pytest.fixture
def everybody(register: Register) -> Iterator[dict[str, int]]:
    """A class of twelve: names, and who each is for the pipeline."""
    consent = Consent(given_at=register.clock.now(), recorded_by="office", how="signed form")
    people = {"Eileen Collins": COLLINS, "Grace Hopper": HOPPER}
    others = [person for person in range(PEOPLE) if person not in people.values()]
    for number, person in enumerate(others[: CLASS - len(people)], start=len(people) + 1):
        name = f"Student {number}"
        register.enrolment.enrol(NewStudent(str(number), name), {"1.png": photo_of(person)}, consent)
        people[name] = person
    yield people
    register.classroom.close()


def check_in(phone: Phone, person: int, take: int, address: str = SCHOOL) -> None:
    """A check-in of a student who moves as asked, from this network address."""
    device = phone.another()
    device.client.environ_base["REMOTE_ADDR"] = address
    device.scan()
    reply = device.submit(photo_of(person, side=64 + take), device=f"phone of {person}")
    assert reply.get_json()["code"] == "present"


def were_at_school(watched: Watched) -> None:
    """What a session leaves behind in which everybody checked in from the same address."""
    session, at = watched.session, watched.register.clock.now()
    for student in watched.register.students.all():
        address = hashed_address(session.secret, SCHOOL)
        key = f"{session.id}:{student.id}"
        kept = trace(key, session_id=session.id, at=at, student_id=student.id, address=address, digest=key)
        assert watched.register.store.add_trace(replace(kept, device=f"phone of {student.id}", picture=None))


def test_nothing_is_said_of_an_honest_class(
    phone: Phone, watched: Watched, clock: FrozenClock, everybody: dict[str, int]
) -> None:
    """Some have mobile data, and one sends a second photo with the same phone."""
    for _ in range(EARLIER):
        were_at_school(watched)
        clock.advance(days=1)
    for number, person in enumerate(everybody.values()):
        check_in(phone, person, 1, SCHOOL if number < CLASS - 2 else ELSEWHERE.format(number))
    phone.scan()
    again = phone.submit(photo_of(COLLINS, side=70), device=f"phone of {COLLINS}")
    assert again.get_json()["code"] == "already_present"
    watched.register.alarms.wait()
    assert watched.register.alarms.of_session(watched.session.id) == []


def test_a_picture_from_the_album(phone: Phone, watched: Watched) -> None:
    phone.scan()
    watched.has_held(phone.submit(phone.face("Eileen Collins", take=1), burst=NOTHING), NO_MOVEMENT)


def test_a_page_opened_over_plain_http_where_the_code_leads_to_https(phone: Phone, watched: Watched) -> None:
    phone.client.application.config["PUBLIC_URL"] = "https://school.example"
    phone.client.environ_base |= {"REMOTE_ADDR": "192.168.1.30", "HTTP_HOST": "192.168.1.20:8080"}
    page = phone.scan()
    assert page.status_code == 200
    watched.has_held(phone.submit(phone.face("Eileen Collins", take=1), burst=NOTHING), NO_MOVEMENT)


def test_a_course_that_only_notes_movements_shows_that_one_is_missing(phone: Phone, watched: Watched) -> None:
    watched.register.courses.change(watched.session.course_id, liveness=LivenessMode.FLAG)
    phone.scan()
    watched.has_flagged(phone.submit(phone.face("Eileen Collins", take=1), burst=NOTHING), NO_MOVEMENT)


def test_a_code_that_is_read_out_to_four_who_stayed_at_home(
    phone: Phone, watched: Watched, clock: FrozenClock, everybody: dict[str, int]
) -> None:
    for _ in range(EARLIER):
        were_at_school(watched)
        clock.advance(days=1)
    for number, person in enumerate(everybody.values()):
        check_in(phone, person, 1, SCHOOL if number < CLASS - 4 else ELSEWHERE.format(number))
    sentence = f"4 of {CLASS} students checked in from networks of their own: "
    assert f"{sentence}Student 10, Student 11, Student 12, Student 9." in watched.board()


def test_five_who_are_relayed_and_in_no_photo_of_the_room(
    phone: Phone, watched: Watched, teacher: SignedIn, everybody: dict[str, int]
) -> None:
    for person in everybody.values():
        check_in(phone, person, 1)
    present = list(everybody.values())[:-RELAYED]
    RoomSender(teacher, watched.register, watched.session).job(room_of(*map(photo_of, present)))
    board = watched.board()
    assert f"{CLASS} students checked in by phone. {CLASS - RELAYED} of them were seen." in board
    listed = re.search(r'<h3 id="not-seen-title">.*?</section>', board, re.DOTALL)
    assert listed
    missing = [name for name in everybody if re.search(rf"\b{name}\b", listed[0])]
    assert missing == list(everybody)[-RELAYED:]


def test_a_print_before_the_kiosk(watched: Watched) -> None:
    register = watched.register
    policy = LivePolicy(liveness=LivenessMode.REQUIRED, place=Place.KIOSK)
    stream = register.cameras.live_streams.open(
        watched.session.id,
        register.sessions.course_of(watched.session),
        by="teacher",
        device="kiosk",
        policy=policy,
    )
    for number in range(90):
        (face,) = stream.look(room_of(photo_of(COLLINS)), number / 5).faces
    assert face.status is LiveStatus.UNMOVED
    assert stream.click(face.track_id, by="kiosk", by_person=False) is None
    assert watched.mark() is None
