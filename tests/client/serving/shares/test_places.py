"""Places in the app: parties take turns, and an address without grants gets an eighth."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any

import pytest

from client.serving.early_answers import AnsweredEarlyError
from client.serving.limits import PlaceLimits, ServerLimits
from client.serving.shares.app_place import AppPlace
from client.serving.shares.parties import Party, PartyKind
from client.serving.shares.places import Places
from tests.client.serving.loops import in_a_loop

ADDRESS = Party(PartyKind.ADDRESS, "192.0.2.7")
PHONE = Party(PartyKind.GRANT, "a phone", "192.0.2.7")
OTHER_PHONE = Party(PartyKind.GRANT, "another phone", "192.0.2.7")
ELSEWHERE = Party(PartyKind.GRANT, "a phone", "192.0.2.8")
TOKEN = Party(PartyKind.TOKEN, "a program")
OTHER_TOKEN = Party(PartyKind.TOKEN, "another program")


def limits(**others: Any) -> PlaceLimits:
    """Sixteen places: an address gets two, all grants at one eight, and any other party all."""
    return PlaceLimits(
        **{
            "threads": 16,
            "per_address": 2,
            "grants_per_address": 8,
            "per_party": 16,
            "patience_seconds": 0.05,
        }
        | others
    )


def run(test: Callable[[Places], Coroutine[Any, Any, None]], **others: Any) -> None:
    """Run a test in an event loop, with sixteen places."""
    in_a_loop(test(Places(limits(**others))))


class QueueClock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


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


def test_no_login_or_token_gets_all() -> None:
    async def test(places: Places) -> None:
        for _ in range(12):
            await places.take(TOKEN)
        assert await refused(places.take(TOKEN))
        await places.take(OTHER_TOKEN)

    run(test, per_party=12)


@pytest.mark.parametrize("addresses", [1, 500])
def test_a_class_of_500_is_served_in_the_order_of_its_coming_from_one_address_or_many(addresses: int) -> None:
    """While somebody at the same address who shows no grant sends hundreds of requests, too."""
    order: list[int] = []
    photos = ServerLimits().photos

    async def test() -> None:
        places = Places(photos)

        async def check_in(number: int) -> None:
            party = Party(PartyKind.GRANT, f"phone {number}", f"192.0.2.{number % addresses}")
            place = await places.take(party)
            order.append(number)
            await asyncio.sleep(0)
            place.leave()

        noise = await queue(places, [Party(PartyKind.ADDRESS, "192.0.2.0")] * 300)
        await asyncio.gather(*map(check_in, range(500)))
        await end(noise)

    in_a_loop(test())
    assert order == sorted(order)
    assert len(order) == 500
    assert photos.grants_per_address >= photos.threads - 1


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

    run(test, patience_seconds=30)
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


def grant(number: int) -> Party:
    return Party(PartyKind.GRANT, f"phone {number}", f"192.0.2.{number}")


async def queue(places: Places, parties: Iterable[Party]) -> list[asyncio.Task[AppPlace]]:
    """Let these wait."""
    tasks = [asyncio.create_task(places.take(party)) for party in parties]
    await asyncio.sleep(0)
    return tasks


async def end(tasks: Iterable[asyncio.Task[AppPlace]]) -> None:
    """Let those that still wait go."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_a_full_queue_turns_away_at_once_but_only_its_own_kind() -> None:
    async def test(places: Places) -> None:
        for number in range(16):
            await places.take(grant(number))
        waiting = await queue(places, map(grant, range(100, 110)))
        with pytest.raises(AnsweredEarlyError) as turned_away:
            await places.take(grant(200))
        assert turned_away.value.retry_after == 3
        waiting += await queue(places, [TOKEN, ADDRESS])  # those of other kinds have room of their own
        assert not any(task.done() for task in waiting)
        await end(waiting)

    run(test, waiting=10, patience_seconds=30)


def test_in_a_full_queue_the_address_with_most_of_it_gives_way_to_others() -> None:
    flood = [Party(PartyKind.GRANT, f"one of many {n}", "192.0.2.7") for n in range(4)]
    honest = [Party(PartyKind.GRANT, "a phone", f"192.0.2.{n}") for n in (8, 9, 10, 11)]

    async def test(places: Places) -> None:
        place = await places.take(flood[0])
        flooding = [asyncio.ensure_future(places.take(party)) for party in flood]
        await asyncio.sleep(0)
        assert await refused(places.take(PHONE))  # of the same address
        others = [asyncio.ensure_future(places.take(party)) for party in honest]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [each.done() for each in flooding] == [False, True, True, True]
        assert [each.done() for each in others] == [False, False, False, True]  # nobody has more than another
        gone = [*flooding[1:], others[3]]
        assert all(isinstance(each.exception(), AnsweredEarlyError) for each in gone)
        for waiting in (flooding[0], *others[:3]):  # all who stayed have their turn, one after another
            place.leave()
            place = await waiting
        place.leave()
        assert places.waiting == 0
        (await places.take(PHONE)).leave()

    run(test, threads=1, grants_per_address=1, waiting=4, patience_seconds=30.0)


