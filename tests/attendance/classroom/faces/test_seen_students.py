"""Who is seen: everybody named, and whose claim to be there one of the remaining faces confirms."""

from __future__ import annotations

import pytest

from attendance.classroom.faces.face_naming import ReadPicture, name_faces
from attendance.classroom.faces.seen_students import seen_students
from attendance.classroom.jobs.job_records import JobReading, seen_from, to_json
from face_matching.gallery import Gallery
from tests.attendance.classroom.faces.test_face_naming import (
    ANNA,
    BERTA,
    CARLA,
    GALLERY,
    POLICY,
    picture,
    unit,
)
from tests.attendance.fake_pipeline import PASSES

CLAIM = PASSES + 0.05  # too little for a name, enough for a claim


def seen(
    *pictures: ReadPicture, claimed: tuple[str, ...] = (), gallery: Gallery | None = GALLERY
) -> tuple[str, ...]:
    """Ids of the students whom pictures show."""
    return seen_students(pictures, name_faces(pictures, gallery, POLICY), gallery, POLICY, claimed)


def test_who_is_named_is_seen_whether_or_not_they_checked_in() -> None:
    assert seen(picture(unit(0.95), unit(0, 0.95))) == (ANNA, BERTA)


def test_a_claim_needs_less_than_a_name() -> None:
    assert seen(picture(unit(CLAIM))) == ()
    assert seen(picture(unit(CLAIM)), claimed=(ANNA,)) == (ANNA,)
    assert seen(picture(unit(CLAIM)), claimed=(BERTA,)) == ()
    assert seen(picture(unit(PASSES - 0.01)), claimed=(ANNA,)) == ()


def test_one_face_confirms_the_nearer_of_two_claims() -> None:
    assert seen(picture(unit(0.70, 0.71)), claimed=(ANNA, BERTA)) == (BERTA,)


def test_a_stranger_confirms_no_claim() -> None:
    assert seen(picture(unit(0.1, 0.2, 0.1)), claimed=(ANNA, BERTA, CARLA)) == ()


def test_several_pictures_add_up() -> None:
    assert seen(picture(unit(0.95)), picture(unit(0, 0.95)), claimed=(ANNA, BERTA, CARLA)) == (ANNA, BERTA)


def test_a_face_that_belongs_to_a_named_student_confirms_nobody_elses_claim() -> None:
    assert seen(picture(unit(0.95, 0.3)), claimed=(BERTA,)) == (ANNA,)


@pytest.mark.parametrize("claimed", [(), (ANNA,)])
def test_without_templates_or_faces_nobody_is_seen(claimed: tuple[str, ...]) -> None:
    assert seen(picture(unit(0.95)), claimed=claimed, gallery=None) == ()
    assert seen(picture(None), claimed=claimed) == ()
    assert seen(claimed=claimed) == ()


def test_a_reading_keeps_them_and_older_readings_have_none() -> None:
    reading = JobReading(seen=(ANNA, BERTA))
    assert seen_from(to_json(reading)) == reading
    assert seen_from(to_json(JobReading()).replace(b', "seen": []', b"")) == JobReading()
