"""The supervisor's tunnel, as one of its workers sees and switches it."""

from __future__ import annotations

from client.errors import TunnelError
from client.startup.workers.messages import SupervisorAnswer, Wish
from client.startup.workers.supervisor_link import SupervisorLink

SWITCH_SECONDS = (
    120.0  # the workers have 20 s to hear of it, the agent and ngrok 40 s; the rest is a download
)
ARRIVAL_SECONDS = 3.0  # the request to itself waits 5 s for its answer
SLOW = "The tunnel takes longer than usual. Reload this page in a minute to see whether it is on."


class SharedTunnel:
    """A switch for the tunnel and this computer's public addresses, both of the supervisor.

    Args:
        link: the line to the supervisor.
    """

    def __init__(self, link: SupervisorLink) -> None:
        self._link = link

    def is_up(self) -> bool:
        """Whether phones on the internet can reach this machine now."""
        return self._link.state.url is not None

    def may_forward(self) -> bool:
        """Whether the agent may forward requests; from before it is started until it has ended."""
        return self._link.state.may_forward

    @property
    def public_url(self) -> str | None:
        """The public address without a trailing slash while the tunnel is up, otherwise None."""
        return self._link.state.url

    def switch_on(self) -> str:
        """Open the tunnel if it is not up, and return its public address.

        Raises:
            TunnelError: it can't be opened; the local server isn't affected.
        """
        return self._switch(Wish.OPEN_TUNNEL).result or ""

    def switch_off(self) -> None:
        """Close the tunnel if it is open.

        Raises:
            TunnelError: it takes very long.
        """
        self._switch(Wish.CLOSE_TUNNEL)

    @property
    def known(self) -> frozenset[str]:
        """This computer's public addresses, as visitors' are counted."""
        return frozenset(self._link.state.known)

    def arrived(self, secret: str, address: str) -> bool:
        """Note the address that a request for a secret path came from; whether this computer sent it."""
        if secret not in self._link.state.expected:  # anybody may send one, so the supervisor isn't asked
            return False
        answer = self._link.request(Wish.NOTE_ARRIVAL, secret, address, seconds=ARRIVAL_SECONDS)
        return answer is not None and answer.result == secret

    def _switch(self, wish: Wish) -> SupervisorAnswer:
        answer = self._link.request(wish, seconds=SWITCH_SECONDS)
        if answer is None:
            raise TunnelError(SLOW)
        if answer.problem is not None:
            raise TunnelError(answer.problem)
        return answer
