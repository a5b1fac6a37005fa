"""Honest check-ins beside an attack are real ones, and each that fails is named."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from benchmarks.attacks.attacked_server import AttackedServer
from benchmarks.attacks.honest_check_ins import CheckIns, HonestCheckIns, check_in

WAIT_SECONDS = 60.0


@pytest.mark.networks
@pytest.mark.server
def test_phones_check_in_until_the_block_ends() -> None:
    with AttackedServer() as server:
        with HonestCheckIns(server.attacked, phones=2, pause=0.0) as phones:
            end = time.monotonic() + WAIT_SECONDS
            while phones.done.tried < 2 and time.monotonic() < end:
                time.sleep(0.05)
        assert phones.done.failures == {}
        assert len(phones.done.seconds) >= 2
        no_photo = check_in(server.attacked, server.attacked.tickets[-1], b"no photo", "phone")
        assert no_photo == "415 not_an_image"
        assert check_in(server.attacked, "nowhere", b"", "phone") == "404 for the page"


def test_the_sentence_names_what_was_not_served() -> None:
    done = CheckIns([0.5, 0.7, 3.0], Counter({"503 busy": 2, "TimeoutError": 1}))
    assert done.tried == 6
    assert done.sentence() == (
        "3 of 6 honest check-ins were served, median 0.70 s, slowest 3.00 s; "
        "the others: 2 503 busy, 1 TimeoutError."
    )
    assert CheckIns().sentence() == "0 of 0 honest check-ins were served."
