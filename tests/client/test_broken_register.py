"""A register that breaks while the server runs is a 503 with a sentence, whoever asks for what."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from attendance.accounts.api_tokens import Scope
from attendance.register import Register
from attendance.settings.settings import Settings
from tests.attendance.fake_pipeline import burst_beside
from tests.attendance.new_store import new_store
from tests.client.access.test_access import routes
from tests.client.conftest import JSON, PAGE, Phone
from tests.client.signed_in import SignedIn

PAGE_BYTES = 4096  # of SQLite
Break = Callable[[Path], None]


def delete_the_file(path: Path) -> None:
    path.unlink()


def fill_with_nonsense(path: Path) -> None:
    """All pages but the first, which says that it is a database."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with path.open("r+b") as file:
        file.write(file.read(PAGE_BYTES) + b"\xa5" * (path.stat().st_size - PAGE_BYTES))


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """The names of the tables that are not SQLite's own."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite^_%' ESCAPE '^'"
    return [name for (name,) in connection.execute(tables)]


def drop_all_tables(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for table in tables_of(connection):
            connection.execute(f"DROP TABLE {table}")


def write_what_the_program_never_writes(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE students SET consent = '{\"given'")
        connection.execute("UPDATE sessions SET secret = x'ff00ff'")
        connection.execute("UPDATE courses SET roster = 'all'")
        connection.execute("UPDATE reviews SET candidates = '[{}]'")
        connection.execute("UPDATE marks SET history = '}'")
        connection.execute("UPDATE answers SET answer = '?'")


def make_it_fail(path: Path) -> None:
    """As a disk that can't be written any more would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for table in tables_of(connection):
            for event in ("INSERT", "UPDATE", "DELETE"):
                connection.execute(
                    f"CREATE TRIGGER fail_{event}_{table} BEFORE {event} ON {table} "
                    "BEGIN SELECT zeroblob(1 << 40); END"
                )


def move_the_folder_away(path: Path) -> None:
    path.parent.rename(path.parent.with_name("elsewhere"))


def replace_with_another_register(path: Path) -> None:
    """As restoring an old file would while the server runs."""
    other = path.with_name("other.sqlite3")
    new_store(other).close()
    other.replace(path)


BREAKS = (
    delete_the_file,
    move_the_folder_away,
    replace_with_another_register,
    fill_with_nonsense,
    drop_all_tables,
    write_what_the_program_never_writes,
    make_it_fail,
)


@pytest.fixture
def file(settings: Settings, app: Flask, phone: Phone) -> Path:
    """The register of a site that has been used: a mark, a review, answers, accounts."""
    app.testing = False  # an error that nobody answers is a 500, as it would be for a visitor
    phone.scan()
    assert phone.submit(phone.face("Grace Hopper")).get_json()["code"] == "present"
    phone.scan()
    assert phone.submit(phone.doubtful()).get_json()["code"] == "needs_review"
    return settings.data / "attendance.sqlite3"


@pytest.mark.parametrize("break_it", BREAKS)
def test_no_address_answers_with_a_server_error(
    file: Path, app: Flask, admin: SignedIn, register: Register, break_it: Break
) -> None:
    csrf = admin.token()
    token = register.api_tokens.make("other software", list(Scope), by="admin").text
    break_it(file)
    failed = [
        (method, path, accept)
        for method, path, _ in routes(app)
        for accept, client, headers in (
            (PAGE, admin.client, {"X-CSRFToken": csrf}),
            (JSON, admin.client, {"X-CSRFToken": csrf}),
            (JSON, app.test_client(), {"Authorization": f"Bearer {token}"}),
        )
        if path != "/logout"
        and client.open(path, method=method, headers={"Accept": accept, **headers}).status_code == 500
    ]
    assert failed == []


@pytest.mark.parametrize("break_it", BREAKS)
def test_a_phone_is_never_told_that_it_is_present(file: Path, phone: Phone, break_it: Break) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())  # the page said it before
    break_it(file)
    answer = phone.submit(photo, burst=burst)
    assert (answer.status_code, answer.get_json()["status"]) == (503, "error")
    assert answer.get_json()["message"]
    assert int(answer.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("break_it", [each for each in BREAKS if each is not make_it_fail])
def test_monitoring_and_a_teachers_page_are_told(file: Path, admin: SignedIn, break_it: Break) -> None:
    break_it(file)
    if break_it is not write_what_the_program_never_writes:  # a check of the database reads no records
        health = admin.get("/healthz")
        assert health.status_code == 503
        assert health.get_json()["status"] in ("store_away", "not_ready")
    page = admin.get("/teach/", headers={"Accept": PAGE})
    assert (page.status_code, page.mimetype) == (503, "text/html")
    assert "<h1" in page.text


def test_after_the_file_is_back_check_ins_go_on(file: Path, phone: Phone, admin: SignedIn) -> None:
    phone.scan()
    photo = phone.face("Eileen Collins")
    burst = burst_beside(photo, phone.asked())  # the page said it before
    away = file.with_name("elsewhere")
    file.rename(away)
    assert phone.submit(photo, burst=burst).status_code == 503
    away.rename(file)
    assert phone.submit(photo, burst=burst).get_json()["code"] == "present"
    assert admin.get("/healthz").get_json()["status"] == "ok"
