"""The supervisor's tunnel, of which every worker knows before the agent can forward a request."""

from __future__ import annotations

import functools
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from socket import AddressFamily
from typing import TypeVar

from client.errors import TunnelError
from client.serving.networks.own_addresses import Ask, OwnAddresses, ask_over
from client.serving.tunnel.tunnel_switch import TunnelLike, TunnelSwitch
from client.startup.workers.messages import (
    Message,
    StateHeard,
    SupervisorAnswer,
    TunnelState,
    Wish,
    WorkerRequest,
)

HEAR_SECONDS = 20.0  # for all workers to hear of a change; one that starts needs a few, others a thousandth
SHOW_SECONDS = 2.0  # the same before an answer, so that the page behind it shows the change at any worker
CLOSE_SECONDS = 3.0  # for the agent to end; one that is still opening ends with this process
NOT_HEARD = "A process of the server doesn't answer, so the tunnel was not opened. Try again in a minute."
BROKEN = "The tunnel can't be switched ({reason}). The server's log has the details."
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


def _nobody() -> None:
    """Nobody waits for news."""


class TunnelKeeper:
    """Opens and closes the tunnel in threads of its own, so that the supervisor's loop never waits for it.

    Before the agent is started, all workers have confirmed that its word on visitors counts from now on, and
    those that start later have it in their orders. So none takes a visitor of the tunnel for this computer.

    Args:
        make: creates a tunnel that is not open yet, whose events go to this keeper.
        local_url: the address to which the tunnel forwards.
        say: prints a sentence.
        ask: requests an address, for this computer's request to itself.

    Attributes:
        wake: called from any thread when ``mail`` or ``print_notices`` have something to do.
    """

    def __init__(
        self,
        make: Callable[[TunnelKeeper], TunnelLike],
        local_url: str,
        *,
        say: Callable[[str], object],
        ask: Ask | None = None,
    ) -> None:
        self.wake: Callable[[], object] = _nobody
        self._say = say
        self._ask = ask or functools.partial(ask_over, context=None)
        self._news = threading.Condition()
        self._heard: dict[int, int] = {}  # of each worker, the number of the state that it acts by
        self._state = TunnelState()
        self._mail: queue.SimpleQueue[tuple[int | None, Message]] = queue.SimpleQueue()
        self._notices: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._own = OwnAddresses(self._ask_once_expected, changed=self.publish)
        self._switch = TunnelSwitch(
            lambda: make(self), local_url, announce=self._announce, changed=self.publish
        )

    # For the supervisor's loop.

    def join(self, number: int) -> TunnelState:
        """Count a worker among those that have to hear; the state for its orders."""
        with self._news:
            self._heard[number] = self._state.number
            return self._state

    def leave(self, number: int) -> None:
        """Wait for a worker no longer, because it has ended."""
        with self._news:
            del self._heard[number]
            self._news.notify_all()

    def take(self, number: int, message: Message) -> None:
        """Handle a worker's message."""
        if isinstance(message, StateHeard):
            with self._news:
                self._heard[number] = message.number
                self._news.notify_all()
        elif isinstance(message, WorkerRequest):
            if message.wish is Wish.NOTE_ARRIVAL:
                secret, address = message.about
                result = secret if self._own.arrived(secret, address) else None
                self._post(number, SupervisorAnswer(message.id, result))
            else:
                threading.Thread(
                    target=self._obey, args=(number, message), name="tunnel-switch", daemon=True
                ).start()

    def mail(self) -> list[tuple[int | None, Message]]:
        """The messages to deliver since the last time, each with the worker's number; None: to all."""
        return _all_of(self._mail)

    def print_notices(self) -> None:
        """Print what has happened to the tunnel."""
        for sentence in _all_of(self._notices):
            self._say(sentence)

    def close(self) -> None:
        """Close the tunnel, and wait a moment for its agent."""
        closing = threading.Thread(target=self._switch.switch_off, name="tunnel-end", daemon=True)
        closing.start()
        closing.join(CLOSE_SECONDS)

    # For the tunnel, from any thread.

    def notify(self, sentence: str) -> None:
        """Have a sentence about the tunnel printed, once for all workers."""
        self._notices.put(sentence)
        self.wake()

    def came_up(self, url: str) -> None:
        """Learn this computer's public address."""
        self._own.learn(url)

    def publish(self) -> int:
        """Let all workers know of a change, if it is one; the state's number."""
        with self._news:
            state = TunnelState(
                self._state.number,
                may_forward=self._switch.may_forward(),
                url=self._switch.public_url,
                known=tuple(sorted(self._own.known)),
                expected=tuple(sorted(self._own.expected)),
            )
            if state == self._state:
                return state.number
            self._state = state = replace(state, number=state.number + 1)
            self._mail.put((None, state))  # in the order of the numbers
        self.wake()
        return state.number

    def _obey(self, number: int, request: WorkerRequest) -> None:
        """Switch the tunnel, and answer once the workers know."""
        result, problem = None, None
        try:
            if request.wish is Wish.OPEN_TUNNEL:
                result = self._switch.switch_on()
            else:
                self._switch.switch_off()
        except TunnelError as error:
            problem = str(error)
        except Exception as error:  # noqa: BLE001 - whatever it is, a page waits for the answer
            _log.warning("The tunnel can't be switched.", exc_info=True)
            problem = BROKEN.format(reason=type(error).__name__)
        self._all_heard(SHOW_SECONDS)
        self._post(number, SupervisorAnswer(request.id, result, problem))

    def _announce(self) -> None:
        self.publish()
        if not self._all_heard(HEAR_SECONDS):
            raise TunnelError(NOT_HEARD)

    def _ask_once_expected(self, url: str, family: AddressFamily) -> None:
        """Send the request to itself once every worker would know it."""
        self._all_heard(SHOW_SECONDS)
        self._ask(url, family)

    def _all_heard(self, seconds: float) -> bool:
        """Wait until all workers act by the state of now; whether they do."""
        with self._news:
            number = self._state.number
            return self._news.wait_for(lambda: min(self._heard.values(), default=number) >= number, seconds)

    def _post(self, number: int, answer: SupervisorAnswer) -> None:
        self._mail.put((number, answer))
        self.wake()


def _all_of(waiting: queue.SimpleQueue[_T]) -> list[_T]:
    """What is in a queue, which others only add to."""
    return [waiting.get() for _ in range(waiting.qsize())]
