"""Deals out the places in the app, in turn among the parties that wait for one."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from client.serving.early_answers import TOO_BUSY, AnsweredEarlyError
from client.serving.limits import EIGHTH, HALF, ServerLimits
from client.serving.shares.parties import Party, PartyKind


class AppPlace:
    """One request's place in the app.

    Args:
        give_back: called once, when the place is free again.
    """

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back

    def leave(self) -> None:
        """Give the place back; again has no effect."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()


_Parties = OrderedDict[Party, deque[asyncio.Future[None]]]
"""Those of one kind that wait, with their requests."""


class Places:
    """The places in the app, one for each thread. Use it from one event loop.

    Requests come here only when their body is complete, so a place is free again as soon as the app has
    answered. Who waits costs no thread. Kinds of parties take turns, and so do the parties of each kind: a
    party with a hundred requests delays another's by one request, and somebody with a hundred grants delays
    those who open the page by one, too. Requests without grant, login or token count for their address, which
    gets an eighth of the places at once. All grants at one address get half of them.

    Args:
        limits: of these, ``threads`` and ``place_seconds`` apply here.
    """

    def __init__(self, limits: ServerLimits) -> None:
        self._free = limits.threads
        self._per_address = max(1, limits.threads // EIGHTH)
        self._for_grants = max(1, limits.threads // HALF)
        self._patience = limits.place_seconds
        self._taken: Counter[Party] = Counter()
        self._taken_by_grants: Counter[str] = Counter()  # by address
        self._waiting: OrderedDict[PartyKind, _Parties] = OrderedDict(
            (kind, OrderedDict()) for kind in PartyKind
        )

    async def take(self, party: Party) -> AppPlace:
        """Wait for a place.

        Raises:
            AnsweredEarlyError: there was none for too long.
        """
        turn = asyncio.get_running_loop().create_future()
        self._waiting[party.kind].setdefault(party, deque()).append(turn)
        self._deal()
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            if not turn.cancelled():
                self._give_back(party)
            if isinstance(error, TimeoutError):
                raise AnsweredEarlyError(TOO_BUSY) from None
            raise
        return AppPlace(lambda: self._give_back(party))

    def _deal(self) -> None:
        while self._free and (party := self._next()) is not None:
            parties = self._waiting[party.kind]
            turn = parties[party].popleft()
            parties.move_to_end(party)
            if not parties[party]:
                del parties[party]
            if not turn.done():  # else its request has given up, and is about to say so
                turn.set_result(None)
                self._free -= 1
                self._count(party, 1)
                self._waiting.move_to_end(party.kind)

    def _next(self) -> Party | None:
        """The party whose turn it is: the one that waits longest since its last turn and may have a place.

        Likewise its kind among the kinds.
        """
        waiting = (party for parties in self._waiting.values() for party in parties)
        return next((party for party in waiting if self._may_enter(party)), None)

    def _may_enter(self, party: Party) -> bool:
        if party.kind is PartyKind.GRANT:
            return self._taken_by_grants[party.address] < self._for_grants
        return party.kind is not PartyKind.ADDRESS or self._taken[party] < self._per_address

    def _give_back(self, party: Party) -> None:
        self._free += 1
        self._count(party, -1)
        self._deal()

    def _count(self, party: Party, more: int) -> None:
        self._taken[party] += more
        if not self._taken[party]:
            del self._taken[party]
        if party.kind is PartyKind.GRANT:
            self._taken_by_grants[party.address] += more
            if not self._taken_by_grants[party.address]:
                del self._taken_by_grants[party.address]
