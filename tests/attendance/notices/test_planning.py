"""Who gets which notice: absences after the time for corrections, and each fall below the limit once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from attendance.classes.cancelling import Cancelling
from attendance.classes.session_doubts import DoubtKind
from attendance.notices.values import Obstacle, Step
from attendance.people.new_student import NewStudent
from attendance.settings.mail_settings import NoticesTo
from attendance.settings.settings import Settings
from attendance.values import MarkStatus, NoticeKind
from tests.attendance.notices.school import COLLINS, HOPPER, School, settings_of
from tests.attendance.site import Site
from tests.attendance.store.counted_calls import CountedCalls

ABSENT, BELOW = NoticeKind.ABSENT, NoticeKind.BELOW_LIMIT


def absent(*roll_numbers: str) -> list[tuple[str, str]]:
    return [("absent", number) for number in roll_numbers]


def below(*roll_numbers: str) -> list[tuple[str, str]]:
    return [("below_limit", number) for number in roll_numbers]


def test_what_was_sent_is_read_at_once_however_many_letters_there_are(
    school: School, plain_settings: Settings
) -> None:
    counted: Any = CountedCalls(school.site.store)
    counting = School(school.site, settings_of(plain_settings, None), store=counted)
    school.holds(school.opens())
    assert len(counting.planned()) == 2
    assert (counted.calls["notices"], counted.calls["notice"]) == (1, 0)


# --- absences ----------------------------------------------------------------------------------------


def test_whoever_was_absent_is_told_an_hour_after_the_session_closed(school: School) -> None:
    session = school.holds(school.opens(), present=[COLLINS])
    (planned,) = school.planned()
    assert (planned.step, planned.student.roll_number) == (Step.WAITING, HOPPER)
    assert planned.ready_at == school.site.clock.now() + school.settings.notices_after
    school.site.clock.advance(minutes=59, seconds=59)
    assert school.due() == []
    school.site.clock.advance(seconds=1)
    assert school.due() == absent(HOPPER)
    assert school.planned()[0].session == session


@pytest.mark.parametrize("status", ["present", "late", "excused"])
def test_a_correction_in_time_sends_nothing(school: School, status: str) -> None:
    session = school.holds(school.opens(), present=[COLLINS])
    school.site.clock.advance(minutes=30)
    school.marks(session, HOPPER, MarkStatus(status))
    school.waits()
    assert school.due() == []


def test_whoever_is_marked_absent_later_is_told_an_hour_after_that(school: School) -> None:
    session = school.holds(school.opens(), present=[COLLINS, HOPPER])
    school.waits()
    school.marks(session, HOPPER, MarkStatus.ABSENT)
    assert school.due() == []
    school.waits()
    assert school.due() == absent(HOPPER)


def test_a_session_that_was_opened_again_sends_nothing_until_it_closes_again(school: School) -> None:
    session = school.holds(school.opens(), present=[COLLINS])
    school.waits()
    assert school.due() == absent(HOPPER)
    school.site.closing.reopen(session.id, by="t1")
    assert school.planned() == []
    school.site.closing.close(session.id, by="t1")
    assert school.due() == []
    school.waits()
    assert school.due() == absent(HOPPER)


def test_a_cancelled_session_sends_nothing(school: School) -> None:
    course = school.opens()
    day = school.site.clock.now().date().isoformat()
    planned = school.site.class_sessions.plan(course.id, day=day, start="15:00", minutes=60, by="t1")
    school.site.closing.close(planned.id, by="t1")
    school.site.clock.advance(hours=12)
    assert school.planned() == []


def test_a_session_that_did_not_take_place_sends_nothing_and_waits_again_when_it_is_restored(
    school: School,
) -> None:
    session = school.holds(school.opens(), present=[COLLINS])
    school.waits()
    (due,) = school.planned()
    cancelling = Cancelling(school.site.store, school.site.clock)
    cancelling.cancel(session.id, by="t1")
    assert school.planned() == []
    assert not school.notices._planner.still_holds(due), "not even what was planned before"
    cancelling.restore(session.id, by="t1")
    assert school.due() == []
    school.waits()
    assert school.due() == absent(HOPPER)
    assert school.planned()[0].key == due.key


def test_a_session_of_the_past_sends_nothing_until_it_is_closed_and_nothing_about_long_ago(
    school: School,
) -> None:
    course, plan = school.opens(), school.site.class_sessions.plan
    today = school.site.clock.now().date()
    days = [(today - timedelta(days=ago)).isoformat() for ago in (1, 9)]
    sessions = [
        plan(course.id, day=day, start="09:00", minutes=60, by="t1", confirmed=list(DoubtKind))
        for day in days
    ]
    school.waits()
    assert school.planned() == []
    for session in sessions:
        school.site.closing.close(session.id, by="t1")
    school.waits()
    assert {one.session.day for one in school.planned()} == {days[0]}


def test_sessions_that_did_not_take_place_make_nobody_fall_below_the_limit(school: School) -> None:
    course = school.opens()
    sessions = [school.holds(course, present=[COLLINS] if n else [COLLINS, HOPPER]) for n in range(6)]
    school.waits()
    assert school.due(BELOW) == below(HOPPER)
    for session in sessions[1:]:
        Cancelling(school.site.store, school.site.clock).cancel(session.id, by="t1")
    assert school.planned() == []


def test_what_waits_for_a_decision_sends_nothing(school: School) -> None:
    site = school.site
    session = school.holds(school.opens(), present=[COLLINS])
    mark = site.mark_of(HOPPER, session)
    assert mark is not None
    site.store.replace_mark(replace(mark, under_review=True, version=mark.version + 1))
    school.waits()
    assert school.due() == []


def test_nothing_old_is_written_about(school: School) -> None:
    school.holds(school.opens(), present=[COLLINS])
    school.site.clock.advance(days=3, hours=23)
    assert school.due() == absent(HOPPER)
    school.site.clock.advance(hours=1)
    assert school.planned() == []


def test_a_student_who_is_not_active_is_not_written_to(school: School) -> None:
    school.holds(school.opens(), present=[COLLINS])
    student = school.site.student(HOPPER)
    school.site.students.change(student.id, NewStudent(HOPPER, "Grace Hopper"), active=False)
    school.waits()
    assert school.planned() == []


def test_what_is_written_about_is_what_the_settings_say(
    site: Site, plain_settings: Settings, school: School
) -> None:
    school.holds(school.opens(), present=[COLLINS])
    school.waits()
    only_limit = settings_of(plain_settings, None)
    assert School(site, replace(only_limit, notices=frozenset({BELOW}))).due() == []
    assert School(site, replace(only_limit, notices=frozenset({ABSENT}))).due() == absent(HOPPER)


# --- to whom -----------------------------------------------------------------------------------------


def give(school: School, email: str | None, guardian: str | None) -> None:
    student = school.site.student(HOPPER)
    school.site.store.update_student(replace(student, email=email, guardian_email=guardian))


@pytest.mark.parametrize(
    ("email", "guardian", "to"),
    [
        ("g@x.example", "p@x.example", "p@x.example"),
        ("g@x.example", None, "g@x.example"),
        (None, "p@x.example", "p@x.example"),
        ("g@bücher.example", None, "g@xn--bcher-kva.example"),
        ("zoë@x.example", None, "zoë@x.example"),
    ],
)
def test_the_address_is_the_guardians_and_without_one_the_students(
    school: School, email: str | None, guardian: str | None, to: str
) -> None:
    school.holds(school.opens(), present=[COLLINS])
    give(school, email, guardian)
    (planned,) = school.planned()
    assert (planned.to, planned.to_guardian, planned.obstacle) == (to, guardian is not None, None)


def test_the_address_is_the_students_where_the_settings_say_so(site: Site, plain_settings: Settings) -> None:
    school = School(site, settings_of(plain_settings, None, notices_to=NoticesTo.STUDENT))
    school.holds(school.opens(), present=[COLLINS])
    give(school, "g@x.example", "p@x.example")
    (planned,) = school.planned()
    assert (planned.to, planned.to_guardian) == ("g@x.example", False)


@pytest.mark.parametrize(
    ("email", "obstacle"),
    [
        (None, Obstacle.NO_ADDRESS),
        ("grace", Obstacle.BAD_ADDRESS),
        ("a@x.example, b@x.example", Obstacle.BAD_ADDRESS),
        ("a@x.example\nBcc: b@x.example", Obstacle.BAD_ADDRESS),
        (f"a@{'x' * 64}.example", Obstacle.BAD_ADDRESS),
    ],
)
def test_without_an_address_that_can_be_written_to_it_is_listed_and_not_due(
    school: School, email: str | None, obstacle: Obstacle
) -> None:
    school.holds(school.opens(), present=[COLLINS])
    give(school, email, None)
    school.waits()
    (planned,) = school.planned()
    assert (planned.step, planned.to, planned.obstacle) == (Step.STUCK, None, obstacle)
    assert school.notices.send(at_once=True) is not None
    assert school.entries() == []


# --- below the limit ---------------------------------------------------------------------------------


def falls(school: School) -> None:
    """Hopper comes three times and is absent twice: 60 %, the first meaningful rate."""
    course = school.opens()
    for present in ([COLLINS, HOPPER],) * 3 + ([COLLINS],) * 2:
        school.holds(course, present=present)
    school.waits()


def test_a_fall_below_the_limit_is_told_with_the_numbers(school: School) -> None:
    falls(school)
    assert school.due(BELOW) == below(HOPPER)
    planned = school.planned()[-1]
    assert planned.attendance is not None
    assert (planned.attendance.there, planned.attendance.counted) == (3, 5)
    assert planned.key.startswith("below_limit|")
    assert planned.key.endswith(planned.session.day)


def test_a_few_sessions_say_nothing_of_a_share(school: School) -> None:
    course = school.opens()
    for _ in range(4):
        school.holds(course, present=[COLLINS])
    school.waits()
    assert school.due(BELOW) == []


def test_the_limit_itself_is_not_below(school: School) -> None:
    course = school.opens()
    for present in ([COLLINS, HOPPER],) * 6 + ([COLLINS],) * 2:
        school.holds(course, present=present)
    school.waits()
    assert school.due(BELOW) == []


def test_excused_sessions_count_for_nothing(school: School) -> None:
    course = school.opens()
    for _ in range(4):
        school.holds(course, present=[COLLINS, HOPPER])
    for _ in range(4):
        school.holds(course, present=[COLLINS], s2="excused")
    school.waits()
    assert school.due(BELOW) == []


def test_who_stays_below_is_not_told_again(school: School) -> None:
    falls(school)
    school.notices.send()
    assert school.due(BELOW) == []
    course = school.site.courses.all()[0]
    for _ in range(3):
        school.holds(course, present=[COLLINS])
        school.waits()
        assert school.due(BELOW) == []


def test_who_was_above_since_is_told_of_the_next_fall(school: School) -> None:
    falls(school)
    school.notices.send()
    course = school.site.courses.all()[0]
    for _ in range(3):  # 4/6, 5/7, 6/8: the limit is reached
        school.holds(course, present=[COLLINS, HOPPER])
        school.waits()
        assert school.due(BELOW) == []
    school.holds(course, present=[COLLINS])  # 6/9
    school.waits()
    assert school.due(BELOW) == below(HOPPER)
    school.notices.send()
    assert school.due(BELOW) == []
    assert len([notice for notice in school.entries() if notice.kind is BELOW]) == 2


def test_a_fall_that_a_correction_moves_to_another_day_is_not_told_again(school: School) -> None:
    course = school.opens()
    sessions = [school.holds(course, present=[COLLINS, HOPPER]) for _ in range(4)]
    later = ([COLLINS, HOPPER], [COLLINS], [COLLINS])  # 5/5, 5/6, 5/7
    sessions += [school.holds(course, present=present) for present in later]
    school.waits()
    school.notices.send()
    school.marks(sessions[4], HOPPER, MarkStatus.ABSENT)  # 4/5, 4/6 already
    school.waits()
    assert school.due(BELOW) == []


def test_sessions_that_may_still_be_corrected_do_not_count(school: School) -> None:
    course = school.opens()
    for present in ([COLLINS, HOPPER],) * 4 + ([COLLINS],):  # 4/5
        school.holds(course, present=present)
    last = school.holds(course, present=[COLLINS])  # 4/6, which may be wrong
    assert school.due(BELOW) == []
    school.marks(last, HOPPER, MarkStatus.PRESENT)
    school.waits()
    assert school.due(BELOW) == []


def test_a_course_that_is_put_away_tells_nobody_of_the_limit(school: School) -> None:
    falls(school)
    course = school.site.courses.all()[0]
    school.site.store.replace_course(replace(course, active=False, version=course.version + 1))
    assert school.due(BELOW) == []


def test_each_course_is_told_of_by_itself(school: School) -> None:
    falls(school)
    school.notices.send()
    other = school.opens("Chemistry")
    for present in ([COLLINS, HOPPER],) * 3 + ([COLLINS],) * 2:
        school.holds(other, present=present)
    school.waits()
    assert school.due(BELOW) == below(HOPPER)
