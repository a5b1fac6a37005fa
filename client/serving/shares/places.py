"""Deals out the places of one budget, in turn among the parties that wait for one."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, OrderedDict, deque
from collections.abc import Callable

from client.serving.early_answers import TOO_BUSY, AnsweredEarlyError
from client.serving.limits import PlaceLimits
from client.serving.shares.app_place import AppPlace
from client.serving.shares.pace import Pace
from client.serving.shares.parties import Party, PartyKind

_SOONEST, _LATEST = 2, 60  # seconds after which those who are turned away may come back


_Parties = OrderedDict[Party, deque[asyncio.Future[bool]]]
"""Those of one kind that wait, with their requests; a turn says whether its place is kept for addresses."""


class Places:
    """The places of one budget, one for each of its threads. Use it from one event loop.

    Requests come here only when their body is complete, so a place is free again as soon as the app has
    answered. Who waits costs no thread. Kinds of parties take turns, and so do the parties of each kind: a
    party with a hundred requests delays another's by one request, and somebody with a hundred grants delays
    those who show none by one, too. No address, login or token gets all places. Those that the grants of one
    address can't have are dealt out in turn among addresses: two with many grants keep no third waiting.

    A request that would wait in vain, because the queue is full or too slow, is turned away at once, with the
    time after which it makes sense to come back. A full queue has room for other addresses than the one that
    has most in it: one of that address's requests is turned away instead.

    Args:
        limits: the number of places, and the shares of them.
        clock: the time in seconds; None means the event loop's.
    """

    def __init__(self, limits: PlaceLimits, clock: Callable[[], float] | None = None) -> None:
        self._limits = limits
        self._free = limits.threads
        self._pace = Pace(clock or (lambda: asyncio.get_running_loop().time()))
        self._waits: Counter[PartyKind] = Counter()
        self._taken: Counter[Party] = Counter()
        self._taken_by_grants: Counter[str] = Counter()  # by address
        self._kept = max(0, limits.threads - limits.grants_per_address)  # places dealt out among addresses
        self._kept_taken = 0
        self._turns = 0
        self._last_turn: dict[str, int] = {}  # of the addresses whose grants are here, at those places
        self._waiting_at: dict[PartyKind, Counter[str]] = {kind: Counter() for kind in PartyKind}
        self._waiting: OrderedDict[PartyKind, _Parties] = OrderedDict(
            (kind, OrderedDict()) for kind in PartyKind
        )

    @property
    def waiting(self) -> int:
        """How many requests wait for a place."""
        queues = (turns for parties in self._waiting.values() for turns in parties.values())
        return sum(len(turns) for turns in queues)

    async def take(self, party: Party) -> AppPlace:
        """Wait for a place.

        Raises:
            AnsweredEarlyError: there was none for too long, or it is clear that there will be none in time.
        """
        self._check_hope(party)
        turn = asyncio.get_running_loop().create_future()
        self._waiting[party.kind].setdefault(party, deque()).append(turn)
        self._count_waiting(party, 1)
        self._waits[party.kind] += 1
        self._deal()
        try:
            async with asyncio.timeout(self._limits.patience_seconds):
                await turn
        except BaseException as error:
            if turn.cancelled():
                self._waits[party.kind] -= 1
            elif turn.exception() is None:  # else it gave way
                self._give_back(party, is_kept=turn.result())
            if isinstance(error, TimeoutError):
                raise self._turned_away(self._expected_wait(party)) from None
            raise
        is_kept: bool = turn.result()
        return AppPlace(lambda: self._give_back(party, is_kept=is_kept))

    def _check_hope(self, party: Party) -> None:
        """Turn a request away for which there is no room in the queue, or no turn in time.

        Raises:
            AnsweredEarlyError: it has to come back later.
        """
        if not self._waits.total():
            return
        expected = self._expected_wait(party)
        is_late = expected is not None and expected > self._limits.patience_seconds
        is_full = self._waits[party.kind] >= self._limits.waiting
        if is_late or (is_full and not self._make_room(party)):
            raise self._turned_away(expected)

    def _make_room(self, party: Party) -> bool:
        """Turn away the newest request of the address with most of a full queue, if this one has fewer in it.

        So whoever fills a queue from one address keeps those at others out of it for no time at all.
        """
        waiting_at, parties = self._waiting_at[party.kind], self._waiting[party.kind]
        own = waiting_at[_home(party)] + 1
        if own * 2 > self._limits.waiting:  # nobody can have more; found out without a search
            return False
        home = max(waiting_at, key=waiting_at.__getitem__)
        while waiting_at[home] > own:
            last = next(each for each in reversed(parties) if _home(each) == home)
            turn = parties[last].pop()
            self._count_waiting(last, -1)
            if not parties[last]:
                del parties[last]
            if not turn.done():  # else it has given up already
                turn.set_exception(self._turned_away(self._expected_wait(last)))
                self._waits[party.kind] -= 1
                return True
        return False

    def _turned_away(self, expected: float | None) -> AnsweredEarlyError:
        if expected is None:
            return AnsweredEarlyError(TOO_BUSY)
        seconds = min(_LATEST, max(_SOONEST, math.ceil(expected - self._limits.patience_seconds / 2)))
        return AnsweredEarlyError(TOO_BUSY, retry_after=seconds)

    def _expected_wait(self, party: Party) -> float | None:
        """The seconds that one more request of a party would wait; None while that isn't known."""
        turn = self._pace.seconds_of_a_turn()
        if turn is None:
            return None
        parties, home = self._waiting[party.kind], _home(party)
        own = len(parties.get(party, ())) + 1
        here = sum(min(len(queue), own) for each, queue in parties.items() if _home(each) == home)
        # A crowd at another address never has all places, so of it count no more than wait here.
        waiting_at = self._waiting_at[party.kind]
        elsewhere = sum(min(count, waiting_at[home] + 1) for at, count in waiting_at.items() if at != home)
        return turn * (here + elsewhere) * sum(bool(others) for others in self._waiting.values())

    def _deal(self) -> None:
        while self._free and (party := self._next(is_kept=(is_kept := self._is_kept()))) is not None:
            parties = self._waiting[party.kind]
            turn = parties[party].popleft()
            self._count_waiting(party, -1)
            parties.move_to_end(party)
            if not parties[party]:
                del parties[party]
            if not turn.done():  # else its request has given up, and is about to say so
                turn.set_result(is_kept)
                self._waits[party.kind] -= 1
                self._free -= 1
                self._count(party, 1)
                self._note_turn(party, is_kept=is_kept)
                self._waiting.move_to_end(party.kind)

    def _is_kept(self) -> bool:
        """Whether the place to deal out is one of those that addresses take in turn: all others are taken."""
        others_taken = self._limits.threads - self._free - self._kept_taken
        return self._kept_taken < self._kept and others_taken >= self._limits.threads - self._kept

    def _next(self, *, is_kept: bool) -> Party | None:
        """The party whose turn it is: the one that waits longest since its last turn and may have a place.

        Likewise its kind among the kinds, and, for a kept place, the address of a grant among addresses.
        """
        waiting = (
            party
            for kind, parties in self._waiting.items()
            if kind is not PartyKind.GRANT or self._some_grant_may_enter()
            for party in parties
        )
        party = next((party for party in waiting if self._may_enter(party)), None)
        if not is_kept or party is None or party.kind is not PartyKind.GRANT:
            return party
        allowed = filter(self._may_enter, self._waiting[PartyKind.GRANT])
        return min(allowed, key=lambda each: self._last_turn.get(each.address, 0))

    def _some_grant_may_enter(self) -> bool:
        """Whether some grant that waits may enter, without looking at hundreds of one address."""
        most = self._limits.grants_per_address
        return any(self._taken_by_grants[address] < most for address in self._waiting_at[PartyKind.GRANT])

    def _may_enter(self, party: Party) -> bool:
        limits = self._limits
        if party.kind is PartyKind.GRANT:
            return self._taken_by_grants[party.address] < limits.grants_per_address
        most = limits.per_address if party.kind is PartyKind.ADDRESS else limits.per_party
        return self._taken[party] < most

    def _give_back(self, party: Party, *, is_kept: bool) -> None:
        self._free += 1
        self._kept_taken -= is_kept
        self._count(party, -1)
        self._pace.note(some_wait=self._waits.total() > 0)
        self._deal()

    def _count(self, party: Party, more: int) -> None:
        self._taken[party] += more
        if not self._taken[party]:
            del self._taken[party]
        if party.kind is PartyKind.GRANT:
            _add(self._taken_by_grants, party.address, more)
            self._forget_turn(party)

    def _count_waiting(self, party: Party, more: int) -> None:
        _add(self._waiting_at[party.kind], _home(party), more)
        if party.kind is PartyKind.GRANT:
            self._forget_turn(party)

    def _note_turn(self, party: Party, *, is_kept: bool) -> None:
        self._kept_taken += is_kept
        if is_kept and party.kind is PartyKind.GRANT:
            self._turns += 1
            self._last_turn[party.address] = self._turns

    def _forget_turn(self, party: Party) -> None:
        """Forget the last turn of an address that has no grant here any more."""
        address = party.address
        if address not in self._waiting_at[PartyKind.GRANT] and address not in self._taken_by_grants:
            self._last_turn.pop(address, None)


def _home(party: Party) -> str:
    """What a party shares a queue as: a grant as its address, since grants are free."""
    return party.address or party.name


def _add(counter: Counter[str], key: str, more: int) -> None:
    """Count, and keep no zeros."""
    counter[key] += more
    if not counter[key]:
        del counter[key]
