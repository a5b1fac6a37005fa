"""Memory for bodies: small and quick ones always find room, whoever holds the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import pytest

from client.serving.early_answers import TOO_BUSY, AnsweredEarlyError
from client.serving.limits import MEGABYTE, ServerLimits
from client.serving.shares.body_memory import BodyMemory, HeldBody
from client.serving.shares.parties import Party, PartyKind
from tests.client.serving.loops import in_a_loop

PHOTO = 300_000
LARGEST = 10 * MEGABYTE


@dataclass
class Clock:
    """The loop's clock, moved by the test."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def grant(number: int) -> Party:
    return Party(PartyKind.GRANT, f"grant {number}")


ADDRESS = Party(PartyKind.ADDRESS, "192.0.2.7")
TEACHER = Party(PartyKind.LOGIN, "a teacher")


def run(test: Callable[[BodyMemory, Clock], Awaitable[None]]) -> None:
    """Run a test in an event loop, with memory of the usual size whose clock the test moves."""
    clock = Clock()
    limits = ServerLimits(memory_seconds=0.5, deal_seconds=0.01)
    in_a_loop(_awaited(test(BodyMemory(limits, clock), clock)))


async def _awaited(awaitable: Awaitable[None]) -> None:
    await awaitable


async def hold(memory: BodyMemory, parties: Iterable[Party], size: int) -> list[HeldBody]:
    """Reserve memory for one body of each party."""
    return [await memory.reserve(party, size) for party in parties]


async def refused(memory: BodyMemory, party: Party, size: int) -> bool:
    """Whether a body finds no room."""
    try:
        await memory.reserve(party, size)
    except AnsweredEarlyError as error:
        return error.answer is TOO_BUSY
    return False


def test_large_bodies_leave_half_of_the_memory_to_photos() -> None:
    async def test(memory: BodyMemory, _: Clock) -> None:
        held = await hold(memory, map(grant, range(6)), LARGEST)
        assert await refused(memory, grant(7), LARGEST)
        await hold(memory, map(grant, range(10, 200)), PHOTO)
        assert not any(each.is_ended for each in held)

    run(test)


def test_a_large_body_that_is_held_for_long_gives_way_to_another() -> None:
    async def test(memory: BodyMemory, clock: Clock) -> None:
        held = await hold(memory, map(grant, range(6)), LARGEST)
        clock.now = 3.0
        await memory.reserve(grant(7), LARGEST)
        assert [each.is_ended for each in held] == [True] + 5 * [False]

    run(test)


def test_what_has_arrived_is_never_ended() -> None:
    async def test(memory: BodyMemory, clock: Clock) -> None:
        for each in await hold(memory, map(grant, range(6)), LARGEST):
            each.is_complete = True
        clock.now = 100.0
        assert await refused(memory, grant(7), LARGEST)

    run(test)


def test_hundreds_of_slow_grants_give_way_to_a_photo_that_comes_later() -> None:
    """The size is an honest photo's, so only time tells them apart."""

    async def test(memory: BodyMemory, clock: Clock) -> None:
        most = ServerLimits().bodies_bytes // PHOTO
        held = await hold(memory, map(grant, range(most)), PHOTO)
        assert await refused(memory, grant(1000), PHOTO)  # all of them are as young as it
        clock.now = 3.0
        later = await hold(memory, map(grant, range(1000, 1100)), PHOTO)
        assert sum(each.is_ended for each in held) == 100
        assert not any(each.is_ended for each in later)

    run(test)


def test_an_address_gets_an_eighth_and_no_more() -> None:
    async def test(memory: BodyMemory, _: Clock) -> None:
        await hold(memory, [ADDRESS] * 8, 2 * MEGABYTE)
        assert await refused(memory, ADDRESS, PHOTO)
        await hold(memory, [Party(PartyKind.ADDRESS, "192.0.2.8"), grant(1), TEACHER], PHOTO)

    run(test)


def test_under_pressure_those_without_a_grant_give_way_first() -> None:
    async def test(memory: BodyMemory, clock: Clock) -> None:
        teachers = await hold(memory, [TEACHER] * 8, 2 * MEGABYTE)
        grants = await hold(memory, map(grant, range(48)), 2 * MEGABYTE)
        clock.now = 1.0
        strangers = await hold(memory, [ADDRESS] * 8, 2 * MEGABYTE)  # younger, so for less long
        clock.now = 10.0
        await hold(memory, map(grant, range(100, 108)), 2 * MEGABYTE)
        assert all(each.is_ended for each in strangers)
        assert not any(each.is_ended for each in teachers + grants)

    run(test)


def test_under_one_grant_the_oldest_body_gives_way_at_once() -> None:
    """A phone that has lost its connection sends again, and must not wait for its own first try."""

    async def test(memory: BodyMemory, _: Clock) -> None:
        first, second, third = await hold(memory, [grant(1)] * 3, LARGEST)
        assert [each.is_ended for each in (first, second, third)] == [True, False, False]

    run(test)


def test_who_waits_gets_what_is_released_the_smallest_first() -> None:
    async def test(memory: BodyMemory, _: Clock) -> None:
        held = await hold(memory, [ADDRESS] * 8, 2 * MEGABYTE)
        order: list[int] = []

        async def wait(size: int) -> None:
            await memory.reserve(ADDRESS, size)
            order.append(size)

        waiting = [asyncio.create_task(wait(size)) for size in (2 * MEGABYTE, PHOTO)]
        await asyncio.sleep(0)
        memory.release(held[0])
        memory.release(held[0])  # again has no effect
        await asyncio.wait_for(waiting[1], 1)
        assert order == [PHOTO]
        with pytest.raises(AnsweredEarlyError):
            await waiting[0]

    run(test)


def test_who_gives_up_waiting_leaves_nothing_behind() -> None:
    async def test(memory: BodyMemory, _: Clock) -> None:
        held = await hold(memory, [ADDRESS] * 8, 2 * MEGABYTE)
        waiting = asyncio.create_task(memory.reserve(ADDRESS, PHOTO))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        for each in held:
            memory.release(each)
        await hold(memory, [ADDRESS] * 8, 2 * MEGABYTE)

    run(test)
