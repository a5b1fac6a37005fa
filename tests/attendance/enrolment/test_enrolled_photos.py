"""What is enrolled of a student is listed photo by photo, and one goes without the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from attendance.enrolment.enrolled_photos import EnrolledPhotos
from attendance.enrolment.re_embed import re_embed
from attendance.errors import PhotoNotFoundError
from attendance.marks.verdict import VerdictCode
from attendance.people.student_history import StudentHistory
from attendance.values import ChangeKind, Portrait
from tests.attendance.fake_pipeline import FakePipeline, photo_of
from tests.attendance.site import COLLINS, HOPPER, Site, open_site


@pytest.fixture
def photos(class_of_two: Site) -> EnrolledPhotos:
    return EnrolledPhotos(class_of_two.store, StudentHistory(class_of_two.store, class_of_two.clock))


def kinds(site: Site) -> list[ChangeKind]:
    return [change.kind for change in StudentHistory(site.store, site.clock).latest(9)]


def test_the_photos_are_listed_oldest_first(class_of_two: Site, photos: EnrolledPhotos) -> None:
    class_of_two.clock.advance(minutes=1)
    class_of_two.enrol("1", photo_of(COLLINS, side=80))
    student = class_of_two.students.get("1")
    first, second = photos.of(student)
    assert first.created_at < second.created_at
    assert (first.engine, first.detector) == ("fake-1", "fake")
    assert [first.is_portrait, second.is_portrait].count(True) == 1
    assert photos.get(student, second.id) == second
    with pytest.raises(PhotoNotFoundError, match="has no enrolled photo 'none'"):
        photos.get(student, "none")


def test_a_photo_goes_with_the_templates_of_each_engine(
    class_of_two: Site, photos: EnrolledPhotos, tmp_path: Path
) -> None:
    site, student = class_of_two, class_of_two.students.get("1")
    (old,) = site.store.templates_of(student.id)
    re_embed(site.store, site.clock, FakePipeline(engine_name="fake-2"), reason="It was asked for.")
    site.store.add_templates([old])  # as of a server that had not heard of the new engine
    (photo,) = photos.of(student)
    assert photo.engine == "fake-2", "the one in use counts"
    photos.erase(student, photo.id, by="office")
    assert site.store.templates_of(student.id) == []


def test_running_servers_stop_recognising_by_it_at_once(
    class_of_two: Site, photos: EnrolledPhotos, tmp_path: Path
) -> None:
    other = open_site(tmp_path, clock=class_of_two.clock)
    assert other.submit(photo_of(COLLINS), "grant-1").code is VerdictCode.LATE
    student = class_of_two.students.get("1")
    (photo,) = photos.of(student)
    photos.erase(student, photo.id, by="office")
    assert other.submit(photo_of(COLLINS), "grant-2").code is VerdictCode.NOT_FOUND
    assert other.submit(photo_of(HOPPER), "grant-3").code is VerdictCode.LATE
    other.store.close()


def test_it_goes_once_and_is_noted_once(class_of_two: Site, photos: EnrolledPhotos) -> None:
    student, other = class_of_two.students.get("1"), class_of_two.students.get("2")
    (photo,) = photos.of(student)
    with pytest.raises(PhotoNotFoundError):
        photos.erase(other, photo.id, by="office")
    photos.erase(student, photo.id, by="office")
    with pytest.raises(PhotoNotFoundError):
        photos.erase(student, photo.id, by="office")
    photos.erase_all(student, by="office")
    assert kinds(class_of_two) == [ChangeKind.PHOTO_ERASED]
    photos.erase_all(other, by="office")
    assert photos.of(other) == []
    assert class_of_two.store.portrait_of(other.id) is None
    assert set(kinds(class_of_two)) == {ChangeKind.PHOTO_ERASED, ChangeKind.PHOTOS_ERASED}


def test_the_portrait_goes_with_its_photo_and_comes_back_with_the_next(
    class_of_two: Site, photos: EnrolledPhotos
) -> None:
    class_of_two.enrol("1", photo_of(COLLINS, side=80))
    student = class_of_two.students.get("1")
    portrait, other = sorted(photos.of(student), key=lambda photo: not photo.is_portrait)
    photos.erase(student, portrait.id, by="office")
    assert [photo.id for photo in photos.of(student)] == [other.id]
    assert class_of_two.store.portrait_of(student.id) is None
    for side in (64, 80):  # one of them is enrolled already
        class_of_two.enrol("1", photo_of(COLLINS, side=side))
    assert class_of_two.store.portrait_of(student.id) is not None


def test_a_photo_that_is_erased_while_it_is_enrolled_leaves_no_portrait(
    class_of_two: Site, photos: EnrolledPhotos, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, student = class_of_two.store, class_of_two.students.get("1")
    photos.erase_all(student, by="office")
    save = store.save_portrait

    def erased_just_before(portrait: Portrait) -> None:
        photos.erase(student, portrait.source, by="office")
        save(portrait)

    monkeypatch.setattr(store, "save_portrait", erased_just_before)
    class_of_two.enrol("1", photo_of(COLLINS))
    assert store.templates_of(student.id) == []
    assert store.portrait_of(student.id) is None


def test_what_an_erasure_left_behind_goes_when_it_is_repeated(
    class_of_two: Site, photos: EnrolledPhotos
) -> None:
    store, student = class_of_two.store, class_of_two.students.get("1")
    store.replace_templates(student.id, [])  # as after a crash of MongoDB's client in between
    portrait = store.portrait_of(student.id)
    assert portrait is not None
    photos.erase(student, portrait.source, by="office")
    assert store.portrait_of(student.id) is None