def test_two_addresses_with_many_grants_do_not_keep_a_third_waiting() -> None:
    """Of four places one address has three, another the last; then a phone elsewhere comes."""

    async def test(places: Places) -> None:
        flood = [Party(PartyKind.GRANT, f"{n}", f"192.0.2.{at}") for at in (1, 2) for n in range(20)]
        taken = [asyncio.ensure_future(places.take(party)) for party in flood]
        await asyncio.sleep(0)
        assert [each.done() for each in taken] == [n in (0, 1, 2, 20) for n in range(40)]
        phone = asyncio.ensure_future(places.take(Party(PartyKind.GRANT, "a phone", "192.0.2.3")))
        await asyncio.sleep(0)
        (await taken[20]).leave()
        await asyncio.sleep(0)
        assert phone.done(), "the other address has had its turn"
        (await phone).leave()
        await asyncio.sleep(0)
        assert taken[21].done()
        (await taken[0]).leave()  # what one address had is dealt out in the order of coming
        await asyncio.sleep(0)
        assert taken[3].done()
        await end(each for each in taken if not each.done())

    run(test, threads=4, grants_per_address=3, waiting=100, patience_seconds=30.0)


def test_requests_that_gave_up_are_nobody_who_can_give_way() -> None:
    async def test(places: Places) -> None:
        place = await places.take(TOKEN)
        flooding = [asyncio.ensure_future(places.take(PHONE)) for _ in range(4)]
        await asyncio.sleep(0)
        for each in flooding[2:]:
            each.cancel()
        await asyncio.sleep(0)
        third = Party(PartyKind.GRANT, "a phone", "192.0.2.9")
        more = [asyncio.ensure_future(places.take(party)) for party in (ELSEWHERE, ELSEWHERE, third)]
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert not any(each.done() for each in more)
        assert [each.done() for each in flooding] == [False, True, True, True]
        assert isinstance(flooding[1].exception(), AnsweredEarlyError)
        place.leave()
        for waiting in (flooding[0], more[0], more[2], more[1]):
            (await waiting).leave()

    run(test, threads=1, grants_per_address=1, waiting=4, patience_seconds=30.0)


def test_who_would_wait_in_vain_is_told_at_once_when_to_come_back() -> None:
    """Sixteen places, of which one becomes free each second; and ten seconds of patience."""

    async def test() -> None:
        clock = QueueClock()
        places = Places(limits(patience_seconds=10), clock)
        taken = [await places.take(grant(number)) for number in range(16)]
        waiting = await queue(places, map(grant, range(100, 116)))  # of the pace nothing is known yet
        for place in taken[:6]:
            clock.now += 1
            place.leave()
        waiting += await queue(places, [grant(200)])  # the eleventh, who has hope
        with pytest.raises(AnsweredEarlyError) as turned_away:
            await places.take(grant(201))
        assert turned_away.value.retry_after == 6
        waiting += await queue(places, [TOKEN])  # whose turn comes soon
        assert sum(task.done() for task in waiting) == 6
        await end(waiting)

    in_a_loop(test())


def test_a_crowd_at_one_address_takes_no_hope_from_others() -> None:
    """Four places, of which a crowd at one address has three; and ten seconds of patience."""

    async def test() -> None:
        clock = QueueClock()
        places = Places(limits(threads=4, grants_per_address=3, patience_seconds=10), clock)
        crowd = [Party(PartyKind.GRANT, f"one of many {n}", "192.0.2.7") for n in range(100)]
        taken = [await places.take(party) for party in crowd[:3]]
        waiting = await queue(places, crowd[3:50])
        for _ in range(6):
            clock.now += 1
            taken.pop(0).leave()
            await asyncio.sleep(0)
            taken += [task.result() for task in waiting if task.done()]
            waiting = [task for task in waiting if not task.done()]
        assert await refused(places.take(crowd[99]))
        (await places.take(ELSEWHERE)).leave()  # at once, as nobody of the crowd may have the fourth place
        await end(waiting)

    in_a_loop(test())


def test_a_queue_that_stands_still_lets_nobody_hope() -> None:
    async def test() -> None:
        clock = QueueClock()
        places = Places(limits(patience_seconds=10), clock)
        taken = [await places.take(grant(number)) for number in range(16)]
        waiting = await queue(places, map(grant, range(100, 106)))
        for place in taken[:4]:
            clock.now += 0.1
            place.leave()
        waiting += await queue(places, [grant(200)])
        clock.now += 60
        assert await refused(places.take(grant(201)))
        await end(waiting)

    in_a_loop(test())


def test_an_idle_time_says_nothing_of_the_pace() -> None:
    async def test() -> None:
        clock = QueueClock()
        places = Places(limits(patience_seconds=10), clock)
        for _ in range(8):
            clock.now += 60
            (await places.take(grant(1))).leave()
        for number in range(16):
            await places.take(grant(number))
        waiting = await queue(places, map(grant, range(100, 105)))
        assert not any(task.done() for task in waiting)
        await end(waiting)

    in_a_loop(test())


def test_those_that_wait_are_counted_for_monitoring() -> None:
    async def test(places: Places) -> None:
        held = [await places.take(PHONE) for _ in range(8)]
        waiting = [asyncio.ensure_future(places.take(PHONE)) for _ in range(3)]
        await asyncio.sleep(0)
        assert places.waiting == 3
        held[0].leave()
        await waiting[0]
        assert places.waiting == 2
        for one in waiting[1:]:
            one.cancel()

    run(test, patience_seconds=30.0)
