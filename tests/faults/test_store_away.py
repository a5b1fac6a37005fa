"""The database is away for half a minute in mid-class, and comes back."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest
from flask import Flask

from attendance.accounts.passwords import Passwords
from attendance.errors import StoreUnavailableError
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from client import create_app
from client.serving.timer import Ticker
from tests.attendance.cheap_hashes import CHEAP
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FakePipeline, burst_beside, fake_policy, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.client.conftest import PAGE, BrowserHere, Phone, enrol, make_counters
from tests.client.signed_in import SignedIn


class ReachableStore:
    """A database that can be out of reach for a while.

    Args:
        store: the database.

    Attributes:
        is_away: whether it is.
    """

    def __init__(self, store: Store) -> None:
        self.is_away = False
        self._store = store

    def __getattr__(self, name: str) -> Any:
        """The method of the real store."""
        method = getattr(self._store, name)
        if not callable(method):
            return method

        def asked(*values: Any, **named: Any) -> Any:
            if self.is_away:
                raise StoreUnavailableError("The server doesn't answer.")
            return method(*values, **named)

        return asked


@pytest.fixture
def database(store: Store) -> ReachableStore:
    """The register's database, which can be away."""
    return ReachableStore(store)


@pytest.fixture
def register(settings: Settings, database: ReachableStore, clock: FrozenClock) -> Register:
    """A register on it with Eileen Collins enrolled."""
    reachable = cast("Store", database)
    engines = FakeEngines(reachable, FakePipeline())
    opened = Register(
        settings, reachable, clock, engines=engines, policy=fake_policy, passwords=Passwords(CHEAP)
    )
    enrol(opened, "1", "Eileen Collins", photo_of(COLLINS))
    engines.pipeline()
    return opened


@pytest.fixture
def app(register: Register) -> Flask:
    """The app of that site, whose unexpected errors are answered as a visitor gets them."""
    make_counters(register.settings.data)
    app = create_app(register=register)
    app.test_client_class = BrowserHere
    return app


def test_phones_wait_and_nothing_is_lost_or_doubled(
    phone: Phone, teacher: SignedIn, database: ReachableStore, register: Register, clock: FrozenClock
) -> None:
    session = register.sessions.today()
    code = phone.url
    phone.scan(code)
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())
    board = f"/teach/sessions/{session.id}/board"
    database.is_away = True
    for _ in range(6):
        answer = phone.submit(photo, burst=burst)
        assert (answer.status_code, answer.get_json()["code"]) == (503, "store_away")
        assert answer.get_json()["message"] == "Nothing is lost. Wait a few seconds, then try again."
        assert answer.headers["Retry-After"] == "5"
        clock.advance(seconds=5)
    page = phone.another().scan(code)
    assert page.status_code == 503
    assert "Nothing is lost" in page.text
    shown = teacher.get(board, headers={"Accept": PAGE})
    assert shown.status_code == 503
    assert "<h1" in shown.text
    assert teacher.get("/healthz").get_json()["status"] == "store_away"
    database.is_away = False
    assert [phone.submit(photo, burst=burst).get_json()["code"] for _ in range(2)] == ["present"] * 2
    [mark] = register.store.marks(session.id)
    assert len(mark.history) == 1
    assert teacher.get(board).status_code == 200
    assert teacher.get("/healthz").get_json()["status"] == "ok"


def test_due_work_is_reported_once_and_goes_on(
    database: ReachableStore, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    ticker = Ticker(register.settle_due)
    database.is_away = True
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            ticker.tick()
    assert caplog.text.count("Due work failed and will be retried") == 1
    database.is_away = False
    ticker.tick()
    database.is_away = True
    with caplog.at_level(logging.WARNING):
        ticker.tick()
    assert caplog.text.count("Due work failed and will be retried") == 2
