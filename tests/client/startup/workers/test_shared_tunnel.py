"""One tunnel for several processes: each knows of it before it opens, and each can switch it."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from client.errors import TunnelError
from client.serving.networks.own_addresses import PATH
from client.startup.workers import supervisor as supervisor_module
from client.startup.workers import tunnel_keeper as module
from client.startup.workers.messages import (
    Message,
    StateHeard,
    SupervisorAnswer,
    TunnelState,
    Wish,
    WorkerRequest,
)
from client.startup.workers.tunnel_keeper import TunnelKeeper
from tests.client.served_app import wait_until
from tests.client.startup.workers.small_worker import VISITOR, ask
from tests.client.startup.workers.team import Team, keeper_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and file descriptors of POSIX")

URL = "https://class.example"
DOWN, UP = [False, None], [True, URL]
OWN = "198.51.100.4"
OPEN = WorkerRequest("an id", Wish.OPEN_TUNNEL)


class Agent:
    """A tunnel that leads nowhere.

    Args:
        keeper: is told what happens to it.

    Attributes:
        while_opening: called while it opens, and may raise TunnelError.
        opened, closed: how many times it was.
    """

    def __init__(self) -> None:
        self.keeper = keeper_of(self._made_for)
        self.while_opening: Callable[[], None] = lambda: None
        self.opened = self.closed = 0
        self.is_lost = False

    def _made_for(self, keeper: TunnelKeeper) -> Agent:
        assert keeper is self.keeper
        return self

    def is_open(self) -> bool:
        return self.opened > self.closed

    def is_up(self) -> bool:
        return self.is_open() and not self.is_lost

    @property
    def public_url(self) -> str | None:
        return URL if self.is_up() else None

    def open(self, local_url: str) -> str:
        assert local_url == "http://127.0.0.1:1"
        self.while_opening()
        self.opened += 1
        return URL

    def close(self) -> None:
        self.closed += self.is_open()

    def lose(self, *, lost: bool = True) -> None:
        """Lose the connection to ngrok, or have it restored."""
        self.is_lost = lost
        self.keeper.publish()


@pytest.fixture
def agent() -> Agent:
    return Agent()


def delivered(keeper: TunnelKeeper, wanted: Callable[[Message], bool]) -> Message:
    """The first message that a keeper has for its workers, and that is wanted."""
    found: list[Message] = []

    def look() -> bool:
        found.extend(message for _, message in keeper.mail())
        return any(wanted(each) for each in found)

    wait_until(look)
    return next(each for each in found if wanted(each))


def may_forward(message: Message) -> bool:
    return isinstance(message, TunnelState) and message.may_forward


def is_answer(message: Message) -> bool:
    return isinstance(message, SupervisorAnswer)


class TestBeforeItOpens:
    """No agent is started while a worker would take its visitors for somebody on this computer."""

    @pytest.fixture(autouse=True)
    def _answer_soon(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "SHOW_SECONDS", 0.01)

    def test_every_worker_has_heard(self, agent: Agent) -> None:
        states = [agent.keeper.join(number) for number in range(3)]
        assert not any(each.may_forward for each in states)
        agent.keeper.take(1, OPEN)
        state = delivered(agent.keeper, may_forward)
        assert isinstance(state, TunnelState)
        assert state.url is None
        agent.keeper.take(0, StateHeard(state.number))
        agent.keeper.take(1, StateHeard(state.number - 1))  # of what it had heard before
        later = agent.keeper.join(3)
        assert later.may_forward, "it has this in its orders, before it serves"
        agent.keeper.take(2, StateHeard(state.number))
        assert agent.opened == 0
        agent.keeper.take(1, StateHeard(state.number))
        assert delivered(agent.keeper, is_answer) == SupervisorAnswer(OPEN.id, URL)
        assert agent.opened == 1

    def test_nobody_waits_for_a_worker_that_died(self, agent: Agent) -> None:
        agent.keeper.join(0)
        agent.keeper.take(0, OPEN)
        delivered(agent.keeper, may_forward)
        assert agent.opened == 0
        agent.keeper.leave(0)
        wait_until(lambda: agent.opened == 1)

    def test_one_that_never_hears_keeps_it_closed(
        self, agent: Agent, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "HEAR_SECONDS", 0.01)
        agent.keeper.join(0)
        agent.keeper.take(0, OPEN)
        assert delivered(agent.keeper, is_answer) == SupervisorAnswer(OPEN.id, problem=module.NOT_HEARD)
        assert agent.opened == 0
        assert not agent.keeper.join(1).may_forward

    @pytest.mark.server
    def test_a_worker_that_can_not_be_started_is_not_waited_for(self, agent: Agent) -> None:
        def fail(number: int, times: int) -> list[str]:
            raise OSError(number, times)

        with pytest.raises(OSError, match="0"):
            Team(2, fail, agent.keeper).run()
        agent.keeper.take(0, OPEN)
        assert delivered(agent.keeper, is_answer) == SupervisorAnswer(OPEN.id, URL)


def test_what_breaks_while_it_opens_is_answered(agent: Agent, caplog: pytest.LogCaptureFixture) -> None:
    def break_down() -> None:
        raise ImportError("no pyngrok")

    agent.while_opening = break_down
    agent.keeper.take(0, OPEN)
    answer = delivered(agent.keeper, is_answer)
    assert answer == SupervisorAnswer(OPEN.id, problem=module.BROKEN.format(reason="ImportError"))
    assert "no pyngrok" in caplog.text


class Site:
    """A supervisor with two small workers and the tunnel."""

    def __init__(self, agent: Agent, folder: Path) -> None:
        self.agent, self._folder = agent, folder
        command = [sys.executable, "-m", "tests.client.startup.workers.small_worker", str(folder)]
        self.team = Team(2, lambda *_: command, agent.keeper)

    def run(self, meanwhile: Callable[[], None]) -> None:
        """Do something while both serve, until Ctrl-C."""

        def act() -> None:
            wait_until(self.team.all_serve.is_set)
            meanwhile()

        assert self.team.run(act) == 0

    @property
    def pids(self) -> list[int]:
        """The process numbers of the workers that run."""
        return [
            each.pid
            for each in self.team.processes
            if each.serves and (self._folder / str(each.pid)).exists()
        ]

    def ask(self, pid: int, question: str, *about: str) -> Any:
        return ask(self._folder, pid, question, *about)

    def all(self, question: str = "state") -> list[Any]:
        """What each worker answers."""
        return [self.ask(pid, question) for pid in self.pids]

    def kill(self, pid: int) -> int:
        """Kill a worker; the process number of its replacement."""
        others = set(self.pids)
        os.kill(pid, signal.SIGKILL)
        (self._folder / str(pid)).unlink()
        wait_until(lambda: len(self.pids) == 2 and set(self.pids) != others)
        return (set(self.pids) - others).pop()


@pytest.fixture
def site(agent: Agent, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(supervisor_module, "PAUSES", (0.0, 0.01))
    monkeypatch.chdir(Path(__file__).resolve().parents[4])
    return Site(agent, tmp_path_factory.mktemp("w"))  # short, as names of sockets have to be


@pytest.mark.server
class TestSeveralProcesses:
    def test_any_of_them_switches_it_and_all_know(self, site: Site) -> None:
        def switch() -> None:
            first, second = site.pids
            assert site.all() == [DOWN, DOWN]
            assert site.ask(second, "on") == URL
            assert site.all() == [UP, UP]
            assert site.ask(first, "on") == URL
            assert site.agent.opened == 1
            assert site.ask(first, "off") is None
            assert site.all() == [DOWN, DOWN]
            assert site.agent.closed == 1
            assert site.all("visitor") == ["127.0.0.1"] * 2
            assert site.ask(first, "on") == URL

        site.run(switch)
        assert (site.agent.opened, site.agent.closed) == (2, 2), "the end of the program closes it"

    def test_none_takes_its_first_visitor_for_this_computer(self, site: Site) -> None:
        seen: list[Any] = []

        def open_it() -> None:
            first, second = site.pids
            site.agent.while_opening = lambda: seen.extend([site.ask(second, "visitor"), site.kill(second)])
            assert site.all("visitor") == ["127.0.0.1"] * 2
            assert site.ask(first, "on") == URL
            assert seen == [VISITOR, site.pids[-1]]
            assert site.all("visitor") == [VISITOR, VISITOR], "the replacement knew by its orders"

        site.run(open_it)

    def test_it_stays_open_when_a_worker_dies(self, site: Site) -> None:
        def kill() -> None:
            first, second = site.pids
            assert site.ask(first, "on") == URL
            for pid in (second, first):
                assert site.ask(site.kill(pid), "state") == UP
            assert (site.agent.opened, site.agent.closed) == (1, 0)

        site.run(kill)

    def test_what_went_wrong_reaches_the_page_that_asked(self, site: Site) -> None:
        def refuse() -> None:
            raise TunnelError("Your plan doesn't allow another one.")

        def open_it() -> None:
            site.agent.while_opening = refuse
            found = [site.ask(pid, "on") for pid in site.pids]
            assert found == ["TunnelError: Your plan doesn't allow another one."] * 2
            assert site.all() == [DOWN, DOWN]
            assert site.all("visitor") == ["127.0.0.1"] * 2

        site.run(open_it)

    def test_lost_and_restored_all_know_and_a_visitor_stays_a_visitor(self, site: Site) -> None:
        def lose() -> None:
            site.ask(site.pids[0], "on")
            site.agent.lose()
            wait_until(lambda: site.all() == [DOWN, DOWN])
            assert site.all("visitor") == [VISITOR, VISITOR], "it may be restored before a worker hears of it"
            site.agent.lose(lost=False)
            wait_until(lambda: site.all() == [UP, UP])

        site.run(lose)

    def test_the_loop_goes_on_while_the_agent_takes_long(self, site: Site) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def be_slow() -> None:
            begun.set()
            assert go_on.wait(60)

        def kill_meanwhile() -> None:
            first, second = site.pids
            site.agent.while_opening = be_slow
            answers: list[Any] = []
            opening = threading.Thread(target=lambda: answers.append(site.ask(first, "on")))
            opening.start()
            assert begun.wait(60)
            replacement = site.kill(second)
            assert site.ask(replacement, "state") == DOWN
            go_on.set()
            opening.join()
            assert answers == [URL]
            assert site.all() == [UP, UP]

        site.run(kill_meanwhile)

    def test_the_request_to_itself_may_arrive_at_any_of_them(self, site: Site) -> None:
        paths: list[str] = []

        def travel(url: str, family: socket.AddressFamily) -> None:
            if family is socket.AF_INET6:
                raise OSError
            paths.append(url)
            secret = url.removeprefix(f"{URL}{PATH}")
            first, second = site.pids
            assert site.ask(second, "arrived", f"{secret}x", OWN) is False
            assert site.ask(second, "arrived", secret, OWN) is True
            assert site.ask(second, "arrived", secret, "203.0.113.9") is False, "it counts once"
            assert site.ask(first, "arrived", secret, "203.0.113.9") is False

        def open_it() -> None:
            site.agent.keeper._ask = travel
            site.ask(site.pids[0], "on")
            site.agent.keeper.came_up(URL)
            wait_until(lambda: site.all("known") == [[OWN], [OWN]])
            assert len(paths) == 1
            replacement = site.kill(site.pids[1])
            assert site.ask(replacement, "known") == [OWN]

        site.run(open_it)

    def test_one_that_reads_nothing_holds_up_nobody(
        self, site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "HEAR_SECONDS", 0.1)
        monkeypatch.setattr(module, "SHOW_SECONDS", 0.1)

        def stop_one() -> None:
            first, second = site.pids
            assert site.ask(first, "on") == URL
            os.kill(second, signal.SIGSTOP)
            for _ in range(1_000):  # more than its pipe takes
                site.agent.lose()
                site.agent.lose(lost=False)
            wait_until(lambda: not site.team.processes[1].outbox.is_empty)
            wait_until(lambda: site.ask(first, "state") == UP)
            assert site.ask(first, "off") is None
            assert site.ask(first, "on") == f"TunnelError: {module.NOT_HEARD}"
            os.kill(second, signal.SIGCONT)
            wait_until(lambda: site.ask(first, "on") == URL)
            wait_until(lambda: site.all() == [UP, UP])

        site.run(stop_one)
