"""A phone that checked in before is compared with its students first."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from attendance.recognition.classifier import Classifier
from attendance.recognition.galleries import Galleries
from attendance.recognition.known_phone import LATEST, MOST_SHARING, KnownFirst, students_of
from attendance.recognition.matcher import Matcher
from attendance.store.protocol import Store
from attendance.values import Course, MarkStatus
from face_matching.decision import Doubtful, Match, Unknown
from face_matching.relative_scores.relative_curves import RelativeCurves
from tests.attendance.fake_pipeline import embedding_of, fake_policy, photo_of
from tests.attendance.site import COLLINS, HOPPER, Site
from tests.attendance.store.builders import mark, session, student, trace

PHONE = "key:phone"
NOBODY = 14  # not enrolled


@pytest.fixture
def used(store: Store) -> Store:
    """A register whose session ``s`` has marks of five students, without traces."""
    store.add_session(session("s"))
    for number in range(5):
        store.add_student(student(f"p{number}", roll_number=f"9{number}"))
        store.insert_mark(mark(f"p{number}", "s"))
    return store


def check_ins(store: Store, *students: str | None) -> None:
    """Traces of a phone, one after another."""
    for number, name in enumerate(students):
        store.add_trace(trace(f"t{number:03}", session_id="s", student_id=name, device=PHONE))


def test_an_unknown_phone_belongs_to_nobody(used: Store) -> None:
    assert students_of(used, PHONE) == ()
    assert students_of(used, None) == ()


def test_a_phone_belongs_to_those_who_checked_in_with_it_the_latest_first(used: Store) -> None:
    check_ins(used, "p1", None, "p0", "p1", "p2")
    assert students_of(used, PHONE) == ("p2", "p1", "p0")


def test_a_phone_of_many_belongs_to_nobody(used: Store) -> None:
    check_ins(used, *(f"p{number}" for number in range(MOST_SHARING + 1)))
    assert students_of(used, PHONE) == ()


def test_only_the_latest_check_ins_count(used: Store) -> None:
    check_ins(used, "p0", *["p1"] * LATEST)
    assert students_of(used, PHONE) == ("p1",)


def test_a_mark_that_no_longer_counts_gives_no_phone(used: Store) -> None:
    check_ins(used, "p0", "p1")
    kept = used.mark("s", "p1")
    assert kept is not None
    assert used.replace_mark(replace(kept, status=MarkStatus.ABSENT, version=kept.version + 1))
    assert students_of(used, PHONE) == ("p0",)


@pytest.fixture
def matcher(class_of_two: Site) -> Matcher:
    """Compares relative to a class; a search of any class needs a score of 0.9, one student one of 0.5."""
    for number in range(3, 13):
        class_of_two.enrol(str(number), photo_of(number))
    curves = RelativeCurves(
        sizes=(10, 2000),
        fpirs=(0.5, 1e-3, 9e-4, 1e-6),
        thresholds=((0.4, 0.4, 0.9, 0.9),) * 2,
        same_person=(0.4, 0.4),
        margin=0.1,
    )
    policy = replace(fake_policy("fake-1", "fake"), fpir=1e-5, relative=curves)
    return Matcher(class_of_two.pipeline, policy, Galleries(class_of_two.store))


def phone_of(site: Site, roll_number: str) -> Course:
    """The phone was used by a student in today's session; returns its course."""
    student_id = site.student(roll_number).id
    site.store.insert_mark(mark(student_id, site.session.id))
    site.store.add_trace(trace(session_id=site.session.id, student_id=student_id, device=PHONE))
    return site.sessions.course_of(site.session)


def test_the_student_of_the_phone_is_marked_where_a_search_would_not(
    class_of_two: Site, matcher: Matcher
) -> None:
    course, face = phone_of(class_of_two, "1"), embedding_of(COLLINS, blend=9)
    first = KnownFirst(class_of_two.store)
    assert isinstance(first.decide(matcher, face, course, "another"), Unknown)
    found = first.decide(matcher, face, course, PHONE)
    assert isinstance(found, Match)
    assert found.student_id == class_of_two.student("1").id


def test_somebody_else_with_the_phone_is_searched_in_the_course(class_of_two: Site, matcher: Matcher) -> None:
    course, first = phone_of(class_of_two, "1"), KnownFirst(class_of_two.store)
    found = first.decide(matcher, embedding_of(HOPPER), course, PHONE)
    assert isinstance(found, Match)
    assert found.student_id == class_of_two.student("2").id
    assert isinstance(first.decide(matcher, embedding_of(NOBODY), course, PHONE), Unknown)


def test_a_typed_number_changes_nothing_where_everybody_is_searched(
    class_of_two: Site, matcher: Matcher
) -> None:
    course, first = phone_of(class_of_two, "1"), KnownFirst(class_of_two.store)
    assert not first.lacks_number(None, "")
    found = first.decide(matcher, embedding_of(HOPPER), course, None, "1")
    assert isinstance(found, Match)
    assert found.student_id == class_of_two.student("2").id


def test_where_only_known_students_count_nobody_is_searched(class_of_two: Site, matcher: Matcher) -> None:
    course, only = phone_of(class_of_two, "1"), KnownFirst(class_of_two.store, only_known=True)
    assert [
        only.lacks_number(*each) for each in ((None, ""), ("another", " "), (PHONE, ""), (None, "2"))
    ] == [
        True,
        True,
        False,
        False,
    ]
    assert isinstance(only.decide(matcher, embedding_of(HOPPER), course, PHONE), Unknown)
    assert isinstance(only.decide(matcher, embedding_of(COLLINS), course, PHONE), Match)


@pytest.mark.parametrize(
    ("claimed", "is_found"),
    [("2", True), (" 2 ", True), ("1", False), ("no number", False)],
)
def test_a_typed_number_is_who_the_face_has_to_be(
    class_of_two: Site, matcher: Matcher, claimed: str, *, is_found: bool
) -> None:
    course, only = phone_of(class_of_two, "1"), KnownFirst(class_of_two.store, only_known=True)
    found = only.decide(matcher, embedding_of(HOPPER), course, PHONE, claimed)
    assert isinstance(found, Match) is is_found


def test_a_look_alike_with_the_phone_is_searched_in_the_course(class_of_two: Site, matcher: Matcher) -> None:
    course, owner = class_of_two.sessions.course_of(class_of_two.session), class_of_two.student("5")
    face = embedding_of(5, blend=14)
    assert isinstance(matcher.verify(face, (owner.id,), course), Doubtful)
    assert matcher.verify_known(face, (owner.id,), course) is None


def test_with_a_classifier_everybody_is_searched(class_of_two: Site, matcher: Matcher) -> None:
    course, collins = class_of_two.sessions.course_of(class_of_two.session), class_of_two.student("1")
    trained = cast(Classifier, SimpleNamespace(current=lambda _engine, _detector: object()))
    assert matcher.verify_known(embedding_of(COLLINS), (collins.id,), course) is not None
    with_it = replace(matcher, classifier=trained)
    assert with_it.verify_known(embedding_of(COLLINS), (collins.id,), course) is None
