"""The memory for bodies: who holds how much of it, who waits for some, and who has to give way."""

from __future__ import annotations

import asyncio
import bisect
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto

from client.serving.early_answers import TOO_BUSY, AnsweredEarlyError
from client.serving.limits import EIGHTH, ServerLimits
from client.serving.shares.parties import Party, PartyKind


@dataclass(eq=False)
class HeldBody:
    """One body, from its first byte until its request is answered.

    Attributes:
        party: whom it counts for.
        size: the bytes reserved for it: the declared length, or the most if none is declared.
        since: when they were reserved, by the loop's clock.
        is_complete: whether it has arrived; then it is never ended.
        is_ended: whether it had to give way.
        end: wakes its reader when it has to give way.
    """

    party: Party
    size: int
    since: float
    is_complete: bool = False
    is_ended: bool = False
    end: Callable[[], None] = field(default=lambda: None)


@dataclass(eq=False)
class _Waiting:
    """A body that waits for memory; its bytes stay on its connection."""

    party: Party
    size: int
    turn: asyncio.Future[HeldBody]


class _Shortage(Enum):
    """What all bodies together have too little of."""

    ALL = auto()
    LARGE = auto()


class BodyMemory:
    """Shares the memory among all bodies. Use it from one event loop.

    The rules, with the reasons, are in docs/server.md.

    Args:
        limits: of these, ``bodies_bytes``, ``large_body_bytes``, ``bodies_per_grant``,
            ``body_patience_seconds`` and ``memory_seconds`` apply here.
        clock: the time in seconds; None means the event loop's.
    """

    def __init__(self, limits: ServerLimits, clock: Callable[[], float] | None = None) -> None:
        self._limits = limits
        self._clock = clock
        self._held: dict[HeldBody, None] = {}  # in the order of their arrival
        self._waiting: list[_Waiting] = []
        self._bytes: Counter[Party] = Counter()
        self._count: Counter[Party] = Counter()
        self._used = self._used_by_large = 0
        self._timer: asyncio.TimerHandle | None = None

    async def reserve(self, party: Party, size: int) -> HeldBody:
        """Wait for memory, and reserve it until ``release``.

        Raises:
            AnsweredEarlyError: there was none for too long.
        """
        self._end_earlier_tries(party)
        if self._obstacle(party, size) is None:
            return self._hold(party, size)
        waiting = _Waiting(party, size, asyncio.get_running_loop().create_future())
        # The smallest body first: one of 10 MB doesn't keep thirty ordinary photos waiting.
        bisect.insort(self._waiting, waiting, key=lambda each: each.size)
        self._make_room()
        try:
            async with asyncio.timeout(self._limits.memory_seconds):
                return await asyncio.shield(waiting.turn)
        except BaseException as error:
            if waiting.turn.done():
                self.release(waiting.turn.result())
            else:
                self._waiting.remove(waiting)
            if isinstance(error, TimeoutError):
                raise AnsweredEarlyError(TOO_BUSY) from None
            raise

    def release(self, held: HeldBody) -> None:
        """Release the memory of a body; again has no effect."""
        self._drop(held)
        for waiting in list(self._waiting):
            if self._obstacle(waiting.party, waiting.size) is None:
                self._admit(waiting)

    def _make_room(self) -> None:
        """End bodies that have to give way to those that wait, now and again while somebody waits."""
        if self._timer is not None:
            return
        worst = self._worst_first()
        for waiting in list(self._waiting):
            while (obstacle := self._obstacle(waiting.party, waiting.size)) is not None:
                rivals = worst.get(obstacle)
                if not rivals:
                    break
                self._end(rivals.popleft())
            else:
                self._admit(waiting)
        if self._waiting:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._limits.deal_seconds, self._look_again)

    def _look_again(self) -> None:
        self._timer = None
        self._make_room()

    def _worst_first(self) -> dict[Party | _Shortage, deque[HeldBody]]:
        """For each obstacle the bodies that may be ended.

        Those of which least is known come first, then those that have held most bytes for longest.
        """
        now, patience = self._now(), self._limits.body_patience_seconds
        late = [held for held in self._held if not held.is_complete and now - held.since >= patience]
        late.sort(key=lambda held: (held.party.kind, -held.size * (now - held.since)))
        worst: defaultdict[Party | _Shortage, deque[HeldBody]] = defaultdict(deque)
        for held in late:
            worst[held.party].append(held)
            worst[_Shortage.ALL].append(held)
            if self._is_large(held.size):
                worst[_Shortage.LARGE].append(held)
        return worst

    def _obstacle(self, party: Party, size: int) -> Party | _Shortage | None:
        """What is in the way of one more body: the party's share, or what all have; None if nothing is."""
        limits = self._limits
        if party.kind is PartyKind.GRANT:
            if self._count[party] >= limits.bodies_per_grant:
                return party
        elif self._count[party] and self._bytes[party] + size > limits.bodies_bytes // EIGHTH:
            return party
        if self._is_large(size) and self._used_by_large + size > limits.bodies_bytes // 2:
            return _Shortage.LARGE
        return _Shortage.ALL if self._used + size > limits.bodies_bytes else None

    def _end_earlier_tries(self, party: Party) -> None:
        """Don't let a phone that lost its connection and sends again wait for its own first try."""
        if party.kind is PartyKind.GRANT and self._count[party] >= self._limits.bodies_per_grant:
            own = (held for held in self._held if held.party == party and not held.is_complete)
            if (oldest := next(own, None)) is not None:
                self._end(oldest)

    def _end(self, held: HeldBody) -> None:
        if held in self._held:
            held.is_ended = True
            self._drop(held)
            held.end()

    def _admit(self, waiting: _Waiting) -> None:
        self._waiting.remove(waiting)
        waiting.turn.set_result(self._hold(waiting.party, waiting.size))

    def _hold(self, party: Party, size: int) -> HeldBody:
        held = HeldBody(party, size, self._now())
        self._held[held] = None
        self._bytes[party] += size
        self._count[party] += 1
        self._used += size
        self._used_by_large += size if self._is_large(size) else 0
        return held

    def _drop(self, held: HeldBody) -> None:
        if held not in self._held:
            return
        del self._held[held]
        self._bytes[held.party] -= held.size
        self._count[held.party] -= 1
        if not self._count[held.party]:
            del self._bytes[held.party], self._count[held.party]
        self._used -= held.size
        self._used_by_large -= held.size if self._is_large(held.size) else 0

    def _is_large(self, size: int) -> bool:
        return size > self._limits.large_body_bytes

    def _now(self) -> float:
        return (self._clock or asyncio.get_running_loop().time)()
