"""Students, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from attendance.errors import RollNumberTakenError, StudentExistsError, StudentNotFoundError
from attendance.store.erasure import Erasure
from attendance.store.protocol import Store
from attendance.values import Consent, ConsentForm, ConsentParty, ReviewDecision, Withdrawal
from tests.attendance.store.builders import (
    NOON,
    answer,
    course,
    crop,
    mark,
    notice,
    portrait,
    review,
    student,
    student_change,
    template,
)
from tests.attendance.store.databases import Place

GUARDIAN = ConsentParty.GUARDIAN
FULL = student(
    "full",
    name="Zoë Ångström-李 🎓",
    email="someone@example.org",
    phone="+49 30 1234",
    department="Physics",
    year="2",
    guardian_email="guardian@example.org",
    consent=None,
    withdrawn=Withdrawal(NOON, "Zoë"),
    active=False,
    image_id="4",
    other_consents=(
        Consent(NOON, "Zoë", "Formular"),
        Consent(NOON, "Zoë", "kept", GUARDIAN, ConsentForm.PAPER, "2025-11-01", "2026-07-31"),
    ),
    other_objections=(Withdrawal(NOON, "office", GUARDIAN, "by telephone"),),
    guardian_name="Åse Ångström-李",
)


def test_a_student_comes_back_as_written(empty_store: Store) -> None:
    bare = student("bare", consent=None)
    for each in (FULL, bare):
        empty_store.add_student(each)
    assert empty_store.student("full") == FULL
    assert empty_store.student_by_roll("roll bare") == bare


def test_nobody_is_found_where_nobody_is(empty_store: Store) -> None:
    assert empty_store.student("s1") is None
    assert empty_store.student_by_roll("roll s1") is None
    assert empty_store.students() == []


def test_students_come_in_plain_order_of_their_roll_numbers(empty_store: Store) -> None:
    rolls = ["10", "9", "B", "a", "é", "Z", "007", "😀"]
    for number, roll in enumerate(rolls):
        empty_store.add_student(student(str(number), roll_number=roll))
    assert [each.roll_number for each in empty_store.students()] == sorted(rolls)


def test_two_students_may_have_the_same_picture_number(empty_store: Store) -> None:
    same = [student(key, image_id="4") for key in ("s1", "s2")]
    for each in same:
        empty_store.add_student(each)
    assert empty_store.students() == same


def test_a_roll_number_is_one_students(store: Store) -> None:
    with pytest.raises(RollNumberTakenError, match="roll s1"):
        store.add_student(student("s3", roll_number="roll s1"))
    with pytest.raises(RollNumberTakenError, match="roll s1"):
        store.update_student(student("s2", roll_number="roll s1"))
    assert store.student("s3") is None
    assert store.student_by_roll("roll s2") == student("s2", name="Grace Hopper")


@pytest.mark.parametrize("written", ["ROLL S1", "Roll\u00a0s1", "roll \uff53\uff11", "roll s\u0661"])
def test_a_roll_number_is_the_same_however_it_is_written(store: Store, written: str) -> None:
    one = student("s1", name="Eileen Collins")
    assert store.student_by_roll(written) == one
    assert store.students_with_number(written) == [one]
    with pytest.raises(RollNumberTakenError, match="is the same as 'roll s1'") as refused:
        store.add_student(student("s3", roll_number=written))
    assert refused.value.theirs == "roll s1"
    with pytest.raises(RollNumberTakenError, match="is the same as 'roll s1'"):
        store.update_student(student("s2", roll_number=written))
    rewritten = replace(one, roll_number=written)
    assert store.update_student(rewritten), "a student may write the own number differently"
    assert store.student_by_roll("roll s1") == rewritten


def test_an_id_is_given_once(store: Store) -> None:
    with pytest.raises(StudentExistsError, match="s1"):
        store.add_student(student("s1", roll_number="another"))
    with pytest.raises(StudentExistsError, match="s1"):
        store.add_student(student("s1"))
    assert store.student("s1") == student("s1", name="Eileen Collins")


def test_a_student_can_change_everything_but_the_id(store: Store) -> None:
    changed = replace(FULL, id="s1")
    store.update_student(changed)
    assert store.student("s1") == changed
    assert store.student_by_roll("roll s1") is None


def test_a_roll_number_that_was_given_up_is_free(store: Store) -> None:
    store.update_student(student("s1", roll_number="new"))
    store.update_student(student("s2", roll_number="roll s1"))
    found = store.student_by_roll("roll s1")
    assert found is not None
    assert found.id == "s2"


def test_only_a_student_can_be_updated(store: Store) -> None:
    with pytest.raises(StudentNotFoundError, match="s3"):
        store.update_student(student("s3"))
    with pytest.raises(StudentNotFoundError, match="s3"):
        store.update_student(student("s3", consent=None, active=False))
    assert store.student("s3") is None


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another Name"},
        {"active": False},
        {"consent": None, "withdrawn": Withdrawal(NOON, "office")},
        {"other_consents": (Consent(NOON, "office", "both", GUARDIAN, valid_until="2026-01-01"),)},
        {"consent": None, "other_consents": (Consent(NOON, "office", "ended", valid_until="2025-01-01"),)},
    ],
)
def test_a_change_is_written_only_onto_what_was_read(store: Store, change: dict[str, Any]) -> None:
    before = store.student("s1")
    assert before is not None
    store.add_templates([template("t1", "s1")])
    store.save_portrait(portrait("s1"))
    meanwhile = replace(
        before,
        phone="303 555 0117",
        consent=Consent(NOON, "office", "a later form"),
        other_consents=(Consent(NOON, "office", "another", GUARDIAN, ConsentForm.EMAIL),),
    )
    assert store.update_student(meanwhile, before)
    assert not store.update_student(replace(before, **change), before)
    assert store.student("s1") == meanwhile
    assert [each.id for each in store.templates_of("s1")] == ["t1"]
    assert store.portrait_of("s1") is not None
    assert store.update_student(replace(meanwhile, **change), meanwhile)
    assert store.student("s1") == replace(meanwhile, **change)


def test_nobody_is_changed_who_was_erased_meanwhile(store: Store) -> None:
    before = store.student("s1")
    assert before is not None
    store.remove_student("s1")
    with pytest.raises(StudentNotFoundError, match="s1"):
        store.update_student(replace(before, name="Another Name"), before)
    assert store.student("s1") is None


def test_times_are_kept_in_utc_without_microseconds(empty_store: Store) -> None:
    berlin = timezone(timedelta(hours=1))
    given_at = datetime(2025, 11, 21, 13, 0, 0, 123_999, tzinfo=berlin)
    empty_store.add_student(student(consent=Consent(given_at, "office", "signed form")))
    found = empty_store.student("s1")
    assert found is not None
    assert found.consent is not None
    assert found.consent.given_at == NOON
    assert found.consent.given_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(empty_store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        empty_store.add_student(student(consent=Consent(naive, "office", "signed form")))
    assert empty_store.students() == []


def test_withdrawing_consent_erases_the_face(store: Store) -> None:
    store.add_templates([template("t1", "s1"), template("t2", "s2")])
    store.save_portrait(portrait("s1"))
    before = store.gallery_version()
    withdrawn = student("s1", consent=None, withdrawn=Withdrawal(NOON, "office"))
    store.update_student(withdrawn)
    assert store.student("s1") == withdrawn
    assert store.templates_of("s1") == []
    assert store.portrait_of("s1") is None
    assert len(store.templates_of("s2")) == 1
    assert store.gallery_version() > before


def test_removing_a_student_erases_everything_about_them(store: Store, place: Place) -> None:
    store.add_templates([template("t1", "s1"), template("t2", "s2")])
    store.save_portrait(portrait("s1"))
    store.insert_mark(mark("s1"))
    store.insert_mark(mark("s2"))
    store.add_course(course("small", roster=("s1", "s2")))
    store.hold_review(review("about s1", "s1", "s2"))
    store.hold_review(review("about s2", "s2", "s1"))
    store.hold_review(review("about nobody", "s2", "s3"))
    store.hold_review(review("decided for s1", "s2"))
    store.decide_review("decided for s1", ReviewDecision.ACCEPTED, decided_for="s1", by="teacher", at=NOON)
    store.keep_answer(answer("g1"))
    store.keep_answer(answer("g2", answer={"student_id": "s2"}))
    store.claim_notice(notice("n1"))
    before = store.gallery_version()

    store.remove_student("s1")

    assert store.student("s1") is None
    assert store.student_by_roll("roll s1") is None
    assert store.gallery_version() > before
    assert [each.id for each in store.templates()] == ["t2"]
    assert store.templates_of("s1") == []
    assert store.portrait_of("s1") is None
    assert [each.student_id for each in store.marks("general|2025-11-21")] == ["s2"]
    small = store.course("small")
    assert small is not None
    assert small.roster == ("s2",)
    left = {each.id: each for each in store.reviews(undecided_only=False)}
    assert left.keys() == {"about s2", "about nobody"}
    assert [each.student_id for each in left["about s2"].candidates] == ["s2"]
    assert left["about s2"].snapshot is None, "the picture may show the student who was erased"
    assert left["about nobody"].snapshot == "about nobody.jpg"
    assert [each.student_id for each in left["about nobody"].candidates] == ["s2", "s3"]
    assert store.answer("g1", "d1", NOON) is None
    assert store.answer("g2", "d1", NOON) is not None
    assert store.notices() == []

    again = place.open()
    again.add_student(student("new", roll_number="roll s1"))
    assert again.templates_of("new") == []
    again.close()


def test_removing_a_student_counts_what_it_deletes(store: Store) -> None:
    store.add_templates([template("t1", "s1"), template("t3", "s1"), template("t2", "s2")], [crop()])
    store.save_portrait(portrait("s1"))
    for student_id in ("s1", "s2"):
        store.insert_mark(mark(student_id))
    store.add_course(course("small", roster=("s1", "s2")))
    store.add_course(course("other", roster=("s2",)))
    store.hold_review(review("about s1", "s1", "s2"))
    store.hold_review(review("about s2", "s2", "s1"))
    store.hold_review(review("about nobody", "s2"))
    store.keep_answer(answer("g1"))
    store.keep_answer(answer("g2", answer={"student_id": "s2"}))
    store.claim_notice(notice("n1"))
    store.note_student_changes(
        [student_change("c1", "s1"), student_change("c2", "s1"), student_change("c3", "s2")]
    )
    erasure = store.remove_student("s1")
    assert replace(erasure, data_keys=0) == Erasure(
        students=1,
        templates=2,
        crops=1,
        portraits=1,
        marks=1,
        notices=1,
        changes=2,
        reviews=1,
        candidates=1,
        answers=1,
        rosters=1,
        audit_keys=1,
    )
    assert store.remove_student("s1") == Erasure(), "nothing is left"


def test_removing_nobody_is_no_error(store: Store) -> None:
    before = store.gallery_version()
    assert store.remove_student("s3") == Erasure()
    assert len(store.students()) == 2
    assert store.gallery_version() == before


def test_a_removed_student_gets_nothing_written_any_more(store: Store) -> None:
    store.remove_student("s1")
    with pytest.raises(StudentNotFoundError, match="s1"):
        store.insert_mark(mark("s1"))
    with pytest.raises(StudentNotFoundError, match="s1"):
        store.save_portrait(portrait("s1"))
    assert store.marks("general|2025-11-21") == []
    assert store.portrait_of("s1") is None
