"""Courses with rosters and rules, and what becomes of General once there is another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.classes.courses import CourseFields
from attendance.classes.general_course import GENERAL_COURSE
from attendance.errors import CourseError, CourseNotFoundError, SessionNotFoundError, StudentNotFoundError
from attendance.people.new_student import NewStudent
from attendance.values import MarkStatus, ScheduleRule
from tests.attendance.site import Site, open_site

MONDAY_TEN = ScheduleRule(0, "10:00", 90)


def test_a_course_is_set_up_with_its_roster_and_rules(class_of_two: Site) -> None:
    courses = class_of_two.courses
    course = courses.add(
        " Linear  Algebra ", roster=["2"], teachers=["t1"], late_after_minutes=10, schedule=[MONDAY_TEN]
    )
    assert (course.id, course.name, course.late_after_minutes) == ("linear-algebra", "Linear Algebra", 10)
    assert [student.roll_number for student in courses.members(course)] == ["2"]
    assert courses.get(course.id) == course
    assert course.teachers == ("t1",)


def test_without_a_roster_nobody_is_on_it_and_none_means_everybody(class_of_two: Site) -> None:
    courses = class_of_two.courses
    assert courses.members(courses.add("Physics")) == []
    assert len(courses.members(courses.add("Assembly", roster=None))) == 2


def test_courses_of_one_name_are_two(site: Site) -> None:
    ids = [site.courses.add("Physics").id for _ in range(3)]
    assert ids == ["physics", "physics-2", "physics-3"]
    assert site.courses.add("General").id != GENERAL_COURSE.id
    assert site.courses.add("???").id == "course"


def test_everything_that_is_wrong_is_said_at_once(site: Site) -> None:
    with pytest.raises(CourseError) as caught:
        site.courses.add(
            "",
            late_after_minutes=-1,
            closes_after_minutes=0,
            code_interval=7,
            movements=3,
            schedule=[ScheduleRule(7, "25:00", 0)],
        )
    message = str(caught.value)
    assert len(message.splitlines()) == 8
    for part in ("name", "-1", "not 0", "every 7", "1 or 2 movements, not 3", "not 7", "'25:00'"):
        assert part in message
    assert site.courses.all(hidden=True) == []


@pytest.mark.parametrize(
    "schedule",
    [
        [MONDAY_TEN, MONDAY_TEN],
        [MONDAY_TEN, ScheduleRule(0, "11:00", 10)],
        [ScheduleRule(6, "23:30", 60), ScheduleRule(0, "00:15", 30)],
    ],
)
def test_meetings_that_overlap_are_refused(site: Site, schedule: list[ScheduleRule]) -> None:
    with pytest.raises(CourseError, match="overlap"):
        site.courses.add("Physics", schedule=schedule)


def test_meetings_one_after_the_other_are_fine(site: Site) -> None:
    schedule = (MONDAY_TEN, ScheduleRule(0, "11:30", 90), ScheduleRule(6, "23:00", 60))
    assert site.courses.add("Physics", schedule=schedule).schedule == schedule


def test_unknown_roll_numbers_are_all_named_and_nothing_changes(class_of_two: Site) -> None:
    courses = class_of_two.courses
    course = courses.add("Physics", roster=["1"])
    with pytest.raises(StudentNotFoundError, match="'8', '9'"):
        courses.add_to_roster(course.id, ["2", "8", "9"])
    assert courses.get(course.id) == course


def test_the_roster_changes(class_of_two: Site) -> None:
    courses = class_of_two.courses
    course = courses.add("Physics", roster=["1"])
    both = courses.add_to_roster(course.id, ["2", " 1 ", "\u0661"])
    assert len(both.roster or ()) == 2
    assert len(courses.remove_from_roster(course.id, ["1"]).roster or ()) == 1


def test_a_change_leaves_the_rest_and_none_writes_nothing(class_of_two: Site) -> None:
    courses = class_of_two.courses
    course = courses.add("Physics", roster=["1"], code_interval=30)
    changed = courses.change(course.id, name="Physics II", late_after_minutes=5)
    assert (changed.name, changed.code_interval, changed.roster) == ("Physics II", 30, course.roster)
    assert courses.change(course.id, late_after_minutes=5) == changed
    with pytest.raises(CourseError, match="every 7"):
        courses.change(course.id, code_interval=7)
    with pytest.raises(CourseNotFoundError, match="'chemistry'"):
        courses.change("chemistry", active=False)


def test_changes_at_the_same_moment_are_all_kept(class_of_two: Site) -> None:
    courses = class_of_two.courses
    course = courses.add("Physics")
    changes: list[CourseFields] = [{"late_after_minutes": 5}, {"code_interval": 30}, {"static_code": True}]

    def change(number: int) -> None:
        if number < len(changes):
            courses.change(course.id, **changes[number])
        else:
            courses.add_to_roster(course.id, [str(number - len(changes) + 1)])

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(change, range(5)))
    stands = courses.get(course.id)
    assert (stands.late_after_minutes, stands.code_interval, stands.static_code) == (5, 30, True)
    assert len(stands.roster or ()) == 2


def test_who_is_not_active_is_no_member(site: Site) -> None:
    site.enrolment.enrol(NewStudent("1"), {}, None)
    course = site.courses.add("Physics", roster=["1"])
    site.store.update_student(replace(site.student("1"), active=False))
    assert site.courses.members(course) == []


class TestGeneral:
    """General runs automatically while there is no other course."""

    def test_alone_it_opens_by_itself(self, site: Site) -> None:
        assert site.courses.general_runs()
        assert site.session.course_id == GENERAL_COURSE.id
        assert [course.id for course in site.courses.all()] == [GENERAL_COURSE.id]

    def test_with_the_first_course_it_stops_and_its_marks_stay(self, class_of_two: Site) -> None:
        site = class_of_two
        session = site.session
        site.marking.mark("1", MarkStatus.PRESENT, by="teacher")
        site.courses.add("Physics")
        assert not site.courses.general_runs()
        with pytest.raises(SessionNotFoundError, match="make General active"):
            site.sessions.today()
        assert [course.name for course in site.courses.all()] == ["Physics"]
        assert [course.name for course in site.courses.all(hidden=True)] == ["General", "Physics"]
        assert len(site.store.marks(session.id)) == 1
        assert site.sessions.get(session.id).is_open(site.clock.now())

    def test_an_admin_may_switch_it_on_and_another_course_leaves_it_on(self, site: Site) -> None:
        site.courses.add("Physics")
        site.courses.change(GENERAL_COURSE.id, active=True)
        site.courses.add("Chemistry")
        assert site.courses.general_runs()
        assert site.session.course_id == GENERAL_COURSE.id

    def test_when_the_last_other_course_is_switched_off_it_runs_again(self, site: Site) -> None:
        course = site.courses.add("Physics")
        site.courses.change(course.id, active=False)
        assert site.courses.general_runs()
        assert [course.id for course in site.courses.all()] == [GENERAL_COURSE.id]

    def test_two_first_courses_at_once_stop_it_once(self, tmp_path: Path) -> None:
        sites = [open_site(tmp_path) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda site: site.courses.add("Physics").id, sites))
        assert len(set(made)) == 4
        assert not sites[0].courses.general_runs()
        for site in sites:
            site.store.close()
