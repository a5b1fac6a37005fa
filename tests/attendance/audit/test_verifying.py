"""Whatever was done to the chain is found, and the first wrong entry named."""

from __future__ import annotations

import random

import pytest

from attendance.audit.verifying import BadEntry, Fault
from tests.attendance.audit.chains import DIGEST, chain_of, checked, one_byte_changed

LENGTH = 40
GOOD = chain_of(LENGTH)
CHANGES = 500  # `python -m benchmarks.audit --tamper 10000` makes more


def head(number: int) -> dict[int, str]:
    return {number: GOOD[number - 1][DIGEST].decode()[:16]}


def test_a_good_chain_is_good() -> None:
    check = checked(GOOD, head(1) | head(LENGTH))
    assert (check.bad, check.number) == (None, LENGTH)
    assert check.head.startswith("40-")
    assert len(check.marks) == LENGTH


def test_every_changed_byte_is_found() -> None:
    chance = random.Random(16)
    for _ in range(CHANGES):
        number, rows = one_byte_changed(GOOD, chance)
        bad = checked(rows).bad
        assert bad is not None
        assert bad.number == number


@pytest.mark.parametrize("number", [1, 2, 17, LENGTH - 1])
def test_a_deleted_entry_is_found(number: int) -> None:
    rows = GOOD[: number - 1] + GOOD[number:]
    assert checked(rows).bad == BadEntry(number, Fault.MISSING)


def test_an_inserted_entry_is_found() -> None:
    (other,) = chain_of(1, begin=9, previous="0" * 64)
    assert checked([*GOOD[:9], other, *GOOD[9:]]).bad == BadEntry(10, Fault.UNCONNECTED)


def test_exchanged_entries_are_found() -> None:
    rows = [*GOOD[:4], GOOD[5], GOOD[4], *GOOD[6:]]
    bad = checked(rows).bad
    assert bad == BadEntry(5, Fault.MISSING)


def test_entries_that_changed_their_numbers_are_found() -> None:
    fifth, sixth = list(GOOD[4]), list(GOOD[5])
    fifth[0], sixth[0] = sixth[0], fifth[0]
    assert checked([*GOOD[:4], tuple(sixth), tuple(fifth), *GOOD[6:]]).bad == BadEntry(5, Fault.CHANGED)


def test_an_end_that_was_cut_off_is_found_by_a_printed_head() -> None:
    assert checked(GOOD[:30]).bad is None
    assert checked(GOOD[:30], head(30)).bad is None
    assert checked(GOOD[:30], head(35)).bad == BadEntry(35, Fault.CUT_OFF)
    assert checked([], head(1)).bad == BadEntry(1, Fault.CUT_OFF)


def test_a_chain_that_was_computed_again_is_found_by_a_printed_head() -> None:
    forged = [*GOOD[:20], *chain_of(20, begin=20, previous=GOOD[19][DIGEST].decode())]
    assert checked(forged).bad is None
    assert checked(forged, head(20)).bad is None
    assert checked(forged, head(21)).bad == BadEntry(21, Fault.OTHER_HEAD)
    assert checked(forged, head(33)).bad == BadEntry(33, Fault.OTHER_HEAD)
