"""The public address can be switched on and off while the server is running."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from client.errors import TunnelError
from client.serving.tunnel.tunnel_switch import SWITCH, TunnelSwitch
from tests.client.signed_in import SignedIn


class PaperTunnel:
    """A tunnel that leads nowhere.

    Args:
        made: is told of each tunnel.
        problem: why it does not open, or nothing.
        meanwhile: called while it opens, and while it closes.
    """

    def __init__(
        self, made: list[PaperTunnel], problem: str = "", meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        self.problem = problem
        self.meanwhile = meanwhile
        self.url: str | None = None
        self.leads_to = ""
        made.append(self)
        self.number = len(made)

    def is_up(self) -> bool:
        return self.url is not None

    def is_open(self) -> bool:
        return self.url is not None

    @property
    def public_url(self) -> str | None:
        return self.url

    def open(self, local_url: str) -> str:
        if self.problem:
            raise TunnelError(self.problem)
        self.leads_to = local_url
        self.meanwhile()
        self.url = f"https://tunnel-{self.number}.example"
        return self.url

    def close(self) -> None:
        self.url = None
        self.meanwhile()


@pytest.fixture
def made() -> list[PaperTunnel]:
    return []


@pytest.fixture
def switch(made: list[PaperTunnel]) -> TunnelSwitch:
    return TunnelSwitch(lambda: PaperTunnel(made), "http://127.0.0.1:8080")


def test_on_and_off_and_on(switch: TunnelSwitch, made: list[PaperTunnel]) -> None:
    assert not switch.is_up()
    assert switch.public_url is None
    assert switch.switch_on() == "https://tunnel-1.example"
    assert made[0].leads_to == "http://127.0.0.1:8080"
    assert switch.is_up()
    switch.switch_off()
    assert (switch.is_up(), switch.public_url, made[0].url) == (False, None, None)
    assert switch.switch_on() == "https://tunnel-2.example"


def test_a_double_tap_opens_one(switch: TunnelSwitch, made: list[PaperTunnel]) -> None:
    taps = [threading.Thread(target=switch.switch_on) for _ in range(8)]
    for tap in taps:
        tap.start()
    for tap in taps:
        tap.join()
    assert len(made) == 1


def test_one_that_was_lost_is_opened_anew(switch: TunnelSwitch, made: list[PaperTunnel]) -> None:
    switch.switch_on()
    made[0].url = None  # its agent has exited
    assert switch.switch_on() == "https://tunnel-2.example"


def test_its_agent_may_forward_from_before_it_opens_until_it_has_ended(
    switch: TunnelSwitch, made: list[PaperTunnel]
) -> None:
    seen: list[tuple[bool, bool]] = []

    def look() -> None:
        seen.append((switch.may_forward(), switch.is_up()))

    switch = TunnelSwitch(lambda: PaperTunnel(made, meanwhile=look), "http://127.0.0.1:8080", announce=look)
    assert not switch.may_forward()
    switch.switch_on()
    assert seen == [(True, False), (True, False)]
    assert switch.may_forward()
    seen.clear()
    switch.switch_off()
    assert seen == [(True, False)]
    assert not switch.may_forward()


def test_one_that_could_not_open_may_not_forward(made: list[PaperTunnel]) -> None:
    told: list[bool] = []

    def note() -> None:
        told.append(failing.may_forward())

    failing = TunnelSwitch(lambda: PaperTunnel(made, "No account."), "http://127.0.0.1", changed=note)
    with pytest.raises(TunnelError, match="No account"):
        failing.switch_on()
    assert told == [False]


def test_switching_off_twice_is_fine(switch: TunnelSwitch) -> None:
    switch.switch_off()
    switch.switch_off()


class TestOnTheHomePage:
    def test_it_is_offered_only_by_a_launcher_that_can(self, teacher: SignedIn) -> None:
        assert "Switch the tunnel" not in teacher.get("/teach/").text
        assert teacher.post("/teach/tunnel/on").status_code == 404
        assert teacher.post("/teach/tunnel/off").status_code == 404

    def test_it_goes_on_and_off(self, app: Flask, teacher: SignedIn, switch: TunnelSwitch) -> None:
        app.extensions |= {SWITCH: switch, "tunnel": switch.is_up}
        app.config["PUBLIC_URL"] = lambda: switch.public_url
        assert "Switch the tunnel on" in teacher.get("/teach/").text
        assert teacher.post("/teach/tunnel/on").status_code == 303
        page = teacher.get("/teach/").text
        assert "https://tunnel-1.example" in page
        assert "Switch the tunnel off" in page
        teacher.post("/teach/tunnel/off")
        assert not switch.is_up()

    def test_what_goes_wrong_is_said(self, app: Flask, teacher: SignedIn, made: list[PaperTunnel]) -> None:
        app.extensions[SWITCH] = TunnelSwitch(lambda: PaperTunnel(made, "No account."), "http://127.0.0.1")
        assert teacher.post("/teach/tunnel/on").status_code == 303
        assert "No account." in teacher.get("/teach/").text

    def test_that_it_takes_long_to_close_is_said(
        self, app: Flask, teacher: SignedIn, switch: TunnelSwitch, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def take_long() -> None:
            raise TunnelError("It takes longer.")

        monkeypatch.setattr(switch, "switch_off", take_long)
        app.extensions[SWITCH] = switch
        assert teacher.post("/teach/tunnel/off").status_code == 303
        page = teacher.get("/teach/").text
        assert "It takes longer." in page
        assert "The tunnel is off." not in page

    def test_another_site_cannot_switch_it(self, app: Flask, teacher: SignedIn, switch: TunnelSwitch) -> None:
        app.extensions[SWITCH] = switch
        assert teacher.post("/teach/tunnel/on", csrf=False).status_code >= 400
        assert not switch.is_up()
