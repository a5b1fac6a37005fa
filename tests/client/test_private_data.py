"""Other users of the server's computer read nothing of a used site, whatever the umask."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.open_register import open_register
from attendance.register import Register
from attendance.settings.settings import Settings
from attendance.store.protocol import Store
from attendance.store.sqlite.store import SQLiteStore
from tests.attendance.fake_pipeline import photo_of, room_of
from tests.attendance.frozen_clock import FrozenClock
from tests.attendance.site import COLLINS
from tests.client.conftest import Phone
from tests.client.room_sender import RoomSender
from tests.client.signed_in import SignedIn

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has its own rights")


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    """A site that also writes reports, under a umask that hides nothing."""
    before = os.umask(0)
    yield replace(settings, reports=settings.data / "Reports")
    os.umask(before)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """The database as the program makes it."""
    opened = SQLiteStore(settings.data / "attendance.sqlite3")
    yield opened
    opened.close()


def open_to_others(*folders: Path) -> dict[str, str]:
    """What others may do with each file or folder that isn't the owner's alone."""
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    modes = {str(path): stat.S_IMODE(path.stat().st_mode) for path in paths}
    return {path: oct(mode) for path, mode in modes.items() if mode & 0o077}


def use(phone: Phone, teacher: SignedIn, register: Register) -> None:
    """Check in, be held for a review, photograph the room, close the session, print a poster."""
    phone.scan()
    phone.submit(phone.face("Eileen Collins"))
    other = phone.another()
    other.scan()
    other.submit(phone.doubtful())
    session = register.sessions.today()
    room = RoomSender(teacher, register, session)
    room.begun(100)
    job = room.hand_over(*room.sent(room_of(photo_of(COLLINS)))).get_json()["next"].rpartition("/")[2]
    room.settled(job)
    register.courses.change("general", static_code=True)
    teacher.get("/wall/poster/general")
    register.closing.close(session.id, by="office")
    register.classroom.close()


def test_a_used_site_is_its_owners_alone(
    phone: Phone, teacher: SignedIn, register: Register, settings: Settings
) -> None:
    register.reporting.start()
    use(phone, teacher, register)
    register.reporting.close()  # writes what waits
    folders = {path.name for path in settings.data.rglob("*") if path.is_dir()}
    assert {"Images", "classroom", "Attendance", "Reports"} <= folders
    assert list((settings.data / "Reports").iterdir())
    found = open_to_others(settings.data, settings.config)
    # Reports are files for the office, which may have been given a folder; this one is closed.
    assert {path: mode for path, mode in found.items() if Path(path).parent.name != "Reports"} == {}


def test_a_site_of_an_older_version_is_closed_at_start(tmp_path: Path, clock: FrozenClock) -> None:
    before = os.umask(0)
    try:
        data = tmp_path / "data"
        for folder in ("Images/classroom", "Attendance"):
            (data / folder).mkdir(parents=True)
        settings = Settings(config=tmp_path / "config", models=tmp_path / "models", data=data)
        with open_register(settings, clock=clock):
            assert open_to_others(data) == {}
    finally:
        os.umask(before)
