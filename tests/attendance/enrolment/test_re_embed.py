"""After a change of engine, templates come again from the kept faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attendance.enrolment.re_embed import ReEmbedResult, re_embed
from attendance.errors import EngineMismatchError, StoreUnavailableError
from attendance.marks.verdict import VerdictCode
from attendance.people.new_student import NewStudent
from attendance.store.protocol import Store
from attendance.values import EnginePin, Student, Template
from face_detection.problems import PhotoProblem
from tests.attendance.fake_pipeline import FakePipeline, embedding_of, photo_of
from tests.attendance.fragile_store import FragileStore
from tests.attendance.site import COLLINS, HOPPER, STRANGER, Site, open_site

NEW = "fake-2"


def change(site: Site, store: Store | None = None) -> ReEmbedResult:
    """Change to the new engine."""
    pipeline = FakePipeline(engine_name=NEW)
    return re_embed(store or site.store, site.clock, pipeline, reason="It was asked for.")


def with_new_engine(site: Site, folder: Path) -> Site:
    return open_site(folder, pipeline=FakePipeline(engine_name=NEW), clock=site.clock)


def test_everybody_is_found_with_the_new_engine(class_of_two: Site, tmp_path: Path) -> None:
    result = change(class_of_two)
    assert (result.engine, result.embedded, result.without_face, result.unreadable) == (NEW, 2, (), ())
    changed = with_new_engine(class_of_two, tmp_path)
    assert changed.submit(photo_of(COLLINS)).student_name == "Eileen Collins"
    assert {template.engine for template in changed.store.templates()} == {NEW}
    pin = changed.store.engine_pin()
    assert pin is not None
    assert (pin.engine, pin.detector, pin.reason) == (NEW, "fake", "It was asked for.")
    with pytest.raises(EngineMismatchError):
        class_of_two.submit(photo_of(COLLINS), "grant-2")
    changed.store.close()


def test_the_photo_of_the_portrait_is_known_at_the_next_enrolment(class_of_two: Site, tmp_path: Path) -> None:
    change(class_of_two)
    changed = with_new_engine(class_of_two, tmp_path)
    before = len(changed.store.templates())
    changed.enrol("1", photo_of(COLLINS))
    assert len(changed.store.templates()) == before
    changed.store.close()


def test_who_has_no_portrait_is_listed_and_loses_nothing(class_of_two: Site) -> None:
    site = class_of_two
    template = imported(site, "3")
    result = change(site)
    assert [student.roll_number for student in result.without_face] == ["3"]
    assert [t.id for t in site.store.templates_of(template.student_id)] == [template.id]


def imported(site: Site, roll_number: str) -> Template:
    """A student whose templates came without a portrait."""
    student = Student(f"id-{roll_number}", roll_number, "Student Three", consent=site.consent())
    site.store.add_student(student)
    template = replace(
        site.store.templates()[0], id="t", student_id=student.id, embedding=embedding_of(STRANGER), source="s"
    )
    site.store.add_templates([template])
    return template


def test_every_photo_counts_after_the_change(tmp_path: Path) -> None:
    site = open_site(tmp_path)
    photos = [photo_of(COLLINS, side=side) for side in (64, 72, 80)]
    site.enrol("1", *photos)
    before = site.store.templates()
    result = change(site)
    after = site.store.templates()
    assert (result.embedded, result.photos, result.fewer, result.single) == (1, 3, (), 0)
    assert {each.source for each in after} == {each.source for each in before}
    assert {(each.engine, each.source): each.quality for each in after} == {
        (NEW, each.source): each.quality for each in before
    }
    assert len(site.store.crops_of(site.student("1").id)) == 3
    site.store.close()


def test_another_detector_finds_the_faces_again(class_of_two: Site) -> None:
    pipeline = FakePipeline(detector_name="another")
    result = re_embed(class_of_two.store, class_of_two.clock, pipeline, reason="")
    assert (result.embedded, pipeline.reads) == (2, 2)
    assert {each.detector for each in class_of_two.store.templates()} == {"another"}


def test_of_photos_from_before_one_is_left_and_the_others_come_back_with_their_engine(
    class_of_two: Site,
) -> None:
    site = class_of_two
    site.enrol("1", photo_of(COLLINS, side=72), photo_of(COLLINS, side=80))
    student = site.student("1")
    forget_crops(site, "1")
    kept = site.store.templates_of(student.id)
    result = change(site)
    assert [each.roll_number for each in result.fewer] == ["1"]
    assert (result.embedded, result.photos, result.single) == (2, 2, 2)
    assert sorted(each.engine for each in site.store.templates_of(student.id)) == ["fake-1", "fake-1", NEW]
    back = re_embed(site.store, site.clock, FakePipeline(), reason="")
    assert (back.embedded, back.single, back.fewer) == (2, 1, ())
    assert {each.id for each in site.store.templates_of(student.id)} == {each.id for each in kept}


def test_what_servers_enrol_meanwhile_and_at_the_last_moment_is_there_afterwards(class_of_two: Site) -> None:
    site = class_of_two
    store = Interrupted(site.store, lambda: site.enrol("3", photo_of(STRANGER)), at="repin_engine")
    told: list[int] = []

    def enrol_another(stage: str, done: int, total: int) -> None:
        if not told:
            site.enrol("2", photo_of(HOPPER, side=90))
        told.append(done)

    re_embed(store, site.clock, FakePipeline(engine_name=NEW), reason="", progress=enrol_another)
    assert {each.engine for each in site.store.templates()} == {NEW}
    assert len(site.store.templates_of(site.student("2").id)) == 2
    assert len(site.store.templates_of(site.student("3").id)) == 1


def test_the_former_engine_is_in_use_until_all_new_templates_are_there(class_of_two: Site) -> None:
    site = class_of_two
    site.store.pin_engine(EnginePin("fake-1", "fake", "It is a test.", site.clock.now()))
    verdicts = []

    def check_in(stage: str, done: int, total: int) -> None:
        verdicts.append(site.submit(photo_of(COLLINS), f"grant-{done}").code)

    re_embed(site.store, site.clock, FakePipeline(engine_name=NEW), reason="", progress=check_in)
    assert verdicts == [VerdictCode.LATE, VerdictCode.ALREADY_LATE]
    pin = site.store.engine_pin()
    assert pin is not None
    assert pin.engine == NEW


def test_who_withdraws_consent_meanwhile_gets_no_template_and_the_others_do(class_of_two: Site) -> None:
    site = class_of_two
    leaving = site.student("1")
    store = Interrupted(
        site.store, lambda: site.store.update_student(replace(leaving, consent=None)), at="add_templates"
    )
    result = re_embed(store, site.clock, FakePipeline(engine_name=NEW), reason="")
    assert result.embedded == 1
    assert [each.student_id for each in site.store.templates()] == [site.student("2").id]
    assert site.store.crops_of(leaving.id) == []


def test_a_photo_that_is_erased_meanwhile_does_not_come_back(class_of_two: Site) -> None:
    site = class_of_two
    site.enrol("1", photo_of(COLLINS, side=80))
    student = site.student("1")
    erased, kept = site.store.templates_of(student.id)
    store = Interrupted(
        site.store, lambda: site.store.forget_photo(student.id, erased.source), at="add_templates"
    )
    re_embed(store, site.clock, FakePipeline(engine_name=NEW), reason="")
    assert {each.source for each in site.store.templates_of(student.id)} == {kept.source}


class Interrupted:
    """A store before one of whose calls something else happens, once."""

    def __init__(self, store: Store, happens: Callable[[], object], *, at: str) -> None:
        self._store = store
        self._happens = happens
        self._at = at

    def __getattr__(self, name: str) -> Any:
        """The method of the store."""
        if name == self._at:
            self._at = ""
            self._happens()
        return getattr(self._store, name)


def test_a_face_that_can_not_be_read_is_listed_with_the_reason(class_of_two: Site) -> None:
    site = class_of_two
    portrait = site.store.portrait_of(site.student("1").id)
    assert portrait is not None
    forget_crops(site, "1")
    site.store.save_portrait(replace(portrait, jpeg=photo_of(COLLINS, problem=PhotoProblem.NO_FACE)))
    result = change(site)
    assert [(student.roll_number, reason) for student, reason in result.unreadable] == [
        ("1", "No face was found.")
    ]
    assert result.embedded == 1


def forget_crops(site: Site, roll_number: str) -> None:
    """Make a student one whose photos were enrolled by an older version."""
    student = site.student(roll_number)
    templates = site.store.templates_of(student.id)
    site.store.replace_templates(student.id, [])
    site.store.add_templates(templates)


def test_a_damaged_crop_is_listed_with_the_reason(class_of_two: Site) -> None:
    site = class_of_two
    student = site.student("1")
    (crop,) = site.store.crops_of(student.id)
    templates = site.store.templates_of(student.id)
    site.store.replace_templates(student.id, [])
    site.store.add_templates(templates, [replace(crop, jpeg=crop.jpeg[:100])])
    assert site.store.forget_portrait(student.id)
    ((listed, _reason),) = change(site).unreadable
    assert listed.roll_number == "1"


def test_a_student_without_a_face_is_no_loss(class_of_two: Site) -> None:
    class_of_two.enrolment.enrol(NewStudent("3"), {}, None)
    result = change(class_of_two)
    assert (result.embedded, result.without_face, result.unreadable) == (2, (), ())


def test_twice_changes_nothing(class_of_two: Site) -> None:
    change(class_of_two)
    before = [t.id for t in class_of_two.store.templates()]
    result = change(class_of_two)
    assert (result.embedded, result.unchanged) == (0, 2)
    assert [t.id for t in class_of_two.store.templates()] == before


def test_progress_is_told(class_of_two: Site) -> None:
    told: list[tuple[str, int, int]] = []
    pipeline = FakePipeline(engine_name=NEW)
    re_embed(
        class_of_two.store,
        class_of_two.clock,
        pipeline,
        reason="",
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    assert told == [("Reading faces", 1, 2), ("Reading faces", 2, 2)]


@pytest.mark.parametrize("breaks_at", ["add_templates", "repin_engine", "drop_templates"])
@pytest.mark.parametrize("written", [True, False])
def test_a_crash_leaves_one_engine_that_works_and_the_rest_can_be_done(
    tmp_path: Path, breaks_at: str, *, written: bool
) -> None:
    site = open_site(tmp_path)
    site.enrol("1", photo_of(COLLINS), name="Eileen Collins")
    site.enrol("2", photo_of(HOPPER), name="Grace Hopper")
    site.store.pin_engine(EnginePin("fake-1", "fake", "It is a test.", site.clock.now()))
    with pytest.raises(StoreUnavailableError):
        change(site, FragileStore(site.store, breaks_at, written=written))
    pin = site.store.engine_pin()
    assert pin is not None
    working = site if pin.engine == "fake-1" else with_new_engine(site, tmp_path)
    for grant, photo in enumerate((photo_of(COLLINS), photo_of(HOPPER))):
        assert working.submit(photo, f"grant-{grant}").code is VerdictCode.LATE
    change(site)
    assert {template.engine for template in site.store.templates()} == {NEW}
    assert len(site.store.templates()) == 2
    working.store.close()
    site.store.close()
