"""Courses and their rosters, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.errors import CourseNotFoundError, StudentNotFoundError
from attendance.store.protocol import Store
from attendance.values import Course, ScheduleRule
from tests.attendance.store.builders import course, day_off, student

FULL = course(
    "Ü-101",
    name="Übung 🙂",
    roster=("b", "a"),
    teachers=("u2", "u1"),
    late_after_minutes=0,
    closes_after_minutes=45,
    code_interval=30,
    static_code=True,
    active=False,
    schedule=(ScheduleRule(0, "08:15", 90), ScheduleRule(6, "23:30", 60)),
    first_day="2025-09-01",
    last_day="2026-06-30",
    version=4,
)


def test_a_course_comes_back_as_written(empty_store: Store) -> None:
    courses = [course(), course("empty", roster=()), FULL]
    for each in courses:
        assert empty_store.add_course(each)
    assert [empty_store.course(each.id) for each in courses] == courses
    assert empty_store.course("unknown") is None


def test_a_course_of_which_only_the_name_is_said_has_everybody(empty_store: Store) -> None:
    empty_store.add_course(Course(id="general", name="General"))
    found = empty_store.course("general")
    assert found == Course(id="general", name="General")
    assert found.roster is None
    assert found.active


def test_a_course_is_added_once(empty_store: Store) -> None:
    assert empty_store.add_course(course(name="First"))
    assert not empty_store.add_course(course(name="Second"))
    assert empty_store.course("general") == course(name="First")


def test_courses_come_in_the_order_of_their_ids(empty_store: Store) -> None:
    assert empty_store.courses() == []
    for key in ("physics", "general", "algebra"):
        empty_store.add_course(course(key))
    assert [each.id for each in empty_store.courses()] == ["algebra", "general", "physics"]


def test_a_course_is_replaced_by_who_has_seen_the_last_version(empty_store: Store) -> None:
    empty_store.add_course(course("Ü-101"))
    second = replace(FULL, version=2)
    assert empty_store.replace_course(second)
    assert not empty_store.replace_course(course("Ü-101", name="too late", version=2))
    assert not empty_store.replace_course(course("Ü-101", name="too early", version=4))
    assert not empty_store.replace_course(course("unknown", version=2))
    assert empty_store.courses() == [second]


# --- rosters ----------------------------------------------------------------------------------------


@pytest.fixture
def physics(store: Store) -> Store:
    """The course ``physics`` with ``s1``, and another student ``s3``."""
    store.add_student(student("s3"))
    store.add_course(course("physics", roster=("s1",), teachers=("u1",)))
    return store


def test_students_are_added_at_the_end_and_once(physics: Store) -> None:
    changed = physics.add_to_roster("physics", ["s3", "s1", "s2", "s3"])
    assert changed == course("physics", roster=("s1", "s3", "s2"), teachers=("u1",), version=2)
    assert physics.course("physics") == changed
    assert physics.add_to_roster("physics", ["s1", "s2"]) == changed, "no change is no version"
    assert physics.course("general") == course(), "another course has a roster of its own"


def test_students_are_taken_off(physics: Store) -> None:
    physics.add_to_roster("physics", ["s2", "s3"])
    changed = physics.remove_from_roster("physics", ["s1", "s3", "unknown"])
    assert changed == course("physics", roster=("s2",), teachers=("u1",), version=3)
    assert physics.remove_from_roster("physics", ["s1"]) == changed
    assert physics.remove_from_roster("physics", ["s2"]).roster == (), "nobody is not everybody"
    assert physics.course("physics") == replace(changed, roster=(), version=4)


def test_everybody_stays_everybody(physics: Store) -> None:
    assert physics.add_to_roster("general", ["s1"]) == course()
    assert physics.remove_from_roster("general", ["s1"]) == course()
    assert physics.course("general") == course()


def test_who_is_not_in_the_register_is_added_nowhere(physics: Store) -> None:
    with pytest.raises(StudentNotFoundError, match="unknown"):
        physics.add_to_roster("physics", ["s2", "unknown"])
    assert physics.course("physics") == course("physics", roster=("s1",), teachers=("u1",))


def test_a_roster_needs_its_course(physics: Store) -> None:
    with pytest.raises(CourseNotFoundError, match="unknown"):
        physics.add_to_roster("unknown", ["s1"])
    with pytest.raises(CourseNotFoundError, match="unknown"):
        physics.remove_from_roster("unknown", ["s1"])


def test_an_older_version_of_the_course_does_not_undo_a_change_of_the_roster(physics: Store) -> None:
    before = physics.course("physics")
    assert before is not None
    physics.add_to_roster("physics", ["s2"])
    assert not physics.replace_course(replace(before, name="New name", version=before.version + 1))
    after = physics.course("physics")
    assert after is not None
    assert after.roster == ("s1", "s2")


def test_an_older_version_of_the_course_does_not_bring_an_erased_student_back(physics: Store) -> None:
    physics.add_to_roster("physics", ["s2"])
    before = physics.course("physics")
    assert before is not None
    physics.remove_student("s1")
    assert not physics.replace_course(replace(before, version=before.version + 1))
    after = physics.course("physics")
    assert after == replace(before, roster=("s2",), version=before.version + 1)


def test_days_off_come_by_their_first_day_and_each_is_added_once(empty_store: Store) -> None:
    assert empty_store.days_off() == []
    christmas, easter = day_off(), day_off("2026-03-30", "2026-04-10", name="Ferien 🙂")
    single = day_off("2025-12-22", "2025-12-22")
    for each in (easter, christmas, single):
        assert empty_store.add_day_off(each)
    assert not empty_store.add_day_off(day_off(name="Other name"))
    assert empty_store.days_off() == [single, christmas, easter]
    for _ in range(2):
        empty_store.remove_day_off(christmas.id)
    assert empty_store.days_off() == [single, easter]
