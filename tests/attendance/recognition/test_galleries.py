"""The gallery in memory follows the store."""

from __future__ import annotations

import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from attendance.errors import EngineMismatchError
from attendance.recognition import galleries as module
from attendance.recognition.galleries import Galleries
from attendance.values import Course
from face_matching.gallery import Gallery
from face_matching.similarity import Embeddings
from tests.attendance.fake_pipeline import embedding_of, photo_of
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site

EVERYBODY = Course("general", "General")


def found(galleries: Galleries, course: Course = EVERYBODY) -> Gallery | None:
    return galleries.of_course(course, engine="fake-1", detector="fake")


def test_without_templates_there_is_none(site: Site) -> None:
    assert found(Galleries(site.store)) is None


def test_the_same_gallery_is_kept_while_nothing_changes(class_of_two: Site) -> None:
    galleries = Galleries(class_of_two.store)
    assert found(galleries) is found(galleries)


def test_it_is_fresh_after_each_change(class_of_two: Site) -> None:
    galleries = Galleries(class_of_two.store)
    seen = []
    for change in (
        lambda: None,
        lambda: class_of_two.enrol("3", photo_of(STRANGER)),
        lambda: class_of_two.students.remove("1"),
    ):
        change()
        gallery = found(galleries)
        assert gallery is not None
        seen.append(gallery.students)
    assert seen == [2, 3, 2]


def test_a_roster_limits_it(class_of_two: Site) -> None:
    hopper = class_of_two.student("2")
    galleries = Galleries(class_of_two.store)
    gallery = found(galleries, Course("physics", "Physics", roster=(hopper.id,)))
    assert gallery is not None
    assert gallery.students == 1
    assert gallery.search(embedding_of(HOPPER))[0].student_id == hopper.id
    assert found(galleries, Course("empty", "Empty", roster=())) is None
    everybody = found(galleries)
    assert everybody is not None
    assert everybody.students == 2


@pytest.mark.parametrize("maker", [("fake-2", "fake"), ("fake-1", "other")])
def test_templates_of_others_are_an_error_that_says_how_to_re_embed(
    class_of_two: Site, maker: tuple[str, str]
) -> None:
    engine, detector = maker
    with pytest.raises(EngineMismatchError, match=r"fake-1 with fake.*create_database re-embed"):
        Galleries(class_of_two.store).of_course(EVERYBODY, engine=engine, detector=detector)


def test_one_engines_gallery_is_not_given_to_another(class_of_two: Site) -> None:
    galleries = Galleries(class_of_two.store)
    assert found(galleries) is not None
    with pytest.raises(EngineMismatchError):
        galleries.of_course(EVERYBODY, engine="fake-2", detector="fake")


def test_many_threads_get_one_gallery_while_it_changes(class_of_two: Site) -> None:
    galleries = Galleries(class_of_two.store)

    def ask(number: int) -> bool:
        if number == 10:
            class_of_two.enrol("3", photo_of(STRANGER))
        gallery = found(galleries)
        return gallery is not None and gallery.search(embedding_of(COLLINS))[0].score > 0.99

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(40)))
    gallery = found(galleries)
    assert gallery is not None
    assert gallery.students == 3


def test_the_students_of_a_small_course_are_judged_with_the_others_of_the_school(class_of_two: Site) -> None:
    for person in range(3, 15):
        class_of_two.enrol(str(person), photo_of(person))
    galleries = Galleries(class_of_two.store)
    course = Course("physics", "Physics", roster=(class_of_two.student("2").id,))
    gallery, school = found(galleries, course), galleries.of_school(engine="fake-1", detector="fake")
    assert gallery is not None
    assert school is not None
    probe = embedding_of(HOPPER)[np.newaxis]
    ((_, cohort),) = gallery.cohorts.relative(gallery.similarities(probe), probe)
    assert cohort == school.students > 10


def test_no_gallery_with_an_erased_student_stays_in_memory(class_of_two: Site) -> None:
    galleries = Galleries(class_of_two.store)
    both = tuple(class_of_two.student(number).id for number in ("1", "2"))
    gallery = found(galleries, Course("physics", "Physics", roster=both))
    assert gallery is not None
    held = weakref.ref(gallery)
    del gallery
    class_of_two.students.remove("1")
    galleries.purge()  # although nobody asks for that course any more
    assert held() is None


def test_no_index_stays_in_memory_once_the_school_needs_none(
    class_of_two: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Index:
        generation = 0

        def nearest_ids(self, rows: Embeddings, count: int) -> list[tuple[str, ...]]:
            del count
            return [() for _ in rows]

    made = list[weakref.ref[Index]]()

    def follow(index: Index | None, gallery: Gallery) -> Index:
        del gallery
        index = index or Index()
        made.append(weakref.ref(index))
        return index

    monkeypatch.setattr(module, "INDEXED", 2)
    monkeypatch.setattr(module, "followed", follow)
    galleries = Galleries(class_of_two.store)
    assert found(galleries) is not None
    assert made[0]() is not None
    class_of_two.students.remove("1")
    galleries.purge()
    assert made[0]() is None
