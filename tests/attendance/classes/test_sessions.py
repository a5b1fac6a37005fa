"""One General session a local day, made once, found by its token."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from attendance.classes.general_course import GENERAL_COURSE
from attendance.classes.sessions import Sessions
from attendance.errors import SessionNotFoundError
from attendance.values import Session
from tests.attendance.fragile_store import FragileStore
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import ZONE, Site, open_site


def test_today_is_the_local_day_from_midnight_to_midnight(site: Site) -> None:
    session = site.session
    assert session.id == "general|2026-11-23"
    assert session.day == "2026-11-23"
    assert session.opens_at == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert session.closes_at == datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert session.late_at == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert site.sessions.course_of(session) == GENERAL_COURSE


def test_the_same_day_has_the_same_session_and_the_next_day_another(site: Site) -> None:
    first = site.session
    site.clock.moment = first.closes_at - timedelta(milliseconds=1)
    assert site.session == first
    site.clock.advance(milliseconds=1)
    second = site.session
    assert second.id == "general|2026-11-24"
    assert second.token != first.token
    assert second.opens_at == first.closes_at


@pytest.mark.parametrize(
    ("day", "hours"),
    [(datetime(2026, 3, 29, 12, tzinfo=UTC), 23), (datetime(2026, 10, 25, 12, tzinfo=UTC), 25)],
)
def test_a_session_is_as_long_as_its_day(site: Site, day: datetime, hours: int) -> None:
    site.clock.moment = day
    session = site.session
    assert session.closes_at - session.opens_at == timedelta(hours=hours)
    assert session.late_at is not None
    assert session.late_at.astimezone(ZONE).time() == time(10, 0)


def test_without_a_set_time_nobody_is_late(site: Site) -> None:
    sessions = Sessions(site.store, site.clock, zone=ZONE, late_after=None)
    assert sessions.today().late_at is None


def test_a_token_finds_its_session_and_can_not_be_guessed(site: Site) -> None:
    session = site.session
    assert site.store.session_by_token(session.token) == session
    assert len(session.token) >= 22
    assert site.store.session_by_token(session.token[:-1]) is None


def test_sessions_are_found_by_their_day(site: Site) -> None:
    session = site.session
    assert site.sessions.on_day("2026-11-23") == [session]
    assert site.sessions.on_day("2026-11-24") == []
    with pytest.raises(SessionNotFoundError, match="YYYY-MM-DD"):
        site.sessions.on_day("yesterday")


def test_an_unknown_session_is_an_error(site: Site) -> None:
    with pytest.raises(SessionNotFoundError, match=r"general\|1999-01-01"):
        site.sessions.get("general|1999-01-01")


def test_when_several_make_it_at_once_all_get_the_same(tmp_path: Path) -> None:
    sites = [open_site(tmp_path, clock=FrozenClock()) for _ in range(8)]
    with ThreadPoolExecutor(len(sites)) as pool:
        made = list(pool.map(lambda site: site.session, sites))
    assert len(set(made)) == 1
    for site in sites:
        site.store.close()


def test_who_is_overtaken_while_making_it_gets_the_one_that_was_made(tmp_path: Path) -> None:
    site = open_site(tmp_path)

    class Overtaken(FragileStore):
        made: Session | None = None

        def session(self, session_id: str) -> Session | None:
            if self.made is None:
                self.made = site.session
                return None
            return site.store.session(session_id)

    store = Overtaken(site.store, "", written=False)
    slow = open_site(tmp_path, store=store)
    assert slow.session == store.made
    site.store.close()
