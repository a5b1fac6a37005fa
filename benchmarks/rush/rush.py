"""Sends a class to the door, and measures how it is served."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from attendance.values import LivenessMode, Session
from benchmarks.rush.arrivals import Arrivals
from benchmarks.rush.class_register import USERNAME, ClassRegister
from benchmarks.rush.faces import phone_picture
from benchmarks.rush.onlookers import Onlookers, log_in
from benchmarks.rush.phone import Errand, RushPhone, Visit
from benchmarks.rush.phone_form import PhoneKey, PhonePicture
from benchmarks.rush.programs import ServerProcesses, own_cpu
from benchmarks.rush.results import MEGABYTE, Machine, RushResult, result_of
from benchmarks.rush.wire import ServerDoor

ROUTER = "127.0.0.3"  # of a class that shares one address
SETTLED_SECONDS = 2.0  # before a scenario, so that onlookers have their first pages, and after it
ADDRESSES = 250  # of each block; neither 0 nor 255 is one


class WallCode:
    """The code of a session that is on the wall, which changes as the projector's does.

    Args:
        register: makes it.
        session: whose.
    """

    def __init__(self, register: ClassRegister, session: Session) -> None:
        self._register = register.register
        self._session = session
        self._address = ""
        self._next_at: datetime | None = None

    def __call__(self) -> str:
        """What comes after ``/s/`` now."""
        if self._next_at is None or self._register.clock.now() >= self._next_at:
            showing = self._register.entrances.showing(self._session)
            self._address, self._next_at = showing.address, showing.next_at
        return self._address


class Rush:
    """One class at one site.

    Args:
        register: the class.
        doors: where the servers listen.
        servers: their processes; None where they run elsewhere.
        kill_every: seconds from one that is killed meanwhile to the next; None means that none is.
    """

    def __init__(
        self,
        register: ClassRegister,
        doors: Sequence[ServerDoor],
        servers: ServerProcesses | None = None,
        kill_every: float | None = None,
    ) -> None:
        self._register = register
        self._doors = list(doors)
        self._servers = servers
        self._kill_every = kill_every
        self._keys: dict[tuple[int, int], PhoneKey] = {}
        self._pictures: dict[tuple[int, int], PhonePicture] = {}
        self._takes = 0
        self._cookie = ""

    async def run(self, arrivals: Arrivals) -> RushResult:
        """Send a class, and compare the marks with what its phones showed."""
        sessions, errands = self._errands(arrivals)
        if not self._cookie:
            self._cookie = await log_in(self._doors[0], USERNAME, self._register.password)
        gc.collect()
        gc.freeze()  # the generator's own pauses would be measured, too
        async with Onlookers(self._doors[0], sessions[0].id, self._cookie) as seen:
            await asyncio.sleep(SETTLED_SECONDS)
            before = self._taken()
            visits = await self._arrive(arrivals, errands)
            after = self._taken()
            await asyncio.sleep(SETTLED_SECONDS)
        failed = {visit.errand.key for visit in visits if not visit.is_marked}
        self._keys = {whose: key for whose, key in self._keys.items() if key not in failed}
        result = result_of(arrivals, visits, seen, self._machine(before, after, len(visits)))
        shown = [(each.errand.session_id, each.errand.student_id) for each in visits if each.is_marked]
        unknown = {(v.errand.session_id, v.errand.student_id) for v in visits if v.is_unanswered}
        result.faults.extend(self._register.faults(sessions, shown, unknown))
        return result

    def _errands(self, arrivals: Arrivals) -> tuple[list[Session], list[Errand]]:
        """A session for each time that everybody comes, and one errand for each phone."""
        members = self._register.members
        liveness = LivenessMode.FLAG if arrivals.frames else LivenessMode.OFF
        sessions = self._register.open_sessions(-(-arrivals.phones // len(members)), liveness=liveness)
        codes = [WallCode(self._register, session) for session in sessions]
        errands = []
        for number in range(arrivals.phones):
            round_, member = divmod(number, len(members))
            self._takes += 1
            picture = self._picture(member, arrivals.frames).again(self._takes)
            # At another address each time, as none may fail that often.
            source = address_of(self._takes) if arrivals.addresses else ROUTER
            student, key = members[member].student_id, self._key(member, round_)
            errands.append(Errand(sessions[round_].id, student, codes[round_], picture, key, source))
        return sessions, errands

    def _key(self, member: int, round_: int) -> PhoneKey:
        """A student's phone; another one for each time in a scenario, and after a failure.

        No phone may send that much, or fail that often.
        """
        return self._keys.setdefault((member, round_), PhoneKey())

    def _picture(self, member: int, frames: int) -> PhonePicture:
        if (member, frames) not in self._pictures:
            picture = self._register.members[member].picture
            self._pictures[member, frames] = phone_picture(picture, frames=frames)
        return self._pictures[member, frames]

    async def _arrive(self, arrivals: Arrivals, errands: Sequence[Errand]) -> list[Visit]:
        """What became of each phone."""
        loop = asyncio.get_running_loop()
        begin = loop.time()

        async def come(number: int, moment: float) -> Visit:
            await asyncio.sleep(begin + moment - loop.time())
            errand = errands[number]
            first = number % len(self._doors)
            doors = self._doors[first:] + self._doors[:first]
            return await RushPhone(doors, errand).check_in()

        killer = self._killer()
        try:
            return await asyncio.gather(*(come(*each) for each in enumerate(arrivals.moments())))
        finally:
            if killer is not None:
                killer.cancel()
                with suppress(asyncio.CancelledError):
                    await killer
                assert self._servers is not None
                await self._servers.ready()

    def _killer(self) -> asyncio.Task[None] | None:
        if self._kill_every is None or self._servers is None:
            return None
        return asyncio.create_task(self._servers.kill_in_turn(self._kill_every))

    def _taken(self) -> tuple[float, float, float]:
        """Processor time of servers and generator, and the moment among the samples of memory."""
        if self._servers is None:
            return 0.0, own_cpu(), 0.0
        return self._servers.cpu(), own_cpu(), self._servers.elapsed

    def _machine(
        self, before: tuple[float, float, float], after: tuple[float, float, float], visits: int
    ) -> Machine:
        served, generated = (1000 * (after[each] - before[each]) / visits for each in (0, 1))
        if self._servers is None:
            return Machine(None, generated, None, None)
        memory = self._servers.memory
        earlier = [size for at, size in memory.samples if at < before[2]]
        return Machine(
            server_ms=served,
            generator_ms=generated,
            memory_before=earlier[-1] / MEGABYTE if earlier else None,
            memory_peak=memory.peak(before[2]) / MEGABYTE,
        )


def address_of(phone: int) -> str:
    """The address of a phone on this computer."""
    block, place = divmod(phone, ADDRESSES)
    net, block = divmod(block, ADDRESSES)
    return f"127.{net + 1}.{block + 1}.{place + 1}"
