"""Whether a public address is wanted, and can be had."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from attendance.doctor.examinations import public_tunnel
from attendance.doctor.examinations.public_tunnel import examine
from attendance.settings.settings import Settings
from tests.attendance.doctor.examined import NOTE, OK, PROBLEM, grades, site_of, words

TOKEN = "2" + "aB3" * 16


@pytest.fixture
def service() -> Iterator[tuple[str, int]]:
    """Something that stands for ngrok's servers, and takes connections."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed agent."""
    (tmp_path / "ngrok").touch()
    monkeypatch.setenv("PYNGROK_NGROK_PATH", str(tmp_path / "ngrok"))


def test_without_a_token_or_with_an_open_tunnel_nobody_is_asked(settings: Settings) -> None:
    nowhere = ("127.0.0.1", 1)
    assert grades(examine(site_of(settings), nowhere)) == [OK]
    on = site_of(replace(settings, ngrok_authtoken=TOKEN), tunnel_is_up=True)
    assert grades(examine(on, nowhere)) == [OK]


@pytest.mark.server
@pytest.mark.usefixtures("agent")
def test_a_token_with_a_reachable_service_is_in_order(settings: Settings, service: tuple[str, int]) -> None:
    assert grades(examine(site_of(replace(settings, ngrok_authtoken=TOKEN)), service)) == [OK]


@pytest.mark.server
@pytest.mark.usefixtures("agent")
def test_a_mistyped_token_and_no_internet_are_problems(settings: Settings, service: tuple[str, int]) -> None:
    mistyped = site_of(replace(settings, ngrok_authtoken=f"'{TOKEN}'"))
    found = list(examine(mistyped, service))
    assert grades(found) == [PROBLEM]
    assert TOKEN not in words(found), "a token is a secret"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and doesn't listen
        found = list(examine(site_of(replace(settings, ngrok_authtoken=TOKEN)), taken.getsockname()))
    assert grades(found) == [PROBLEM]
    assert "can't be reached" in words(found)


@pytest.mark.server
def test_an_agent_that_is_still_to_be_downloaded_is_a_note(
    settings: Settings, service: tuple[str, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PYNGROK_NGROK_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(public_tunnel, "DEFAULT_NGROK_PATH", str(tmp_path / "ngrok"))
    site = site_of(replace(settings, ngrok_authtoken=TOKEN))
    assert grades(examine(site, service)) == [NOTE]
    (tmp_path / "ngrok").touch()  # by the first start
    assert grades(examine(site, service)) == [OK]
