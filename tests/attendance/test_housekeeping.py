"""Once a day on use, what has served its time goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from attendance.errors import StoreUnavailableError
from attendance.files.snapshots import SNAPSHOT_LIFETIME
from attendance.housekeeping import Housekeeping
from tests.attendance.fake_pipeline import photo_of
from tests.attendance.fragile_store import FragileStore
from tests.attendance.site import COLLINS, STRANGER, Site
from tests.attendance.store.builders import alarm, trace


def test_a_check_in_purges_old_pictures(class_of_two: Site) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS, blend=15))
    assert len(site.pictures()) == 1
    site.clock.moment += SNAPSHOT_LIFETIME
    site.submit(photo_of(STRANGER), "grant-2")
    assert site.pictures() == []
    assert len(site.reviews.held()) == 1


def test_it_is_done_once_a_day(class_of_two: Site) -> None:
    done: list[datetime] = []

    class Counting(FragileStore):
        def purge_grants(self, now: datetime) -> int:
            done.append(now)
            return class_of_two.store.purge_grants(now)

    store = Counting(class_of_two.store, "", written=False)
    housekeeping = Housekeeping(store, class_of_two.clock, class_of_two.reviews)
    for hours in (0, 1, 22, 1, 1):
        class_of_two.clock.advance(hours=hours)
        housekeeping.tidy()
    assert len(done) == 2
    assert done[1] - done[0] == timedelta(days=1)


def test_after_a_failure_it_is_tried_again(class_of_two: Site) -> None:
    broken = FragileStore(class_of_two.store, "purge_grants", written=False)
    housekeeping = Housekeeping(broken, class_of_two.clock, class_of_two.reviews)
    for _ in range(2):
        with pytest.raises(StoreUnavailableError):
            housekeeping.tidy()


def test_ended_grants_are_forgotten(class_of_two: Site) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS))
    assert site.store.spent_on("grant-1") is not None
    site.clock.advance(days=1)
    site.submit(photo_of(STRANGER), "grant-2")
    assert site.store.spent_on("grant-1") is None


def test_hashes_of_addresses_go_after_a_month_traces_after_a_term_and_alarms_after_a_year(
    class_of_two: Site,
) -> None:
    site = class_of_two
    site.submit(photo_of(COLLINS))
    [student, *_] = site.store.students()
    today, now = site.session.id, site.clock.now()
    assert site.store.add_trace(trace(session_id=today, student_id=student.id, at=now))
    assert site.store.add_alarm(alarm(session_id=today, student_ids=(student.id,), at=now))
    site.clock.advance(days=30, minutes=1)
    site.submit(photo_of(STRANGER), "grant-2")
    assert [each.address for each in site.store.traces_of_device("key:phone")] == [None]
    site.clock.advance(days=171)
    site.submit(photo_of(STRANGER), "grant-3")
    assert site.store.traces_of_device("key:phone") == []
    assert site.store.alarms_of(today) != []
    site.clock.advance(days=200)
    site.submit(photo_of(STRANGER), "grant-4")
    assert site.store.alarms_of(today) == []
