"""The faces of enrolled photos: kept with their templates, erased with them, on every database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attendance.errors import ConsentMissingError
from attendance.store.crops import MOST_CROPS
from attendance.store.protocol import Store
from attendance.values import FaceCrop
from tests.attendance.store.builders import crop, portrait, student, template
from tests.attendance.store.databases import Place


def enrolled(store: Store, *sources: str, student_id: str = "s1", **changes: object) -> list[FaceCrop]:
    """Photos of a student with templates and crops."""
    crops = [crop(source, student_id, **changes) for source in sources]
    store.add_templates([template(f"t {one}", student_id, source=one) for one in sources], crops)
    return crops


def test_a_crop_comes_back_as_it_was_written(place: Place) -> None:
    store = place.open()
    store.add_student(student())
    written = enrolled(store, "a", jpeg=bytes(range(256)) * 100)
    store.close()
    again = place.open()
    assert again.crops_of("s1") == written
    assert again.crops_of("s2") == []
    again.close()


def test_the_best_five_stay_the_best_first(store: Store) -> None:
    for number in range(MOST_CROPS + 2):
        enrolled(store, f"photo {number}", quality=number / 16)
    assert [each.source for each in store.crops_of("s1")] == [
        f"photo {number}" for number in range(MOST_CROPS + 1, 1, -1)
    ]
    assert len(store.templates_of("s1")) == MOST_CROPS + 2


def test_of_one_photo_the_first_crop_stays(store: Store) -> None:
    (first,) = enrolled(store, "a")
    store.add_templates([], [replace(first, quality=0.875, jpeg=b"again")])
    assert store.crops_of("s1") == [first]


def test_a_crop_can_come_later_than_its_template_and_changes_no_gallery(store: Store) -> None:
    store.add_templates([template("t", source="a")])
    before = store.gallery_version()
    assert store.add_templates([], [crop("a"), crop("a photo without a template")]) == 0
    assert [each.source for each in store.crops_of("s1")] == ["a"]
    assert store.gallery_version() == before


def test_a_crop_goes_with_the_template_of_its_photo(store: Store) -> None:
    first, _ = enrolled(store, "a", "b")
    others = enrolled(store, "a", student_id="s2")
    store.replace_templates("s1", [template("new", source="a", engine="facenet-1")])
    assert store.crops_of("s1") == [first]
    store.replace_templates("s1", [])
    assert store.crops_of("s1") == []
    assert store.crops_of("s2") == others


def test_a_crop_goes_with_its_photo(store: Store) -> None:
    _, second = enrolled(store, "a", "b")
    store.forget_photo("s1", "a")
    assert store.crops_of("s1") == [second]


def test_templates_of_photos_that_were_erased_meanwhile_can_be_skipped(store: Store) -> None:
    enrolled(store, "a")
    store.save_portrait(portrait("s2"))
    known = template("new a", source="a", engine="facenet-1")
    erased = template("new b", source="b", engine="facenet-1")
    of_portrait = template("p", "s2", source=portrait("s2").source)
    assert store.add_templates([known, erased, of_portrait], only_known=True) == 2
    assert [each.id for each in store.templates_of("s1")] == ["new a", "t a"]
    assert [each.id for each in store.templates_of("s2")] == ["p"]


def test_dropping_some_templates_leaves_the_others_and_their_crops(store: Store) -> None:
    first, _ = enrolled(store, "a", "b")
    others = enrolled(store, "b", student_id="s2")
    store.add_templates([template("new", source="a", engine="facenet-1")])
    old = [each for each in store.templates_of("s1") if each.engine == "dlib-1"]
    before = store.gallery_version()
    store.drop_templates([*old, template("unknown"), template("unknown", "nobody")])
    assert [each.id for each in store.templates_of("s1")] == ["new"]
    assert store.crops_of("s1") == [first]
    assert store.crops_of("s2") == others
    assert len(store.templates_of("s2")) == 1
    assert store.gallery_version() > before
    version = store.gallery_version()
    store.drop_templates([])
    assert store.gallery_version() == version


def test_withdrawing_consent_erases_the_crops(store: Store) -> None:
    enrolled(store, "a", "b")
    store.update_student(student("s1", consent=None))
    assert store.crops_of("s1") == []
    store.update_student(student("s1"))
    assert store.crops_of("s1") == []


def test_erasing_a_student_erases_the_crops(store: Store) -> None:
    enrolled(store, "a", "b")
    store.remove_student("s1")
    assert store.crops_of("s1") == []


def test_no_crop_without_consent(store: Store) -> None:
    store.add_student(student("s3", consent=None))
    for whose in ("s3", "nobody"):
        with pytest.raises(ConsentMissingError, match=whose):
            store.add_templates([], [crop("a", whose)])
        assert store.crops_of(whose) == []
