"""The tunnel opens, fails and closes with clear messages, against a stand-in for the ngrok agent."""

from __future__ import annotations

import os
import re
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pyngrok import process
from pyngrok.conf import PyngrokConfig

from attendance.doctor.examinations.file_rights import rights_of
from client.errors import TunnelError
from client.serving.tunnel.leftover_agent import FILE
from client.serving.tunnel.tunnel import Tunnel
from tests.client.served_app import wait_until

AGENT = str(Path(__file__).parents[2] / "ngrok_stand_in.py")
NO_ANSWER = ("offline", "silent", "crash")  # stand-in roles that never answer
SOON = 2  # seconds
TOKEN = "2abcTOKENforTESTS"
LOCAL = "http://127.0.0.1:8080"

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="the stand-in is a script with a shebang"),
]


@pytest.fixture
def said() -> list[str]:
    """The messages of the tunnel."""
    return []


@pytest.fixture
def came_up() -> list[str]:
    """The addresses with which the tunnel was opened or restored."""
    return []


@pytest.fixture
def make(
    tmp_path: Path, said: list[str], came_up: list[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Tunnel]]:
    """Create a tunnel whose stand-in agent plays a role."""
    made: list[Tunnel] = []

    def tunnel(
        play: str = "ok", *, token: str | None = TOKEN, agent: str = AGENT, domain: str | None = None
    ) -> Tunnel:
        monkeypatch.setenv("NGROK_STAND_IN", play)
        monkeypatch.setenv("NGROK_STAND_IN_CALLS", str(tmp_path / "calls"))
        monkeypatch.delenv("NGROK_AUTHTOKEN", raising=False)
        folder, wait = tmp_path / "config", SOON if play in NO_ANSWER else 60
        made.append(
            Tunnel(
                token,
                folder,
                notify=said.append,
                came_up=came_up.append,
                domain=domain,
                agent=agent,
                start_seconds=wait,
            )
        )
        return made[-1]

    yield tunnel
    for each in made:
        each.close()
    process.kill_process(AGENT)


def play(path: str) -> None:
    """Tell the running stand-in what to simulate next."""
    url = process.get_process(PyngrokConfig(ngrok_path=AGENT)).api_url
    request = urllib.request.Request(f"{url}/stand-in/{path}", data=b"{}")
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 200


def test_an_open_tunnel_has_an_https_address(make: Callable[..., Tunnel]) -> None:
    tunnel = make()
    assert (tunnel.is_up(), tunnel.public_url) == (False, None)
    assert tunnel.open(LOCAL) == "https://stand-in.ngrok-free.app"
    assert (tunnel.is_up(), tunnel.public_url) == (True, "https://stand-in.ngrok-free.app")


@pytest.mark.parametrize("domain", ["class.example", "https://class.example/"])
def test_a_reserved_domain_is_asked_for(make: Callable[..., Tunnel], domain: str) -> None:
    assert make(domain=domain).open(LOCAL) == "https://class.example"


def test_the_token_is_not_on_the_command_line(make: Callable[..., Tunnel], tmp_path: Path) -> None:
    make().open(LOCAL)
    calls = (tmp_path / "calls").read_text()
    assert "start --none" in calls
    assert TOKEN not in calls


@pytest.mark.parametrize("play", ["ok", "crash"])
def test_programs_that_are_started_later_do_not_get_the_token(
    make: Callable[..., Tunnel], monkeypatch: pytest.MonkeyPatch, play: str
) -> None:
    for before in (None, "another"):
        tunnel = make(play)
        if before is not None:
            monkeypatch.setenv("NGROK_AUTHTOKEN", before)
        with suppress(TunnelError):
            tunnel.open(LOCAL)
        assert os.environ.get("NGROK_AUTHTOKEN") == before
        tunnel.close()


def test_closing_stops_the_agent_without_a_word(make: Callable[..., Tunnel], said: list[str]) -> None:
    tunnel = make()
    tunnel.open(LOCAL)
    agent = process.get_process(PyngrokConfig(ngrok_path=AGENT)).proc
    tunnel.close()
    agent.wait(60)
    assert (tunnel.is_up(), tunnel.public_url, said) == (False, None, [])


