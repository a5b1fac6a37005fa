"""Counts, versions and parts of records, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from attendance.store.protocol import Store
from attendance.store.protocols.summaries import TemplateKey
from attendance.values import MarkHead, MarkStatus, Student, Template
from tests.attendance.store.builders import MS, NOON, course, mark, session, student, template

TODAY = "general|2025-11-21"
EVER = "0001-01-01", "9999-12-31"


def test_the_number_of_people_grows_with_each_change(store: Store) -> None:
    known, version = store.students(), store.people_version()
    assert store.count_students() == len(known)
    changes = (
        lambda: store.add_student(student("s9")),
        lambda: store.update_student(replace(student("s9"), name="Another Name")),
        lambda: store.remove_student("s9"),
    )
    counts = []
    for change in changes:
        change()
        counts.append(store.count_students())
        assert store.people_version() > version
        version = store.people_version()
    assert counts == [len(known) + 1, len(known) + 1, len(known)]
    store.insert_mark(mark("s1"))
    assert store.people_version() == version


def test_photos_are_counted_for_active_students(store: Store) -> None:
    store.add_templates([template("a", "s1"), template("b", "s1"), template("c", "s2")])
    other = replace(template("d", "s1"), engine="other-1")
    store.add_templates([other])
    assert store.count_photos() == {"s1": 3, "s2": 1}
    assert store.count_photos(other.engine, other.detector) == {"s1": 1}
    assert store.count_photos(other.engine, "unknown") == {}
    store.update_student(replace(_student(store, "s2"), active=False))
    assert store.count_photos() == {"s1": 3}


def test_templates_are_found_by_their_keys(store: Store) -> None:
    first, second, other = template("a", "s1"), template("b", "s1"), template("c", "s2")
    store.add_templates([first, second, other, replace(template("d", "s2"), engine="other-1")])
    keys = set(store.template_keys(first.engine))
    assert keys == {_key(first), _key(second), _key(other)}
    assert {_key(each) for each in store.templates_among([_key(first), _key(other)])} == {
        _key(first),
        _key(other),
    }
    later = replace(first, created_at=first.created_at + MS)
    store.replace_templates("s1", [later])
    assert set(store.template_keys(first.engine)) == {_key(later), _key(other)}
    assert store.templates_among([_key(first), _key(second)]) == []
    store.update_student(replace(_student(store, "s2"), active=False))
    assert store.template_keys(first.engine) == [_key(later)]


def test_the_heads_of_marks(store: Store) -> None:
    store.add_session(session("tomorrow"))
    store.insert_mark(mark("s1", "tomorrow"))
    first = mark("s1", attempt="first", at=NOON + MS)
    second = mark("s2", attempt=None, status=MarkStatus.ABSENT, under_review=True)
    for each in (first, second):
        store.insert_mark(each)
    assert sorted(store.mark_heads(TODAY), key=lambda head: head.student_id) == [
        MarkHead("s1", first.status, first.method, NOON + MS, "first", first.under_review, 1),
        MarkHead("s2", MarkStatus.ABSENT, second.method, second.at, None, True, 1),
    ]
    assert store.mark_heads("unknown") == []
    assert store.count_marks([TODAY, "tomorrow", "unknown"]) == 3
    store.replace_mark(replace(first, status=MarkStatus.WITHDRAWN, version=2))
    assert store.count_marks([TODAY]) == 1
    assert store.count_marks([]) == 0
    assert [head.counts_as_there for head in store.mark_heads("tomorrow")] == [True]


def test_marks_of_some_students(store: Store) -> None:
    marks = [mark("s1"), mark("s2")]
    for each in marks:
        store.insert_mark(each)
    assert store.marks_among(TODAY, ["s2", "unknown"]) == marks[1:]
    assert store.marks_among(TODAY, []) == []
    many = [f"nobody {number}" for number in range(1000)]
    assert store.marks_among(TODAY, [*many, "s1"]) == marks[:1]


def test_standings_and_their_versions(store: Store) -> None:
    store.add_session(session("tomorrow"))
    versions = store.marks_versions([TODAY, "tomorrow", "unknown"])
    assert set(versions) == {TODAY, "tomorrow"}
    first = mark("s1")
    store.insert_mark(first)
    after = store.marks_versions([TODAY, "tomorrow"])
    assert after[TODAY] > versions[TODAY]
    assert after["tomorrow"] == versions["tomorrow"]
    store.insert_mark(mark("s2", under_review=True, status=MarkStatus.LATE))
    store.replace_mark(replace(first, status=MarkStatus.EXCUSED, version=2))
    assert store.marks_versions([TODAY])[TODAY] > after[TODAY]
    found = store.standings([TODAY, "tomorrow", "unknown"])
    assert [name for name, columns in found.items() if columns.student_ids] == [TODAY]
    assert set(zip(*found[TODAY], strict=True)) == {
        ("s1", MarkStatus.EXCUSED, False),
        ("s2", MarkStatus.LATE, True),
    }


def _student(store: Store, student_id: str) -> Student:
    found = store.student(student_id)
    assert found is not None
    return found


def _key(one: Template) -> TemplateKey:
    return TemplateKey(one.student_id, one.id, one.created_at)


def test_the_number_of_courses_grows_with_each_change(store: Store) -> None:
    version = store.courses_version()
    added = course("physics", roster=("s1",))
    changes = (
        lambda: store.add_course(added),
        lambda: store.replace_course(replace(added, name="Physics", version=2)),
        lambda: store.add_to_roster("physics", ["s2"]),
        lambda: store.remove_student("s1"),
    )
    for change in changes:
        change()
        assert store.courses_version() > version
        version = store.courses_version()
    store.insert_mark(mark("s2"))
    assert store.courses_version() == version


def _hold_sessions(store: Store) -> datetime:
    """Sessions of two courses, and when the last of those that take place is over."""
    end, later = NOON + timedelta(hours=2), NOON + timedelta(hours=3)
    for name in ("physics", "algebra"):
        store.add_course(course(name))
    days: dict[str, dict[str, Any]] = {
        "over": {"opens_at": NOON - timedelta(days=1), "closes_at": end},
        "closed before its time": {"closes_at": later, "closed_at": NOON},
        "running": {"closes_at": later},
        "closed by hand alone": {"closes_at": end, "by_hand": True},
        "cancelled": {"closes_at": end, "closed_at": NOON, "cancelled_at": NOON},
        "another day": {"closes_at": end, "day": "2025-11-22", "opens_at": NOON + timedelta(minutes=1)},
    }
    for key, changes in days.items():
        store.add_session(session(key, course_id="physics", **changes))
    store.add_session(session("algebra", course_id="algebra", closes_at=end))
    return end


def test_sessions_that_took_place_are_counted(store: Store) -> None:
    end, day = _hold_sessions(store), "2025-11-21"
    assert store.count_held(end - MS, *EVER).get("algebra") is None
    counts = store.count_held(end, day, day)
    assert {name: counts[name] for name in ("physics", "algebra")} == {"physics": 2, "algebra": 1}
    assert store.count_held(end, *EVER)["physics"] == 3


def test_the_newest_sessions_that_took_place(store: Store) -> None:
    end = _hold_sessions(store)

    def newest(courses: list[str], most: int) -> list[str]:
        return [each.id for each in store.newest_held(end, *EVER, courses, most)]

    assert newest(["physics"], 9) == ["another day", "closed before its time", "over"]
    assert newest(["physics", "algebra"], 2) == ["another day", "closed before its time"]
    assert newest([], 2) == []
    assert store.newest_held(end, *EVER, ["algebra"], 1) == [store.session("algebra")]
