"""While a folder is enrolled, each face is compared with all others, from any process."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.enrolment.enrolled_faces import MOST_RECENT, EnrolledFaces
from attendance.values import Student, Template
from tests.attendance.fake_pipeline import PEOPLE, embedding_of
from tests.attendance.site import Site


def template_of(site: Site, person: int, *, number: int = 0) -> Template:
    """A template of a person whose student is in the register."""
    student_id = f"id-{person}"
    if site.store.student(student_id) is None:
        site.store.add_student(Student(student_id, str(person), "Student", consent=site.consent()))
    return Template(
        id=f"{person}-{number}",
        student_id=student_id,
        engine="fake-1",
        detector="fake",
        embedding=embedding_of(person),
        source=f"{person}-{number}",
        quality=1.0,
        created_at=site.clock.now(),
    )


@pytest.fixture
def faces(site: Site) -> EnrolledFaces:
    opened = EnrolledFaces(site.store, engine="fake-1", detector="fake")
    opened.refresh()
    return opened


def enrol(site: Site, faces: EnrolledFaces, *templates: Template) -> None:
    site.store.add_templates(templates)
    faces.append(templates, version=site.store.gallery_version())


def test_nobody_else_is_nobody(site: Site, faces: EnrolledFaces) -> None:
    assert faces.nearest_other(embedding_of(0), "id-0") is None
    enrol(site, faces, template_of(site, 0))
    assert faces.nearest_other(embedding_of(0), "id-0") is None


def test_the_nearest_of_the_others_is_found_among_old_and_new(site: Site, faces: EnrolledFaces) -> None:
    for person in range(PEOPLE):
        enrol(site, faces, template_of(site, person))
    for person in range(PEOPLE):
        nearest = faces.nearest_other(embedding_of(person), "somebody new")
        assert nearest is not None
        assert (nearest.student_id, nearest.searched) == (f"id-{person}", PEOPLE)
    own = faces.nearest_other(embedding_of(3, blend=5), "id-3")
    assert own is not None
    assert (own.student_id, own.searched) == ("id-4", PEOPLE - 1)


def test_a_long_folder_is_compared_to_its_end(site: Site, faces: EnrolledFaces) -> None:
    enrol(site, faces, template_of(site, 0))
    for number in range(MOST_RECENT + 5):
        enrol(site, faces, template_of(site, 1, number=number))
    for person in (0, 1):
        nearest = faces.nearest_other(embedding_of(person), "somebody new")
        assert nearest is not None
        assert (nearest.student_id, nearest.searched) == (f"id-{person}", 2)
        assert nearest.similarity == pytest.approx(1.0)


def test_whom_another_process_enrols_in_between_is_seen(site: Site, faces: EnrolledFaces) -> None:
    site.store.add_templates([template_of(site, 5)])
    enrol(site, faces, template_of(site, 0))
    faces.refresh()
    nearest = faces.nearest_other(embedding_of(5), "somebody new")
    assert nearest is not None
    assert nearest.student_id == "id-5"


def test_a_dry_run_is_remembered_without_being_written(site: Site, faces: EnrolledFaces) -> None:
    pretended = replace(template_of(site, 2), student_id="dry run|2")
    faces.append([pretended], version=None)
    faces.refresh()
    nearest = faces.nearest_other(embedding_of(2), "somebody new")
    assert nearest is not None
    assert nearest.student_id == "dry run|2"
    assert site.store.templates() == []
