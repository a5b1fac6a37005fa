"""Whatever state a register is in, it is examined as far as it can be, and not a byte of it changes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from attendance.doctor.examining import PARTS, examine
from attendance.doctor.site_at_hand import site_at_hand
from attendance.doctor.usable_settings import usable_settings
from attendance.sealing.opening import open_sealed_store
from attendance.settings.settings import Settings
from attendance.store.open_store import FILE_NAME
from tests.attendance.doctor.examined import OK, PROBLEM
from tests.attendance.new_store import make_database

QUICK = [part for part in PARTS if part.key not in ("installation", "models", "engine")]


def environ_of(settings: Settings) -> dict[str, str]:
    return {"ATTENDANCE_CONFIG": str(settings.config), "ATTENDANCE_CACHE": str(settings.models)}


def nothing(_: Path) -> None:
    """There is no register."""


def empty(path: Path) -> None:
    make_database(path)


def no_database(path: Path) -> None:
    path.write_bytes(b"no database, and long enough to be read as one" * 100)


def torn(path: Path) -> None:
    make_database(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


@pytest.mark.parametrize("prepared", [nothing, empty, no_database, torn], ids=lambda each: each.__name__)
def test_nothing_is_written_and_every_part_says_something(
    prepared: Callable[[Path], None], settings: Settings
) -> None:
    prepared(settings.data / FILE_NAME)
    top = settings.data.parent
    before = {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in top.rglob("*")
    }
    with site_at_hand(environ_of(settings), {"data": str(settings.data)}) as site:
        found = examine(site, QUICK)
    assert before == {
        path: (path.stat().st_mtime_ns, path.is_file() and path.read_bytes()) for path in top.rglob("*")
    }
    assert {each.part.key for each in found} == {part.key for part in QUICK}
    of_register = next(each.finding for each in found if each.part.key == "register")
    assert (of_register.grade is PROBLEM) == (prepared in (no_database, torn)), of_register.what


def test_it_runs_beside_a_server_and_sees_what_only_the_log_has(settings: Settings) -> None:
    make_database(settings.data / FILE_NAME)
    with closing(open_sealed_store(settings)) as running:
        head = running.audit_head()
        with site_at_hand(environ_of(settings), {"data": str(settings.data)}) as site:
            found = examine(site, QUICK)
            assert site.store is not None
            assert site.store.seal_state() == running.seal_state()
            assert site.store.audit_head() == head
    assert {each.finding.grade for each in found if each.part.key in ("register", "audit")} == {OK}


def test_one_wrong_setting_hides_nothing_else(tmp_path: Path) -> None:
    environ = {"ATTENDANCE_FPIR": "much", "ATTENDANCE_LIMIT": "80", "ATTENDANCE_CONFIG": str(tmp_path)}
    settings, wrong = usable_settings(environ, {"data": str(tmp_path / "data")})
    assert wrong.startswith("ATTENDANCE_FPIR 'much'")
    assert (float(settings.limit), settings.config, settings.data) == (0.8, tmp_path, tmp_path / "data")
    with site_at_hand(environ, {"data": str(tmp_path / "data")}) as site:
        [found] = examine(site, [part for part in PARTS if part.key == "settings"])
    assert found.finding.grade is PROBLEM
    assert usable_settings({"ATTENDANCE_CONFIG": str(tmp_path)}, {})[1] == ""
