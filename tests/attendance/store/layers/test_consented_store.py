"""Nobody's face is found whose consent has ended, from midnight on and without a timer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import cast

import pytest

from attendance.store.layers.consented_store import ConsentedStore
from attendance.store.layers.remembered_store import RememberedStore
from attendance.store.protocol import Store
from attendance.values import Student, Template
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.store.builders import CONSENT, portrait, student, template

LAST_DAY = "2026-11-23"
EVENING, MIDNIGHT = datetime(2026, 11, 23, 23, 59, tzinfo=UTC), datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(EVENING)


@pytest.fixture
def consented(store: Store, clock: FrozenClock) -> Store:
    """Two students with a face, as a register's services see them; the consent of s1 ends today."""
    store.add_templates([template("t1"), template("t2", "s2")])
    store.save_portrait(portrait("s1"))
    store.update_student(ending(LAST_DAY))
    return cast("Store", ConsentedStore(cast("Store", RememberedStore(store)), clock, UTC))


def ending(day: str) -> Student:
    return student("s1", consent=replace(CONSENT, valid_until=day))


def found(store: Store) -> list[set[str]]:
    engine = template().engine
    keys = store.template_keys(engine)
    everywhere: list[list[Template]] = [
        store.templates(),
        store.templates(engine),
        store.templates_among(keys),
    ]
    return [*({each.student_id for each in some} for some in everywhere), set(store.count_photos())]


def test_a_face_is_found_to_the_end_of_the_last_day_and_not_after(
    consented: Store, clock: FrozenClock
) -> None:
    keys, version = consented.template_keys(template().engine), consented.gallery_version()
    assert found(consented) == [{"s1", "s2"}] * 4
    clock.moment = MIDNIGHT
    assert found(consented) == [{"s2"}] * 4
    assert {each.student_id for each in consented.templates_among(keys)} == {"s2"}, "of keys from before"
    assert consented.gallery_version() > version, "who remembers faces reads them again"


def test_what_is_asked_about_the_student_is_still_there_to_be_erased(
    consented: Store, clock: FrozenClock
) -> None:
    clock.moment = MIDNIGHT
    assert len(consented.templates_of("s1")) == 1
    assert consented.portrait_of("s1") is not None


def test_a_renewed_consent_counts_at_once(consented: Store, clock: FrozenClock) -> None:
    clock.moment = MIDNIGHT
    assert found(consented) == [{"s2"}] * 4
    version = consented.gallery_version()
    consented.update_student(ending("2027-07-31"))
    assert found(consented) == [{"s1", "s2"}] * 4
    assert consented.gallery_version() > version


def test_a_further_consent_that_has_ended_stops_the_face_too(consented: Store) -> None:
    ended = replace(CONSENT, valid_until="2026-11-22")
    consented.update_student(student("s1", other_consents=(ended,)))
    assert found(consented) == [{"s2"}] * 4
