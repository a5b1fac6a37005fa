"""A database server behind a network that is cut in mid-class, with the real driver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.register import Register
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from benchmarks.faults.cut_relay import CutRelay
from client import create_app
from client.web.grants import Signatures
from tests.attendance.fake_engines import FakeEngines
from tests.attendance.fake_pipeline import FakePipeline, burst_beside, fake_policy, photo_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.attendance.store.databases import SHORT, new_address, started_server
from tests.client.conftest import NINE_O_TWO, SECRET, BrowserHere, Phone, enrol
from tests.client.served_app import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.server]


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[CutRelay]:
    """A relay in front of an empty database."""
    server = started_server("ferretdb", tmp_path / "ferretdb")
    with CutRelay(new_address(server.uri)) as relay:
        yield relay
    server.kill()


def test_the_same_photo_is_marked_once_the_network_is_back(relay: CutRelay, settings: Settings) -> None:
    store = open_sealed_store(replace(settings, mongodb_uri=f"{relay.address}&{SHORT}"))
    engines = FakeEngines(store, FakePipeline())
    # Without the address in its settings, the app counts in a file: nobody would close the counters' client.
    with Register(settings, store, FrozenClock(NINE_O_TWO), engines=engines, policy=fake_policy) as register:
        enrol(register, "1", "Eileen Collins", photo_of(COLLINS))
        app = create_app(register=register)
        app.test_client_class = BrowserHere
        session = register.sessions.today()
        phone = Phone(app, Signatures(SECRET), lambda: f"/s/{register.entrances.address(session)}")
        code = phone.url
        phone.scan(code)
        photo = phone.face("Eileen Collins")
        burst = burst_beside(photo, phone.asked())
        relay.cut()
        for _ in range(2):
            answer = phone.submit(photo, burst=burst)
            assert (answer.status_code, answer.get_json()["code"]) == (503, "store_away")
        assert phone.another().scan(code).status_code == 503
        relay.mend()
        # The driver looks for the server every half a second, and phones ask again.
        wait_until(lambda: phone.submit(photo, burst=burst).get_json()["code"] == "present")
        assert phone.submit(photo, burst=burst).get_json()["code"] == "present"
        [mark] = register.store.marks(session.id)
        assert len(mark.history) == 1
        assert register.audit.verify().is_clean
