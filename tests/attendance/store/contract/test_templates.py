"""Templates and portraits, on every database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from attendance.errors import ConsentMissingError, StudentNotFoundError
from attendance.store.protocol import Store
from tests.attendance.store.builders import (
    NOON,
    embedding,
    fill,
    portrait,
    same_template,
    student,
    template,
)
from tests.attendance.store.databases import Place


@pytest.mark.parametrize("dimension", [128, 512])
def test_an_embedding_comes_back_bit_by_bit(place: Place, dimension: int) -> None:
    row = embedding(7, dimension)
    row[:4] = np.array([1e-45, -0.0, np.nan, np.inf], np.float32)
    written = template("t", embedding=row)
    store = place.open()
    fill(store)
    store.add_templates([written])
    store.close()

    again = place.open()
    found = again.templates_of("s1")
    again.close()
    assert len(found) == 1
    assert same_template(found[0], written)


@pytest.mark.parametrize(
    "wrong",
    [embedding(1).reshape(1, -1), embedding(1).astype(np.float64), np.empty(0, np.float32)],
    ids=["a matrix", "float64", "nothing"],
)
def test_what_is_no_embedding_is_refused(store: Store, wrong: NDArray[Any]) -> None:
    with pytest.raises(ValueError, match=r"\(D,\) float32"):
        store.add_templates([template("good"), template("bad", embedding=wrong)])
    assert store.templates() == []


def test_a_template_is_added_once(store: Store) -> None:
    assert store.add_templates([template("t1"), template("t2"), template("t1")]) == 2
    assert store.add_templates([template("t1"), template("t3"), template("t9", "s2")]) == 2
    assert [each.id for each in store.templates_of("s1")] == ["t1", "t2", "t3"]


def test_the_first_template_with_an_id_stays(store: Store) -> None:
    store.add_templates([template("t1", source="first"), template("t1", source="second")])
    store.add_templates([template("t1", source="third")])
    assert [each.source for each in store.templates_of("s1")] == ["first"]


def test_the_gallery_version_grows_only_with_the_gallery(store: Store) -> None:
    versions = [store.gallery_version()]
    store.add_templates([template("t1")])
    versions.append(store.gallery_version())
    store.replace_templates("s1", [template("t2")])
    versions.append(store.gallery_version())
    store.update_student(student("s1", active=False))
    versions.append(store.gallery_version())
    store.remove_student("s1")
    versions.append(store.gallery_version())
    assert versions == sorted(set(versions))

    store.add_templates([])
    store.add_templates([template("t3", "s2")])
    before = store.gallery_version()
    store.add_templates([template("t3", "s2")])
    store.update_student(student("s2", name="Another Name"))
    store.save_portrait(portrait("s2"))
    assert store.gallery_version() == before


def test_no_template_without_consent(store: Store) -> None:
    store.add_student(student("s3", consent=None))
    before = store.gallery_version()
    for whose in ("s3", "nobody"):
        with pytest.raises(ConsentMissingError, match=whose):
            store.add_templates([template("t1", "s1"), template("t2", whose)])
        with pytest.raises(ConsentMissingError, match=whose):
            store.replace_templates(whose, [template("t2", whose)])
    assert store.templates() == []
    assert store.gallery_version() == before


def test_templates_are_those_of_active_students_in_the_order_of_ids(store: Store) -> None:
    store.add_student(student("s3", active=False))
    store.add_templates([template("b", "s1"), template("c", "s3"), template("a", "s2"), template("a", "s1")])
    assert [(each.id, each.student_id) for each in store.templates()] == [
        ("a", "s1"),
        ("a", "s2"),
        ("b", "s1"),
    ]
    assert [each.id for each in store.templates_of("s3")] == ["c"]


def test_templates_of_one_engine(store: Store) -> None:
    store.add_templates([template("a"), template("b", engine="facenet-1", embedding=embedding(1, 512))])
    assert [each.id for each in store.templates("facenet-1")] == ["b"]
    assert [each.id for each in store.templates("dlib-1")] == ["a"]
    assert store.templates("another-1") == []


def test_replacing_exchanges_all_of_one_student(store: Store) -> None:
    store.add_templates([template("a"), template("b"), template("a", "s2")])
    new = [template("b", source="new"), template("c"), template("c")]
    store.replace_templates("s1", new)
    assert [(each.id, each.source) for each in store.templates_of("s1")] == [
        ("b", "new"),
        ("c", "a" * 64),
    ]
    assert len(store.templates_of("s2")) == 1


def test_replacing_by_nothing_leaves_nothing(store: Store) -> None:
    store.add_templates([template("a"), template("b")])
    before = store.gallery_version()
    store.replace_templates("s1", [])
    store.replace_templates("nobody", [])
    assert store.templates_of("s1") == []
    assert store.gallery_version() > before


def test_templates_of_another_student_do_not_replace(store: Store) -> None:
    with pytest.raises(ValueError, match="s2"):
        store.replace_templates("s1", [template("a", "s2")])
    assert store.templates() == []


def test_there_is_one_portrait(store: Store) -> None:
    assert store.portrait_of("s1") is None
    store.save_portrait(portrait("s1", b"first"))
    second = portrait("s1", bytes(range(256)) * 400)
    store.save_portrait(second)
    assert store.portrait_of("s1") == second
    assert store.portrait_of("s2") is None
    assert store.forget_portrait("s1")
    assert not store.forget_portrait("s1")
    assert store.portrait_of("s1") is None


def test_one_photo_goes_with_all_that_was_made_of_it(store: Store) -> None:
    of_photo = [replace(template(id_), source="photo") for id_ in ("a", "b")]  # as of two engines
    others = [replace(template("c"), source="another"), replace(template("d", "s2"), source="photo")]
    store.add_templates([*of_photo, *others])
    store.save_portrait(replace(portrait("s1"), source="photo"))
    store.save_portrait(replace(portrait("s2"), source="photo"))
    before = store.gallery_version()
    assert store.forget_photo("s1", "photo")
    assert [each.id for each in store.templates()] == ["c", "d"]
    assert store.portrait_of("s1") is None
    assert store.portrait_of("s2") is not None
    after = store.gallery_version()
    assert after > before
    for student_id, source in (("s1", "photo"), ("s1", "nothing"), ("nobody", "another")):
        assert not store.forget_photo(student_id, source)
    assert store.gallery_version() == after, "nothing was changed"


def test_a_portrait_of_another_photo_stays_and_one_that_is_left_goes(store: Store) -> None:
    store.add_templates([replace(template("a"), source="photo")])
    store.save_portrait(replace(portrait("s1"), source="another"))
    assert store.forget_photo("s1", "photo")
    assert store.portrait_of("s1") is not None
    assert store.forget_photo("s1", "another"), "as after a crash in between"
    assert store.portrait_of("s1") is None


def test_a_portrait_needs_a_student(store: Store) -> None:
    with pytest.raises(StudentNotFoundError, match="nobody"):
        store.save_portrait(portrait("nobody"))
    assert store.portrait_of("nobody") is None


def test_times_of_templates_come_back(store: Store) -> None:
    store.add_templates([template("a")])
    assert store.templates()[0].created_at == NOON
