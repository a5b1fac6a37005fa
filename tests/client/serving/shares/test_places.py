"""Places in the app: parties take turns, and an address without grants gets an eighth."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from client.serving.early_answers import AnsweredEarlyError
from client.serving.limits import ServerLimits
from client.serving.shares.parties import Party, PartyKind
from client.serving.shares.places import AppPlace, Places
from tests.client.serving.loops import in_a_loop

ADDRESS = Party(PartyKind.ADDRESS, "192.0.2.7")
PHONE = Party(PartyKind.GRANT, "a phone", "192.0.2.7")
OTHER_PHONE = Party(PartyKind.GRANT, "another phone", "192.0.2.7")
ELSEWHERE = Party(PartyKind.GRANT, "a phone", "192.0.2.8")
TOKEN = Party(PartyKind.TOKEN, "a program")
OTHER_TOKEN = Party(PartyKind.TOKEN, "another program")


def run(test: Callable[[Places], Coroutine[Any, Any, None]]) -> None:
    """Run a test in an event loop, with sixteen places."""
    in_a_loop(test(Places(ServerLimits(threads=16, place_seconds=0.05))))


async def refused(place: Awaitable[AppPlace]) -> bool:
    """Whether nobody gets this place in time."""
    try:
        await place
    except AnsweredEarlyError:
        return True
    return False


def test_an_address_without_grants_gets_an_eighth() -> None:
    async def test(places: Places) -> None:
        for _ in range(2):
            await places.take(ADDRESS)
        assert await refused(places.take(ADDRESS))
        for _ in range(14):
            await places.take(TOKEN)
        assert await refused(places.take(TOKEN))

    run(test)


def test_all_grants_at_an_address_get_half() -> None:
    async def test(places: Places) -> None:
        held = [await places.take(Party(PartyKind.GRANT, f"{n}", "192.0.2.7")) for n in range(8)]
        assert await refused(places.take(PHONE))
        await places.take(ELSEWHERE)
        await places.take(ADDRESS)
        held[0].leave()
        await places.take(PHONE)
        assert await refused(places.take(PHONE))

    run(test)


def test_a_place_is_given_back_once() -> None:
    async def test(places: Places) -> None:
        place, _ = await places.take(ADDRESS), await places.take(ADDRESS)
        place.leave()
        place.leave()
        await places.take(ADDRESS)
        assert await refused(places.take(ADDRESS))

    run(test)


def test_a_hundred_requests_of_one_party_delay_another_by_one() -> None:
    order: list[str] = []

    async def test(places: Places) -> None:
        taken = [await places.take(TOKEN) for _ in range(16)]

        async def visit(party: Party) -> None:
            await places.take(party)
            order.append(party.name)

        async with asyncio.TaskGroup() as visits:
            for _ in range(10):
                visits.create_task(visit(TOKEN))
            await asyncio.sleep(0)
            visits.create_task(visit(OTHER_TOKEN))
            await asyncio.sleep(0)
            for place in taken:
                place.leave()

    run(test)
    assert order.index(OTHER_TOKEN.name) == 1


def test_a_hundred_grants_delay_an_address_or_a_login_by_one_request() -> None:
    order: list[Party] = []
    teacher = Party(PartyKind.LOGIN, "a teacher")

    async def test(places: Places) -> None:
        taken = [await places.take(TOKEN) for _ in range(16)]

        async def visit(party: Party) -> None:
            place = await places.take(party)
            order.append(party)
            await asyncio.sleep(0)
            place.leave()

        async with asyncio.TaskGroup() as visits:
            for number in range(100):
                visits.create_task(visit(Party(PartyKind.GRANT, f"collected {number}")))
            await asyncio.sleep(0)
            for party in [ADDRESS, ADDRESS, ADDRESS, teacher]:
                visits.create_task(visit(party))
            await asyncio.sleep(0)
            taken[0].leave()

    in_a_loop(test(Places(ServerLimits(threads=16, place_seconds=30))))
    assert {order.index(ADDRESS), order.index(teacher)} <= {0, 1, 2}
    assert max(number for number, party in enumerate(order) if party == ADDRESS) < 9


def test_who_gives_up_waiting_takes_no_place() -> None:
    async def test(places: Places) -> None:
        taken = [await places.take(TOKEN) for _ in range(16)]
        waiting = asyncio.create_task(places.take(OTHER_PHONE))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        taken[0].leave()
        await places.take(PHONE)
        assert await refused(places.take(PHONE))
        assert await refused(places.take(TOKEN))

    run(test)


def test_who_is_cancelled_just_as_the_place_is_free_gives_it_back() -> None:
    async def test(places: Places) -> None:
        taken = [await places.take(TOKEN) for _ in range(16)]
        waiting = asyncio.create_task(places.take(OTHER_PHONE))
        await asyncio.sleep(0)
        taken[0].leave()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await places.take(PHONE)

    run(test)