def test_a_lost_connection_is_said_and_so_is_its_return(
    make: Callable[..., Tunnel], said: list[str], came_up: list[str]
) -> None:
    tunnel = make()
    url = tunnel.open(LOCAL)
    play("lose")
    wait_until(lambda: len(said) == 1)
    assert (tunnel.is_up(), tunnel.public_url) == (False, None)
    play("lose")  # again: no new message
    play("regain")
    wait_until(lambda: len(said) == 2)
    assert (tunnel.is_up(), tunnel.public_url) == (True, url)
    wait_until(lambda: came_up == [url, url])
    assert "lost" in said[0]
    assert url in said[1]


def test_an_agent_that_dies_is_said(make: Callable[..., Tunnel], said: list[str]) -> None:
    tunnel = make()
    tunnel.open(LOCAL)
    play("die")
    wait_until(lambda: len(said) == 1)
    assert "has stopped" in said[0]
    assert (tunnel.is_up(), tunnel.public_url) == (False, None)


def test_without_a_token_it_says_where_to_get_one(make: Callable[..., Tunnel]) -> None:
    with pytest.raises(TunnelError, match="NGROK_AUTHTOKEN"):
        make(token=None).open(LOCAL)


SENTENCES = {
    "no_account": "rejected the token",
    "bad_token": "rejected the token",
    "plan_limit": "plan doesn't allow another",
    "already_online": "already uses this address",
    "domain_not_reserved": "not reserved for your",
    "unheard_of": "ngrok.com/docs/errors/err_ngrok_9999",
    "offline": "servers can't be reached",
    "silent": "did not answer in time",
    "crash": "did not answer in time",
    "hangs_up": "did not answer in time",
}


@pytest.mark.parametrize("part", SENTENCES)
def test_each_failure_has_its_own_sentence(make: Callable[..., Tunnel], part: str, tmp_path: Path) -> None:
    tunnel = make(part)
    with pytest.raises(TunnelError, match=SENTENCES[part]) as caught:
        tunnel.open(LOCAL)
    assert TOKEN not in str(caught.value)
    assert (tunnel.is_up(), tunnel.public_url) == (False, None)
    assert not process.is_process_running(AGENT), "it could forward what nobody expects"
    assert not (tmp_path / "config" / FILE).exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has its own rights")
def test_the_agents_settings_are_closed_to_others(make: Callable[..., Tunnel], tmp_path: Path) -> None:
    settings = tmp_path / "config" / "ngrok.yml"
    for _ in range(2):
        make().open(LOCAL)
        assert list(rights_of(settings)) == [], "nothing for doctor to complain of"
        settings.chmod(0o644)  # as older versions left it


@pytest.mark.parametrize("content", [b"\0" * 40, b"\t: [", b"\xff", b"- a list"], ids=repr)
def test_damaged_settings_of_the_agent_have_their_own_sentence(
    make: Callable[..., Tunnel], tmp_path: Path, content: bytes
) -> None:
    settings = tmp_path / "config" / "ngrok.yml"
    settings.parent.mkdir()
    settings.write_bytes(content)
    with pytest.raises(TunnelError, match=re.escape(f"{settings} are damaged")):
        make().open(LOCAL)


def test_the_agent_is_noted_while_it_still_connects(make: Callable[..., Tunnel], tmp_path: Path) -> None:
    tunnel = make("offline")

    def open_it() -> None:
        with suppress(TunnelError):
            tunnel.open(LOCAL)

    opening = threading.Thread(target=open_it)
    opening.start()
    try:
        wait_until((tmp_path / "config" / FILE).exists)
    finally:
        opening.join(60)


def test_an_agent_that_cannot_be_downloaded_has_its_own_sentence(
    make: Callable[..., Tunnel], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:  # a proxy that never answers, as without internet
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(TunnelError, match="could not be downloaded"):
            make(agent=str(tmp_path / "agent" / "ngrok")).open(LOCAL)


def test_a_file_that_is_no_program_has_its_own_sentence(make: Callable[..., Tunnel], tmp_path: Path) -> None:
    (tmp_path / "ngrok").write_text("not a program")
    with pytest.raises(TunnelError, match="can't be run"):
        make(agent=str(tmp_path / "ngrok")).open(LOCAL)
