"""What is odd about check-ins stands at the top of the board, in words, and one tap settles it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from attendance.register import Register
from attendance.values import Alarm, AlarmKind, Session, Student
from attendance.values.alarms import alarm_id
from tests.client.conftest import Phone
from tests.client.signed_in import SignedIn

AS_DATA = {"Accept": "application/json"}
SENTENCES: dict[AlarmKind, dict[tuple[str, ...], str]] = {
    AlarmKind.SHARED_PHONE: {
        ("signed", "now"): "Eileen Collins and Grace Hopper checked in with the same phone.",
        ("signed", "before"): "Eileen Collins and Grace Hopper used the same phone on different days.",
        ("claimed", "now"): "The phone could not prove which one it is",
    },
    AlarmKind.TWO_PHONES: {("signed",): "Eileen Collins checked in with two different phones."},
    AlarmKind.COPY: {
        ("same", "enrolled"): "The photo of Eileen Collins is an enrolled photo.",
        ("nearly", "enrolled"): "is nearly the same picture as an enrolled photo.",
        ("same", "earlier", "2026-11-20T08:02:00+00:00"): "was sent before, on Friday 20 November at 9:02.",
        ("nearly", "earlier", "2026-11-20T08:02:00+00:00"): "nearly the same picture as one that was sent on",
    },
    AlarmKind.VIRTUAL_CAMERA: {("<b>OBS</b>",): "called “&lt;b&gt;OBS&lt;/b&gt;”"},
    AlarmKind.LATE_CODE: {("1",): "came 1 minute after", ("5",): "came 5 minutes after"},
    AlarmKind.MANY_ADDRESSES: {("2", "40"): "2 of 40 students checked in from networks of their own: "},
}


@pytest.fixture
def session(register: Register) -> Session:
    return register.sessions.today()


@pytest.fixture
def pair(register: Register) -> tuple[Student, Student]:
    """Eileen Collins and Grace Hopper."""
    return register.students.get("1"), register.students.get("2")


def raised(
    register: Register, session: Session, kind: AlarmKind, *students: Student, detail: tuple[str, ...] = ()
) -> Alarm:
    ids = tuple(student.id for student in students)
    subject = f"{'+'.join(ids)} {len(register.store.alarms_of(session.id))}"
    at = register.clock.now()
    alarm = Alarm(alarm_id(session.id, kind, subject), session.id, kind, subject, ids, at, detail)
    assert register.store.add_alarm(alarm)
    return alarm


def odd_of(page: str) -> str:
    found = re.search(r'<section id="odd".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def board(teacher: SignedIn, session: Session) -> str:
    return teacher.get(f"/teach/sessions/{session.id}/board").text


def settle(teacher: SignedIn, session: Session, alarm: Alarm, **fields: str) -> str:
    answer = teacher.post(
        f"/teach/sessions/{session.id}/alarms/settle", data={"alarm": alarm.id, **fields}, headers=AS_DATA
    )
    return str(answer.get_json()["message"])


@pytest.mark.parametrize("kind", AlarmKind)
def test_each_kind_has_its_words(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student], kind: AlarmKind
) -> None:
    students = pair if kind in (AlarmKind.SHARED_PHONE, AlarmKind.MANY_ADDRESSES) else pair[:1]
    for detail in SENTENCES[kind]:
        raised(register, session, kind, *students, detail=detail)
    page = odd_of(board(teacher, session))
    for sentence in SENTENCES[kind].values():
        assert sentence in page.replace("&#39;", "'")


def test_a_copy_of_the_same_day_has_only_its_time(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student]
) -> None:
    moment = register.clock.now().isoformat()
    for how in ("same", "nearly"):
        raised(register, session, AlarmKind.COPY, pair[0], detail=(how, "earlier", moment))
    page = odd_of(board(teacher, session))
    assert re.search(r"was sent before, at \d+:\d\d\.", page)
    assert re.search(r"nearly the same picture as one that was sent at \d+:\d\d\.", page)


def test_without_alarms_there_is_nothing_to_look_at(teacher: SignedIn, session: Session) -> None:
    assert odd_of(board(teacher, session)).partition(">")[0].endswith(" hidden")


def test_one_tap_settles_it_and_another_undoes_that(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student]
) -> None:
    alarm = raised(register, session, AlarmKind.TWO_PHONES, pair[0], detail=("signed",))
    assert settle(teacher, session, alarm) == "Seen."
    assert "two different phones" not in board(teacher, session)
    assert settle(teacher, session, alarm) == "That was seen already."
    undone = teacher.post(f"/teach/sessions/{session.id}/alarms/reopen", data={"alarm": alarm.id})
    assert undone.status_code == 303
    assert "two different phones" in board(teacher, session)
    assert register.store.alarm(alarm.id) == alarm


def test_students_who_may_share_a_phone_are_settled_for_good(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student]
) -> None:
    alarm = raised(register, session, AlarmKind.SHARED_PHONE, *pair, detail=("signed", "now"))
    assert "They may share a phone" in odd_of(board(teacher, session))
    assert settle(teacher, session, alarm, for_good="yes") == "These students may share a phone from now on."
    assert register.store.settled_for_good(AlarmKind.SHARED_PHONE, alarm.subject)
    other = raised(register, session, AlarmKind.COPY, pair[0], detail=("same", "enrolled"))
    assert "They may share" not in odd_of(board(teacher, session))
    assert settle(teacher, session, other, for_good="yes") == "Seen."
    assert not register.store.settled_for_good(AlarmKind.COPY, other.subject)


def test_an_alarm_of_another_session_is_not_settled_here(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student]
) -> None:
    elsewhere = replace(session, id="general|1999-12-31", token="elsewhere")
    register.store.add_session(elsewhere)
    alarm = raised(register, elsewhere, AlarmKind.TWO_PHONES, pair[0], detail=("signed",))
    assert settle(teacher, session, alarm) == "There is no such alarm any more."
    assert register.store.alarm(alarm.id) == alarm


def test_an_open_board_gets_only_alarms_that_changed(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student]
) -> None:
    def changes(state: str) -> dict[str, object]:
        query = {"alarms": state}
        answer = teacher.get(
            f"/teach/sessions/{session.id}/board/changes", query_string=query, headers=AS_DATA
        )
        return dict(answer.get_json())

    none = changes("")
    assert none["alarms_count"] == 0
    assert "alarms" not in changes(str(none["alarms_state"]))
    raised(register, session, AlarmKind.COPY, pair[0], detail=("same", "enrolled"))
    some = changes(str(none["alarms_state"]))
    assert "is an enrolled photo" in str(some["alarms"])
    assert some["alarms_count"] == 1


def test_more_than_a_few_come_up_one_after_the_other(
    teacher: SignedIn, register: Register, session: Session, pair: tuple[Student, Student]
) -> None:
    for _number in range(10):
        raised(register, session, AlarmKind.TWO_PHONES, pair[0], detail=("signed",))
    page = odd_of(board(teacher, session))
    assert page.count("two different phones") == 8
    assert "2 more come up when you have seen these." in page


def test_one_phone_for_two_students_is_on_the_board_and_no_phone_reads_of_it(
    teacher: SignedIn, register: Register, session: Session, phone: Phone, pair: tuple[Student, Student]
) -> None:
    for student in pair:
        phone.scan()
        reply = phone.submit(phone.face(student.name), device="one phone")
        assert reply.get_json()["message"] == "You are marked present."
    register.alarms.wait()
    assert SENTENCES[AlarmKind.SHARED_PHONE]["signed", "now"] in odd_of(board(teacher, session))
